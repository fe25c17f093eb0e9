"""Who acts: a user, by which credential, and what it is good for."""

from dataclasses import dataclass
from enum import StrEnum

from models import AccessToken, Refusal, Session, User


class Scope(StrEnum):
    """What a credential may be limited to."""

    READ = "read"
    WRITE = "write"
    ADMIN = "admin"  # To use the rights of an administrator, for who is one.


ALL_SCOPES = frozenset(Scope)

# What has proved who somebody is.
Credential = Session | AccessToken


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, as the services want it told."""

    user: User
    credential: Credential
    scopes: frozenset[Scope]

    @classmethod
    def of_session(cls, session: Session) -> "Actor":
        """Whoever has logged in, its user loaded: they may do everything that is theirs to do."""
        return cls(session.user, session, ALL_SCOPES)

    @classmethod
    def of_token(cls, token: AccessToken) -> "Actor":
        """A program with a token, its user loaded: it may do what the token was given for."""
        named = token.scopes.split()
        return cls(token.user, token, frozenset(scope for scope in Scope if scope in named))

    @property
    def user_id(self) -> int:
        user_id: int = self.user.id
        return user_id

    @property
    def username(self) -> str:
        username: str = self.user.username
        return username

    @property
    def display_name(self) -> str:
        """What others see instead of the username; "" for none."""
        display_name: str = self.user.display_name
        return display_name

    def require(self, *needed: Scope) -> None:
        """Raises Refusal: forbidden, when the credential is not good for one of these."""
        if not self.scopes.issuperset(needed):
            raise Refusal("forbidden")
