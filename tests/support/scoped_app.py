"""The app of ScopedServer: Beseda, with scopes by the user agent of a login."""

from models import Session
from services.actor import ALL_SCOPES, Actor, Scope
from tests.support.scoped_server import READER


def of_session(session: Session) -> Actor:
    """Return the actor with the scopes of this login."""
    may_only_read = session.user_agent == READER
    scopes = frozenset({Scope.READ}) if may_only_read else ALL_SCOPES
    return Actor(session.user, session, scopes)


Actor.of_session = of_session  # type: ignore[method-assign]

from app import app  # noqa: E402 - made when it is imported

__all__ = ["app"]
