"""The frames of the user-level socket: see "The lobby" in docs/protocol.md."""

import msgspec
from msgspec import UNSET, Struct, UnsetType

from protocol.encoding import Timestamp
from protocol.last_message import LastMessage
from protocol.views import ListItem, RoomItem

_ALL = 2**63


class LobbyReady(Struct, tag="ready"):
    """From now on the client hears everything."""

    user_id: int


class RoomActivity(Struct, tag="room_activity"):
    """Something was said in a room: `messages` are (message_id, user_id), the latest 100. In
    `mentions` are whom they, or edits, mention (0: everybody); `removed` are message_ids.
    `last_message` is the latest of the room, where it is another one or was edited; None where all
    are deleted. It is so as of `change`, which is not told where it is that of `last_message`.
    """

    room_id: int
    last_message_at: Timestamp | None
    messages: list[tuple[int, int]]
    mentions: list[tuple[int, int]] | UnsetType = UNSET
    removed: list[int] | UnsetType = UNSET
    last_message: LastMessage | UnsetType | None = UNSET
    change: int | UnsetType = UNSET


def without_words(frame: bytes) -> bytes:
    """A room_activity, encoded, for who sees nothing yet of what is said in the room."""
    activity = msgspec.json.decode(frame)
    if last := activity.pop("last_message", None):
        activity.setdefault("change", last["change"])
    return msgspec.json.encode(activity)


class PartlySeenActivity:
    """A room_activity, encoded, for those who do not see all of the room: without what is told of
    messages that they do not see.
    """

    def __init__(self, frame: bytes) -> None:
        self._frame = frame
        self._activity = msgspec.json.decode(frame)
        last = self._activity.get("last_message") or {}
        told = [last.get("message_id", _ALL)]
        told += [message_id for message_id, _ in self._activity.get("mentions", ())]
        self._oldest = min(told)

    def seen(self, from_number: int) -> bytes:
        """For who sees messages from this one on."""
        if from_number <= self._oldest:
            return self._frame
        activity = dict(self._activity)
        last = activity.get("last_message")
        if last and last["message_id"] < from_number:
            activity["last_message"] = None
            activity.setdefault("change", last["change"])
        if "mentions" in activity:
            activity["mentions"] = [each for each in activity["mentions"] if each[0] >= from_number]
        return msgspec.json.encode(activity)


class ActivityChanged(Struct, tag="activity"):
    """What concerns the user is another list now: of everybody in a room `mentions` tell."""


class DraftChanged(Struct, tag="draft_changed"):
    """The user's draft of a room is another text now, or none."""

    room_id: int
    has_draft: bool
    version: int


class RoomJoined(Struct, tag="room_joined"):
    """The user is in this room now."""

    room: RoomItem


class RoomChanged(Struct, tag="room_changed"):
    """The room looks different in the user's list; or they are invited to it."""

    room: ListItem


class RoomLeft(Struct, tag="room_left"):
    """The room is not in the user's list any more."""

    room_id: int


class Blocks(Struct, tag="blocks"):
    """Whom the user has blocked."""

    user_ids: list[int]


class Refresh(Struct, tag="refresh"):
    """Something may have been missed: the client reads its list of rooms again."""


class Pong(Struct, tag="pong"):
    """The answer to a ping."""


LobbyFrame = (
    LobbyReady
    | RoomActivity
    | ActivityChanged
    | DraftChanged
    | RoomJoined
    | RoomChanged
    | RoomLeft
    | Blocks
    | Refresh
    | Pong
)
