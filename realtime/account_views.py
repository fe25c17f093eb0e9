"""From rows of accounts and logins to what the JSON API shows of them."""

from msgspec import UNSET

from models import Session, User
from protocol.account_views import LoginView, ProfileView, UserView
from protocol.encoding import timestamp


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
    )


def login_view(session: Session, current: Session) -> LoginView:
    """`current` is the login that asks."""
    return LoginView(
        id=session.id,
        user_agent=session.user_agent,
        created_at=timestamp(session.created_at),
        last_used_at=timestamp(session.last_used_at or session.created_at),
        is_current=session.id == current.id,
    )
