"""Importers: one module for each format that turns bytes into records."""
