"""Who is online: told to the rooms that they are in, and put beside their names."""

import asyncio
from collections.abc import Collection

import structlog

from models import Membership, User
from models.choices import HIDDEN
from models.direct_conversations import visible_rooms
from models.membership import MemberRow
from models.queries.private_members import private_members
from protocol.people_frames import user_status
from protocol.server_frames import encode
from realtime.appearance_views import presence_view
from realtime.connection import Connection
from realtime.hub import Hub
from realtime.presence.tracker import PresenceTracker

log = structlog.get_logger(__name__)

# People whose status somebody is told in one turn: 10 µs each, on a real socket.
STATUSES_AT_ONCE = 200


class Presence:
    """Tells rooms and connections who is online."""

    def __init__(self, tracker: PresenceTracker, hub: Hub, locale: str) -> None:
        self._tracker = tracker
        self._hub = hub
        self._locale = locale

    async def announce(self, user_id: int, is_online: bool) -> None:
        """Tell everybody who may know it that a user has come online, or gone."""
        user = await User.get_or_none(id=user_id)
        if user is None or (is_online and user.presence_choice == HIDDEN):
            return
        if not is_online:
            await _store_last_seen(user)
        frame = self._status(user, is_online=is_online)
        room_ids = await visible_rooms(user_id)
        if room_ids:
            self._hub.send_ephemeral(room_ids, f"status:{user_id}", frame, to_lobby=True)
        log.info("user_status", user=user_id, is_online=is_online)

    async def announce_in_direct(self, room_id: int, user_ids: Collection[int]) -> None:
        """Tell the other one of a conversation whether these are there, as far as they may know."""
        hidden = await private_members(room_id)
        online = await self._tracker.online(user_ids)
        for person in await Membership.people(room_id):
            if person.id in user_ids:
                is_online = person.id in online and person.id not in hidden
                frame = self._status(person, is_online=is_online)
                # Only where they talk: the list is told by its items.
                self._hub.send_ephemeral(
                    [room_id], f"status:{person.id}", frame, except_user=person.id
                )

    async def announce_new_member(self, room_id: int, user: User) -> None:
        """Whoever has just come into a room, and is there, is online to its members."""
        if await self._tracker.online([user.id]):
            status = self._status(user, is_online=True)
            self._hub.send_ephemeral([room_id], f"status:{user.id}", status, to_lobby=True)

    async def send_online_members(self, connection: Connection, *, was_announced: bool) -> None:
        """Tell a connection that has joined its room who is online there; of its own user not when
        that was announced to the room just now.
        """
        people = await Membership.people(connection.room_id)
        for start in range(0, len(people), STATUSES_AT_ONCE):
            if start:
                await asyncio.sleep(0)
            # Asked anew for each part: somebody may have gone while the others had their turn.
            part = people[start : start + STATUSES_AT_ONCE]
            online = await self._tracker.online([person.id for person in part])
            online -= self._hub.privacy.of(connection.room_id) - {connection.user_id}
            for person in part:
                is_self = person.id == connection.user_id
                if person.id in online and not (was_announced and is_self):
                    frame = self._status(person, is_online=True)
                    connection.send_ephemeral(f"status:{person.id}", frame)

    def _status(self, person: User | MemberRow, *, is_online: bool) -> bytes:
        presence = presence_view(person.presence_choice, is_online=is_online)
        names = person.username, is_online, self._locale, person.display_name
        return encode(user_status(person.id, *names, presence))


async def _store_last_seen(user: User) -> None:
    try:
        await user.store_last_seen()
    except Exception as error:
        # Telling the room is more urgent than the time of the last visit.
        log.warning("visit_not_stored", user=user.id, error=str(error))
