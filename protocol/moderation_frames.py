"""What a room is told of moderation."""

from msgspec import UNSET, Struct, UnsetType


class MessagesRemoved(Struct, tag="messages_removed"):
    """Messages of one person, `of` this id, have been deleted by one change, `count` of them: in
    each of the `ranges`, from one message_id to another, all of theirs that were not deleted yet.
    """

    room_id: int
    of: int
    ranges: list[tuple[int, int]]
    count: int
    change: int
    by: int | UnsetType = UNSET
    reason: str | UnsetType = UNSET


class Expired(Struct, tag="expired"):
    """All messages up to this one have been kept for long enough, and are no more."""

    room_id: int
    upto: int
    change: int


class RoomRules(Struct, tag="room_rules"):
    """Who writes in the room, how often, what newcomers see, and how long messages are kept, is
    something else now: see models.room_change.RULES for `what`. The pause between two messages of a
    member is in seconds; 0: none. `retention_days` None: as long as everywhere on the server.
    """

    room_id: int
    what: str
    slow_seconds: int
    writers: str
    newcomers_see: str
    retention_days: int | None
    change: int
    by: int | UnsetType = UNSET
