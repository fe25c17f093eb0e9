"""The site as people reach it: asked through its public address, the server says how the question
arrived.
"""

import ssl
import time
from collections.abc import AsyncIterator, Iterator
from urllib.parse import SplitResult, urlsplit

import httpx2
import msgspec

from commands.doctor.database_check import clock
from commands.doctor.finding import Finding, failure, ok, one_line, warning
from commands.doctor.socket_check import check_socket
from config import VERSION, Settings
from protocol.arrival import HTTP_PATH, PROOF, Arrival
from services.arrival_proofs import make_proof

SECONDS = 15.0
HERE = ("localhost", "127.0.0.1", "::1")
# What the server waits between the two parts of its answer is 0.3 s.
TOGETHER_SECONDS = 0.1
HEADERS = "proxy_set_header {}; as docs/deployment.md has it."


async def check_public(settings: Settings, url: str, key: str) -> AsyncIterator[Finding]:
    """Ask by HTTP, then open a WebSocket. `key` is the one that the server signs with."""
    parts = urlsplit(url)
    trust = ssl.create_default_context() if parts.scheme == "https" else None
    try:
        async with httpx2.AsyncClient(
            verify=trust or False, follow_redirects=False, timeout=SECONDS, trust_env=False
        ) as client:
            status, body, pause = await _asked(client, url, key)
    except Exception as error:
        yield failure("public", f"{url}: {one_line(error)}", _of_connection(error))
        return
    if (arrived := _arrival(status, body)) is None:
        yield _not_ours(url, status, body)
    else:
        for finding in _how(arrived, parts, settings):
            yield finding
        yield _buffering(pause)
    async for finding in check_socket(parts, trust, make_proof(key)):
        yield finding


async def _asked(client: httpx2.AsyncClient, url: str, key: str) -> tuple[int, bytes, float]:
    """The status and body; how long after the first part of it the last one came."""
    headers = {PROOF: make_proof(key), "Accept-Encoding": "identity"}
    first = None
    async with client.stream("GET", url + HTTP_PATH, headers=headers) as answer:
        body = b""
        async for part in answer.aiter_raw():
            first = first or time.monotonic()
            body += part
    return answer.status_code, body, time.monotonic() - (first or time.monotonic())


def _arrival(status: int, body: bytes) -> Arrival | None:
    if status != httpx2.codes.OK:
        return None
    try:
        return msgspec.json.decode(body, type=Arrival)
    except msgspec.DecodeError:
        return None


def _of_connection(error: Exception) -> str:
    if isinstance(error.__cause__, ssl.SSLError) or "CERTIFICATE" in str(error):
        return "The certificate: is it of this name, whole (fullchain.pem), not expired?"
    return "Is the name in the DNS, is the proxy running, does a firewall let this through?"


def _not_ours(url: str, status: int, body: bytes) -> Finding:
    says = f"{url}{HTTP_PATH} was answered with {status}"
    if status in (301, 302, 307, 308):
        return failure("public", says, "It leads elsewhere: give the address where it ends.")
    if status in (502, 503, 504):
        advice = "The proxy does not reach Beseda: does it run, is the port in proxy_pass right?"
        return failure("public", says, advice)
    if status == httpx2.codes.BAD_REQUEST and b"host" in body:
        advice = f"ALLOWED_HOSTS lacks that name, or the proxy sends another: {HEADERS}"
        return failure("public", says, advice.format("Host $http_host"))
    return failure(
        "public",
        says,
        "Another server answers there, or Beseda with another SECRET_KEY or an earlier version.",
    )


def _how(arrived: Arrival, asked: SplitResult, settings: Settings) -> Iterator[Finding]:
    yield ok("public", f"{asked.geturl()} is Beseda {arrived.version}, for {arrived.client}")
    if arrived.version != VERSION:
        yield warning("public", f"this command is of {VERSION}", "Restart the servers.")
    if arrived.proxy_hops != settings.proxy_hops:
        yield warning(
            "proxy",
            f"the server has PROXY_HOPS={arrived.proxy_hops}, here it is {settings.proxy_hops}",
            "Run this with the environment of the service.",
        )
    yield from (_scheme(arrived, asked), _hops(arrived), _host(arrived, asked))
    yield clock("the server", arrived.time - time.time())


def _scheme(arrived: Arrival, asked: SplitResult) -> Finding:
    if arrived.scheme == asked.scheme:
        if asked.scheme == "http" and asked.hostname not in HERE:
            advice = "Passwords and messages pass in clear text: let the proxy end TLS."
            return warning("scheme", "http", advice)
        return ok("scheme", f"{arrived.scheme}, as it was asked")
    advice = HEADERS.format("X-Forwarded-Proto $scheme")
    if not arrived.forwarded_proto:
        says = f"asked by {asked.scheme}, arrived as {arrived.scheme}: no X-Forwarded-Proto"
        return failure("scheme", says, advice)
    found = ", ".join(arrived.forwarded_proto)
    says = f"asked by {asked.scheme}, X-Forwarded-Proto says {found}"
    return failure("scheme", says, f"{advice} An inner proxy passes the outer one's on.")


def _hops(arrived: Arrival) -> Finding:
    """We have sent no X-Forwarded-For: each value in it is a proxy's."""
    count, hops = len(arrived.forwarded_for), arrived.proxy_hops
    says = f"X-Forwarded-For has {count} values, PROXY_HOPS is {hops}"
    if count == hops:
        return ok("proxy", f"{says}; the client is {arrived.client}")
    if count > hops:
        advice = f"PROXY_HOPS={count}, or else all clients share the limits of one address."
        return failure("proxy", says, advice)
    if count == 0:
        advice = HEADERS.format("X-Forwarded-For $proxy_add_x_forwarded_for")
        return failure("proxy", says, f"{advice} Without a proxy: PROXY_HOPS=0.")
    return failure("proxy", says, f"PROXY_HOPS={count}, or a proxy does not append its value.")


def _host(arrived: Arrival, asked: SplitResult) -> Finding:
    if arrived.host == asked.netloc.rpartition("@")[2]:
        return ok("host", f"{arrived.host}, as it was asked")
    advice = HEADERS.format("Host $http_host")
    says = f"asked for {asked.netloc}, arrived as {arrived.host}"
    return failure("host", says, f"Pages will be refused with foreign_origin: {advice}")


def _buffering(pause: float) -> Finding:
    if pause < TOGETHER_SECONDS:
        return ok("buffering", "answers are kept until they are whole: slow readers cost nothing")
    return ok("buffering", "answers are passed on in parts, as they come")
