"""What is sent to the OpenID provider: each request with a bound to its time and to the answer."""

import asyncio
import ssl
from typing import Any, TypeVar

import httpx2
import msgspec
from msgspec import Struct

T = TypeVar("T")

OK = 200
ANSWER_MAX = 262_144
ANSWER_SECONDS = 10.0


class Metadata(Struct, frozen=True):
    """What is used of OpenID Connect Discovery."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str = ""
    end_session_endpoint: str = ""
    id_token_signing_alg_values_supported: tuple[str, ...] = ("RS256",)
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)
    authorization_response_iss_parameter_supported: bool = False


class Tokens(Struct, frozen=True):
    """What a code is exchanged for."""

    id_token: str
    access_token: str = ""


class UnusableError(Exception):
    """The provider is away, or answers what it must not."""


class Requests:
    """Asks addresses that the provider, or the operator, has named."""

    def __init__(self) -> None:
        self._trust = ssl.create_default_context()

    async def get(self, address: str, headers: dict[str, str] | None = None) -> bytes:
        """The answer. Raises UnusableError, also when it is an error."""
        return good(*await self.send("GET", address, headers=headers))

    async def send(self, method: str, address: str, **options: Any) -> tuple[int, bytes]:
        """Status and body. Redirects are not followed: they are an answer that is none.

        Raises:
            UnusableError.
        """
        # Uncompressed: a small answer is not to become a large one here.
        plain = {"Accept-Encoding": "identity"}
        client = httpx2.AsyncClient(
            verify=self._trust, follow_redirects=False, timeout=None, headers=plain
        )
        try:
            async with (
                asyncio.timeout(ANSWER_SECONDS),
                client,
                client.stream(method, address, **options) as answer,
            ):
                return answer.status_code, await _bounded(answer)
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError, TimeoutError) as problem:
            raise UnusableError(f"{type(problem).__name__}: {problem}") from None


async def _bounded(answer: httpx2.Response) -> bytes:
    body = bytearray()
    async for part in answer.aiter_raw():
        body += part
        if len(body) > ANSWER_MAX:
            raise UnusableError("its answer is too large")
    return bytes(body)


def good(status: int, body: bytes) -> bytes:
    """The body of what is no error. Raises UnusableError."""
    if status != OK:
        raise UnusableError(f"it answered {status}")
    return body


def decoded(body: bytes, shape: type[T]) -> T:
    """JSON of this shape. Raises UnusableError."""
    try:
        return msgspec.json.decode(body, type=shape)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as problem:
        raise UnusableError(f"it answered what it must not: {problem}") from None
