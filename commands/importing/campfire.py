"""The database of ONCE Campfire, a file of SQLite; it is only read."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from commands.importing.campfire_text import campfire_text
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

BOT = 2  # The role of a user.
ACTIVE = 0
KINDS: dict[str, RoomKind] = {
    "Rooms::Open": "public",
    "Rooms::Closed": "private",
    "Rooms::Direct": "direct",
}
DIRECT_MAX = 2

_USERS = "SELECT id, name, email_address, role, status FROM users ORDER BY id"
_ROOMS = "SELECT id, name, type, creator_id FROM rooms ORDER BY id"
_MEMBERS = "SELECT user_id FROM memberships WHERE room_id = ? ORDER BY id"
_MESSAGES = """
SELECT messages.id, room_id, creator_id, messages.created_at, COALESCE(body, '') FROM messages
LEFT JOIN action_text_rich_texts
       ON record_type = 'Message' AND record_id = messages.id AND name = 'body'
ORDER BY messages.id
"""
_FILES = """
SELECT filename FROM active_storage_attachments JOIN active_storage_blobs
    ON active_storage_blobs.id = blob_id
WHERE record_type = 'Message' AND record_id = ? ORDER BY active_storage_attachments.id
"""
_BOOSTS = "SELECT content, booster_id FROM boosts WHERE message_id = ? ORDER BY id"


class CampfireExport:
    """A file of Campfire's."""

    def __init__(self, path: Path) -> None:
        self._database = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
        # What is not UTF-8 is found by the text that comes of it.
        self._database.text_factory = lambda data: data.decode(errors="surrogateescape")
        # It is somebody else's file: its views and triggers call nothing.
        for pragma in ("query_only = ON", "trusted_schema = OFF", "cell_size_check = ON"):
            self._database.execute(f"PRAGMA {pragma}")

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def items(self) -> Iterator[Item]:
        """See Source."""
        try:
            yield from self._people()
            yield from self._rooms()
            yield from self._messages()
        except sqlite3.Error as problem:
            raise BadExportError(f"no database of Campfire: {problem}") from None

    def text(self, raw: str, names: Names) -> str:
        """See Source."""
        return campfire_text(raw, names)

    def _people(self) -> Iterator[Item]:
        for id_, name, email, role, status in self._rows(_USERS):
            where = f"users {id_}"
            if not _is_text(name):
                yield LeftOut("people", "bad_text", where)
                continue
            yield SourcePerson(
                id=str(id_),
                username=name,
                shown=name,
                email=email if _is_text(email) else "",
                is_gone=status != ACTIVE,
                is_bot=role == BOT,
                where=where,
            )

    def _rooms(self) -> Iterator[Item]:
        for id_, name, type_, creator in self._rows(_ROOMS):
            where = f"rooms {id_}"
            kind = KINDS.get(type_)
            if kind is None or not (name is None or _is_text(name)):
                yield LeftOut("rooms", "broken", where)
                continue
            members = tuple(str(user) for (user,) in self._rows(_MEMBERS, id_))
            if kind == "direct" and len(members) > DIRECT_MAX:
                kind = "private"
            yield SourceRoom(
                id=str(id_),
                name=name or "",
                kind=kind,
                members=members,
                owners=(str(creator),),
                where=where,
            )

    def _messages(self) -> Iterator[Item]:
        for id_, room, creator, created_at, body in self._rows(_MESSAGES):
            where = f"messages {id_}"
            files = [name for (name,) in self._rows(_FILES, id_)]
            boosts = [(emoji, str(user)) for emoji, user in self._rows(_BOOSTS, id_)]
            if not all(map(_is_text, (body, *files, *(emoji for emoji, _ in boosts)))):
                yield LeftOut("messages", "bad_text", where)
                continue
            yield SourceMessage(
                id=str(id_),
                room=str(room),
                author=str(creator),
                at=_micros(created_at),
                text=body,
                files=tuple(files),
                reactions=tuple(SourceReaction(*boost) for boost in boosts),
                where=where,
            )

    def _rows(self, sql: str, *values: Any) -> Iterator[tuple[Any, ...]]:
        with closing(self._database.execute(sql, values)) as cursor:
            yield from cursor


def _is_text(value: object) -> bool:
    try:
        return isinstance(value, str) and value.encode() is not None
    except UnicodeEncodeError:
        return False


def _micros(created_at: object) -> int:
    """The time as Rails writes it, without a zone; 0 for what is none."""
    try:
        at = datetime.fromisoformat(str(created_at))
        return int(at.replace(tzinfo=at.tzinfo or UTC).timestamp() * 1_000_000)
    except (ValueError, OverflowError):
        return 0
