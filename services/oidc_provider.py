"""The OpenID provider: what it says of itself, what it is asked, and whether a token is its own.

Takes a seventh of the time of a start to import, and most sites have no provider: see Oidc.
"""

import asyncio
import time
from typing import Any
from urllib.parse import quote_plus, urlencode, urlsplit

import httpx2
import msgspec
import structlog
from joserfc import jws, jwt
from joserfc.errors import JoseError

from config import Settings
from models import Refusal
from realtime.throttled_log import ThrottledLog
from services.oidc_claims import Claims, Logout, LogoutToken, TokenClaims, UserInfo, failure
from services.oidc_keys import ALGORITHMS, challenge_of, named, signing
from services.oidc_requests import Metadata, Requests, Tokens, UnusableError, decoded, good

log = structlog.get_logger(__name__)
outages = ThrottledLog(log)

TOKEN_MAX = 32_768
# How long what the provider says of itself is good; how soon it is asked again after it has not
# answered, or after a token that none of its keys has signed.
METADATA_SECONDS = 3600.0
AWAY_SECONDS = 2.0
KEYS_SECONDS = 60.0
LOCAL = ("localhost", "127.0.0.1", "::1")


class Provider:
    """One provider; asked for the first time when somebody needs it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._issuer = settings.oidc_issuer or ""
        self._requests = Requests()
        self._metadata: Metadata | None = None
        self._keys: list[Any] = []
        self._read_at = self._failed_at = -METADATA_SECONDS
        self._keys_from = 0.0  # Before which the keys are not asked for again.
        self._lock = asyncio.Lock()

    async def metadata(self) -> Metadata:
        """What it says of itself. Raises Refusal: oidc_unavailable."""
        async with self._lock:
            if self._metadata and time.monotonic() - self._read_at < METADATA_SECONDS:
                return self._metadata
            if time.monotonic() - self._failed_at < AWAY_SECONDS:
                raise Refusal("oidc_unavailable", retry_after=AWAY_SECONDS)
            try:
                self._metadata = await self._discovered()
            except UnusableError as problem:
                self._failed_at = time.monotonic()
                raise self._refusal("discovery", problem) from None
            self._read_at = time.monotonic()
            self._keys = []  # One that was withdrawn is good no longer than what was read with it.
            return self._metadata

    async def authorization_url(
        self, redirect_uri: str, state: str, nonce: str, verifier: str, *, is_fresh: bool
    ) -> str:
        """Where somebody logs in there; with `is_fresh` also who is logged in already.

        Raises:
            Refusal: oidc_unavailable.
        """
        asked = {
            "response_type": "code",
            "client_id": self._settings.oidc_client_id,
            "redirect_uri": redirect_uri,
            "scope": self._settings.oidc_scopes,
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge_of(verifier),
            "code_challenge_method": "S256",
        }
        if is_fresh:
            asked |= {"prompt": "login", "max_age": "0"}
        return _with_query((await self.metadata()).authorization_endpoint, asked)

    async def check_issuer(self, issuer: str | None) -> None:
        """Whether an answer that names this issuer is the provider's (RFC 9207).

        Raises:
            Refusal: oidc_failed, oidc_unavailable.
        """
        found = await self.metadata()
        if issuer is None and not found.authorization_response_iss_parameter_supported:
            return
        if issuer != found.issuer:
            raise failure("issuer of the answer")

    async def claims(self, code: str, redirect_uri: str, verifier: str, nonce: str) -> Claims:
        """What the provider says of who has logged in, for a code that it has given.

        Raises:
            Refusal: oidc_failed, oidc_unavailable.
        """
        tokens = await self._exchanged(code, redirect_uri, verifier)
        claims = await self.verified(tokens.id_token)
        claims.check_nonce(nonce)
        found = await self.metadata()
        if found.userinfo_endpoint and tokens.access_token:
            claims = claims.with_userinfo(*await self._userinfo(found, tokens.access_token))
        return claims

    async def verified(self, token: str) -> Claims:
        """The claims of a token that the provider has signed for us, and that holds now.

        Raises:
            Refusal: oidc_failed, oidc_unavailable.
        """
        every = await self._signed(token)
        try:
            claims = msgspec.convert(every, TokenClaims)
        except ValueError as problem:
            raise failure(f"token: {problem}") from None
        groups = _groups(every, self._settings.oidc_groups_claim)
        return Claims.checked(claims, groups, self._issuer, self._settings.oidc_client_id)

    async def logout(self, token: str) -> Logout:
        """The same of a logout token.

        Raises:
            Refusal: oidc_failed, oidc_unavailable.
        """
        every = await self._signed(token)
        try:
            found = msgspec.convert(every, LogoutToken)
        except ValueError as problem:
            raise failure(f"logout token: {problem}") from None
        return Logout.checked(found, self._issuer, self._settings.oidc_client_id)

    async def logout_url(self, back: str) -> str:
        """Where somebody logs out there, and comes back from; "" where nobody can. It is asked
        without the ID token, which is not kept: the provider asks whether it is meant.

        Raises:
            Refusal: oidc_unavailable.
        """
        address = (await self.metadata()).end_session_endpoint
        asked = {"client_id": self._settings.oidc_client_id, "post_logout_redirect_uri": back}
        return _with_query(address, asked) if address else ""

    async def _signed(self, token: str) -> dict[str, Any]:
        found = await self.metadata()
        allowed = ALGORITHMS.intersection(found.id_token_signing_alg_values_supported)
        try:
            if len(token) > TOKEN_MAX or token.count(".") != 2:
                raise failure("shape of the token")
            header = jws.extract_compact(token.encode()).headers()
            if header.get("alg") not in allowed:
                raise failure("algorithm of the token")
            key = await self._key(found, header.get("kid"))
            return dict(jwt.decode(token, key, algorithms=sorted(allowed)).claims)
        except (JoseError, ValueError, TypeError) as problem:
            raise failure(f"token: {type(problem).__name__}: {problem}") from None

    async def _key(self, found: Metadata, kid: object) -> Any:
        """The key that is called so; asked for anew, once a minute, where there is none."""
        if (key := named(self._keys, kid)) is not None:
            return key
        async with self._lock:
            if named(self._keys, kid) is None and time.monotonic() >= self._keys_from:
                self._keys_from = time.monotonic() + (KEYS_SECONDS if self._keys else AWAY_SECONDS)
                try:
                    self._keys = signing(await self._requests.get(found.jwks_uri))
                except UnusableError as problem:
                    raise self._refusal("keys", problem) from None
        if (key := named(self._keys, kid)) is None:
            raise failure("key of the token")
        return key

    async def _discovered(self) -> Metadata:
        address = f"{self._issuer.rstrip('/')}/.well-known/openid-configuration"
        found = decoded(await self._requests.get(address), Metadata)
        if found.issuer != self._issuer:
            raise UnusableError(f"it calls itself {found.issuer[:200]!r}, and OIDC_ISSUER does not")
        ends = (found.authorization_endpoint, found.token_endpoint, found.jwks_uri)
        for end in (*ends, *filter(None, (found.userinfo_endpoint, found.end_session_endpoint))):
            self._check_address(end)
        return found

    def _check_address(self, address: str) -> None:
        is_local = urlsplit(self._issuer).hostname in LOCAL
        parts = urlsplit(address)
        if parts.scheme != "https" and not (is_local and parts.hostname in LOCAL):
            raise UnusableError(f"one of its addresses is not https: {address[:200]!r}")

    async def _exchanged(self, code: str, redirect_uri: str, verifier: str) -> Tokens:
        found = await self.metadata()
        client_id, secret = self._settings.oidc_client_id, self._settings.oidc_client_secret
        sent = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": verifier,
        }
        auth = None
        if secret and "client_secret_basic" in found.token_endpoint_auth_methods_supported:
            auth = httpx2.BasicAuth(quote_plus(client_id), quote_plus(secret))
        else:
            sent |= {"client_id": client_id, **({"client_secret": secret} if secret else {})}
        try:
            status, body = await self._requests.send(
                "POST", found.token_endpoint, data=sent, auth=auth
            )
            if 400 <= status < 500:
                raise failure(f"exchange of the code: {status} {body[:200]!r}")
            return decoded(good(status, body), Tokens)
        except UnusableError as problem:
            raise self._refusal("token", problem) from None

    async def _userinfo(
        self, found: Metadata, access_token: str
    ) -> tuple[UserInfo, list[str] | None]:
        headers = {"Authorization": f"Bearer {access_token}", "Accept": "application/json"}
        try:
            body = await self._requests.get(found.userinfo_endpoint, headers)
            every = decoded(body, dict[str, Any])
            return decoded(body, UserInfo), _groups(every, self._settings.oidc_groups_claim)
        except UnusableError as problem:
            raise self._refusal("userinfo", problem) from None

    def _refusal(self, what: str, problem: UnusableError) -> Refusal:
        outages.warning("oidc_unavailable", what, issuer=self._issuer, problem=str(problem))
        return Refusal("oidc_unavailable", retry_after=AWAY_SECONDS)


def _with_query(address: str, asked: dict[str, str]) -> str:
    return f"{address}{'&' if urlsplit(address).query else '?'}{urlencode(asked)}"


def _groups(claims: dict[str, Any], name: str) -> list[str] | None:
    """A claim that is a list of texts, or one; None: there is none."""
    value = claims.get(name)
    found = value if isinstance(value, list) else [value]
    return None if value is None else [each for each in found if isinstance(each, str)]
