"""The frames of the user-level socket: see "The lobby" in docs/protocol.md."""

from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct

from realtime import frames


class Ping(Struct, tag="ping", frozen=True):
    """Is anybody there?"""


TYPES = ("ping",)

_decoder = msgspec.json.Decoder(Ping)
_encoder = msgspec.json.Encoder()


def parse(data: str | bytes | None) -> Ping:
    """The frame in `data`. Raises frames.Unreadable, as frames.parse does."""
    return frames.read(data, _decoder, TYPES)


class _Activity(Struct, tag="room_activity"):
    room_id: int
    last_message_at: str
    messages: list[tuple[int, int]]


class _Joined(Struct, tag="room_joined"):
    room: dict[str, Any]


class _Changed(Struct, tag="room_changed"):
    room: dict[str, Any]


class _Left(Struct, tag="room_left"):
    room_id: int


class _Ready(Struct, tag="ready"):
    user_id: int


class _Refresh(Struct, tag="refresh"):
    pass


class _Pong(Struct, tag="pong"):
    pass


REFRESH = _encoder.encode(_Refresh())
PONG = _encoder.encode(_Pong())


def ready(user_id: int) -> bytes:
    return _encoder.encode(_Ready(user_id))


def room_activity(room_id: int, at: datetime, messages: list[tuple[int, int]]) -> bytes:
    """`messages` are (message_id, user_id)."""
    return _encoder.encode(_Activity(room_id, frames.timestamp(at), messages))


def room_joined(room: dict[str, Any]) -> bytes:
    return _encoder.encode(_Joined(room))


def room_changed(room: dict[str, Any]) -> bytes:
    return _encoder.encode(_Changed(room))


def room_left(room_id: int) -> bytes:
    return _encoder.encode(_Left(room_id))
