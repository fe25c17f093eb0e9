"""What an OpenID provider says of a person, checked: by whom it is said, to whom, when, and for
which login.
"""

import hmac
import time
from typing import Any

import structlog
from msgspec import UNSET, Struct
from msgspec.structs import replace

from models import Refusal
from models.database import storable

log = structlog.get_logger(__name__)

# How far two clocks may be apart.
LEEWAY_SECONDS = 60
# How old a logout may be when it comes; which is less than its id is remembered (OidcUse).
LOGOUT_SECONDS = 300
LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"
ID_MAX = 255


class TokenClaims(Struct, frozen=True):
    """What is looked at of an ID token, as it came."""

    iss: str
    sub: str
    aud: str | list[str]
    exp: float
    iat: float
    nbf: float | None = None
    azp: str | None = None
    nonce: str = ""
    auth_time: float | None = None
    preferred_username: str | None = None
    sid: Any = None


class LogoutToken(Struct, frozen=True):
    """The same of a logout token."""

    iss: str
    aud: str | list[str]
    iat: float
    jti: str
    events: Any
    exp: float | None = None
    sub: str = ""
    sid: str = ""
    nonce: Any = UNSET


class UserInfo(Struct, frozen=True):
    """The same of an answer of the userinfo endpoint."""

    sub: str
    preferred_username: str | None = None


class Claims(Struct, frozen=True):
    """What a token says that is the provider's, for us, and good now. `groups`: None: it does not
    say in which they are.
    """

    issuer: str
    subject: str
    nonce: str
    auth_time: float
    name: str
    groups: list[str] | None
    session: str = ""

    @classmethod
    def checked(
        cls, found: TokenClaims, groups: list[str] | None, issuer: str, client_id: str
    ) -> "Claims":
        """Raises Refusal: oidc_failed."""
        now = time.time()
        audiences = found.aud if isinstance(found.aud, list) else [found.aud]
        _require(found.iss == issuer, "iss")
        _require(client_id in audiences, "aud")
        _require(found.azp == client_id or (found.azp is None and len(audiences) == 1), "azp")
        _require(found.exp > now - LEEWAY_SECONDS, "exp")
        _require(0 < found.iat < now + LEEWAY_SECONDS, "iat")
        _require(found.nbf is None or found.nbf < now + LEEWAY_SECONDS, "nbf")
        _require(_is_id(found.sub), "sub")
        name = found.preferred_username or ""
        # Nobody is kept out by a session that cannot be ended from over there.
        session = found.sid if isinstance(found.sid, str) and _is_id(found.sid) else ""
        at = found.auth_time or 0
        return cls(found.iss, found.sub, found.nonce, at, name, groups, session)

    def check_nonce(self, nonce: str) -> None:
        """Whether this is the answer to a login that was begun here. Raises Refusal:
        oidc_failed.
        """
        _require(hmac.compare_digest(self.nonce.encode(), nonce.encode()), "nonce")

    def check_fresh(self, begun: float) -> None:
        """Whether they have shown who they are since then. Raises Refusal: oidc_failed."""
        _require(self.auth_time >= begun - LEEWAY_SECONDS, "auth_time")

    def with_userinfo(self, found: UserInfo, groups: list[str] | None) -> "Claims":
        """With what the token does not say; what it says is not replaced.

        Raises:
            Refusal: oidc_failed, when that is about somebody else.
        """
        _require(found.sub == self.subject, "sub of userinfo")
        name = self.name or found.preferred_username or ""
        return replace(self, name=name, groups=groups if self.groups is None else self.groups)


class Logout(Struct, frozen=True):
    """A logout that the provider tells (OpenID Connect Back-Channel Logout): of a session over
    there, or of a subject in all of its sessions.
    """

    issuer: str
    subject: str
    session: str
    id: str

    @classmethod
    def checked(cls, found: LogoutToken, issuer: str, client_id: str) -> "Logout":
        """Raises Refusal: oidc_failed."""
        now = time.time()
        audiences = found.aud if isinstance(found.aud, list) else [found.aud]
        _require(found.iss == issuer, "iss")
        _require(client_id in audiences, "aud")
        events = found.events if isinstance(found.events, dict) else {}
        _require(isinstance(events.get(LOGOUT_EVENT), dict), "events")
        # Or an ID token, which browsers have, would log people out.
        _require(found.nonce is UNSET, "nonce")
        oldest = now - LOGOUT_SECONDS - LEEWAY_SECONDS
        _require(oldest < found.iat < now + LEEWAY_SECONDS, "iat")
        _require(found.exp is None or found.exp > now - LEEWAY_SECONDS, "exp")
        _require(_is_id(found.jti), "jti")
        _require(bool(found.sub or found.sid), "sub and sid")
        _require(all(_is_id(each) for each in (found.sub, found.sid) if each), "sub or sid")
        return cls(found.iss, found.sub, found.sid, found.jti)


def failure(why: str) -> Refusal:
    """A refusal, whose reason is for the operator alone."""
    log.info("oidc_failed", why=why)
    return Refusal("oidc_failed")


def _is_id(value: str) -> bool:
    return 1 <= len(value) <= ID_MAX and storable(value)


def _require(holds: bool, claim: str) -> None:
    if not holds:
        raise failure(f"claim {claim}")
