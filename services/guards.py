"""Who has to be there before something is done; each raises a Refusal where nobody is. Rights are
in services/policy.py.
"""

from models import Membership, Refusal, User
from models.membership import ID_MAX
from models.room_ban import RoomBan


async def require_user(username: str) -> User:
    """Raises Refusal: unknown_user."""
    user = await User.named(username)
    if user is None:
        raise Refusal("unknown_user", username=username[: User.USERNAME_MAX])
    return user


async def require_account(user_id: int) -> User:
    """Raises Refusal: not_found."""
    user = await User.get_or_none(id=user_id) if 0 < user_id <= ID_MAX else None
    if user is None:
        raise Refusal("not_found")
    return user


async def membership_of(user_id: int, room_id: int) -> Membership:
    """The membership of who asks for a room, as Membership.of. Whoever is banned is told so.

    Raises:
        Refusal: not_a_member, room_banned, room_banned_until.
    """
    try:
        return await Membership.of(user_id, room_id)
    except Refusal:
        if 0 < room_id <= ID_MAX:
            await RoomBan.check(room_id, user_id)
        raise


async def require_member(room_id: int, user_id: int) -> Membership:
    """Raises Refusal: not_found."""
    is_possible = 0 < user_id <= ID_MAX
    member = is_possible and await Membership.get_or_none(room_id=room_id, user_id=user_id)
    if not member:
        raise Refusal("not_found")
    return member
