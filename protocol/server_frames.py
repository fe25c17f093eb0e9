"""The frames that the server sends: a struct for each, one union of them, one `encode`.

The names, fields and types of docs/websocket-api.ru.md are kept to the letter; what is added stands
beside them. `chat_message` is MessageView itself. `change` is the number of a change of the room.
"""

from collections.abc import Callable
from typing import get_args

from msgspec import UNSET, Struct, UnsetType, field

from limits import CLIENT_ID_MAX, MESSAGE_MAX, REPLAY_MAX
from protocol.encoding import encode_json
from protocol.errors import Error
from protocol.lobby_frames import LobbyFrame
from protocol.moderation_frames import Expired, MessagesRemoved, RoomRules
from protocol.people_frames import UserChanged, UserStatus
from protocol.people_views import MemberView
from protocol.views import MessageView


class MessageSent(Struct, tag="message_sent", gc=False):
    """To the sender alone: the message is stored."""

    message_id: int
    message: str
    timestamp: str  # RFC 3339. As text it is encoded 50 ns faster, and no page shows this frame.
    client_id: str | UnsetType = UNSET
    html: str | UnsetType = UNSET


class MessageChanged(MessageView, tag="message_changed", kw_only=True):
    """Something was done to a message, by whom (a user id), and it is so now. `what` is edited,
    deleted, pinned, unpinned, files or reactions; of several reactions, `from` is the change of
    the first.
    """

    what: str
    by: int
    from_: int | UnsetType = field(default=UNSET, name="from")


class Reaction(Struct, tag="reaction"):
    """Somebody has put an emoji under a message, or taken theirs away; there are `count` now.
    `previous` is the change that the message had before, where that is known.
    """

    message_id: int
    change: int
    emoji: str
    user_id: int
    username: str
    is_on: bool
    count: int
    display_name: str | UnsetType = UNSET
    previous: int | UnsetType = UNSET


class UnseenChange(Struct, tag="unseen_change"):
    """Something was done to a message that this member does not see; of several such changes that
    were told as one, `from` is the first.
    """

    change: int
    from_: int | UnsetType = field(default=UNSET, name="from")


class Done(Struct, tag="done"):
    """To the sender alone: what was asked for is done, by this change or before it."""

    change: int
    client_id: str | UnsetType = UNSET


class TypingIndicator(Struct, tag="typing_indicator"):
    """Somebody begins or stops typing."""

    user_id: int
    username: str
    is_typing: bool
    display_name: str | UnsetType = UNSET


class DigestView(Struct):
    """Of the room at this change: its messages from the message_id `first` on, the latest 256 at
    most, and the sum of the numbers of their last changes, modulo 2**32.
    """

    change: int
    first: int
    sum: int


class MessagesMarkedRead(Struct, tag="messages_marked_read"):
    """The answer to mark_read: how far its sender has read."""

    room_id: int
    message_id: int
    digest: DigestView | UnsetType = UNSET


class MessagesRead(Struct, tag="messages_read"):
    """Somebody has read up to this message."""

    room_id: int
    user_id: int
    username: str
    message_id: int
    display_name: str | UnsetType = UNSET


class MemberJoined(Struct, tag="member_joined"):
    """Somebody has been let in, `by` whom, or has come by themselves."""

    room_id: int
    member: MemberView
    change: int
    by: int | UnsetType = UNSET


class MemberLeft(Struct, tag="member_left"):
    """Somebody has left or was removed `by` somebody else."""

    room_id: int
    user_id: int
    change: int
    by: int | UnsetType = UNSET


class MemberRole(Struct, tag="member_role"):
    """Somebody is an owner now, or a mere member."""

    room_id: int
    user_id: int
    role: str
    change: int
    by: int | UnsetType = UNSET


class RoomRenamed(Struct, tag="room_renamed"):
    """The room has another name."""

    room_id: int
    name: str
    change: int
    by: int | UnsetType = UNSET


class RoomArchived(Struct, tag="room_archived"):
    """Nobody writes in the room any more, or everybody does again."""

    room_id: int
    is_archived: bool
    change: int
    by: int | UnsetType = UNSET


class Limits(Struct, kw_only=True):
    """What the server accepts: lengths in characters, `replay` in messages, `edit_seconds` after
    a message was sent; None: it can be edited for ever.
    """

    message_length: int = MESSAGE_MAX
    client_id_length: int = CLIENT_ID_MAX
    frame_bytes: int
    replay: int = REPLAY_MAX
    edit_seconds: int | None = None


class Ready(Struct, tag="ready"):
    """After what was missed, before what is live: the latest message of the room, and its latest
    change. Messages up to `floor` have expired; `history_from` is the first one that they see,
    who do not see all.
    """

    room_id: int
    revision: int
    change: int
    user_id: int
    username: str
    limits: Limits
    display_name: str | UnsetType = UNSET
    floor: int | UnsetType = UNSET
    history_from: int | UnsetType = UNSET


class GoingAway(Struct, tag="going_away"):
    """The server restarts: come back after that time."""

    retry_after_ms: int


ServerFrame = (
    MessageView
    | MessageSent
    | MessageChanged
    | Reaction
    | UnseenChange
    | Done
    | UserStatus
    | TypingIndicator
    | MessagesMarkedRead
    | MessagesRead
    | UserChanged
    | MemberJoined
    | MemberLeft
    | MemberRole
    | RoomRenamed
    | RoomArchived
    | RoomRules
    | MessagesRemoved
    | Expired
    | Ready
    | GoingAway
    | Error
    | LobbyFrame
)
FRAME_TYPES = frozenset(each.__struct_config__.tag for each in get_args(ServerFrame))

encode: Callable[[ServerFrame], bytes] = encode_json
