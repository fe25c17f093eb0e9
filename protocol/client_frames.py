"""The frames that clients send, from text to a validated struct."""

import contextlib
from collections.abc import Sequence
from typing import Annotated, Any, TypeVar, get_args

import msgspec
from msgspec import Meta, Struct

from errors import Refusal
from limits import CLIENT_ID_MAX, FILES_MAX, MESSAGE_ID_MAX

T = TypeVar("T")

# PostgreSQL stores no NUL.
ClientId = Annotated[str, Meta(min_length=1, max_length=CLIENT_ID_MAX, pattern="^[^\x00]*$")]
MessageId = Annotated[int, Meta(ge=0, le=MESSAGE_ID_MAX)]


FileIds = Annotated[tuple[MessageId, ...], Meta(max_length=FILES_MAX)]


class ChatMessage(Struct, tag="chat_message", frozen=True):
    """A person says something. The same client_id again stores nothing new."""

    message: str
    client_id: ClientId | None = None
    reply_to: MessageId | None = None
    files: FileIds = ()


class EditMessage(Struct, tag="edit_message", frozen=True):
    """A person gives a message of theirs another text. `base` is the change that it was edited
    from: another edit since then is a conflict.
    """

    message_id: MessageId
    message: str
    base: MessageId | None = None
    client_id: ClientId | None = None


class DeleteMessage(Struct, tag="delete_message", frozen=True):
    """A person takes a message away."""

    message_id: MessageId
    client_id: ClientId | None = None


class React(Struct, tag="react", frozen=True):
    """A person puts an emoji under a message, or takes theirs away."""

    message_id: MessageId
    emoji: str
    is_on: bool
    client_id: ClientId | None = None


class PinMessage(Struct, tag="pin_message", frozen=True):
    """A person pins a message in the room, or no longer."""

    message_id: MessageId
    is_pinned: bool
    client_id: ClientId | None = None


class Typing(Struct, tag="typing", frozen=True):
    """A person begins or stops typing."""

    is_typing: bool


class MarkRead(Struct, tag="mark_read", frozen=True):
    """A person has read up to message_id, or all that there is. With `digest`, a message_id, the
    answer has a digest of the messages from that one on.
    """

    message_id: MessageId | None = None
    digest: MessageId | None = None


class Ping(Struct, tag="ping", frozen=True):
    """In the lobby: is anybody there?"""


MessageFrame = EditMessage | DeleteMessage | React | PinMessage
RoomFrame = ChatMessage | Typing | MarkRead | MessageFrame
_ROOM_TYPES = tuple(str(each.__struct_config__.tag) for each in get_args(RoomFrame))

_room_decoder: msgspec.json.Decoder[RoomFrame] = msgspec.json.Decoder(RoomFrame)
_lobby_decoder = msgspec.json.Decoder(Ping)


class InvalidFrame(Refusal):
    """A frame that is not one."""

    client_id: str | None = None


def parse_room_frame(data: str | bytes | None) -> RoomFrame:
    """The frame in `data`, whole and valid.

    Raises:
        InvalidFrame: a Refusal (bad_frame, unknown_type) that knows the frame's client_id, if any.
    """
    return _parse(data, _room_decoder, _ROOM_TYPES)


def parse_lobby_frame(data: str | bytes | None) -> Ping:
    """The same for what a client sends to the lobby."""
    return _parse(data, _lobby_decoder, ("ping",))


def _parse(data: str | bytes | None, decoder: msgspec.json.Decoder[T], types: Sequence[str]) -> T:
    if not isinstance(data, str):
        raise InvalidFrame("bad_frame", problem="text frames only")
    try:
        return decoder.decode(data)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise _explain(data, str(error), types) from None


class _Loose(Struct):
    type: Any = None
    client_id: Any = None


def _explain(data: str, problem: str, types: Sequence[str]) -> InvalidFrame:
    try:
        loose = msgspec.json.decode(data, type=_Loose)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return InvalidFrame("bad_frame", problem=problem)
    if isinstance(loose.type, str) and loose.type not in types:
        refusal = InvalidFrame("unknown_type")
    else:
        refusal = InvalidFrame("bad_frame", problem=problem)
    with contextlib.suppress(msgspec.ValidationError):
        refusal.client_id = msgspec.convert(loose.client_id, ClientId | None)
    return refusal
