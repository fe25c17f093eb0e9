"""The frames of the protocol: bytes to a validated frame, and answers to bytes.

The document's names, fields and types are kept to the letter; what is added stands beside them.
"""

import contextlib
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Annotated, Any, TypeVar

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from models import Message, Refusal, Stored
from realtime.markup import to_html
from translations import gettext

T = TypeVar("T")

# PostgreSQL stores no NUL.
ClientId = Annotated[
    str, Meta(min_length=1, max_length=Message.CLIENT_ID_MAX, pattern="^[^\x00]*$")
]
# Beyond 2**53 a JavaScript client can no longer tell neighbouring numbers apart.
LAST = 2**53
MessageId = Annotated[int, Meta(ge=0, le=LAST)]


class ChatMessage(Struct, tag="chat_message", frozen=True):
    """A person says something. The same client_id again stores nothing new."""

    message: str
    client_id: ClientId | None = None


class Typing(Struct, tag="typing", frozen=True):
    """A person begins or stops typing."""

    is_typing: bool


class MarkRead(Struct, tag="mark_read", frozen=True):
    """A person has read up to message_id, or all that there is."""

    message_id: MessageId | None = None


ClientFrame = ChatMessage | Typing | MarkRead
TYPES = ("chat_message", "typing", "mark_read")

_decoder: msgspec.json.Decoder[ClientFrame] = msgspec.json.Decoder(ClientFrame)
_encoder = msgspec.json.Encoder()


def parse(data: str | bytes | None) -> ClientFrame:
    """The frame in `data`, whole and valid. Raises Unreadable."""
    return read(data, _decoder, TYPES)


def read(data: str | bytes | None, decoder: msgspec.json.Decoder[T], types: Sequence[str]) -> T:
    """The frame in `data`, whole and valid; `types` are those that the decoder knows.

    Raises:
        Unreadable: a Refusal (bad_frame, unknown_type) that knows the frame's client_id, if any.
    """
    if not isinstance(data, str):
        raise Unreadable("bad_frame", problem="text frames only")
    try:
        return decoder.decode(data)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise _explain(data, str(error), types) from None


class Unreadable(Refusal):
    """A frame that is not one."""

    client_id: str | None = None


class _Loose(Struct):
    type: Any = None
    client_id: Any = None


def _explain(data: str, problem: str, types: Sequence[str]) -> Unreadable:
    try:
        loose = msgspec.json.decode(data, type=_Loose)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return Unreadable("bad_frame", problem=problem)
    if isinstance(loose.type, str) and loose.type not in types:
        refusal = Unreadable("unknown_type")
    else:
        refusal = Unreadable("bad_frame", problem=problem)
    with contextlib.suppress(msgspec.ValidationError):
        refusal.client_id = msgspec.convert(loose.client_id, ClientId | None)
    return refusal


class _Said(Struct, tag="chat_message"):
    message_id: int
    message: str
    user_id: int
    username: str
    timestamp: str
    is_read: bool
    client_id: str | UnsetType = UNSET
    display_name: str | UnsetType = UNSET
    html: str | UnsetType = UNSET


class _Sent(Struct, tag="message_sent"):
    message_id: int
    message: str
    timestamp: str
    client_id: str | UnsetType = UNSET
    html: str | UnsetType = UNSET


class _UserStatus(Struct, tag="user_status"):
    user_id: int
    username: str
    is_online: bool
    message: str
    display_name: str | UnsetType = UNSET


class _TypingIndicator(Struct, tag="typing_indicator"):
    user_id: int
    username: str
    is_typing: bool
    display_name: str | UnsetType = UNSET


class _MarkedRead(Struct, tag="messages_marked_read"):
    room_id: int
    message_id: int


class _MessagesRead(Struct, tag="messages_read"):
    room_id: int
    user_id: int
    username: str
    message_id: int
    display_name: str | UnsetType = UNSET


class _UserChanged(Struct, tag="user_changed"):
    user_id: int
    username: str
    display_name: str


class _MemberJoined(Struct, tag="member_joined"):
    room_id: int
    member: dict[str, Any]


class _MemberLeft(Struct, tag="member_left"):
    room_id: int
    user_id: int


class _MemberRole(Struct, tag="member_role"):
    room_id: int
    user_id: int
    role: str


class _RoomRenamed(Struct, tag="room_renamed"):
    room_id: int
    name: str


