"""A small HTTP proxy as a program of its own: it takes CONNECT, writes down for whom, and leads everybody to one port.

``python small_proxy.py PORT [USER:PASSWORD]`` prints where it listens, then a line for each request. Hosts that begin
with ``verboten`` or ``192.0.2.`` are refused.
"""

from __future__ import annotations

import base64
import socket
import sys
import threading
from socketserver import StreamRequestHandler, ThreadingTCPServer


class Proxy(StreamRequestHandler):
    """One connection."""

    def handle(self) -> None:
        """Answer the request, then pass on whatever comes from either side."""
        method, target, _ = self.rfile.readline().decode().split(" ", 2)
        headers = dict(line.split(": ", 1) for line in iter(lambda: self.rfile.readline().decode().strip(), ""))
        print(method, target, flush=True)
        wanted = f"Basic {base64.b64encode(USER.encode()).decode()}"
        if USER and headers.get("Proxy-Authorization") != wanted:
            self.wfile.write(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
        elif method != "CONNECT" or target.startswith(("verboten", "192.0.2.")):
            self.wfile.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 9\r\n\r\nForbidden")
        else:
            with socket.create_connection(("127.0.0.1", LEADS_TO)) as there:
                self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
                back = threading.Thread(target=pass_on, args=(there, self.connection), daemon=True)
                back.start()
                pass_on(self.connection, there)
                back.join()


def pass_on(one: socket.socket, other: socket.socket) -> None:
    """All bytes from one side to the other, and that there are no more."""
    try:
        while data := one.recv(65_536):
            other.sendall(data)
        other.shutdown(socket.SHUT_WR)
    except OSError:
        pass


LEADS_TO = int(sys.argv[1]) if __name__ == "__main__" else 0
USER = sys.argv[2] if len(sys.argv) > 2 and __name__ == "__main__" else ""

if __name__ == "__main__":
    with ThreadingTCPServer(("127.0.0.1", 0), Proxy) as server:
        server.daemon_threads = True
        print(server.server_address[1], flush=True)
        server.serve_forever()
