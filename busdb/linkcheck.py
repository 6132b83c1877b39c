"""Whether links lead somewhere, asked politely.

Each host is asked by one request at a time with a pause between two, as its robots.txt allows, under a name that says
who asks. HEAD comes first; where that is answered with an error, GET decides, of which no body is read. Redirects are
followed by hand, each to public addresses only (``busdb.post``): a link in a text is as good a way into a private
network as any.
"""

from __future__ import annotations

import http.client
import ssl
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
from typing import NamedTuple
from urllib.parse import SplitResult, quote, urljoin, urlsplit
from urllib.robotparser import RobotFileParser

from busdb import post
from busdb.errors import InputError, RefusedError
from busdb.outward import NoTunnelError, Way

AGENT = "busdb"
HOSTS_AT_ONCE = 8
HOPS = 5
"""How many redirects are followed."""
TIMEOUT = 15.0
LONGEST_PAUSE = 30.0
"""The most seconds between two requests that a robots.txt may ask for."""
ROBOTS_SIZE = 500_000
"""How much of a robots.txt is read (RFC 9309), in bytes."""
REFUSING = frozenset({401, 402, 403, 405, 406, 407, 408, 421, 423, 425, 426, 428, 429, 451})
"""Answers that say nothing about whether people find something there."""
PERMANENT = frozenset({301, 308})
REDIRECTS = frozenset({301, 302, 303, 307, 308})
PROXY = "proxy"
"""The code of what our own proxy does not let through."""
_TOO_MANY = frozenset({429, 503})


class Answer(NamedTuple):
    """What a link led to: the last status, why it failed (``HTTP 404`` or a code), where it has moved for good.

    ``passed``: it was not asked, or what was answered does not tell.
    """

    url: str
    status: int | None = None
    error: str | None = None
    moved_to: str | None = None
    passed: bool = False


class _NoAnswerError(Exception):
    """A request that got no answer; the reason is its argument."""


