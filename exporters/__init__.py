"""Exporters: one module for each format that turns records or publications into bytes."""
