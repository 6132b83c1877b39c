"""The commands: one module for each topic, loaded by name from cli.py."""
