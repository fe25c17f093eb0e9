"""What commands make of messages: changed in memory, within a transaction."""

from datetime import datetime
from typing import Any

from msgspec.structs import replace

from errors import Refusal
from models.membership import Membership
from models.message_change import ChangeResult, Fact, MessageChange
from models.message_commands import (
    DELETED,
    EDITED,
    FILES,
    PINNED,
    PINS_MAX,
    REACTED,
    UNPINNED,
    UNREACTED,
    DeleteMessage,
    EditMessage,
    MessageCommand,
    PinMessage,
    React,
    RemoveFile,
    command_id,
)
from models.sql.locked_rooms import LockedRooms
from models.sql.mentions import NOBODY, MentionedMembers, MentionUpdates, NewMentions
from models.sql.message_rows import Key
from models.sql.message_rules import check_edit, files_left, tallied
from models.sql.touched_messages import ReactionKey, TouchedMessages
from models.stored_message import StoredMessage


class MessageStates:
    """The messages that a transaction touches, and what has become of them.

    Attributes:
        messages: as they are now; `changed` are those of them that have been changed.
        facts: the changes, in their order.
        reactions: those put (with their change) or taken (None); `there_before`: those before it.
        versions: earlier texts to be kept.
        mentions: who is mentioned now, and who no longer is.
        shortened: the emoji, by message, from whose first users one has gone.
        removed_files: (room, message_id, file) of those that were taken out of messages.
        latest: the last message of each room in which a later one was deleted, if there is one.
    """

    def __init__(
        self, rooms: LockedRooms, touched: TouchedMessages, names: MentionedMembers, now: datetime
    ) -> None:
        self._rooms = rooms
        self._touched = touched
        self._names = names
        self._now = now
        self.messages = touched.messages
        self.changed = set[Key]()
        self.facts: list[Fact] = []
        self.reactions: dict[ReactionKey, int | None] = {}
        self.there_before = frozenset(touched.reactions)
        self.versions: list[StoredMessage] = []
        self.mentions = MentionUpdates()
        self.shortened: set[tuple[int, int, str]] = set()
        self.removed_files: list[tuple[int, int, int]] = []
        self.latest: dict[int, StoredMessage] = {}

    def apply(self, command: MessageCommand) -> ChangeResult:
        """Do it in memory."""
        room_id, user_id, number = command.room_id, command.user_id, command.message_id
        if (room_id, user_id) not in self._rooms.roles:
            return Refusal("not_a_member")
        message = self.messages.get((room_id, number))
        if message is None or not self._rooms.sees(room_id, user_id, number):
            return self._rooms.not_seen(room_id, number)
        try:
            return self._apply(command, message)
        except Refusal as refusal:
            return refusal

    def finished(self, result: ChangeResult) -> ChangeResult:
        """The result with what is known when everything has been written."""
        if isinstance(result, Refusal) or result.kind is None:
            return result
        message = self.messages[result.room_id, result.message.message_id]
        message = self._with_quote(message if message.change == result.change else result.message)
        at = self._rooms.last_message_of(result.room_id)
        result = replace(result, message=message, last_message_at=at)
        kept = self._rooms.latest_kept[result.room_id] or 0
        return result.among(kept, self.latest.get(result.room_id))

    def _with_quote(self, message: StoredMessage) -> StoredMessage:
        """What it replies to may have been edited, or deleted, by the same transaction."""
        quoted = self.messages.get((message.room_id, message.reply_to or 0))
        return replace(message, quote=quoted.as_quote()) if quoted else message

    def _apply(self, command: MessageCommand, message: StoredMessage) -> MessageChange:
        if isinstance(command, DeleteMessage):  # One's own words can be taken back anywhere.
            return self._delete(command, message)
        if isinstance(command, RemoveFile):
            return self._remove_file(command, message)
        self._rooms.check_writable(command.room_id)
        if isinstance(command, EditMessage):
            return self._edit(command, message)
        if message.is_deleted:
            raise Refusal("gone")
        if isinstance(command, React):
            return self._react(command, message)
        return self._pin(command, message)

    def _edit(self, command: EditMessage, message: StoredMessage) -> MessageChange:
        if message.author_id != command.user_id:
            raise Refusal("not_author")
        if message.is_deleted:
            raise Refusal("gone")
        if self._touched.is_done(command) or command.body == message.body:
            return self._unchanged(command, message)
        check_edit(command, message, self._now)
        if command.base is not None and command.base < (message.edit_change or 0):
            raise Refusal("edit_conflict", current=self._unchanged(command, message))
        self._rooms.check_writes(command.room_id, command.user_id)
        if command.keeps_version:
            self.versions.append(message)
        mentions = self._names.of(command.room_id, command.user_id, command.named, message)
        change = self._record(command, EDITED)
        mentioned = self.mentions.change(message, mentions, change)
        return self._changed(
            command,
            message,
            EDITED,
            change,
            mentioned=mentioned,
            body=command.body,
            edited_at=self._now,
            edit_change=change,
            mentions=mentions,
            is_edited_after_read=message.is_edited_after_read or self._touched.is_read(message),
        )

    def _remove_file(self, command: RemoveFile, message: StoredMessage) -> MessageChange:
        left = files_left(command, message)
        if len(left) == len(message.files):  # Also of a message that is deleted.
            return self._unchanged(command, message)
        if not left and not message.body.strip():
            return self._delete(command, message)
        self.removed_files.append((command.room_id, command.message_id, command.file_id))
        return self._changed(command, message, FILES, self._record(command, FILES), files=left)

    def _delete(self, command: DeleteMessage | RemoveFile, message: StoredMessage) -> MessageChange:
        role = self._rooms.roles[command.room_id, command.user_id]
        is_owner = role == Membership.OWNER and command.room_id not in self._rooms.direct
        if message.author_id != command.user_id and not is_owner:
            raise Refusal("not_author")
        if message.is_deleted or self._touched.is_done(command):
            return self._unchanged(command, message)
        return self._changed(
            command,
            message.emptied(),
            DELETED,
            self._record(command, DELETED),
            mentioned=self.mentions.change(message, (), 0),
            deleted_at=self._now,
        )

    def _react(self, command: React, message: StoredMessage) -> MessageChange:
        key = (command.room_id, command.message_id, command.emoji, command.user_id)
        if self._touched.is_done(command) or command.is_on == (key in self._touched.reactions):
            return self._unchanged(command, message)
        if command.is_on:  # One's own can always be taken back.
            self._rooms.check_blocks(command.room_id, command.user_id)
        tally, tallies = tallied(command, message)
        kind = REACTED if command.is_on else UNREACTED
        change = self._record(command, kind, command.emoji)
        self.reactions[key] = change if command.is_on else None
        (self._touched.reactions.add if command.is_on else self._touched.reactions.discard)(key)
        if tally.lacks_users:
            self.shortened.add(key[:3])
        return self._changed(
            command,
            message,
            kind,
            change,
            emoji=command.emoji,
            count=tally.count,
            tallies=tallies,
        )

    def _pin(self, command: PinMessage, message: StoredMessage) -> MessageChange:
        is_pinned = message.pin_change is not None
        if self._touched.is_done(command) or command.is_pinned == is_pinned:
            return self._unchanged(command, message)
        self._rooms.check_blocks(command.room_id, command.user_id)
        pins = self._touched.pins[command.room_id]
        if command.is_pinned and pins >= PINS_MAX:
            raise Refusal("too_many_pins", limit=PINS_MAX)
        self._touched.pins[command.room_id] = pins + (1 if command.is_pinned else -1)
        kind = PINNED if command.is_pinned else UNPINNED
        change = self._record(command, kind)
        pinned_by = change if command.is_pinned else None
        return self._changed(command, message, kind, change, pin_change=pinned_by)

    def _record(self, command: MessageCommand, kind: str, emoji: str | None = None) -> int:
        room_id, user_id, done = command.room_id, command.user_id, command_id(command)
        change = self._rooms.next_change(room_id)
        fact = Fact(room_id, change, kind, user_id, command.message_id, emoji, done)
        self.facts.append(fact)
        self._touched.note_done(command)
        return change

    def _unchanged(self, command: MessageCommand, message: StoredMessage) -> MessageChange:
        asker = command.user_id, command.username, command.display_name
        quoting = self._with_quote(message)
        return MessageChange(quoting, None, *asker, self._touched.is_read(message))

    def _changed(
        self,
        command: MessageCommand,
        message: StoredMessage,
        kind: str,
        change: int,
        *,
        emoji: str = "",
        count: int = 0,
        mentioned: NewMentions = NOBODY,
        **fields: Any,
    ) -> MessageChange:
        """`fields` are those of the message that are others now."""
        changed = replace(
            message,
            change=change,
            kind=kind,
            changed_by=command.user_id,
            made_change=message.posted_by,
            **fields,
        )
        key = (command.room_id, command.message_id)
        self.messages[key] = changed
        self.changed.add(key)
        return MessageChange(
            changed,
            kind,
            command.user_id,
            command.username,
            command.display_name,
            self._touched.is_read(changed),
            emoji,
            count,
            *mentioned,
            previous=message.change,
        )
