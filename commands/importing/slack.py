"""Slack's export: a zip with users.json, channels.json, groups.json, dms.json and mpims.json, and a
folder for each of their rooms, which has a file for each day.
"""

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any, TypeVar

import msgspec
from msgspec import Struct, field

from commands.importing.archive import BROKEN, NO_JSON, Archive
from commands.importing.items import (
    BadExportError,
    Item,
    LeftOut,
    Names,
    RoomKind,
    SourceMessage,
    SourcePerson,
    SourceReaction,
    SourceRoom,
)
from commands.importing.slack_text import slack_text

T = TypeVar("T")

PEOPLE = "users.json"
# In which file which rooms are, and whether their folders have their names, or their ids.
ROOMS: dict[str, RoomKind] = {
    "channels.json": "public",
    "groups.json": "private",
    "mpims.json": "private",
    "dms.json": "direct",
}
# Messages of people; all others tell of what the chat itself has done.
WRITTEN = {"", "me_message", "thread_broadcast", "reply_broadcast", "file_share", "file_comment"}


class _Profile(Struct):
    display_name: str | None = None
    real_name: str | None = None
    email: str | None = None


class _User(Struct):
    id: str
    name: str | None = None
    real_name: str | None = None
    deleted: bool | None = None
    is_bot: bool | None = None
    profile: _Profile = field(default_factory=_Profile)


class _Text(Struct):
    value: str | None = None


class _Pin(Struct):
    id: str = ""


class _Channel(Struct):
    id: str
    name: str | None = None
    creator: str | None = None
    is_archived: bool | None = None
    members: list[str] | None = None
    topic: _Text | None = None
    purpose: _Text | None = None
    pins: list[_Pin] | None = None


class _Edited(Struct):
    ts: str = ""


class _File(Struct):
    name: str | None = None
    title: str | None = None


class _Reaction(Struct):
    name: str
    users: list[str] | None = None


class _Message(Struct):
    ts: str
    type: str | None = None
    subtype: str | None = None
    user: str | None = None
    bot_id: str | None = None
    text: str | None = None
    thread_ts: str | None = None
    edited: _Edited | None = None
    files: list[_File] | None = None
    reactions: list[_Reaction] | None = None
    pinned_to: list[str] | None = None


class SlackExport:
    """A file of Slack's."""

    def __init__(self, archive: Archive) -> None:
        if PEOPLE not in archive.entries:
            raise BadExportError(f"there is no {PEOPLE} in it")
        self._archive = archive
        self._rooms: dict[str, _Channel] = {}  # By folder.
        self._pinned: set[tuple[str, str]] = set()

    def items(self) -> Iterator[Item]:
        """See Source."""
        yield from (LeftOut("others", "unsafe_name", name) for name in self._archive.unsafe)
        yield from self._people()
        for name, kind in ROOMS.items():
            if name in self._archive.entries:
                yield from self._channels(name, kind)
        for name in sorted(self._archive.entries):
            path = PurePosixPath(name)
            if len(path.parts) == 1:
                if name != PEOPLE and name not in ROOMS:
                    yield LeftOut("others", "not_imported", name)
            elif path.suffix == ".json" and len(path.parts) == 2:
                yield from self._day(name, path.parts[0])
            else:
                yield LeftOut("others", "not_imported", name)

    def text(self, raw: str, names: Names) -> str:
        """See Source."""
        return slack_text(raw, names)

    def _people(self) -> Iterator[Item]:
        for where, user in self._list(PEOPLE, "people", _User):
            if isinstance(user, LeftOut):
                yield user
                continue
            shown = user.profile.display_name or user.profile.real_name or user.real_name or ""
            yield SourcePerson(
                id=user.id,
                username=user.name or shown or user.id,
                shown=shown,
                email=user.profile.email or "",
                is_gone=bool(user.deleted),
                is_bot=bool(user.is_bot) or user.id == "USLACKBOT",
                where=where,
            )

    def _channels(self, name: str, kind: RoomKind) -> Iterator[Item]:
        for where, channel in self._list(name, "rooms", _Channel):
            if isinstance(channel, LeftOut):
                yield channel
                continue
            self._rooms[channel.id] = channel
            if channel.name:
                self._rooms[channel.name] = channel
            self._pinned |= {(channel.id, pin.id) for pin in channel.pins or ()}
            topics = (channel.topic, channel.purpose)
            yield SourceRoom(
                id=channel.id,
                # The name of a conversation of several is that of a machine.
                name="" if name == "mpims.json" else channel.name or "",
                kind=kind,
                topic=next((each.value for each in topics if each and each.value), ""),
                members=tuple(channel.members or ()),
                owners=(channel.creator,) if channel.creator else (),
                is_archived=bool(channel.is_archived),
                where=where,
            )

    def _day(self, name: str, folder: str) -> Iterator[Item]:
        channel = self._rooms.get(folder)
        for where, message in self._list(name, "messages", _Message):
            if isinstance(message, LeftOut):
                yield message
            elif channel is None:
                yield LeftOut("messages", "unknown_room", where)
            else:
                yield self._message(message, channel, where)

    def _message(self, message: _Message, channel: _Channel, where: str) -> Item:
        if reason := _reason_of(message):
            return LeftOut("messages", reason, where)
        pins = {(channel.id, message.ts)} & self._pinned
        reactions = [
            SourceReaction(f":{each.name}:", person)
            for each in message.reactions or ()
            for person in each.users or ()
        ]
        parent = message.thread_ts
        return SourceMessage(
            id=message.ts,
            room=channel.id,
            author=message.user or "",
            at=_micros(message.ts),
            text=message.text or "",
            parent=parent if parent and parent != message.ts else "",
            edited=_micros(message.edited.ts) if message.edited else 0,
            is_pinned=bool(pins) or channel.id in (message.pinned_to or ()),
            files=tuple(each.name or each.title or "file" for each in message.files or ()),
            reactions=tuple(reactions),
            where=where,
        )

    def _list(self, name: str, kind: str, of: type[T]) -> Iterator[tuple[str, T | LeftOut]]:
        """Yield all that a file lists, each with its place."""
        problem, parts = self._parts(name)
        if problem:
            yield name, LeftOut(kind, problem, name)
        for index, part in enumerate(parts):
            where = f"{name}[{index}]"
            try:
                yield where, msgspec.convert(part, of)
            except (msgspec.ValidationError, RecursionError):
                yield where, LeftOut(kind, "broken", where)

    def _parts(self, name: str) -> tuple[str, list[Any]]:
        try:
            data = self._archive.read(name)
            if data is None:
                return "too_long_line", []
            parts = msgspec.json.decode(data)
        except (*BROKEN, *NO_JSON):
            return "broken_json", []
        return ("", parts) if isinstance(parts, list) else ("broken", [])


def _reason_of(message: _Message) -> str:
    subtype = message.subtype or ""
    if subtype == "bot_message" or (message.bot_id and not message.user):
        return "bot"
    if subtype == "tombstone":
        return "deleted"
    if (message.type or "message") != "message" or subtype not in WRITTEN:
        return "service"
    return ""


def _micros(ts: str) -> int:
    """The time of a Slack time stamp; 0 for what is none."""
    seconds, _, fraction = ts.partition(".")
    if not (seconds.isascii() and seconds.isdigit() and len(seconds) <= 11):
        return 0
    part = fraction[:6].ljust(6, "0")
    return int(seconds) * 1_000_000 + (int(part) if part.isascii() and part.isdigit() else 0)
