"""Search: German analysis, the index port and its engines."""