class _Ready(Struct, tag="ready"):
    room_id: int
    revision: int
    user_id: int
    username: str
    limits: dict[str, int]
    display_name: str | UnsetType = UNSET


class _GoingAway(Struct, tag="going_away"):
    retry_after_ms: int


class _Error(Struct, tag="error"):
    message: str
    code: str
    client_id: str | UnsetType = UNSET
    retry_after: float | UnsetType = UNSET


LIMITS = {
    "message_length": Message.MAX_LENGTH,
    "client_id_length": Message.CLIENT_ID_MAX,
    "frame_bytes": 65_536,
    "replay": 1_000,
}


def chat_message(message: Stored, is_read: bool = False) -> bytes:
    return _encoder.encode(_said(message, is_read))


def as_dict(message: Stored, is_read: bool) -> dict[str, Any]:
    """A chat_message frame before encoding, for pages and history."""
    frame: dict[str, Any] = msgspec.to_builtins(_said(message, is_read))
    return frame


def message_sent(message: Stored) -> bytes:
    return _encoder.encode(
        _Sent(
            message_id=message.number,
            message=message.body,
            timestamp=timestamp(message.created_at),
            client_id=UNSET if message.client_id is None else message.client_id,
            html=to_html(message.body) or UNSET,
        )
    )


def user_status(
    user_id: int, username: str, is_online: bool, locale: str, display_name: str = ""
) -> bytes:
    sentence = "%(username)s is online" if is_online else "%(username)s is offline"
    text = gettext(locale, sentence, username=display_name or username)
    return _encoder.encode(_UserStatus(user_id, username, is_online, text, display_name or UNSET))


def user_changed(user_id: int, username: str, display_name: str) -> bytes:
    return _encoder.encode(_UserChanged(user_id, username, display_name))


def typing_indicator(user_id: int, username: str, is_typing: bool, display_name: str = "") -> bytes:
    return _encoder.encode(_TypingIndicator(user_id, username, is_typing, display_name or UNSET))


def messages_marked_read(room_id: int, message_id: int) -> bytes:
    return _encoder.encode(_MarkedRead(room_id, message_id))


def messages_read(
    room_id: int, user_id: int, username: str, message_id: int, display_name: str = ""
) -> bytes:
    return _encoder.encode(
        _MessagesRead(room_id, user_id, username, message_id, display_name or UNSET)
    )


def member_joined(room_id: int, member: dict[str, Any]) -> bytes:
    return _encoder.encode(_MemberJoined(room_id, member))


def member_left(room_id: int, user_id: int) -> bytes:
    return _encoder.encode(_MemberLeft(room_id, user_id))


def member_role(room_id: int, user_id: int, role: str) -> bytes:
    return _encoder.encode(_MemberRole(room_id, user_id, role))


def room_renamed(room_id: int, name: str) -> bytes:
    return _encoder.encode(_RoomRenamed(room_id, name))


def ready(
    room_id: int, revision: int, user_id: int, username: str, display_name: str = ""
) -> bytes:
    return _encoder.encode(
        _Ready(room_id, revision, user_id, username, LIMITS, display_name or UNSET)
    )


def going_away(retry_after_ms: int) -> bytes:
    return _encoder.encode(_GoingAway(retry_after_ms))


def error(refusal: Refusal, locale: str, client_id: str | None = None) -> bytes:
    """The error frame, which is also the body of every HTTP error of the JSON API."""
    return _encoder.encode(
        _Error(
            message=refusal.text(locale),
            code=refusal.code,
            client_id=UNSET if client_id is None else client_id,
            retry_after=UNSET
            if refusal.retry_after is None
            else max(0.001, round(refusal.retry_after, 3)),
        )
    )


@lru_cache(maxsize=64)  # All messages of a batch have the same.
def timestamp(moment: datetime) -> str:
    """RFC 3339 in UTC with milliseconds: 2025-10-03T03:00:00.000Z."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _said(message: Stored, is_read: bool) -> _Said:
    return _Said(
        message_id=message.number,
        message=message.body,
        user_id=message.author_id,
        username=message.username,
        timestamp=timestamp(message.created_at),
        is_read=is_read,
        client_id=UNSET if message.client_id is None else message.client_id,
        display_name=message.display_name or UNSET,
        html=to_html(message.body) or UNSET,
    )
