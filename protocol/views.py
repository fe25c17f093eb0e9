"""What the protocol shows of messages and rooms: the same in frames, in the JSON API and on
pages. Fields are in the order of the wire; those that are UNSET are left out.
"""

from typing import Literal

from msgspec import UNSET, Raw, Struct, UnsetType

from protocol.encoding import Timestamp
from protocol.file_views import FileView
from protocol.last_message import LastMessage
from protocol.people_views import MemberView, PartnerView, PersonView


class QuoteView(Struct):
    """What a message replies to, as it is now, cut at 200 characters; if `is_unseen`, nobody's,
    and if `is_expired` as well, not there any more. `is_edited_since`: since the reply was posted.
    """

    message_id: int
    user_id: int
    username: str
    display_name: str | UnsetType = UNSET
    message: str = ""
    is_deleted: Literal[True] | UnsetType = UNSET
    is_unseen: Literal[True] | UnsetType = UNSET
    is_expired: Literal[True] | UnsetType = UNSET
    is_edited_since: Literal[True] | UnsetType = UNSET

    @property
    def shown_name(self) -> str:
        """What others see of the author's two names."""
        return self.display_name or self.username


class ReactionView(Struct):
    """One emoji under a message: how often, and the first 50 who put it there."""

    emoji: str
    count: int
    user_ids: list[int]


class MessageView(Struct, tag="chat_message", gc=False):
    """A message: live, in a replay and in the history, where it has its type as well. `change` is
    the number of its last change. Of a deleted one the text says so, and most fields are gone.
    `thread` is the message that the thread of a reply begins with, `replies` how many such a one
    has, counted up to 100, where it is read and not told live. `deleted_by` is an owner of the
    room, or an administrator, who has deleted what somebody else had written.
    """

    message_id: int
    message: str
    user_id: int
    username: str
    timestamp: Timestamp
    is_read: bool
    change: int
    client_id: str | UnsetType = UNSET
    display_name: str | UnsetType = UNSET
    html: str | UnsetType = UNSET
    reply_to: QuoteView | UnsetType = UNSET
    edited_at: Timestamp | UnsetType = UNSET
    is_deleted: Literal[True] | UnsetType = UNSET
    mentions: list[int] | UnsetType = UNSET
    mentions_all: Literal[True] | UnsetType = UNSET
    reactions: list[ReactionView] | UnsetType = UNSET
    is_pinned: Literal[True] | UnsetType = UNSET
    is_edited_after_read: Literal[True] | UnsetType = UNSET
    thread: int | UnsetType = UNSET
    replies: int | UnsetType = UNSET
    deleted_by: int | UnsetType = UNSET
    files: list[FileView] | UnsetType = UNSET

    @property
    def shown_name(self) -> str:
        """What others see of the author's two names."""
        return self.display_name or self.username


class RoomMessageView(MessageView, tag="chat_message", kw_only=True):
    """A message among those of several rooms."""

    room_id: int


class RoomItem(Struct):
    """A room in the list of one of its members. `change` is told where the latest messages are
    deleted: `last_message`, or that there is none, is so as of it. `history_from` is the first
    message that the member sees, where not all.
    """

    id: int
    name: str
    kind: str
    revision: int
    last_message_at: Timestamp | None
    role: str
    last_read: int
    unread_from: int | None
    is_muted: bool
    unread_count: int
    mention_count: int
    level: str
    partner: PartnerView | UnsetType = UNSET
    is_request: Literal[True] | UnsetType = UNSET
    is_hidden: Literal[True] | UnsetType = UNSET
    is_blocked: Literal[True] | UnsetType = UNSET
    last_message: LastMessage | UnsetType = UNSET
    change: int | UnsetType = UNSET
    has_draft: Literal[True] | UnsetType = UNSET
    history_from: int | UnsetType = UNSET
    is_archived: Literal[True] | UnsetType = UNSET
    picture: str | UnsetType = UNSET


class InvitationItem(Struct, kw_only=True):
    """An invitation in the same list. Of the room nothing is told but its name; the other fields
    are there for clients that know no invitations.
    """

    id: int
    name: str
    kind: str = "room"
    role: str = "invited"
    revision: int = 0
    last_message_at: Timestamp
    last_read: int = 0
    unread_from: None = None
    unread_count: int = 0
    mention_count: int = 0
    level: str = "all"
    is_muted: bool = False
    invited_by: PersonView


ListItem = RoomItem | InvitationItem


class RoomList(Struct):
    """A page of somebody's rooms. `cursor` asks for the next one, in which `unread_beyond` messages
    are unread and `mentions_beyond` mentions unseen (counted up to 100); None: there is none.
    """

    rooms: list[ListItem]
    cursor: str | None
    unread_beyond: int = 0
    mentions_beyond: int = 0


class RoomDetails(Struct):
    """A room with its members, as one of them sees it; `history_from` is the first message that
    they see, where not all. Up to `floor` messages have expired. Owners are told how many ask to be
    let in: `request_count`.
    """

    id: int
    name: str
    kind: str
    revision: int
    role: str
    last_read: int
    unread_from: int | None
    is_muted: bool
    members: list[MemberView]
    is_request: Literal[True] | UnsetType = UNSET
    is_hidden: Literal[True] | UnsetType = UNSET
    is_blocked: Literal[True] | UnsetType = UNSET
    is_archived: Literal[True] | UnsetType = UNSET
    slow_seconds: int | UnsetType = UNSET
    writers: Literal["owners"] | UnsetType = UNSET
    visibility: Literal["public"] | UnsetType = UNSET
    topic: str | UnsetType = UNSET
    newcomers_see: Literal["from_joining"] | UnsetType = UNSET
    history_from: int | UnsetType = UNSET
    retention_days: int | UnsetType = UNSET
    floor: int | UnsetType = UNSET
    request_count: int | UnsetType = UNSET
    picture: str | UnsetType = UNSET


class RoomEventView(Struct):
    """What has happened behind the message `after` (0: before all): see models.room_change."""

    change: int
    what: str
    after: int
    timestamp: Timestamp
    person: PersonView | UnsetType = UNSET
    actor: PersonView | UnsetType = UNSET
    count: int | UnsetType = UNSET
    reason: str | UnsetType = UNSET
    text: str | UnsetType = UNSET


class MessageList(Struct):
    """Messages, oldest first, and what has happened behind each of them."""

    messages: list[MessageView]
    events: list[RoomEventView] | UnsetType = UNSET


class ThreadView(Struct):
    """The message that a thread begins with, and a page of its replies, oldest first."""

    root: MessageView
    messages: list[MessageView]


class RoomMessageList(Struct):
    """Messages of several rooms, latest first. `cursor` asks for more; None: there are none."""

    messages: list[RoomMessageView]
    cursor: str | None


class FoundView(RoomMessageView, tag="chat_message", kw_only=True):
    """A message that was looked for. `excerpt` is HTML: a part of its text, with <mark>."""

    excerpt: str


class SearchedTo(Struct):
    """A room of which the messages behind this one are not found yet."""

    room_id: int
    message_id: int


class FoundList(Struct):
    """What was found. `cursor` looks for more; None: there are none. `searched_to` has rooms that
    are not indexed up to their end.
    """

    messages: list[FoundView]
    cursor: str | None
    searched_to: list[SearchedTo] | UnsetType = UNSET


class ChangeList(Struct):
    """Frames as they are resumed, complete up to this `change`."""

    changes: list[Raw]
    change: int
