"""The hub: records, rules, database and search of busdb; it knows neither the web nor the shell."""
