"""HTTP/2 without TLS is a way past the proxy: it is not spoken."""

from tests.support.raw import Raw
from tests.support.server import Server
from tests.support.waiting import DEADLINE, deadline

UPGRADE = (
    "GET /healthz HTTP/1.1\r\nHost: {host}\r\nConnection: Upgrade, HTTP2-Settings\r\n"
    "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n"
)
PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"


async def first_line(server: Server, opening: str) -> str:
    """Send these bytes and return the first line of the answer."""
    raw = await Raw.open(server)
    raw.writer.write(opening.format(host=f"127.0.0.1:{server.port}").encode())
    async with deadline(DEADLINE, "an answer"):
        line = await raw.reader.readline()
    raw.abort()
    return line.decode().strip()


async def test_upgrade_to_h2c_is_ignored(shared_server: Server) -> None:
    line = await first_line(shared_server, UPGRADE)
    assert line.startswith("HTTP/1.1 200"), line


async def test_http2_with_prior_knowledge_is_refused(shared_server: Server) -> None:
    line = await first_line(shared_server, PREFACE)
    assert line.startswith("HTTP/1.1 505"), line
