"""Mattermost's bulk export: JSON, one object a line, plain or in a zip with the files."""

from collections.abc import Iterator
from typing import IO, Any

from commands.importing.archive import decoded, lines
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
from commands.importing.mattermost_lines import DECODERS, LINE, Bot, Channel, Direct, Post, User
from commands.importing.mattermost_text import mattermost_text

MILLI = 1_000
SYSTEM = "system_"
# What is written by a program has one of these among its properties.
BY_PROGRAM = (b'"from_webhook"', b'"from_bot"', b'"from_plugin"', b'"from_oauth_app"')
# Settings of the server, and the line that says which form it has.
OTHERS = {"version", "team", "role", "scheme", "info"}


_KINDS = {"user": "people", "bot": "people", "channel": "rooms", "direct_channel": "rooms"}


class MattermostExport:
    """A file of Mattermost's."""

    def __init__(self, file: IO[bytes], name: str) -> None:
        self._file, self._name = file, name
        self._channels: dict[str, Channel] = {}
        self._where: dict[str, str] = {}
        self._members: dict[str, list[str]] = {}
        self._owners: dict[str, list[str]] = {}

    def items(self) -> Iterator[Item]:
        """See Source."""
        is_first = True
        for number, line in lines(self._file, self._name):
            where = f"{self._name}:{number}"
            if line is None:
                yield LeftOut("others", "too_long_line", where)
            elif line.strip():
                if is_first and decoded(line, LINE) is None:
                    raise BadExportError(f"{where}: no bulk export of Mattermost")
                yield from self._items_of(line, where)
            is_first = False
        # Who is in them is said by the people, who come behind.
        yield from map(self._room, self._channels)

    def text(self, raw: str, names: Names) -> str:
        """See Source."""
        return mattermost_text(raw, names)

    def _items_of(self, data: bytes, where: str) -> Iterator[Item]:
        line = decoded(data, LINE)
        if line is None:
            yield LeftOut("others", "broken_json", where)
            return
        if line.type not in DECODERS:
            if line.type not in OTHERS:
                yield LeftOut("others", "not_imported", where)
            return
        made = decoded(bytes(getattr(line, line.type)), DECODERS[line.type])
        if made is None:
            yield LeftOut(_KINDS.get(line.type, "messages"), "broken", where)
        elif isinstance(made, Post):
            yield from self._posts(made, where)
        else:
            yield from self._others(made, where)

    def _others(self, made: Any, where: str) -> Iterator[Item]:
        if isinstance(made, Channel):
            key = f"{made.team}/{made.name}"
            if key in self._channels:
                yield LeftOut("rooms", "duplicate", where)
            self._channels.setdefault(key, made)
            self._where.setdefault(key, where)
        elif isinstance(made, User):
            yield self._person(made, where)
        elif isinstance(made, Bot):
            yield SourcePerson(made.username, made.username, is_bot=True, where=where)
        elif isinstance(made, Direct):
            people = [each.username for each in made.participants or ()]
            yield _conversation(people or made.members or [], where)

    def _person(self, user: User, where: str) -> SourcePerson:
        for team in user.teams or ():
            for each in team.channels or ():
                key = f"{team.name}/{each.name}"
                self._members.setdefault(key, []).append(user.username)
                if "channel_admin" in (each.roles or ""):
                    self._owners.setdefault(key, []).append(user.username)
        full = f"{user.first_name or ''} {user.last_name or ''}".strip()
        return SourcePerson(
            id=user.username,
            username=user.username,
            shown=user.nickname or full,
            email=user.email or "",
            is_gone=bool(user.delete_at),
            where=where,
        )

    def _room(self, key: str) -> SourceRoom:
        channel = self._channels[key]
        return SourceRoom(
            id=key,
            name=channel.display_name or channel.name,
            kind="public" if channel.type == "O" else "private",
            topic=channel.purpose or channel.header or "",
            members=tuple(self._members.get(key, ())),
            owners=tuple(self._owners.get(key, ())),
            is_archived=bool(channel.deleted_at),
            where=self._where[key],
        )

    def _posts(self, post: Post, where: str) -> Iterator[Item]:
        room = f"{post.team}/{post.channel}"
        if post.channel_members is not None:
            room = _direct_id(post.channel_members)
        root = _message(post, room, "", where)
        yield root
        for index, reply in enumerate(post.replies or ()):
            parent = root.id if isinstance(root, SourceMessage) else ""
            yield _message(reply, room, parent, f"{where} reply {index + 1}")


def _message(post: Post, room: str, parent: str, where: str) -> SourceMessage | LeftOut:
    kind = post.type or ""
    if kind.startswith(SYSTEM):
        return LeftOut("messages", "service", where)
    if any(mark in bytes(post.props) for mark in BY_PROGRAM):
        return LeftOut("messages", "bot", where)
    reactions = [SourceReaction(f":{each.emoji_name}:", each.user) for each in post.reactions or ()]
    return SourceMessage(
        # A post has no id of its own; nobody writes twice in a millisecond.
        id=f"{post.create_at}-{post.user}",
        room=room,
        author=post.user,
        at=_micros(post.create_at),
        text=post.message,
        parent=parent,
        edited=_micros(post.edit_at or 0),
        is_pinned=bool(post.is_pinned),
        files=tuple(each.path.rpartition("/")[2] or "file" for each in post.attachments or ()),
        reactions=tuple(reactions),
        where=where,
    )


def _conversation(members: list[str], where: str) -> SourceRoom:
    people = tuple(dict.fromkeys(members))
    kind: RoomKind = "direct" if len(people) <= 2 else "private"
    return SourceRoom(_direct_id(members), "", kind, members=people, where=where)


def _direct_id(members: list[str]) -> str:
    return "direct:" + ",".join(sorted(set(members)))


def _micros(milliseconds: int) -> int:
    return milliseconds * MILLI if 0 < milliseconds < 1 << 43 else 0
