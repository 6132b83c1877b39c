"""All settings, read from the environment in one place; docs/settings.md is checked against this module.

It is as long as there are settings: each is a field with its sentence, and they are not to be looked for in two places.
"""

from __future__ import annotations

import datetime as dt
import math
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from busdb import logs
from busdb.errors import SetupError

if TYPE_CHECKING:
    from busdb.outward import Way

ENGINES = frozenset({"whoosh", "postgresql"})
PAGES = frozenset({"115", "metrics", "quality"})


_SECONDS = {"second": 1, "minute": 60, "hour": 3600}
_RATE = re.compile(rf"([1-9]\d{{0,7}})/({'|'.join(_SECONDS)})", re.ASCII)


class Rate(NamedTuple):
    """So many within so many seconds."""

    amount: int
    seconds: int


def _rate(text: str) -> Rate | None:
    found = _RATE.fullmatch(text)
    return Rate(int(found[1]), _SECONDS[found[2]]) if found else None


def _setting(name: str, default: str, text: str) -> str:
    value: str = field(default=default, metadata={"name": name, "text": text})
    return value


@dataclass(frozen=True)
class Settings:
    """The settings of one process. Each field's metadata names its environment variable and says what it does."""

    data_dir: str = _setting("BUSDB_DATA_DIR", "./var", "Folder of the database, the search index and the locks.")
    database_url: str = _setting(
        "BUSDB_DATABASE_URL", "", "SQLAlchemy address of the database; empty: SQLite in the data folder."
    )
    replica_url: str = _setting(
        "BUSDB_DATABASE_REPLICA_URL", "", "SQLAlchemy address of a streaming replica that answers readers; empty: none."
    )
    language: str = _setting("BUSDB_LANG", "", "Language of the command line, de or en; empty: by locale.")
    log: str = _setting(
        "BUSDB_LOG", "text", "Form of the log: text, what goes wrong; json, a line for each request and command, too."
    )
    base_url: str = _setting(
        "BUSDB_BASE_URL", "http://127.0.0.1:5115", "Public address of this installation, for links in feeds."
    )
    editor: str = _setting(
        "BUSDB_EDITOR", "", "Name of the editor for whom a channel (SSH) acts; empty: the user of the system."
    )
    strict_sources: str = _setting(
        "BUSDB_STRICT_SOURCES", "no", "yes: imports from sources that do not exist yet are refused."
    )
    search: str = _setting(
        "BUSDB_SEARCH", "whoosh", "Search index: whoosh, in the data folder, or postgresql, in the database."
    )
    feed_days: str = _setting(
        "BUSDB_FEED_DAYS", "90", "Days for which a cursor of changes or of a feed can be continued; at least 1."
    )
    archive_days: str = _setting(
        "BUSDB_ARCHIVE_DAYS", "0", "Days for which busdb tidy leaves former states in the archive; 0: for ever."
    )
    proxies: str = _setting(
        "BUSDB_PROXIES",
        "0",
        "Proxies that stand before the server: how many, or the networks in which they are, by comma; only theirs "
        "is X-Forwarded-For, -Proto and -Host believed.",
    )
    hosts: str = _setting(
        "BUSDB_HOSTS",
        "",
        "Further names of this installation, by comma; with these or BUSDB_BASE_URL set, no other host is answered.",
    )
    hsts: str = _setting(
        "BUSDB_HSTS",
        "0",
        "Seconds for which browsers shall come by HTTPS only (Strict-Transport-Security); 0: nothing is said.",
    )
    request_seconds: str = _setting(
        "BUSDB_REQUEST_SECONDS",
        "30",
        "Seconds that a request may take, a long answer to its beginning and from piece to piece; 0: any.",
    )
    memory_mb: str = _setting(
        "BUSDB_MEMORY_MB",
        "32",
        "Megabytes of finished answers that a process keeps to give them again to readers without a key; 0: none.",
    )
    rate: str = _setting(
        "BUSDB_RATE",
        "1200/minute",
        "Requests that a reader without a key may send, by the network around the address; off: any number.",
    )
    rate_keys: str = _setting(
        "BUSDB_RATE_KEYS", "6000/minute", "Requests that may be sent with one key; off: any number."
    )
    redis_url: str = _setting(
        "BUSDB_REDIS_URL",
        "",
        "Redis in which all processes count requests together (redis://host:6379/0); empty: each for itself.",
    )
    editor_days: str = _setting(
        "BUSDB_EDITOR_DAYS",
        "0",
        "Days after which busdb tidy puts words in place of the names of who imported, approved or closed; 0: never.",
    )
    finding_days: str = _setting(
        "BUSDB_FINDING_DAYS", "0", "Days for which busdb tidy leaves the findings of imports; 0: for ever."
    )
    published: str = _setting(
        "BUSDB_PUBLISHED", "", "Folder of busdb publish that is served under /published and /xzufi; empty: none."
    )
    webhooks_private: str = _setting(
        "BUSDB_WEBHOOKS_PRIVATE", "no", "yes: webhooks may go to addresses of private networks, and without TLS."
    )
    follow_secret: str = _setting(
        "BUSDB_FOLLOW_SECRET", "", "Secret for busdb follow; it belongs to the id that --client names."
    )
    closed: str = _setting(
        "BUSDB_CLOSED", "", "Pages that need a key with the scope console, by comma: 115, quality, metrics."
    )
    metrics_folder: str = _setting(
        "PROMETHEUS_MULTIPROC_DIR",
        "",
        "Folder in which several processes of another server add up what /metrics shows; busdb serve has its own.",
    )
    xzufi_schemas: str = _setting(
        "BUSDB_XZUFI_SCHEMAS", "", "Folder with xzufi-2.2.0.xsd and xzufi-2.3.1.xsd to use in place of ours."
    )
    http_proxy: str = _setting(
        "BUSDB_HTTP_PROXY",
        "",
        "HTTP proxy through which check-links, webhooks and follow go out (http://user:password@host:3128); direct: "
        "none; empty: that of HTTPS_PROXY.",
    )
    system_proxy: str = _setting(
        "HTTPS_PROXY", "", "The same for all programs of the system, also written https_proxy."
    )
    no_proxy: str = _setting(
        "NO_PROXY",
        "",
        "Hosts that are reached without the proxy, also written no_proxy: names or their ends, by comma.",
    )
    links_contact: str = _setting(
        "BUSDB_LINKS_CONTACT",
        "",
        "Address of mail or web that busdb check-links names to those whom it asks; it needs one.",
    )
    links_days: str = _setting(
        "BUSDB_LINKS_DAYS",
        "7",
        "Days for which busdb check-links asks not again for a link that works; at least 1.",
    )
    links_private: str = _setting(
        "BUSDB_LINKS_PRIVATE", "no", "yes: busdb check-links may ask addresses of private networks."
    )
    quality_off: str = _setting(
        "BUSDB_QUALITY_OFF",
        "",
        "Rules of quality that are switched off, by comma, like Q07,Q12; docs/quality.md lists them.",
    )

    title: str = _setting(
        "BUSDB_TITLE", "", "Name of the website on its pages, like Zuständigkeitsfinder Sachsen-Anhalt."
    )
    theme: str = _setting(
        "BUSDB_THEME",
        "",
        "Folder of a look for the pages: kern.min.css replaces ours, theme.css is added; see docs/pages.md.",
    )
    imprint: str = _setting("BUSDB_IMPRINT", "", "Imprint: a file with HTML, or its web address.")
    privacy: str = _setting("BUSDB_PRIVACY", "", "Data protection: a file with HTML, or its web address.")
    accessibility: str = _setting(
        "BUSDB_ACCESSIBILITY", "", "Declaration of accessibility: a file with HTML, or its web address."
    )
    search_log_days: str = _setting(
        "BUSDB_SEARCH_LOG_DAYS", "90", "Days for which searched lines are counted for editors; 0: not at all."
    )
    statistics: str = _setting(
        "BUSDB_STATISTICS", "no", "yes: visits of pages are counted by month, without data about persons."
    )
    country_header: str = _setting(
        "BUSDB_COUNTRY_HEADER",
        "",
        "Header in which a trusted proxy (BUSDB_PROXIES) tells the country of a reader, for statistics; empty: none.",
    )
    feedback_days: str = _setting(
        "BUSDB_FEEDBACK_DAYS", "365", "Days for which closed reports of readers are kept; 0: they go at once."
    )

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Read the environment. Raises ``SetupError`` for a value that a setting cannot take."""
        environ = os.environ if environ is None else environ
        names = {item.name: item.metadata["name"] for item in fields(cls)}
        values = {field_: environ.get(name, "").strip() for field_, name in names.items()}
        for field_ in ("system_proxy", "no_proxy"):
            values[field_] = values[field_] or environ.get(names[field_].lower(), "").strip()
        settings = cls(**{name: value for name, value in values.items() if value})
        settings._check_words()
        settings._check_numbers()
        return settings

    def _check_words(self) -> None:
        for item in fields(self):
            name, value = item.metadata["name"], getattr(self, item.name)
            if item.default == "no" and value not in {"yes", "no"}:
                raise SetupError("setting_yes_no", name=name, value=value)
        for name, value, known in (("BUSDB_SEARCH", self.search, ENGINES), ("BUSDB_LOG", self.log, logs.FORMS)):
            if value not in known:
                raise SetupError("setting_choice", name=name, value=value, known=", ".join(sorted(known)))
        try:
            self.trusted  # noqa: B018  # read to be checked
        except ValueError as error:
            raise SetupError("setting_proxies", name="BUSDB_PROXIES", value=self.proxies, reason=error) from error
        if self.country_header and self.trusted == 0:
            raise SetupError("setting_country", name="BUSDB_COUNTRY_HEADER")
        unknown = self.closed_pages - PAGES
        if unknown:
            raise SetupError(
                "setting_closed", name="BUSDB_CLOSED", value=", ".join(sorted(unknown)), known=", ".join(sorted(PAGES))
            )

    def _check_numbers(self) -> None:
        days = (
            ("BUSDB_FEED_DAYS", self.feed_days, 1),
            ("BUSDB_SEARCH_LOG_DAYS", self.search_log_days, 0),
            ("BUSDB_FEEDBACK_DAYS", self.feedback_days, 0),
            ("BUSDB_EDITOR_DAYS", self.editor_days, 0),
            ("BUSDB_FINDING_DAYS", self.finding_days, 0),
        )
        for name, value, least in days:
            if not re.fullmatch(r"\d{1,5}", value, re.ASCII) or int(value) < least:
                raise SetupError("setting_days", name=name, least=least, value=value)
        if not self.archive_days.isdecimal() or 0 < int(self.archive_days) < int(self.feed_days):
            least_kept = f"0, {self.feed_days}"
            raise SetupError("setting_days", name="BUSDB_ARCHIVE_DAYS", least=least_kept, value=self.archive_days)
        for name, value in (("BUSDB_HSTS", self.hsts), ("BUSDB_REQUEST_SECONDS", self.request_seconds)):
            if not re.fullmatch(r"\d{1,9}", value, re.ASCII):
                raise SetupError("setting_seconds", name=name, value=value)
        if not re.fullmatch(r"\d{1,5}", self.memory_mb, re.ASCII):
            raise SetupError("setting_megabytes", name="BUSDB_MEMORY_MB", value=self.memory_mb)
        for name, value in (("BUSDB_RATE", self.rate), ("BUSDB_RATE_KEYS", self.rate_keys)):
            if value != "off" and not _RATE.fullmatch(value):
                raise SetupError("setting_rate", name=name, value=value)

    @property
    def closed_pages(self) -> frozenset[str]:
        """The pages that are not open to everybody."""
        return frozenset(name.strip() for name in self.closed.split(",") if name.strip())

    @property
    def known_hosts(self) -> frozenset[str]:
        """The hosts that are this installation; none: whatever it is called."""
        given = frozenset(one.strip().casefold() for one in self.hosts.split(",") if one.strip())
        own = urlsplit(self.base_url).hostname if self.base_url != type(self).base_url else None
        return given | ({own} if own else set())

    @property
    def hsts_seconds(self) -> int:
        """For how long browsers shall come by HTTPS only."""
        return int(self.hsts)

    @property
    def longest(self) -> float:
        """Seconds that a request may take."""
        return int(self.request_seconds) or math.inf

    @property
    def memory(self) -> int:
        """Bytes for answers that are kept."""
        return int(self.memory_mb) * 1_000_000

    @property
    def rates(self) -> tuple[Rate | None, Rate | None]:
        """How often a reader may ask without a key, and with one."""
        return _rate(self.rate), _rate(self.rate_keys)

    @property
    def trusted(self) -> int | tuple[IPv4Network | IPv6Network, ...]:
        """How many proxies are believed, or those of which networks."""
        if re.fullmatch(r"\d{1,2}", self.proxies, re.ASCII):
            return int(self.proxies)
        return tuple(ip_network(one.strip()) for one in self.proxies.split(","))

    @property
    def rules_off(self) -> frozenset[str]:
        """The rules of quality that are switched off."""
        return frozenset(code.strip() for code in self.quality_off.split(",") if code.strip())

    @property
    def private_webhooks(self) -> bool:
        """Whether webhooks may go to private networks."""
        return self.webhooks_private == "yes"

    def way_out(self) -> Way | None:
        """The proxy through which this installation asks others. Raises ``SetupError`` for what is no such address."""
        from busdb import outward  # noqa: PLC0415  # most commands ask nobody

        name, address = ("BUSDB_HTTP_PROXY", self.http_proxy) if self.http_proxy else ("HTTPS_PROXY", self.system_proxy)
        if address in {"", "direct"}:
            return None
        try:
            return outward.way(address, self.no_proxy)
        except ValueError as error:
            raise SetupError("setting_proxy", name=name) from error

    @property
    def feed_age(self) -> dt.timedelta:
        """For how long a cursor can be continued."""
        return dt.timedelta(days=int(self.feed_days))

    @property
    def search_log(self) -> int:
        """Days for which searched lines are kept, 0 for no log."""
        return int(self.search_log_days)

    @property
    def feedback(self) -> int:
        """Days for which closed reports are kept."""
        return int(self.feedback_days)

    @property
    def folder(self) -> Path:
        """The data folder as a path."""
        return Path(self.data_dir)

    @property
    def database(self) -> str:
        """The address of the database, SQLite in the data folder unless set."""
        return self.database_url or f"sqlite:///{self.folder / 'busdb.sqlite3'}"

    @property
    def file(self) -> Path | None:
        """The file of the database; ``None`` for one on a server."""
        kind, _, path = self.database.partition("?")[0].partition(":///")
        return Path(path) if kind.startswith("sqlite") and path else None
