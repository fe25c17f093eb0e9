"""Envelopes between processes: only our own are believed, and only what is possible."""

from typing import Any

import msgspec
import pytest

from protocol.server_frames import TypingIndicator, encode
from realtime import envelope
from realtime.envelope import (
    CONTROL,
    LIST_MAX,
    Activity,
    EphemeralFrame,
    MemberRemoved,
    PersonalActivity,
    Renamed,
    RoomItemsChanged,
)
from realtime.envelope_signer import PAYLOAD_MAX, BadEnvelope, EnvelopeSigner
from tests.support.publisher import SECRET, packed, signed

ROOM = "room:7"
SAID = b'{"type":"chat_message","message_id":%d,"message":"x","change":%d}'


def said(number: int, change: int | None = None) -> bytes:
    """Return the frame of a message."""
    return SAID % (number, change or number)


TYPING = encode(TypingIndicator(1, "x", is_typing=True))
FAR = 2**64 - 1

# What nobody of ours publishes, though it is signed: channel, reason, the array.
IMPOSSIBLE: dict[str, tuple[str, str, list[Any]]] = {
    "no messages": (ROOM, "malformed", ["h", 7, []]),
    "change of 2^64-1": (ROOM, "malformed", ["h", 7, [[FAR, FAR, FAR, said(1)]]]),
    "change above 2^53": (
        ROOM,
        "malformed",
        ["h", 7, [[2**53 + 1, 2**53 + 1, 2**53 + 1, said(1)]]],
    ),
    "number 0": (ROOM, "malformed", ["h", 7, [[0, 0, 0, said(0)]]]),
    "negative room": (ROOM, "malformed", ["h", -7, [[1, 1, 1, said(1)]]]),
    "room of 2^63": (ROOM, "malformed", ["h", 2**63, [[1, 1, 1, said(1)]]]),
    "another room": (ROOM, "wrong_channel", ["h", 8, [[1, 1, 1, said(1)]]]),
    "messages on control": (CONTROL, "wrong_channel", ["h", 7, [[1, 1, 1, said(1)]]]),
    "unsorted": (ROOM, "out_of_order", ["h", 7, [[2, 2, 2, said(2)], [1, 1, 1, said(1)]]]),
    "doubled": (ROOM, "out_of_order", ["h", 7, [[1, 1, 1, said(1)], [1, 1, 1, said(1)]]]),
    "too many messages": (
        ROOM,
        "malformed",
        ["h", 7, [[n, n, n, said(n)] for n in range(1, 1_002)]],
    ),
    "no JSON": (ROOM, "bad_frame", ["h", 7, [[1, 1, 1, b"{"]]]),
    "an array": (ROOM, "bad_frame", ["h", 7, [[1, 1, 1, b"[]"]]]),
    "no UTF-8": (ROOM, "bad_frame", ["h", 7, [[1, 1, 1, (said(1)).replace(b'"x"', b'"\xff"')]]]),
    "deep": (ROOM, "bad_frame", ["h", 7, [[1, 1, 1, b"[" * 100_000]]]),
    "unknown type": (ROOM, "bad_frame", ["h", 7, [[1, 1, 1, b'{"type":"shout","message_id":1}']]]),
    "no chat_message": (ROOM, "bad_frame", ["h", 7, [[1, 1, 1, TYPING]]]),
    "another number": (ROOM, "bad_frame", ["h", 7, [[1, 1, 1, said(2)]]]),
    "another change": (ROOM, "bad_frame", ["h", 7, [[1, 1, 1, said(1, 2)]]]),
    "ends before it begins": (ROOM, "out_of_order", ["h", 7, [[2, 1, 1, said(1)]]]),
    "no merged one": (ROOM, "bad_frame", ["h", 7, [[1, 2, 1, said(1, 2)]]]),
    "change 0": (ROOM, "malformed", ["r", 7, 0]),
    "a change elsewhere": (ROOM, "wrong_channel", ["r", 8, 1]),
    "of an older version": (ROOM, "malformed", ["s", 7, [[1, said(1)]]]),
    "too large a frame": (ROOM, "malformed", ["h", 7, [[1, 1, 1, b" " * 300_000]]]),
    "too large": (ROOM, "too_large", ["h", 7, [[1, 1, 1, b" " * PAYLOAD_MAX]]]),
    "text for bytes": (ROOM, "malformed", ["h", 7, [[1, 1, 1, "{}"]]]),
    "100,000 rooms": (CONTROL, "malformed", ["p", list(range(1, 100_001)), "k", TYPING]),
    "no rooms": (CONTROL, "malformed", ["p", [], "k", TYPING]),
    "one room on control": (CONTROL, "wrong_channel", ["p", [7], "k", TYPING]),
    "two rooms on a room's": (ROOM, "wrong_channel", ["p", [7, 8], "k", TYPING]),
    "passing rubbish": (ROOM, "bad_frame", ["p", [7], "k", b"\x00"]),
    "long kind": (ROOM, "malformed", ["p", [7], "k" * 65, TYPING]),
    "a name of 1 MB": (CONTROL, "malformed", ["n", 1, "x" * 1_000_000]),
    "a name on a room's": (ROOM, "wrong_channel", ["n", 1, "x"]),
    "session 0": (CONTROL, "malformed", ["e", 0]),
    "consent in no room": (CONTROL, "malformed", ["k", 0]),
    "consent in a room of 2^63": (CONTROL, "malformed", ["k", 2**63]),
    "blocks of nobody": (CONTROL, "malformed", ["b", -1]),
    "draft of nobody": (CONTROL, "malformed", ["w", 0, 7, True, 1]),
    "draft 0": (CONTROL, "malformed", ["w", 1, 7, True, 0]),
    "removed nobody": (CONTROL, "malformed", ["m", 7, -1]),
    "lobby rubbish": (CONTROL, "bad_frame", ["a", [[7, 1, b"null"]]]),
    "lobby head of 2^64-1": (CONTROL, "malformed", ["a", [[7, FAR, b"{}"]]]),
    "no changes": (CONTROL, "malformed", ["c", []]),
    "a process with a long name": (CONTROL, "malformed", ["x", "y" * 33, 1]),
    "a process without a name": (CONTROL, "malformed", ["x", "", 1]),
    "connection 0": (CONTROL, "malformed", ["x", "y", 0]),
    "a closed connection on a room's": (ROOM, "wrong_channel", ["x", "y", 1]),
    "a question about nobody": (CONTROL, "malformed", ["q", "y", 0]),
    "a long answer": (CONTROL, "malformed", ["s", "y", b" " * 300_000]),
    "unknown tag": (CONTROL, "malformed", ["z", 1]),
    "number for a tag": (CONTROL, "malformed", [1, 2, 3]),
    "nothing": (CONTROL, "malformed", []),
}


