"""Bans from rooms, as the API answers."""

from msgspec import UNSET, Struct, UnsetType

from protocol.encoding import Timestamp
from protocol.people_views import PersonView


class BanView(Struct):
    """A ban as owners of the room see it. `until` is None for ever."""

    person: PersonView
    reason: str
    banned_at: Timestamp
    until: Timestamp | None
    by: PersonView | UnsetType = UNSET


class BanList(Struct):
    """Of a room, the latest first."""

    bans: list[BanView]


class OwnBanView(Struct):
    """A ban as the one concerned sees it, `message` being the sentence for people: the room goes by
    the name that it had then.
    """

    room_id: int
    room_name: str
    reason: str
    banned_at: Timestamp
    until: Timestamp | None
    message: str
    by: PersonView | UnsetType = UNSET


class OwnBanList(Struct):
    """Of somebody, the latest first."""

    bans: list[OwnBanView]


class RemovedInRoom(Struct):
    """How many messages were removed."""

    count: int


class RemovedEverywhere(Struct):
    """How many messages were removed, and in how many rooms."""

    count: int
    rooms: int


class HeldView(Struct, kw_only=True):
    """A message of a new account that waits, for those who judge."""

    id: int
    room_id: int
    room_name: str
    author: PersonView
    message: str
    held_at: Timestamp


class HeldList(Struct):
    """Those that wait, the earliest first."""

    held: list[HeldView]


class NoticeView(Struct):
    """What somebody is told of an act that concerns them. `what` is messages_removed: `count` of
    theirs, in the room that was called `room_name` then ("": in a conversation, or everywhere);
    report_acted or report_dismissed, of a message that they have reported.
    """

    id: int
    what: str
    room_name: str
    count: int
    reason: str
    at: Timestamp


class NoticeList(Struct):
    """Those that have not been put away, the latest first."""

    notices: list[NoticeView]
