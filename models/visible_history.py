"""What a member sees of a room's messages: all, or those from one on, which is the first that they
have been let see, or that has not expired. Whatever reads messages for members asks here, or
Membership.sees; in SQL it is `message.number >= membership.from_number`, for what has expired has
no rows, some moments later.
"""

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from errors import Refusal
from models.membership import Membership
from models.stored_message import Quote, StoredMessage


def visible(
    messages: Sequence[StoredMessage], from_number: int, floor: int = 0
) -> Sequence[StoredMessage]:
    """Those of these messages that are seen from this number on, without the words and the names
    of those that they quote and that are not; up to `floor` these have expired.
    """
    if not from_number:
        return messages
    return [_without_unseen(each, from_number, floor) for each in _seen(messages, from_number)]


def not_seen(member: Membership, message_id: int) -> Refusal:
    """What is answered where they ask for a message that they do not see, or that is not there."""
    return Refusal("expired" if 0 < message_id <= member.room.floor else "not_found")


def _seen(messages: Iterable[StoredMessage], from_number: int) -> list[StoredMessage]:
    return [each for each in messages if each.message_id >= from_number]


def _without_unseen(message: StoredMessage, from_number: int, floor: int) -> StoredMessage:
    quote = message.quote
    if quote is None or quote.message_id >= from_number:
        return message
    is_expired = quote.message_id <= floor
    unseen = Quote.expired(quote.message_id) if is_expired else quote.unseen()
    return replace(message, quote=unseen)
