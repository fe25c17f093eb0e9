"""What one process tells the others: MessagePack on the broadcast channels."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from limits import MESSAGE_ID_MAX
from models.membership import ID_MAX
from models.user import User

CONTROL = "control"  # The channel that every process hears.
LIST_MAX = 1_000  # Things in one envelope. Longer lists are told in parts.
FRAME_MAX = 256 * 1024  # The longest message, all of it escaped, with its HTML, has a quarter.

Id = Annotated[int, Meta(ge=1, le=ID_MAX)]
Number = Annotated[int, Meta(ge=1, le=MESSAGE_ID_MAX)]
Frame = Annotated[bytes, Meta(max_length=FRAME_MAX)]
Kind = Annotated[str, Meta(max_length=64)]
ProcessName = Annotated[str, Meta(min_length=1, max_length=32)]
DisplayName = Annotated[str, Meta(max_length=User.DISPLAY_NAME_MAX)]
Some = Meta(min_length=1, max_length=LIST_MAX)


class MessagesCommitted(Struct, tag="h", array_like=True, frozen=True):
    """Messages of one room, and what was done to them, in order: (first change, change, message_id,
    encoded frame).
    """

    room_id: Id
    items: Annotated[list[tuple[Number, Number, Number, Frame]], Some]


class ChangeCommitted(Struct, tag="r", array_like=True, frozen=True):
    """A room has got to this change, which is no message: who hears it reads it."""

    room_id: Id
    change: Number


class EphemeralFrame(Struct, tag="p", array_like=True, frozen=True):
    """A frame that only matters now, for these rooms, but not for this user."""

    room_ids: Annotated[list[Id], Some]
    kind: Kind
    frame: Frame
    except_user: Id | None = None
    to_lobby: bool = False


class SessionEnded(Struct, tag="e", array_like=True, frozen=True):
    """A login is no more: 4401."""

    session_id: Id


class TokenEnded(Struct, tag="t", array_like=True, frozen=True):
    """An access token of a user is no more, or (None) none of theirs is: 4401."""

    user_id: Id
    token_id: Id | None = None


class MemberRemoved(Struct, tag="m", array_like=True, frozen=True):
    """A user is no longer in a room: 4403. With `membership_id` it means that membership, and not
    one that the same user has been given since.
    """

    room_id: Id
    user_id: Id
    membership_id: Id | None = None
    is_ban: bool = False


class RoomDeleted(Struct, tag="d", array_like=True, frozen=True):
    """A room is no more: 4404."""

    room_id: Id


class ConnectionEnded(Struct, tag="x", array_like=True, frozen=True):
    """An administrator has closed this connection of this process: 1012."""

    process: ProcessName
    number: Id


class SystemAsked(Struct, tag="q", array_like=True, frozen=True):
    """How is every process? Of the connections all of one user, or those that cost most."""

    question: ProcessName
    user_id: Id | None = None


class SystemTold(Struct, tag="s", array_like=True, frozen=True):
    """How one is, in answer: JSON."""

    question: ProcessName
    answer: Frame


class Renamed(Struct, tag="n", array_like=True, frozen=True):
    """A user has another display name."""

    user_id: Id
    display_name: DisplayName


class PresenceChosen(Struct, tag="v", array_like=True, frozen=True):
    """A user hides now, or no longer: whoever hears it asks the database."""

    user_id: Id


class Activity(Struct, tag="a", array_like=True, frozen=True):
    """Something was said: (room_id, change, frame for the lobby; empty where nothing is news)."""

    rooms: Annotated[list[tuple[Id, Number, Frame]], Some]


class RoomItemsChanged(Struct, tag="c", array_like=True, frozen=True):
    """A room looks different in the list of a user: (room_id, user_id; None: all members)."""

    memberships: Annotated[list[tuple[Id, Id | None]], Some]


class PersonalActivity(Struct, tag="y", array_like=True, frozen=True):
    """What concerns these users is another list now."""

    user_ids: Annotated[list[Id], Some]


class DraftChanged(Struct, tag="w", array_like=True, frozen=True):
    """What a user has written in a room and not sent is another text now, or none."""

    user_id: Id
    room_id: Id
    has_draft: bool
    version: Annotated[int, Meta(ge=1, le=ID_MAX)]


class ConsentChanged(Struct, tag="k", array_like=True, frozen=True):
    """A direct conversation was accepted, declined or blocked, or no longer is."""

    room_id: Id


class BlocksChanged(Struct, tag="b", array_like=True, frozen=True):
    """A user has blocked somebody, or no longer does."""

    user_id: Id


Revocation = SessionEnded | TokenEnded | MemberRemoved | RoomDeleted | ConnectionEnded
SystemNews = SystemAsked | SystemTold
PersonalNews = PersonalActivity | DraftChanged
LobbyNews = Activity | RoomItemsChanged | PersonalNews | BlocksChanged
HubNews = (
    MessagesCommitted
    | ChangeCommitted
    | EphemeralFrame
    | Revocation
    | Renamed
    | PresenceChosen
    | LobbyNews
    | ConsentChanged
)
Envelope = HubNews | SystemNews

_LISTS = {
    MessagesCommitted: "items",
    EphemeralFrame: "room_ids",
    Activity: "rooms",
    RoomItemsChanged: "memberships",
    PersonalActivity: "user_ids",
}


def parts(envelope: Envelope) -> Iterator[Envelope]:
    """The envelope, or several with lists that are short enough; none where there is nothing to
    tell.
    """
    name = _LISTS.get(type(envelope))
    if name is None:
        yield envelope
    elif len(whole := getattr(envelope, name)) <= LIST_MAX:
        if whole:
            yield envelope
    else:
        for start in range(0, len(whole), LIST_MAX):
            yield msgspec.structs.replace(envelope, **{name: whole[start : start + LIST_MAX]})


def channel_of(envelope: Envelope) -> str:
    """The channel that this is told on: a room's own where nobody else is concerned."""
    if isinstance(envelope, MessagesCommitted | ChangeCommitted):
        return room_channel(envelope.room_id)
    if (
        isinstance(envelope, EphemeralFrame)
        and len(envelope.room_ids) == 1
        and not envelope.to_lobby
    ):
        return room_channel(envelope.room_ids[0])
    return CONTROL


def room_channel(room_id: int) -> str:
    return f"room:{room_id}"


def is_ascending(messages: MessagesCommitted) -> bool:
    return all(first <= change for first, change, _, _ in messages.items) and all(
        one[1] < other[0] for one, other in pairwise(messages.items)
    )
