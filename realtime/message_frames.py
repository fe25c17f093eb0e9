"""Messages and what was done to them, read from the database, as frames under their numbers."""

from collections.abc import Sequence

from msgspec.structs import replace

from cooperative import in_slices
from models import Membership, StoredMessage
from models.message_change import MessageChange
from models.queries.display_names import names_of
from models.queries.messages import messages_by_id
from models.room_change import StoredChange
from protocol.server_frames import encode
from realtime.committed_encoder import change_frame
from realtime.encoded_change import EncodedChange
from realtime.views import message_changed, message_view


class MessageFrames:
    """`locale` is of the sentences in them."""

    def __init__(self, locale: str) -> None:
        self._locale = locale

    async def posted(self, room_id: int, messages: Sequence[StoredMessage]) -> list[EncodedChange]:
        """Each message under the number of the change by which it was posted, as it is now."""
        return await self.resumed(
            room_id, [replace(each, change=each.posted_by) for each in messages], since=0
        )

    async def latest(self, room_id: int, messages: Sequence[StoredMessage]) -> list[EncodedChange]:
        """Each message whole, as it is now."""
        return await self.resumed(room_id, messages, since=0)

    async def done(self, room_id: int, facts: Sequence[StoredChange]) -> list[EncodedChange]:
        """What was done to messages, each under its own number."""
        if not facts:
            return []
        messages = await messages_by_id(room_id, {fact.message_id or 0 for fact in facts})
        names = await names_of({fact.user_id or 0 for fact in facts})
        readers = await Membership.furthest_readers(room_id)
        encoded = []
        async for fact in in_slices(facts):
            if message := messages.get(fact.message_id or 0):
                is_read = readers.is_read_by_others(message)
                username, display_name = names.get(fact.user_id or 0, ("", ""))
                change = MessageChange(
                    replace(message, change=fact.change),
                    fact.kind,
                    fact.user_id or 0,
                    username,
                    display_name,
                    is_read,
                    fact.emoji or "",
                    _count(message, fact.emoji),
                )
                frame = encode(change_frame(change, self._locale))
                encoded.append(_change(change.message, frame))
        return encoded

    async def resumed(
        self, room_id: int, messages: Sequence[StoredMessage], since: int
    ) -> list[EncodedChange]:
        """Each message under the number of its last change: whole where it was posted after
        `since`, else with what was done to it.
        """
        if not messages:
            return []
        readers = await Membership.furthest_readers(room_id)
        return [
            _change(message, self._resumed(message, since, readers.is_read_by_others(message)))
            async for message in in_slices(messages)
        ]

    def _resumed(self, message: StoredMessage, since: int, is_read: bool) -> bytes:
        if message.posted_by > since or message.kind is None:
            return encode(message_view(message, self._locale, is_read))
        by = message.changed_by or 0
        return encode(message_changed(message, message.kind, by, self._locale, is_read))


def _change(message: StoredMessage, frame: bytes) -> EncodedChange:
    return EncodedChange(message.change, message.change, message.message_id, frame)


def _count(message: StoredMessage, emoji: str | None) -> int:
    return next((tally.count for tally in message.tallies if tally.emoji == emoji), 0)
