"""What people do about rooms: make them, rename them, look at them, talk to somebody alone."""

from collections.abc import Iterable
from typing import Any

import structlog

from models import Membership, Refusal, Room, User
from models.conversations import conversation_of, found_conversation
from models.database import to_the_end
from models.listing import rooms_of
from realtime import frames
from realtime.envelope import RoomDeleted
from realtime.parts import Parts

log = structlog.get_logger(__name__)


class Rooms(Parts):
    """Part of Actions."""

    @to_the_end
    async def create_room(self, owner: User, name: str, usernames: list[str]) -> Room:
        """Raises Refusal: bad_room_name, unknown_user, too_many_members, too_many_rooms."""
        Room.checked_name(name)
        self._check_members(len(usernames) + 1)
        people = [await known_user(username) for username in usernames]
        for user in [owner, *people]:
            await self.check_rooms(user)
        room = await Membership.found_room(name, owner.id, {user.id for user in people})
        self.lobby.joined({owner.id, *(user.id for user in people)}, room.id)
        log.info("room_created", user=owner.id, room=room.id, members=len(people) + 1)
        return room

    @to_the_end
    async def open_conversation(self, user: User, username: str) -> int:
        """The id of the room that `user` and this other person have to themselves, which is made
        when it is first asked for.

        Raises:
            Refusal: unknown_user, only_yourself, too_many_rooms.
        """
        other = await known_user(username)
        if other.id == user.id:
            raise Refusal("only_yourself")
        if known := await conversation_of(user.id, other.id):
            return known
        # Not of the other one: strangers could fill their places, and lock them out of rooms.
        await self.check_rooms(user, Room.DIRECT)
        room_id, is_new = await found_conversation(user.id, other.id)
        if is_new:
            self.lobby.joined([user.id, other.id], room_id)
            log.info("conversation_opened", user=user.id, room=room_id, member=other.id)
        return room_id

    @to_the_end
    async def rename_room(self, actor: Membership, name: str) -> None:
        """Raises Refusal: not_owner, bad_room_name, forbidden."""
        check_owner(actor)
        name = Room.checked_name(name)
        await Room.filter(id=actor.room_id).update(name=name)
        actor.room.name = name
        self.hub.pass_on([actor.room_id], "name", frames.room_renamed(actor.room_id, name))
        self.lobby.changed(actor.room_id)
        log.info("room_renamed", user=actor.user_id, room=actor.room_id)

    @to_the_end
    async def delete_room(self, actor: Membership) -> None:
        """Raises Refusal: not_owner, forbidden."""
        check_owner(actor)
        await Room.filter(id=actor.room_id).delete()
        self.hub.revoke(RoomDeleted(actor.room_id))
        log.info("room_deleted", user=actor.user_id, room=actor.room_id)

    async def room_list(self, user_id: int) -> list[dict[str, Any]]:
        """The user's rooms, latest activity first; times as on the wire."""
        rooms = await rooms_of(user_id)
        await self._complete(rooms)
        return rooms

    async def room_item(self, user_id: int, room_id: int) -> dict[str, Any] | None:
        """See Parts."""
        rooms = await rooms_of(user_id, room_id)
        await self._complete(rooms)
        return rooms[0] if rooms else None

    async def room_details(self, member: Membership) -> dict[str, Any]:
        """The room with its members: who is online, when the others were last here."""
        people = await Membership.people(member.room_id)
        await self._add_presence(people)
        others = (each for each in people if each["id"] != member.user_id)
        partner = next(others, None) if member.room.is_direct else None
        return {
            "id": member.room_id,
            "name": name_of(partner) if partner else member.room.name,
            "kind": member.room.kind,
            "revision": member.room.revision,
            "role": member.role,
            "last_read": member.last_read,
            "unread_from": member.unread_from,
            "is_muted": member.is_muted,
            "members": people,
        }

    async def _complete(self, rooms: list[dict[str, Any]]) -> None:
        for room in rooms:
            room["last_message_at"] = _wire_time(room["last_message_at"])
        await self._add_presence([room["partner"] for room in rooms if "partner" in room])

    async def _add_presence(self, people: Iterable[dict[str, Any]]) -> None:
        online = await self.roster.online([person["id"] for person in people])
        for person in people:
            person["is_online"] = person["id"] in online
            person["last_seen"] = _wire_time(person["last_seen"])

    def _check_members(self, number: int) -> None:
        if number > self.settings.max_members_per_room:
            raise Refusal("too_many_members", limit=self.settings.max_members_per_room)

    async def check_rooms(self, user: User, kind: str = Room.ROOM) -> None:
        """Raises Refusal: too_many_rooms, of this kind."""
        limit = self.settings.max_rooms_per_user
        if await Membership.filter(user_id=user.id, room__kind=kind).count() >= limit:
            raise Refusal("too_many_rooms", username=user.username, limit=limit)


def check_owner(actor: Membership) -> None:
    """Raises Refusal: forbidden in a conversation of two, which is nobody's; not_owner."""
    if actor.room.is_direct:
        raise Refusal("forbidden")
    if not actor.is_owner:
        raise Refusal("not_owner")


async def known_user(username: str) -> User:
    """Raises Refusal: unknown_user."""
    user = await User.named(username)
    if user is None:
        raise Refusal("unknown_user", username=username[: User.USERNAME_MAX])
    return user


def name_of(person: dict[str, Any]) -> str:
    """What others see of a person's two names."""
    name: str = person["display_name"] or person["username"]
    return name


def _wire_time(moment: Any) -> str | None:
    return None if moment is None else frames.timestamp(moment)
