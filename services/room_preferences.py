"""What a room is to one of its members: muted, hidden."""

from models import Membership
from models.database import shielded
from realtime.lobby.lobby import Lobby
from services.rate_limits import RateLimits


class RoomPreferences:
    """What members have chosen for their rooms."""

    def __init__(self, lobby: Lobby, limits: RateLimits) -> None:
        self._lobby = lobby
        self._limits = limits

    @shielded
    async def mute(self, member: Membership, is_muted: bool) -> None:
        """Whether the room calls for this member's attention is theirs to say.

        Raises:
            Refusal: rate_limited.
        """
        self._limits.changes.check(member.user_id)
        await Membership.filter(id=member.id).update(is_muted=is_muted)
        self._lobby.changed(member.room_id, [member.user_id])

    @shielded
    async def set_level(self, member: Membership, level: str) -> None:
        """What of the room calls for this member's attention: all, mentions or nothing, which is
        the same as muted.

        Raises:
            Refusal: rate_limited.
        """
        self._limits.changes.check(member.user_id)
        chosen: dict[str, object] = {"is_muted": level == Membership.NOTHING}
        if level != Membership.NOTHING:
            chosen["chosen_level"] = level
        await Membership.filter(id=member.id).update(**chosen)
        self._lobby.changed(member.room_id, [member.user_id])

    @shielded
    async def hide(self, member: Membership, is_hidden: bool) -> None:
        """Whether the room is in this member's list; what is said in it brings it back.

        Raises:
            Refusal: rate_limited.
        """
        self._limits.changes.check(member.user_id)
        await member.hide(is_hidden)
        self._lobby.changed(member.room_id, [member.user_id])
