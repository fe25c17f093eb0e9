"""Edits, deletions, reactions, pins and files that go, from wherever they come."""

import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, assert_never

import structlog

from config import Settings
from models import Membership, Message, Refusal
from models import message_commands as commands
from models.mentioned_names import names_in
from models.message_change import MessageChange
from models.message_commands import MessageCommand
from protocol.client_frames import DeleteMessage, EditMessage, MessageFrame, PinMessage, React
from protocol.emoji import canonical_emoji
from protocol.views import MessageView
from realtime.committed import Committed
from realtime.connection import Connection
from realtime.journal import Journal
from realtime.metrics import metrics
from realtime.views import message_view
from services.new_accounts import NewAccounts
from services.rate_limits import RateLimits

log = structlog.get_logger(__name__)


class MessageChanges:
    """What is done to the messages of all rooms. Those who ask for it speak in the frames of the
    protocol, also by HTTP.
    """

    def __init__(
        self, journal: Journal, limits: RateLimits, settings: Settings, new_accounts: NewAccounts
    ) -> None:
        self._journal = journal
        self._limits = limits
        self._settings = settings
        self._new_accounts = new_accounts

    @property
    def edit_seconds(self) -> int | None:
        """How long after it was sent a message can be edited; None: for ever."""
        return self._settings.edit_seconds

    def is_in_time(self, message: MessageView) -> bool:
        """Whether there is still time to edit the message."""
        seconds = self.edit_seconds
        return seconds is None or datetime.now(UTC) - message.timestamp <= timedelta(
            seconds=seconds
        )

    async def run(self, member: Membership, frame: MessageFrame) -> MessageChange:
        """Do it and tell the room; returns when it is stored.

        Raises:
            Refusal: not_found, gone, not_author, edit_conflict, too_late, bad_emoji,
                too_many_reactions, too_many_pins; what refuses a message.
        """
        user = member.user
        command = self._command(
            frame,
            room_id=member.room_id,
            user_id=member.user_id,
            username=user.username,
            display_name=user.display_name,
        )
        if isinstance(frame, EditMessage):
            await self._new_accounts.check(member, frame.message)
        try:
            return await self._journal.change(command)
        except Refusal as refusal:
            raise self._shown(refusal) from None

    async def remove_file(self, member: Membership, message_id: int, file_id: int) -> None:
        """Take a file of one's own message away, and tell the room; a message that has nothing left
        is deleted.

        Raises:
            Refusal: not_found, not_author.
        """
        self._limits.message_changes.check(member.user_id)
        await self._journal.change(
            commands.RemoveFile(
                room_id=member.room_id,
                user_id=member.user_id,
                username=member.user.username,
                display_name=member.user.display_name,
                message_id=message_id,
                file_id=file_id,
            )
        )

    def submit(
        self, frame: MessageFrame, sender: Connection, refused: Callable[[Refusal], None]
    ) -> None:
        """As run, for a connection to the room, which is answered `done`. `refused` is called with
        what refuses it later.

        Raises:
            Refusal: for what can be refused at once.
        """
        self._submit(self._command_by(sender, frame), sender, refused)

    def submit_limited(
        self,
        member: Membership,
        frame: EditMessage,
        sender: Connection,
        refused: Callable[[Refusal], None],
    ) -> Awaitable[None]:
        """As submit, for an edit that a new account may do only so often: it is counted at once,
        before anything is read for it, and what is returned submits it.

        Raises:
            Refusal: as submit; awaited, also new_account_limit.
        """
        command = self._command_by(sender, frame)

        async def submit() -> None:
            await self._new_accounts.check(member, frame.message)
            self._submit(command, sender, refused)

        return submit()

    def _submit(
        self, command: MessageCommand, sender: Connection, refused: Callable[[Refusal], None]
    ) -> None:
        self._journal.submit(command, sender, lambda refusal: refused(self._shown(refusal)))

    def _command_by(self, sender: Connection, frame: MessageFrame) -> MessageCommand:
        return self._command(
            frame,
            room_id=sender.room_id,
            user_id=sender.user_id,
            username=sender.username,
            display_name=sender.display_name,
        )

    def _command(self, frame: MessageFrame, **author: Any) -> MessageCommand:
        """The command of this author, checked."""
        user_id = author["user_id"]
        of_message = {**author, "message_id": frame.message_id, "client_id": frame.client_id}
        Message.checked_client_id(frame.client_id)
        if isinstance(frame, EditMessage):
            self._limits.messages.check(user_id)
            # Of a message with files the text may be taken away: that is seen where it is read.
            body = Message.checked_body(frame.message, may_be_empty=True)
            return commands.EditMessage(
                **of_message,
                body=body,
                names=names_in(body),
                base=frame.base,
                seconds=self._settings.edit_seconds,
                keeps_version=self._settings.edit_history,
            )
        if isinstance(frame, DeleteMessage):
            self._limits.message_changes.check(user_id)
            return commands.DeleteMessage(**of_message)
        self._limits.message_changes.check(user_id)
        if isinstance(frame, React):
            if (emoji := canonical_emoji(frame.emoji)) is None:
                raise Refusal("bad_emoji")
            return commands.React(**of_message, emoji=emoji, is_on=frame.is_on)
        if isinstance(frame, PinMessage):
            return commands.PinMessage(**of_message, is_pinned=frame.is_pinned)
        assert_never(frame)

    def _shown(self, refusal: Refusal) -> Refusal:
        """With the message of an edit_conflict as the protocol shows it."""
        if isinstance(refusal.current, MessageChange):
            refusal.current = self.view(refusal.current)
        return refusal

    def view(self, change: MessageChange) -> MessageView:
        """The message as it is after this change."""
        return message_view(change.message, self._settings.locale, change.is_read)

    def committed(self, batch: Sequence[Committed]) -> None:
        """Log and count what was done; see realtime.committed.CommitListener."""
        for each in batch:
            if isinstance(each.content, MessageChange) and each.content.kind is not None:
                metrics.count(f"message_changes:{each.content.kind}")
                _log_changed(each, each.content)


def _log_changed(committed: Committed, change: MessageChange) -> None:
    log.info(
        f"message_{change.kind}",
        user=change.user_id,
        room=change.room_id,
        connection=committed.sender.number if committed.sender else None,
        message_id=change.message.message_id,
        change=change.change,
        duration_ms=round((time.perf_counter() - committed.began) * 1000, 2),
    )
