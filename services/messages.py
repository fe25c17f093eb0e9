"""Messages: posted, and what follows from their being stored."""

import time
from collections.abc import Awaitable, Callable, Sequence

from msgspec.structs import replace

from logs import log_all
from models import Membership, Message, Post, Refusal, StoredMessage
from models.file import discard_spare
from models.mentioned_names import names_in
from realtime.committed import Committed
from realtime.connection import Connection
from realtime.hub import Hub
from realtime.journal import Journal
from realtime.metrics import metrics
from services.direct_conversations import DirectConversations
from services.new_accounts import NewAccounts
from services.rate_limits import RateLimits


class Messages:
    """The messages of all rooms. Storing and telling are two steps, one after the other: what is
    told is committed.
    """

    def __init__(
        self,
        journal: Journal,
        hub: Hub,
        direct_conversations: DirectConversations,
        limits: RateLimits,
        new_accounts: NewAccounts,
    ) -> None:
        self._journal = journal
        self._hub = hub
        self._direct_conversations = direct_conversations
        self._limits = limits
        self._new_accounts = new_accounts

    async def post(
        self,
        member: Membership,
        text: str,
        client_id: str | None = None,
        reply_to: int | None = None,
        files: tuple[int, ...] = (),
    ) -> StoredMessage:
        """Store a message and tell the room; returns when it is stored.

        Raises:
            Refusal: empty_message, message_too_long, bad_text, rate_limited, not_stored,
                overloaded, not_a_member, held, new_account_limit; not_found, gone, for what it
                replies to; bad_files.
        """
        post = Post(
            member.room_id,
            member.user_id,
            member.user.username,
            text,
            client_id,
            member.user.display_name,
            reply_to,
            is_of_new=self._new_accounts.may_have_held(member),
            files=files,
        )
        checked = self._checked(post)
        await self._new_accounts.check_post(member, checked)
        stored = await self._journal.store(checked)
        # A repeated post may have brought its files a second time.
        if spare := set(files) - {file.id for file in stored.files}:
            await discard_spare(member.user_id, spare)
        return stored

    def submit(self, post: Post, sender: Connection, refused: Callable[[Refusal], None]) -> None:
        """As post, for a connection, which is answered right after it has been sent the message
        itself. `refused` is called with what refuses it later.

        Raises:
            Refusal: for what can be refused at once.
        """
        self._journal.submit(self._checked(post), sender, refused)

    def submit_limited(
        self,
        member: Membership,
        post: Post,
        sender: Connection,
        refused: Callable[[Refusal], None],
    ) -> Awaitable[None]:
        """As submit, for what a new account posts only so often: it is counted at once, before
        anything is read for it, and what is returned submits it.

        Raises:
            Refusal: as submit; awaited, also as NewAccounts.check_post.
        """
        checked = self._checked(post)

        async def submit() -> None:
            await self._new_accounts.check_post(member, post)
            self._journal.submit(checked, sender, refused)

        return submit()

    def _checked(self, post: Post) -> Post:
        self._limits.messages.check(post.author_id)
        Message.checked_body(post.body, may_be_empty=bool(post.files))
        Message.checked_client_id(post.client_id)
        return replace(post, names=names_in(post.body)) if "@" in post.body else post

    def committed(self, batch: Sequence[Committed]) -> None:
        """Log and count what was stored; see realtime.committed.CommitListener."""
        stored = [
            (each, each.content)
            for each in batch
            if isinstance(each.content, StoredMessage) and not each.is_repeat
        ]
        if not stored:
            return
        now = time.perf_counter()
        log_all("message_posted", [_line(each, message, now) for each, message in stored])
        metrics.count("messages_stored", len(stored))
        for _, message in stored:
            if message.consent:
                self._announce_consent(message)

    def _announce_consent(self, message: StoredMessage) -> None:
        """A direct conversation has begun, or its request was answered."""
        is_answer = message.consent == "given"
        direct = self._direct_conversations
        announce = direct.announce_accepted if is_answer else direct.announce_begun
        self._hub.privacy.spawn(announce(message.room_id, message.author_id))


def _line(committed: Committed, message: StoredMessage, now: float) -> dict[str, object]:
    sender = committed.sender
    return {
        "user": message.author_id,
        "room": message.room_id,
        "connection": sender.number if sender else None,
        "message_id": message.message_id,
        "duration_ms": round((now - committed.began) * 1000, 2),
    }
