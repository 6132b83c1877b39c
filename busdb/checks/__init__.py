"""Editorial rules over what is stored: each a small function with a stable code; docs/quality.md lists them.

Rules see single records, or the whole state where something shows only beside other records. They find and say
nothing: the sentences are in the catalogue, ``quality.<code>`` what is wrong and ``quality_do.<code>`` what to do.
Of publications, which the 115 feed carries, ``busdb.quality`` judges.
"""

from busdb.checks import contents, duties, language, links, money, offices, places, upkeep
from busdb.checks.base import RULES, Hit, Rule
from busdb.checks.known import Known

__all__ = [
    "RULES",
    "Hit",
    "Known",
    "Rule",
    "contents",
    "duties",
    "language",
    "links",
    "money",
    "offices",
    "places",
    "upkeep",
]
