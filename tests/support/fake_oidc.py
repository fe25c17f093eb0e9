"""An OpenID provider that says whatever a test makes it say, and signs it with whatever key."""

import hmac
import json
import secrets
import threading
import time
from base64 import urlsafe_b64encode
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

import httpx
from joserfc import jwt
from joserfc.jwk import RSAKey

from tests.support.person import Person

CLIENT = "beseda"


class FakeProvider:
    """Listens as long as the block that it is entered by. What it says, and how that is signed, are
    what the test wants them to be.
    """

    def __init__(self) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.issuer = f"http://127.0.0.1:{self._server.server_port}"
        self.key = RSAKey.generate_key(2048, {"kid": "one"})
        self.reset()

    def reset(self) -> None:
        """Say what is right, from now on."""
        self.keys: list[Any] = [self.key]
        self.signer: Any = self.key
        self.header: dict[str, str] = {"alg": "RS256", "kid": "one"}
        self.claims: dict[str, Any] = {}
        self.metadata: dict[str, Any] = {}
        self.subject = "vera"
        self.redirects = False
        self.answer_bytes = b""
        self.asked: list[str] = []
        self.forms: list[dict[str, list[str]]] = []
        self.nonce = ""

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def settings(self) -> dict[str, str]:
        """What a server needs to log people in by it."""
        return {"OIDC_ISSUER": self.issuer, "OIDC_CLIENT_ID": CLIENT, "RATE_LIMITS": "off"}

    def token(self) -> str:
        """The ID token, as things are."""
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "sub": self.subject,
            "aud": CLIENT,
            "exp": now + 300,
            "iat": now,
            "auth_time": now,
            "nonce": self.nonce,
            "preferred_username": self.subject,
            **self.claims,
        }
        return self._signed(claims)

    def logout_token(self, **changes: Any) -> str:
        """A logout token, as things are, with these changes; what is None is left out."""
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "sub": self.subject,
            "aud": CLIENT,
            "exp": now + 120,
            "iat": now,
            "jti": secrets.token_hex(16),
            "events": {"http://schemas.openid.net/event/backchannel-logout": {}},
        }
        return self._signed({**claims, **changes})

    def _signed(self, claims: dict[str, Any]) -> str:
        given = {name: value for name, value in claims.items() if value is not None}
        if self.header["alg"] in ("none", "HS256"):
            return self._unsigned(given)
        return jwt.encode(self.header, given, self.signer, algorithms=[self.header["alg"]])

    def _unsigned(self, claims: dict[str, Any]) -> str:
        """What everybody can make: without a signature, or with HMAC, its secret being the public
        key as PEM.
        """
        token = ".".join(_base64(json.dumps(part).encode()) for part in (self.header, claims))
        if self.header["alg"] == "none":
            return f"{token}."
        secret = self.key.as_pem(private=False)
        return f"{token}.{_base64(hmac.digest(secret, token.encode(), 'sha256'))}"

    def body(self, path: str) -> dict[str, Any]:
        """What is answered at this path."""
        if path == "/.well-known/openid-configuration":
            ends = {"authorization": "auth", "token": "token"}
            found: dict[str, Any] = {
                f"{name}_endpoint": f"{self.issuer}/{end}" for name, end in ends.items()
            }
            found |= {"issuer": self.issuer, "jwks_uri": f"{self.issuer}/keys"}
            return {**found, **self.metadata}
        if path == "/keys":
            return {"keys": [key.as_dict(private=False) for key in self.keys]}
        if path == "/userinfo":
            return {"sub": "eva", "preferred_username": "eva"}
        return {"id_token": self.token(), "access_token": "access", "token_type": "Bearer"}


def _base64(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def _handler(provider: FakeProvider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer()

        def do_POST(self) -> None:
            form = self.rfile.read(int(self.headers["Content-Length"])).decode()
            provider.forms.append(parse_qs(form))
            self._answer()

        def _answer(self) -> None:
            provider.asked.append(self.path)
            body = provider.answer_bytes or json.dumps(provider.body(self.path)).encode()
            self.send_response(302 if provider.redirects else 200)
            self.send_header("Location", f"{provider.issuer}/elsewhere")
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing."""

    return Handler


async def sent(person: Person, start: str = "/oidc/login") -> dict[str, str]:
    """What the browser was sent to the provider with."""
    answer = await person.http.get(start)
    assert answer.status_code == httpx.codes.SEE_OTHER, answer.status_code
    query = parse_qs(urlsplit(answer.headers["location"]).query)
    return {name: values[0] for name, values in query.items()}


async def come_back(
    person: Person, provider: FakeProvider, **changes: str | None
) -> httpx.Response:
    """Go to the provider and come back at once, with these changes to what it sends back."""
    asked = await sent(person)
    provider.nonce = asked["nonce"]
    given = {"code": "code", "state": asked["state"], "iss": provider.issuer, **changes}
    answer = {name: value for name, value in given.items() if value is not None}
    return await person.http.get("/oidc/callback", params=answer)