def reason(channel: str, payload: bytes) -> str:
    """Return why the payload is refused; "" when it is not."""
    try:
        EnvelopeSigner(SECRET).decode(channel, payload)
    except BadEnvelope as bad:
        return bad.reason
    return ""


@pytest.mark.parametrize(("channel", "why", "array"), IMPOSSIBLE.values(), ids=IMPOSSIBLE)
def test_what_is_impossible_is_refused(channel: str, why: str, array: list[Any]) -> None:
    assert reason(channel, signed(channel, *array)) == why


def test_what_is_possible_is_not() -> None:
    assert reason(ROOM, signed(ROOM, "h", 7, [[1, 1, 1, said(1)], [2, 2, 2, said(2)]])) == ""
    assert reason(ROOM, signed(ROOM, "p", [7], "typing:1", TYPING)) == ""
    assert reason(CONTROL, signed(CONTROL, "w", 1, 7, True, 1)) == ""
    assert reason(CONTROL, signed(CONTROL, "m", 7, 1)) == "", "of a version that knew no third"


def test_unsigned_is_refused() -> None:
    payload = signed(ROOM, "h", 7, [[1, 1, 1, said(1)]])
    assert reason(ROOM, payload) == ""
    assert reason(ROOM, packed("h", 7, [[1, 1, 1, said(1)]])) == "unsigned"
    for rubbish in (b"", b"\x91", b"\xff" * 40, payload[:-1], payload + b"\x00", payload[1:]):
        assert reason(ROOM, rubbish) == "unsigned"


def test_every_changed_bit_is_noticed() -> None:
    payload = signed(ROOM, "h", 7, [[1, 1, 1, said(1)]])
    for place in range(8 * len(payload)):
        changed = bytearray(payload)
        changed[place // 8] ^= 1 << place % 8
        assert reason(ROOM, bytes(changed)) == "unsigned", place


def test_signature_is_of_the_channel_and_of_the_key() -> None:
    payload = signed(CONTROL, "n", 1, "x")
    assert reason("room:1", payload) == "unsigned"
    with pytest.raises(BadEnvelope, match="unsigned"):
        EnvelopeSigner("another key, of sixteen characters").decode(CONTROL, payload)


@pytest.mark.parametrize(
    "told",
    [
        EphemeralFrame(list(range(1, 2_501)), "status:1", TYPING, 5, to_lobby=True),
        Activity([(room, 1, TYPING) for room in range(1, 2_501)]),
        RoomItemsChanged([(room, None) for room in range(1, 2_501)]),
        PersonalActivity(list(range(1, 2_501))),
        Renamed(1, "x"),
        MemberRemoved(1, 2, 3),
    ],
    ids=lambda told: type(told).__name__,
)
def test_long_lists_are_told_in_parts_that_are_believed(told: envelope.Envelope) -> None:
    signer = EnvelopeSigner(SECRET)
    parts = list(envelope.parts(told))
    assert len(parts) == (1 if isinstance(told, Renamed | MemberRemoved) else 3)
    for part in parts:
        channel = envelope.channel_of(part)
        assert signer.decode(channel, signer.encode(channel, part)) == part
        values = (getattr(part, name) for name in part.__struct_fields__)
        assert all(len(value) <= LIST_MAX for value in values if isinstance(value, list))


def test_nothing_is_told_of_nothing() -> None:
    assert list(envelope.parts(RoomItemsChanged([]))) == []


def test_processes_of_an_older_version_read_past_the_signature() -> None:
    """They know the same arrays without their last element."""
    payload = EnvelopeSigner(SECRET).encode(CONTROL, MemberRemoved(7, 1, 3))
    assert msgspec.msgpack.decode(payload, type=envelope.Envelope) == MemberRemoved(7, 1, 3)
