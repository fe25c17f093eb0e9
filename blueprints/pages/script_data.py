"""What the scripts of the room page are told when it is made."""

from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import pairwise

from msgspec import UNSET, Struct, UnsetType

from blueprints.context import services
from blueprints.pages import history_window
from blueprints.pages import presentation as present
from blueprints.pages.history_window import Excerpt
from blueprints.pages.members import SHOWN
from blueprints.pages.script_texts import script_texts
from limits import MESSAGE_MAX
from models import Membership
from models.message_commands import ALL_MEMBERS_MAX
from models.queries.former_members import former_members
from protocol.draft_views import DraftView
from protocol.encoding import Timestamp, timestamp
from protocol.people_views import MemberView
from protocol.views import RoomDetails, RoomEventView
from realtime.typing import SILENCE_SECONDS


class ScriptLimits(Struct):
    """The numbers that pages and their scripts have in common."""

    message_length: int = MESSAGE_MAX
    members_shown: int = SHOWN
    history_page: int = history_window.PAGE
    history_context: int = history_window.CONTEXT
    history_max: int = history_window.MOST
    grouping_seconds: int = int(present.GROUPING.total_seconds())
    mention_all_members: int = ALL_MEMBERS_MAX
    typing_timeout_seconds: int = int(SILENCE_SECONDS)
    edit_seconds: int | None = None


class Former(Struct):
    """Somebody who has left, and is mentioned in the room by this name."""

    id: int
    username: str


class ScriptData(Struct, kw_only=True):
    """The room as its member sees it, and how much of it is on the page: see RoomData in
    static/js/lib/types.js.

    Attributes:
        is_seen: whether they have seen each change up to the latest, and need not say so.
        revision: the latest message when the page was made.
        change: the change up to which the page is complete.
        changes: of each message on the page, the number of its last change: each as what it is more
            than the one before, for these compress to a third of the numbers.
        now: when the page was made: the clock of a browser may be wrong.
        at: the message that the page was asked to show; None for none.
        events: what stands behind the last message of the page: more may come to it.
        history_from: the first message that the member sees, where not all.
    """

    room_id: int
    kind: str
    user_id: int
    username: str
    display_name: str
    role: str
    level: str
    slow_seconds: int
    writers: str
    last_read: int
    is_seen: bool
    revision: int
    change: int
    changes: list[int]
    first_unread: int | None
    at: int | None
    events: list[RoomEventView]
    draft: DraftView
    limits: ScriptLimits
    now: Timestamp
    members: list[MemberView]
    former: list[Former]
    texts: dict[str, str]
    history_from: int | UnsetType = UNSET


async def script_data(
    member: Membership,
    room: RoomDetails,
    shown: Excerpt,
    events: Iterable[RoomEventView],
    draft: DraftView,
    locale: str,
) -> ScriptData:
    last = shown.messages[-1].message_id if shown.messages else 0
    return ScriptData(
        room_id=room.id,
        kind=room.kind,
        user_id=member.user_id,
        username=member.user.username,
        display_name=member.user.display_name,
        role=member.role,
        level=member.level,
        slow_seconds=member.room.slow_seconds,
        writers=member.room.writers,
        last_read=member.read_to,
        is_seen=member.seen_change >= member.room.change,
        revision=shown.head,
        change=member.room.change,
        changes=_differences([message.change for message in shown.messages]),
        first_unread=shown.first_unread,
        at=shown.at,
        events=[event for event in events if event.after == last],
        draft=draft,
        limits=ScriptLimits(edit_seconds=services().message_changes.edit_seconds),
        now=timestamp(datetime.now(UTC)),
        members=room.members,
        former=[Former(*each) for each in await former_members(room.id, member.bound)],
        texts=script_texts(locale),
        history_from=room.history_from,
    )


def _differences(numbers: list[int]) -> list[int]:
    return [number - before for before, number in pairwise([0, *numbers])]
