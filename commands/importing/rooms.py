"""The rooms of an export, one after the other, each with all of its messages."""

import time
from collections.abc import Callable

from commands.importing.history import History
from commands.importing.items import Source, SourceRoom, Tell
from commands.importing.people import People
from commands.importing.planning import Planner
from commands.importing.report import Report
from commands.importing.staging import Staging, leave_message
from models import ImportItem, Room
from models.import_item import external_key
from models.imported_rooms import NewRoom, add_room, finish_room, refusal_of
from models.names import username_key

SECONDS_SAID = 2.0
TWO = 2

Say = Callable[[str], None]


class Rooms:
    """Imports, or counts, all rooms."""

    def __init__(
        self,
        name: str,
        source: Source,
        staging: Staging,
        people: People,
        report: Report,
        say: Say,
        tell: Tell,
        *,
        is_dry: bool,
    ) -> None:
        self._name, self._source, self._staging = name, source, staging
        self._people, self._report, self._say, self._is_dry = people, report, say, is_dry
        self._tell, self._total, self._done = tell, staging.total(), 0

    async def settle(self) -> None:
        """Import everything."""
        for room in self._staging.rooms():
            await self._settle(room)
            self._done += self._staging.count(room.id)
        for message in self._staging.lost():
            leave_message(self._report, message, "unknown_room")

    async def _settle(self, room: SourceRoom) -> None:
        key = external_key(room.id)
        item = (await ImportItem.known(self._name, "room", [key])).get(key)
        new = self._planned(room)
        stored = await Room.get_or_none(id=item.local_id) if item else None
        if item:
            reason = "" if stored else "room_deleted"
        else:
            reason = _refusal(new) or await refusal_of(new)
        if reason:
            self._leave(room, reason)
            return
        count = self._report.there if item else self._report.made
        count("rooms")
        if item is None and not self._is_dry:
            item = await add_room(self._name, key, new)
        history = History(self._name, item, stored, self._report, is_dry=self._is_dry)
        await self._import_messages(room, new, history)
        if item and not item.is_done and not self._is_dry:
            await finish_room(item, new)

    async def _import_messages(self, room: SourceRoom, new: NewRoom, history: History) -> None:
        names = {each.id: each.username for each in self._people.accounts.values()}
        members = {username_key(names[id_]): id_ for id_ in new.members}
        parents = self._staging.parents(room.id)
        planner = Planner(self._source, self._people, self._report, members, parents)
        total, said = self._staging.count(room.id), time.monotonic()
        for done, message in enumerate(self._staging.messages(room.id), start=1):
            if planned := planner.plan(message):
                await history.add(planned, message.where)
            await self._tell(self._done + done, self._total)
            if time.monotonic() - said > SECONDS_SAID:
                said = time.monotonic()
                self._say(f"{new.name or 'a conversation'}: {done} of {total} messages")
        await history.flush()
        self._say(f"{new.name or 'a conversation'}: {total} messages, done")

    def _planned(self, room: SourceRoom) -> NewRoom:
        accounts, bots = self._people.accounts, self._people.bots
        people = room.members or tuple(self._staging.authors(room.id))
        for unknown in sorted({*people} - accounts.keys() - bots):
            self._report.note("unknown_member", f"{room.where}: {unknown}")
        found = [accounts[each] for each in people if each in accounts]
        members = tuple(dict.fromkeys(each.id for each in found if not each.is_deleted))
        owners = [accounts[each].id for each in room.owners if each in accounts]
        owners = [each for each in owners if each in members] or list(members[:1])
        is_direct = room.kind == "direct"
        names = [each.username for each in found]
        return NewRoom(
            name="" if is_direct else self._named(room, names),
            topic=_line(room.topic, Room.TOPIC_MAX),
            is_direct=is_direct,
            is_public=room.kind == "public",
            is_archived=room.is_archived,
            members=members,
            owners=() if is_direct else tuple(owners),
        )

    def _named(self, room: SourceRoom, people: list[str]) -> str:
        name = _line(room.name, Room.NAME_MAX) or _line(", ".join(people), Room.NAME_MAX)
        if room.name and name != room.name:
            self._report.note("room_renamed", f"{room.where}: {room.name}")
        return name or "?"

    def _leave(self, room: SourceRoom, reason: str) -> None:
        self._report.leave("rooms", reason, room.where)
        for message in self._staging.messages(room.id):
            leave_message(self._report, message, "room_left_out")


def _refusal(room: NewRoom) -> str:
    if not room.members:
        return "no_members"
    return "one_person" if room.is_direct and len(room.members) != TWO else ""


def _line(text: str, most: int) -> str:
    plain = "".join(each for each in " ".join(text.split()) if each.isprintable())
    return plain[:most].strip()