class Checker:
    """Asks for links under a name, with ``pause`` seconds in between; ``private`` lets it into private networks.

    ``way`` is the proxy through which it goes out.
    """

    def __init__(
        self,
        contact: str,
        *,
        private: bool = False,
        way: Way | None = None,
        pause: float = 1.0,
        wait: Callable[[float], object] | None = None,
    ) -> None:
        self._headers = {"User-Agent": f"{AGENT}-check-links (+{contact})", "Accept": "*/*"}
        self._private = private
        self._way = way
        self._pause = pause
        self._stopped = threading.Event()
        self._wait = wait or self._stopped.wait

    def stop(self) -> None:
        """Ask for nothing more; what is being asked is finished."""
        self._stopped.set()

    def check(self, urls: Iterable[str]) -> Iterator[Answer]:
        """The answers to links, as they come; hosts side by side."""
        hosts: dict[str, list[str]] = defaultdict(list)
        for url in urls:
            hosts[_host(url)].append(url)
        answers: SimpleQueue[Answer | None] = SimpleQueue()

        def ask(some: list[str]) -> None:
            try:
                for answer in self._one_host(some):
                    answers.put(answer)
            finally:
                answers.put(None)

        with ThreadPoolExecutor(HOSTS_AT_ONCE) as pool:
            done = [pool.submit(ask, some) for some in hosts.values()]
            try:
                left = len(done)
                while left:
                    answer = answers.get()
                    if answer is None:
                        left -= 1
                    else:
                        yield answer
            finally:
                self.stop()
        for one in done:
            one.result()

    def _one_host(self, urls: list[str]) -> Iterator[Answer]:
        robots: dict[str, RobotFileParser | None] = {}
        for url in urls:
            if self._stopped.is_set():
                return
            try:
                parts = _parts(url)
            except _NoAnswerError as reason:
                yield Answer(url, error=str(reason))
                continue
            origin = f"{parts.scheme}://{parts.netloc}"
            if origin not in robots:
                robots[origin] = self._robots(origin)
                self._wait(self._pause)
            rules = robots[origin]
            if rules is None or not rules.can_fetch(AGENT, url):
                yield Answer(url, error="robots", passed=True)
                continue
            answer = self.ask(url)
            yield answer
            if answer.status in _TOO_MANY:
                return
            wished = float(rules.crawl_delay(AGENT) or 0)
            self._wait(max(self._pause, min(wished, LONGEST_PAUSE)))

    def ask(self, url: str) -> Answer:
        """What one link leads to."""
        try:
            return self._follow(url)
        except _NoAnswerError as failed:
            return Answer(url, error=str(failed), passed=str(failed) == PROXY)

    def _follow(self, url: str) -> Answer:
        here, lasting = url, True
        for _ in range(HOPS + 1):
            status, target = self._head_or_get(here)
            if status not in REDIRECTS or not target:
                break
            lasting = lasting and status in PERMANENT
            here = urljoin(here, target).partition("#")[0]
        else:
            return Answer(url, status, error="redirects")
        if status in REFUSING:
            return Answer(url, status, error=f"HTTP {status}", passed=True)
        if status >= http.client.BAD_REQUEST:
            return Answer(url, status, error=f"HTTP {status}")
        return Answer(url, status, moved_to=here if lasting and here != url else None)

    def _head_or_get(self, url: str) -> tuple[int, str | None]:
        try:
            status, target, _ = self._send("HEAD", url)
        except _NoAnswerError as failed:
            if str(failed) != "broken":
                raise
        else:
            if status < http.client.BAD_REQUEST or status in _TOO_MANY:
                return status, target
        status, target, _ = self._send("GET", url)
        return status, target

    def _robots(self, origin: str) -> RobotFileParser | None:
        """What a host allows; ``None``: nothing for now, since it does not answer properly (RFC 9309).

        A host that does not answer at all is asked nevertheless: that is what is to be found out.
        """
        rules = RobotFileParser()
        rules.parse([])
        try:
            status, _, body = self._send("GET", f"{origin}/robots.txt", ROBOTS_SIZE)
        except _NoAnswerError:
            return rules
        if status >= http.client.INTERNAL_SERVER_ERROR:
            return None
        if status == http.client.OK:
            rules.parse(body.decode("utf-8", "replace").splitlines())
        return rules

    def _send(self, method: str, url: str, size: int = 0) -> tuple[int, str | None, bytes]:
        """Status, address of a redirect, and the first bytes of the body. Raises ``_NoAnswerError``."""
        parts = _parts(url)
        try:
            connection = post.reach(parts, private=self._private, way=self._way, timeout=TIMEOUT)
        except InputError as error:
            raise _NoAnswerError("unresolved") from error
        except RefusedError as error:
            raise _NoAnswerError("private") from error
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        try:
            connection.request(method, target, headers=self._headers)
            with connection.getresponse() as answer:
                return answer.status, answer.headers["Location"], answer.read(size) if size else b""
        except NoTunnelError as error:
            raise _NoAnswerError(PROXY) from error
        except TimeoutError as error:
            raise _NoAnswerError("timeout") from error
        except ssl.SSLError as error:
            raise _NoAnswerError("tls") from error
        except ConnectionRefusedError as error:
            raise _NoAnswerError("refused") from error
        except (OSError, http.client.HTTPException, UnicodeError) as error:
            raise _NoAnswerError("broken") from error
        finally:
            connection.close()


def _parts(url: str) -> SplitResult:
    """The parts of an address of the web, as it goes over the line. Raises ``_NoAnswerError``."""
    try:
        parts = urlsplit(quoted(url))
        usable = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0 and not parts.username
    except ValueError:
        usable = False
    if not usable:
        raise _NoAnswerError("address")
    return parts


def quoted(url: str) -> str:
    """An address in ASCII: umlauts of the path as their bytes, of the host as registries write them."""
    parts = urlsplit(url)
    safe = "/%:=&?~+!$,;'@()*[]-._"
    host = parts.netloc if parts.netloc.isascii() else parts.netloc.encode("idna").decode()
    return parts._replace(
        netloc=host, path=quote(parts.path, safe), query=quote(parts.query, safe), fragment=""
    ).geturl()


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
