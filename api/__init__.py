"""The HTTP interface: resources under /api/v1, pages, errors, caching."""
