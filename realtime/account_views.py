"""From rows of accounts and logins to what the JSON API shows of them."""

from msgspec import UNSET

from models import EmailAddress, OidcIdentity, Passkey, Session, User
from protocol.account_views import (
    EmailView,
    IdentityView,
    LoginView,
    PasskeyView,
    ProfileView,
    UserView,
)
from protocol.encoding import timestamp
from realtime.appearance_views import status_view


def user_view(user: User, *, is_invited: bool = False) -> UserView:
    """`is_invited`: they were asked into a room, and are not in it yet."""
    return UserView(
        user.id, user.username, user.display_name or UNSET, True if is_invited else UNSET
    )


def profile_view(user: User) -> ProfileView:
    return ProfileView(
        id=user.id,
        username=user.username,
        display_name=user.display_name,
        language=user.language,
        theme=user.theme,
        time_format=user.time_format,
        time_zone=user.time_zone,
        presence=user.presence_choice,
        status=status_view(user) or None,
        picture=user.picture,
    )


def login_view(session: Session, current: Session) -> LoginView:
    """`current` is the login that asks."""
    return LoginView(
        id=session.id,
        user_agent=session.user_agent,
        created_at=timestamp(session.created_at),
        last_used_at=timestamp(session.last_used_at or session.created_at),
        is_current=session.id == current.id,
        is_new=True if session.is_new else UNSET,
    )


def passkey_view(passkey: Passkey) -> PasskeyView:
    return PasskeyView(
        id=passkey.id,
        label=passkey.label,
        created_at=timestamp(passkey.created_at),
        last_used_at=timestamp(passkey.last_used_at) if passkey.last_used_at else None,
    )


def identity_view(identity: OidcIdentity) -> IdentityView:
    used = identity.last_used_at
    return IdentityView(
        id=identity.id,
        issuer=identity.issuer,
        created_at=timestamp(identity.created_at),
        last_used_at=timestamp(used) if used else None,
    )


def email_view(mine: EmailAddress) -> EmailView:
    return EmailView(mine.address or None, mine.pending or None, mine.wants_digest)
