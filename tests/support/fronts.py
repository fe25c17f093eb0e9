"""nginx, Caddy and HAProxy before servers, with the configurations that the documents print."""

import os
import re
import shutil
from pathlib import Path

from tests.support.server import ROOT, Server
from tests.support.tls import Certificate
from tests.support.waiting import free_port

NGINX = """
daemon off;
{user}
pid {folder}/nginx.pid;
error_log stderr warn;
worker_processes 1;
events {{ worker_connections 512; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    {block}
}}
"""
CADDY = """{{
    admin off
    auto_https disable_redirects
    storage file_system {folder}
}}
{block}
"""


def block(document: str, language: str) -> str:
    """Return the only block of this language in a document of the project."""
    text = (ROOT / document).read_text(encoding="utf-8")
    (found,) = re.findall(rf"(?ms)^```{language}\n(.*?)^```$", text)
    return str(found)


class Front(Server):
    """A proxy. People use it as they use a server: it has its port, its log, its start and stop."""

    def __init__(self, folder: Path, certificate: Certificate | None = None) -> None:
        super().__init__(folder, {"HOME": str(folder)})
        self.certificate = certificate
        # Where it leads on to https, if it speaks that.
        self.plain_port = free_port() if certificate else self.port
        self.certfile = certificate.certfile if certificate else None
        self.command: list[str] = []

    def _command(self) -> list[str]:
        return self.command

    @classmethod
    def nginx(cls, folder: Path, document: str, servers: list[Server]) -> "Front":
        """Return nginx with the block of a document before these servers, by TLS if it has that."""
        text = block(document, "nginx")
        front = cls(folder, Certificate.make(folder) if "ssl_certificate" in text else None)
        text = re.sub(r"(?m)^ *listen \[::\].*\n", "", text)
        text = text.replace("listen 80;", f"listen 127.0.0.1:{front.plain_port};")
        text = text.replace("listen 443 ", f"listen 127.0.0.1:{front.port} ")
        if front.certificate:
            text = _instead(text, r"ssl_certificate +[^;]+", front.certificate.certfile)
            text = _instead(text, r"ssl_certificate_key +[^;]+", front.certificate.keyfile)
        text = _with_ports(text, servers)
        user = "user root;" if os.geteuid() == 0 else ""
        path = folder / "nginx.conf"
        path.write_text(NGINX.format(folder=folder, user=user, block=text))
        front.command = [program("nginx"), "-p", str(folder), "-e", "stderr", "-c", str(path)]
        return front

    @classmethod
    def caddy(cls, folder: Path, document: str, servers: list[Server]) -> "Front":
        """Return Caddy in the same way, with a certificate of ours in place of a public one."""
        certificate = Certificate.make(folder)
        front = cls(folder, certificate)
        tls = f"    tls {certificate.certfile} {certificate.keyfile}\n"
        address = f"https://127.0.0.1:{front.port} {{\n{tls}"
        text = block(document, "caddy").replace("chat.example.org {\n", address)
        path = folder / "Caddyfile"
        path.write_text(CADDY.format(folder=folder, block=_with_ports(text, servers)))
        front.command = [program("caddy"), "run", "--adapter", "caddyfile", "--config", str(path)]
        return front

    @classmethod
    def haproxy(cls, folder: Path, document: str, servers: list[Server]) -> "Front":
        """Return HAProxy in the same way."""
        certificate = Certificate.make(folder)
        front = cls(folder, certificate)
        both = folder / "both.pem"
        both.write_text(certificate.certfile.read_text() + certificate.keyfile.read_text())
        text = block(document, "haproxy").replace("bind :80\n", f"bind :{front.plain_port}\n")
        text = text.replace("bind :443 ", f"bind 127.0.0.1:{front.port} ")
        text = text.replace("/etc/haproxy/chat.example.org.pem", str(both))
        text = text.replace("maxconn 40000", "maxconn 1000")  # Files that a test may open.
        path = folder / "haproxy.cfg"
        path.write_text(_with_ports(text, servers))
        front.command = [program("haproxy"), "-db", "-f", str(path)]
        return front


def _with_ports(text: str, servers: list[Server]) -> str:
    """Replace the addresses that the document has for Beseda, each by that of a server."""
    printed = sorted(set(re.findall(r"127\.0\.0\.1:(800\d)", text)))
    assert len(printed) == len(servers), f"the document has {printed}"
    for port, server in zip(printed, servers, strict=True):
        text = text.replace(f"127.0.0.1:{port}", f"127.0.0.1:{server.port}")
    return text


def _instead(text: str, pattern: str, path: Path) -> str:
    name = pattern.partition(" ")[0]
    text, count = re.subn(rf"(?m)^( *){pattern}", rf"\1{name} {path}", text)
    assert count == 1, f"the document has {count} lines of {name}"
    return text


def program(name: str) -> str:
    path = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin")
    assert path, f"no {name} on this machine: scripts/programs.sh installs it or says what to do"
    return path
