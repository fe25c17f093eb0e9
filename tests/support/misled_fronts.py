"""One nginx with many ports: behind each, another mistake in front of the same server."""

import os
from pathlib import Path

from tests.support.fronts import NGINX, Front, block, program
from tests.support.server import Server
from tests.support.tls import Certificate
from tests.support.waiting import free_port

# What is left out of the printed configuration, or put in: (a line, what is in its place).
MISTAKES: dict[str, list[tuple[str, str]]] = {
    "right": [],
    "no Upgrade": [("proxy_set_header Upgrade $beseda_upgrade;", "")],
    "HTTP/1.0": [("proxy_http_version 1.1;", "")],
    "no X-Forwarded-Proto": [("proxy_set_header X-Forwarded-Proto $scheme;", "")],
    "no X-Forwarded-For": [("proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;", "")],
    "another proxy": [("$proxy_add_x_forwarded_for", '"203.0.113.7, $remote_addr"')],
    "no Host": [("proxy_set_header Host $http_host;", "")],
    "no buffering": [("proxy_read_timeout 90s;", "proxy_read_timeout 90s; proxy_buffering off;")],
    "nobody": [("http://127.0.0.1:8000", "http://127.0.0.1:1")],
    "elsewhere": [("proxy_http_version 1.1;", "return 301 https://chat.example.org/;")],
    "another site": [("proxy_http_version 1.1;", "return 404;")],
}


class MisledFronts(Front):
    """`ports` has the port of each."""

    ports: dict[str, int]

    @classmethod
    def make(cls, folder: Path, server: Server) -> "MisledFronts":
        """The README's configuration, over TLS, once for each mistake."""
        certificate = Certificate.make(folder)
        front = cls(folder, certificate)
        front.ports = {name: free_port() for name in MISTAKES} | {"right": front.port}
        maps, printed = _printed()
        blocks = [
            _wrong(printed, mistakes, front.ports[name], certificate)
            for name, mistakes in MISTAKES.items()
        ]
        text = (maps + "".join(blocks)).replace("127.0.0.1:8000", f"127.0.0.1:{server.port}")
        user = "user root;" if os.geteuid() == 0 else ""
        path = folder / "nginx.conf"
        path.write_text(NGINX.format(folder=folder, user=user, block=text))
        front.command = [program("nginx"), "-p", str(folder), "-e", "stderr", "-c", str(path)]
        return front

    def at(self, mistake: str) -> str:
        """The address behind which it was made."""
        return f"https://127.0.0.1:{self.ports[mistake]}"


def _printed() -> tuple[str, str]:
    maps, _, rest = block("README.md", "nginx").partition("server {")
    return maps, "server {" + rest


def _wrong(
    printed: str, mistakes: list[tuple[str, str]], port: int, certificate: Certificate
) -> str:
    for line, instead in mistakes:
        assert line in printed, line
        printed = printed.replace(line, instead)
    tls = f"ssl_certificate {certificate.certfile}; ssl_certificate_key {certificate.keyfile};"
    return printed.replace("listen 80;", f"listen 127.0.0.1:{port} ssl; {tls}")
