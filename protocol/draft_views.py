"""What the protocol shows of a draft, which only its author sees."""

from msgspec import Struct

from protocol.encoding import Timestamp


class DraftView(Struct):
    """What a member has written in a room and not sent; without a text there is nothing. `version`
    is 0 where there never was.
    """

    message: str
    reply_to: int | None
    updated_at: Timestamp | None
    version: int
