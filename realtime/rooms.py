"""What people do about rooms: make them, let others in, leave, look."""

from typing import Any

import structlog

from models import Membership, Refusal, Room, User
from models.database import to_the_end
from models.membership import ID_MAX
from realtime import frames
from realtime.envelope import MemberRemoved, RoomDeleted
from realtime.parts import Parts

log = structlog.get_logger(__name__)


class Rooms(Parts):
    """Part of Actions."""

    @to_the_end
    async def create_room(self, owner: User, name: str, usernames: list[str]) -> Room:
        """Raises Refusal: bad_room_name, unknown_user, too_many_members, too_many_rooms."""
        Room.checked_name(name)
        self._check_members(len(usernames) + 1)
        people = [await _known(username) for username in usernames]
        for user in [owner, *people]:
            await self._check_rooms(user)
        room = await Membership.found_room(name, owner.id, {user.id for user in people})
        self.lobby.joined({owner.id, *(user.id for user in people)}, room.id)
        log.info("room_created", user=owner.id, room=room.id, members=len(people) + 1)
        return room

    @to_the_end
    async def add_member(self, actor: Membership, username: str) -> User:
        """Let somebody in, and return them.

        Raises:
            Refusal: unknown_user, already_a_member, too_many_members, too_many_rooms, forbidden.
        """
        user = await _known(username)
        await self._check_rooms(user)
        await actor.admit(user, self.settings.max_members_per_room)
        self.lobby.joined([user.id], actor.room_id)
        log.info("member_added", user=actor.user_id, room=actor.room_id, member=user.id)
        if await self.roster.online([user.id]):
            status = frames.user_status(
                user.id, user.username, True, self.locale, user.display_name
            )
            self.hub.pass_on([actor.room_id], f"status:{user.id}", status, to_lobby=True)
        return user

    @to_the_end
    async def remove_member(self, actor: Membership, user_id: int) -> None:
        """Owners remove, anybody leaves. The sockets concerned are closed, on every process.

        Raises:
            Refusal: not_owner, not_found.
        """
        if user_id != actor.user_id and not actor.is_owner:
            raise Refusal("not_owner")
        known = 0 < user_id <= ID_MAX
        member = known and await Membership.get_or_none(room_id=actor.room_id, user_id=user_id)
        if not member:
            raise Refusal("not_found")
        await member.end()
        self.hub.revoke(MemberRemoved(actor.room_id, user_id))
        log.info("member_removed", user=actor.user_id, room=actor.room_id, member=user_id)

    @to_the_end
    async def delete_room(self, actor: Membership) -> None:
        """Raises Refusal: not_owner."""
        if not actor.is_owner:
            raise Refusal("not_owner")
        await Room.filter(id=actor.room_id).delete()
        self.hub.revoke(RoomDeleted(actor.room_id))
        log.info("room_deleted", user=actor.user_id, room=actor.room_id)

    async def room_list(self, user_id: int) -> list[dict[str, Any]]:
        """The user's rooms, latest activity first; times as on the wire."""
        return [
            room | {"last_message_at": _wire_time(room["last_message_at"])}
            for room in await Membership.rooms_of(user_id)
        ]

    async def room_item(self, user_id: int, room_id: int) -> dict[str, Any] | None:
        """See Parts."""
        rooms = await self.room_list(user_id)
        return next((room for room in rooms if room["id"] == room_id), None)

    async def room_details(self, member: Membership) -> dict[str, Any]:
        """The room with its members: who is online, when the others were last here."""
        people = await Membership.people(member.room_id)
        online = await self.roster.online([person["id"] for person in people])
        for person in people:
            person["is_online"] = person["id"] in online
            person["last_seen"] = _wire_time(person["last_seen"])
        return {
            "id": member.room_id,
            "name": member.room.name,
            "kind": member.room.kind,
            "revision": member.room.revision,
            "role": member.role,
            "last_read": member.last_read,
            "members": people,
        }

    def _check_members(self, number: int) -> None:
        if number > self.settings.max_members_per_room:
            raise Refusal("too_many_members", limit=self.settings.max_members_per_room)

    async def _check_rooms(self, user: User) -> None:
        limit = self.settings.max_rooms_per_user
        if await Membership.filter(user_id=user.id).count() >= limit:
            raise Refusal("too_many_rooms", username=user.username, limit=limit)


async def _known(username: str) -> User:
    user = await User.named(username)
    if user is None:
        raise Refusal("unknown_user", username=username[: User.USERNAME_MAX])
    return user


def _wire_time(moment: Any) -> str | None:
    return None if moment is None else frames.timestamp(moment)
