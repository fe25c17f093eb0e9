"""What has to be so before something is done; each raises a Refusal where it is not."""

from models import Membership, Refusal, User
from models.membership import ID_MAX


def require_owner(member: Membership) -> None:
    """Raises Refusal: forbidden in a conversation of two, which is nobody's; not_owner."""
    if member.room.is_direct:
        raise Refusal("forbidden")
    if not member.is_owner:
        raise Refusal("not_owner")


async def require_user(username: str) -> User:
    """Raises Refusal: unknown_user."""
    user = await User.named(username)
    if user is None:
        raise Refusal("unknown_user", username=username[: User.USERNAME_MAX])
    return user


async def require_member(room_id: int, user_id: int) -> Membership:
    """Raises Refusal: not_found."""
    is_possible = 0 < user_id <= ID_MAX
    member = is_possible and await Membership.get_or_none(room_id=room_id, user_id=user_id)
    if not member:
        raise Refusal("not_found")
    return member
