"""A WebSocket through the public address, opened as a browser does: HTTP/1.1, with `Origin`."""

import asyncio
import base64
import os
import ssl
import time
from collections.abc import AsyncIterator
from urllib.parse import SplitResult

import msgspec

from commands.doctor.finding import Finding, failure, ok, one_line, warning
from protocol.arrival import PROOF, SOCKET_PATH, Arrival

SECONDS = 10.0
DAY = 86_400
CERTIFICATE_DAYS = 14
PORTS = {"http": 80, "https": 443}
HEAD_MAX = 16_384
TEXT, MASKED, FINAL = 0x1, 0x80, 0x80
SHORT, LONG = 126, 127
UPGRADE = (
    "proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection"
    ' "upgrade"; as docs/deployment.md has it.'
)


async def check_socket(
    asked: SplitResult, trust: ssl.SSLContext | None, proof: str
) -> AsyncIterator[Finding]:
    """How long the certificate is good; whether a frame goes there, and one comes back."""
    try:
        async with asyncio.timeout(SECONDS):
            reader, writer = await asyncio.open_connection(
                asked.hostname, asked.port or PORTS[asked.scheme], ssl=trust, limit=HEAD_MAX
            )
            try:
                if shown := writer.get_extra_info("peercert"):
                    yield _certificate(shown)
                yield await _opened(reader, writer, asked, proof)
            finally:
                writer.close()
    except TimeoutError:
        says = f"the WebSocket was opened, and nothing came back within {SECONDS:.0f} s"
        yield failure("websocket", says, "Does something on the way keep frames, a filter?")
    except Exception as error:
        yield failure("websocket", one_line(error), "What answers there ends the connection.")


def _certificate(shown: dict[str, str]) -> Finding:
    days = (ssl.cert_time_to_seconds(shown["notAfter"]) - time.time()) / DAY
    says = f"good for {days:.0f} days more"
    if days > CERTIFICATE_DAYS:
        return ok("certificate", says)
    return warning("certificate", says, "Why was it not renewed? certbot renew --dry-run")


async def _opened(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, asked: SplitResult, proof: str
) -> Finding:
    writer.write(_handshake(asked, proof))
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    status = head.partition("\r\n")[0].split(" ")[1]
    if status != "101":
        return _refused(status)
    writer.write(_frame(b"?"))
    arrived = msgspec.json.decode(await _text(reader), type=Arrival)
    if arrived.scheme != asked.scheme:
        says = f"a WebSocket by {asked.scheme} arrives as {arrived.scheme}"
        return failure("websocket", says, "proxy_set_header X-Forwarded-Proto $scheme; there too.")
    return ok("websocket", "opened, a frame went there and one came back")


def _refused(status: str) -> Finding:
    says = f"the handshake was answered with {status}"
    # Beseda has seen a plain GET of what is for WebSockets alone.
    if status in ("400", "426"):
        return failure("websocket", f"{says}: Upgrade does not arrive", UPGRADE)
    if status == "403":
        return failure("websocket", says, "Host or scheme do not arrive: see above.")
    advice = "Does the proxy lead to this Beseda under /ws/ too, by HTTP/1.1 with Upgrade?"
    return failure("websocket", says, advice)


def _handshake(asked: SplitResult, proof: str) -> bytes:
    host = asked.netloc.rpartition("@")[2]
    lines = [
        f"GET {SOCKET_PATH} HTTP/1.1",
        f"Host: {host}",
        f"Origin: {asked.scheme}://{host}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Version: 13",
        f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}",
        f"{PROOF}: {proof}",
    ]
    return "\r\n".join([*lines, "", ""]).encode()


def _frame(text: bytes) -> bytes:
    """A short text frame with its mask, which is zero: it hides nothing anyway."""
    return bytes([FINAL | TEXT, MASKED | len(text), 0, 0, 0, 0]) + text


async def _text(reader: asyncio.StreamReader) -> bytes:
    """The next text frame; pings in between are passed over."""
    while True:
        kind, length = await reader.readexactly(2)
        if length >= SHORT:
            size = await reader.readexactly(8 if length == LONG else 2)
            length = int.from_bytes(size, "big")
        body = await reader.readexactly(length)
        if kind == FINAL | TEXT:
            return body
        if kind == FINAL | 0x8:
            raise ConnectionError(f"closed with {int.from_bytes(body[:2], 'big')}")
