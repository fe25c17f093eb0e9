"""Writes what MessageStates has made of messages."""

from collections.abc import Sequence
from datetime import datetime

from msgspec.structs import replace

from models.attached_file import files_as_json
from models.audit_entry import OwnerDeletion, insert_deletions
from models.message_commands import DELETED, EDITED, FILES
from models.room import LATEST
from models.search_outdated import take_out_messages
from models.sql.activity import update_activity
from models.sql.deletion import delete_rows
from models.sql.fast_path import Steps, as_stored, insert
from models.sql.locked_rooms import LockedRooms
from models.sql.mentions import insert_mentions
from models.sql.message_rows import Key, read_messages
from models.sql.message_states import MessageStates
from models.sql.values import flat, marks, padded, powers, table
from models.stored_message import TALLY_USERS_MAX, StoredMessage, Tally, as_json


class MessageUpdates:
    """The last part of a transaction of commands."""

    def __init__(self, rooms: LockedRooms, states: MessageStates, now: datetime) -> None:
        self._rooms = rooms
        self._states = states
        self._now = now
        self._time = "TEXT" if rooms.is_sqlite else "TIMESTAMPTZ"

    def steps(self) -> Steps[None]:
        states = self._states
        if not states.facts:
            return
        deleted = self._of_kinds({DELETED})
        yield from self._write_reactions()
        yield from self._refill_tallies()
        yield from self._write_messages()
        if self._rooms.is_sqlite:
            yield from take_out_messages(self._of_kinds({EDITED, DELETED, FILES}))
        yield from self._write_mentions()
        yield from update_activity(states, as_stored(self._now), self._time)
        yield from self._keep_versions()
        for name in ("reaction", "message_version", "mention", "activity", "file"):
            yield from delete_rows(name, "room_id, number", deleted, "BIGINT", "BIGINT")
        number, columns = "BIGINT", "room_id, number, id"
        yield from delete_rows("file", columns, states.removed_files, number, number, number)
        yield from self._write_facts()
        yield from insert_deletions(self._deletions(), as_stored(self._now), self._time)
        yield from self._raise_changes()
        yield from self._date_rooms(sorted({room_id for room_id, _ in deleted}))
        yield from self._read_latest(deleted)

    def _of_kinds(self, kinds: set[str]) -> list[Key]:
        facts = self._states.facts
        return sorted({(each.room_id, each.message_id) for each in facts if each.kind in kinds})

    def _write_messages(self) -> Steps[None]:
        states = self._states
        values = [self._values(states.messages[key]) for key in sorted(states.changed)]
        number, text, time = "BIGINT", "TEXT", self._time
        types = (number, number, number, text, number, number, number, time, time, number, number)
        for some in powers(values):
            new = table(len(some), *types, text, text, text, "BOOLEAN", text)
            yield _UPDATE.format(new=new), flat(some)

    def _values(self, m: StoredMessage) -> Sequence[object]:
        return (
            m.room_id,
            m.message_id,
            m.change,
            m.kind,
            m.changed_by,
            m.made_change,
            m.edit_change,
            as_stored(m.edited_at) if m.edited_at else None,
            as_stored(m.deleted_at) if m.deleted_at else None,
            m.reply_to,
            m.pin_change,
            as_json(m.mentions),
            as_json(m.tallies),
            m.body,
            m.is_edited_after_read or None,
            files_as_json(m.files),
        )

    def _write_reactions(self) -> Steps[None]:
        put = [(*key, change) for key, change in self._states.reactions.items() if change]
        # Also one that was taken and is put again: it has another change.
        taken = [key for key in self._states.reactions if key in self._states.there_before]
        types = ("BIGINT", "BIGINT", "TEXT", "BIGINT")
        yield from delete_rows("reaction", "room_id, number, emoji, user_id", taken, *types)
        into = "reaction (room_id, number, emoji, user_id, change)"
        yield from insert(into, put, *types, "BIGINT")

    def _refill_tallies(self) -> Steps[None]:
        """Of whom the first ones have gone, others take their places."""
        messages = self._states.messages
        for room_id, message_id, emoji in sorted(self._states.shortened):
            message = messages[room_id, message_id]
            found = yield _FIRST, [room_id, message_id, emoji]
            tallies = tuple(
                Tally(emoji, tally.count, [user_id for (user_id,) in found])
                if tally.emoji == emoji
                else tally
                for tally in message.tallies
            )
            messages[room_id, message_id] = replace(message, tallies=tallies)

    def _write_mentions(self) -> Steps[None]:
        states = self._states
        types = ("BIGINT", "BIGINT", "BIGINT")
        gone = sorted(states.mentions.removed)
        yield from delete_rows("mention", "room_id, number, user_id", gone, *types)
        added = [(*key, change, True) for key, change in sorted(states.mentions.added.items())]
        yield from insert_mentions(added)

    def _keep_versions(self) -> Steps[None]:
        values = [
            (
                m.room_id,
                m.message_id,
                m.edit_change or m.posted_by,
                m.body,
                as_stored(m.edited_at or m.created_at),
            )
            for m in self._states.versions
        ]
        into = "message_version (room_id, number, change, body, made_at)"
        yield from insert(into, values, "BIGINT", "BIGINT", "BIGINT", "TEXT", self._time)

    def _write_facts(self) -> Steps[None]:
        now = as_stored(self._now)
        values = [
            (f.room_id, f.change, f.kind, f.actor_id, f.message_id, f.emoji, f.command_id, now)
            for f in self._states.facts
        ]
        number, text = "BIGINT", "TEXT"
        types = (number, number, text, number, number, text, text, self._time)
        yield from insert(f"room_change ({_FACTS})", values, *types)

    def _deletions(self) -> list[OwnerDeletion]:
        """What owners have deleted that somebody else had written."""
        facts = [fact for fact in self._states.facts if fact.kind == DELETED]
        authors = [self._states.messages[f.room_id, f.message_id].author_id for f in facts]
        return [
            OwnerDeletion(fact.actor_id, author, fact.room_id, fact.message_id)
            for fact, author in zip(facts, authors, strict=True)
            if author != fact.actor_id
        ]

    def _raise_changes(self) -> Steps[None]:
        rooms = sorted({fact.room_id for fact in self._states.facts})
        heads = padded([(room_id, self._rooms.heads[room_id].change) for room_id in rooms])
        sql = (
            f"UPDATE room SET change = head.column2 FROM {table(len(heads), 'BIGINT', 'BIGINT')}"
            " AS head WHERE id = head.column1"
        )
        yield sql, flat(heads)

    def _date_rooms(self, room_ids: list[int]) -> Steps[None]:
        """Where something was deleted, the last message may be an older one."""
        if room_ids:
            ids = padded(room_ids)
            which = marks(len(ids))
            yield _DATE.format(ids=which), ids
            # By itself: of an UPDATE the ORM's PostgreSQL returns no rows.
            found = yield f"{_DATED} WHERE id IN ({which})", ids
            self._rooms.last_message_at.update({row[0]: row[1] for row in found})
            self._rooms.latest_kept.update({row[0]: row[2] for row in found})

    def _read_latest(self, deleted: list[Key]) -> Steps[None]:
        """What the lists show now where what they have shown was deleted."""
        kept = self._rooms.latest_kept
        rooms = {room_id for room_id, number in deleted if number > (kept[room_id] or 0)}
        found = yield from read_messages((room_id, kept[room_id] or 0) for room_id in rooms)
        self._states.latest = {room_id: message for (room_id, _), message in found.items()}


_UPDATE = """
UPDATE message SET change = new.column3, kind = new.column4, changed_by = new.column5,
       made_change = new.column6, edit_change = new.column7, edited_at = new.column8,
       deleted_at = new.column9, reply_to = new.column10, pin_change = new.column11,
       mentions = new.column12, tallies = new.column13, body = new.column14,
       is_edited_after_read = new.column15, files = new.column16
FROM {new} AS new WHERE message.room_id = new.column1 AND message.number = new.column2
"""
_FIRST = f"""
SELECT user_id FROM reaction WHERE room_id = $1 AND number = $2 AND emoji = $3
ORDER BY change LIMIT {TALLY_USERS_MAX}
"""
_FACTS = "room_id, change, kind, actor_id, number, emoji, command_id, created_at"
_DATE = f"""
UPDATE room SET kept_revision = revision, (last_message_at, latest_kept) = (
    SELECT message.created_at, message.number FROM message
    WHERE message.room_id = room.id AND message.number <= {LATEST} AND message.number > room.floor
      AND deleted_at IS NULL ORDER BY message.number DESC LIMIT 1)
WHERE id IN ({{ids}})
"""
_DATED = "SELECT id, last_message_at, latest_kept FROM room"
