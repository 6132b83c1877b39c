"""A site of a town that embeds the finder: an origin of its own, with a strict policy."""

from __future__ import annotations

import http.server
import threading
from typing import Any
from urllib.parse import urlsplit

FRAME = """<!doctype html><html lang="de"><head><meta charset="utf-8"><title>Stadt Beispiel</title>
<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">
<link rel="stylesheet" href="/town.css">{script}</head>
<body><main><h1>Bürgerservice</h1>{body}</main></body></html>"""
SCRIPT = '<script type="module" src="{site}/widget/v1/zufi.js"></script>'
TOWN = """body { font-family: serif; margin: 1rem; background: light-dark(#fff, #111) }
zufi-finder { --zufi-color-primary: light-dark(#a00, #fbb) }
zufi-finder::part(title) { letter-spacing: 1px }"""
ELEMENT = '<zufi-finder ars="150020000000" lang="de" {0}><a href="{site}/">Zum Zuständigkeitsfinder</a></zufi-finder>'


class Town:
    """A site of a town, on an origin of its own; each address answers what was put there."""

    def __init__(self, site: str) -> None:
        self.site = site
        self.pages: dict[str, str] = {}
        self.policy = (
            f"default-src 'none'; script-src {site}; style-src {site} 'self'; connect-src {site}; img-src {site}"
        )
        town = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                path = urlsplit(self.path).path
                body = TOWN if path == "/town.css" else town.pages.get(path, "")
                self.send_response(200)
                self.send_header("Content-Type", "text/css" if path.endswith(".css") else "text/html; charset=utf-8")
                self.send_header("Content-Security-Policy", town.policy)
                self.end_headers()
                self.wfile.write(body.encode())

            def log_message(self, *args: Any) -> None:
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://localhost:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def put(self, body: str, script: str = SCRIPT, path: str = "/service/") -> str:
        """A page with the element; its address."""
        self.pages[path] = FRAME.format(
            script=script.replace("{site}", self.site), body=body.replace("{site}", self.site)
        )
        return self.address + path

    def element(self, attributes: str) -> str:
        """The address of a page with nothing but the element."""
        return self.put(ELEMENT.replace("{0}", attributes))
