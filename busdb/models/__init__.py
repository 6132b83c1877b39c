"""The tables, one module for each aggregate."""

from busdb.models import (
    areas,
    authorities,
    feedback,
    local,
    operations,
    quality,
    responsibilities,
    search,
    services,
    visits,
    webhooks,
)
from busdb.models.base import metadata, number

__all__ = [
    "areas",
    "authorities",
    "feedback",
    "local",
    "metadata",
    "number",
    "operations",
    "quality",
    "responsibilities",
    "search",
    "services",
    "visits",
    "webhooks",
]
