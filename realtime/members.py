"""What people do as members of rooms: let others in, leave, share the ownership, mute; and how they
find others.
"""

from typing import Any

import structlog

from models import Membership, Refusal, User
from models.database import to_the_end
from models.membership import ID_MAX
from models.search import people_called
from realtime import frames
from realtime.envelope import MemberRemoved
from realtime.rooms import Rooms, check_owner, known_user

log = structlog.get_logger(__name__)

FOUND_MAX = 10


class Members(Rooms):
    """Part of Actions."""

    @to_the_end
    async def add_member(self, actor: Membership, username: str) -> User:
        """Let somebody in, and return them.

        Raises:
            Refusal: unknown_user, already_a_member, too_many_members, too_many_rooms, forbidden.
        """
        user = await known_user(username)
        await self.check_rooms(user)
        await actor.admit(user, self.settings.max_members_per_room)
        self.lobby.joined([user.id], actor.room_id)
        log.info("member_added", user=actor.user_id, room=actor.room_id, member=user.id)
        await self._tell_joined(actor.room_id, user)
        return user

    @to_the_end
    async def remove_member(self, actor: Membership, user_id: int) -> None:
        """Owners remove, anybody leaves; nobody leaves a conversation of two. The sockets concerned
        are closed, on every process.

        Raises:
            Refusal: forbidden, not_owner, not_found.
        """
        if user_id != actor.user_id or actor.room.is_direct:
            check_owner(actor)
        member = await _member(actor.room_id, user_id)
        heir = await member.end()
        self.hub.revoke(MemberRemoved(actor.room_id, user_id))
        self._tell(actor.room_id, user_id, frames.member_left(actor.room_id, user_id))
        if heir is not None:
            self._tell_role(actor.room_id, heir, Membership.OWNER)
        log.info("member_removed", user=actor.user_id, room=actor.room_id, member=user_id)

    @to_the_end
    async def set_role(self, actor: Membership, user_id: int, role: str) -> None:
        """An owner makes somebody an owner, or a mere member; there is always an owner.

        Raises:
            Refusal: forbidden, not_owner, not_found, last_owner.
        """
        check_owner(actor)
        member = await _member(actor.room_id, user_id)
        await actor.appoint(member.user_id, role)
        self._tell_role(actor.room_id, user_id, role)
        log.info("role_set", user=actor.user_id, room=actor.room_id, member=user_id, role=role)

    @to_the_end
    async def mute(self, member: Membership, is_muted: bool) -> None:
        """Whether the room calls for this member's attention is theirs to say."""
        await Membership.filter(id=member.id).update(is_muted=is_muted)
        self.lobby.changed(member.room_id, [member.user_id])

    @to_the_end
    async def mark_unread(self, member: Membership, message_id: int) -> None:
        """Let the room look unread to this member from a message on, until they read it again.

        Raises:
            Refusal: not_found.
        """
        await member.mark_unread(message_id)
        self.lobby.changed(member.room_id, [member.user_id])

    async def find_people(self, user_id: int, text: str) -> list[dict[str, Any]]:
        """Up to ten others whose names begin like this: id, username, display_name."""
        return await people_called(text, but=user_id, limit=FOUND_MAX)

    async def _tell_joined(self, room_id: int, user: User) -> None:
        is_online = bool(await self.roster.online([user.id]))
        member = {
            "id": user.id,
            "username": user.username,
            "display_name": user.display_name,
            "role": Membership.MEMBER,
            "last_read": 0,
            "is_online": is_online,
            "last_seen": user.last_seen and frames.timestamp(user.last_seen),
        }
        self._tell(room_id, user.id, frames.member_joined(room_id, member))
        if is_online:
            status = frames.user_status(
                user.id, user.username, True, self.locale, user.display_name
            )
            self.hub.pass_on([room_id], f"status:{user.id}", status, to_lobby=True)

    def _tell_role(self, room_id: int, user_id: int, role: str) -> None:
        self._tell(room_id, user_id, frames.member_role(room_id, user_id, role), of="role")
        self.lobby.changed(room_id, [user_id])

    def _tell(self, room_id: int, user_id: int, frame: bytes, of: str = "member") -> None:
        self.hub.pass_on([room_id], f"{of}:{user_id}", frame)


async def _member(room_id: int, user_id: int) -> Membership:
    is_possible = 0 < user_id <= ID_MAX
    member = is_possible and await Membership.get_or_none(room_id=room_id, user_id=user_id)
    if not member:
        raise Refusal("not_found")
    return member
