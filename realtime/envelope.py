"""What one process tells the others: MessagePack on the broadcast channels."""

import msgspec
from msgspec import Struct

CONTROL = "control"  # The channel that every process hears.


class Stored(Struct, tag="s", array_like=True, frozen=True):
    """Messages of one room, in order: (revision, encoded frame)."""

    room_id: int
    items: list[tuple[int, bytes]]


class Passing(Struct, tag="p", array_like=True, frozen=True):
    """A frame that only matters now, for these rooms, but not for this user."""

    room_ids: list[int]
    kind: str
    frame: bytes
    except_user: int | None = None
    to_lobby: bool = False


class SessionEnded(Struct, tag="e", array_like=True, frozen=True):
    """A login is no more: 4401."""

    session_id: int


class MemberRemoved(Struct, tag="m", array_like=True, frozen=True):
    """A user is no longer in a room: 4403."""

    room_id: int
    user_id: int


class RoomDeleted(Struct, tag="d", array_like=True, frozen=True):
    """A room is no more: 4404."""

    room_id: int


class Renamed(Struct, tag="n", array_like=True, frozen=True):
    """A user has another display name."""

    user_id: int
    display_name: str


class Activity(Struct, tag="a", array_like=True, frozen=True):
    """Something was said: (room_id, revision, frame for the lobby)."""

    rooms: list[tuple[int, int, bytes]]


class Changed(Struct, tag="c", array_like=True, frozen=True):
    """A room looks different in the list of a user: (room_id, user_id; None: all members)."""

    places: list[tuple[int, int | None]]


Revocation = SessionEnded | MemberRemoved | RoomDeleted
LobbyNews = Activity | Changed
Envelope = Stored | Passing | Revocation | Renamed | LobbyNews

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Envelope)


def encode(envelope: Envelope) -> bytes:
    return _encoder.encode(envelope)


def decode(payload: bytes) -> Envelope:
    """Raises msgspec.DecodeError for what no version of ours has sent."""
    envelope: Envelope = _decoder.decode(payload)
    return envelope
