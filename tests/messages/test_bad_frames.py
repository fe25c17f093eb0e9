"""Bad frames of every kind: one error to their sender, and nothing else happens."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.client_frames import InvalidFrame, RoomFrame, parse_room_frame
from protocol.errors import error_frame
from protocol.server_frames import encode
from tests.support.databases import PostgresDatabases
from tests.support.frames import barrier, check
from tests.support.nodes import running
from tests.support.person import Person
from tests.support.talk import Talk, talk

DEEP = 20_000


def chat(**fields: object) -> str:
    """Return a chat_message frame with a client_id and these fields."""
    frame = {"type": "chat_message", "client_id": "known", "message": "x", **fields}
    text = json.dumps(frame, ensure_ascii=False)
    try:
        text.encode()
    except UnicodeEncodeError:  # Half a pair: only an escape can carry it.
        return json.dumps(frame)
    return text


# What is sent, the code of the error, and whether the error knows the client_id.
BAD: dict[str, tuple[str | bytes, str, bool]] = {
    "empty": ("", "bad_frame", False),
    "not JSON": ("hello", "bad_frame", False),
    "cut off": ('{"type": "chat_message", "mess', "bad_frame", False),
    "two values": ('{"type": "mark_read"} {}', "bad_frame", False),
    "NaN": ('{"type": "mark_read", "message_id": NaN}', "bad_frame", False),
    "single quotes": ("{'type': 'mark_read'}", "bad_frame", False),
    "null": ("null", "bad_frame", False),
    "number": ("1", "bad_frame", False),
    "string": ('"chat_message"', "bad_frame", False),
    "array": ('["chat_message"]', "bad_frame", False),
    "no type": ('{"message": "x", "client_id": "known"}', "bad_frame", True),
    "type null": (chat(type=None), "bad_frame", True),
    "type number": (chat(type=1), "bad_frame", True),
    "type array": (chat(type=["chat_message"]), "bad_frame", True),
    "type object": (chat(type={}), "bad_frame", True),
    "unknown type": (chat(type="shout"), "unknown_type", True),
    "empty type": (chat(type=""), "unknown_type", True),
    "type in capitals": (chat(type="CHAT_MESSAGE"), "unknown_type", True),
    "a server's type": (chat(type="message_sent"), "unknown_type", True),
    "no message": ('{"type": "chat_message", "client_id": "known"}', "bad_frame", True),
    "message null": (chat(message=None), "bad_frame", True),
    "message number": (chat(message=1), "bad_frame", True),
    "message array": (chat(message=["x"]), "bad_frame", True),
    "message object": (chat(message={"x": 1}), "bad_frame", True),
    "client_id empty": (chat(client_id=""), "bad_frame", False),
    "client_id too long": (chat(client_id="x" * 65), "bad_frame", False),
    "client_id number": (chat(client_id=7), "bad_frame", False),
    "client_id with NUL": (chat(client_id="a\0b"), "bad_frame", False),
    "client_id with half a pair": (chat(client_id="\ud800"), "bad_frame", False),
    "is_typing missing": ('{"type": "typing"}', "bad_frame", False),
    "is_typing text": ('{"type": "typing", "is_typing": "true"}', "bad_frame", False),
    "is_typing number": ('{"type": "typing", "is_typing": 1}', "bad_frame", False),
    "message_id text": ('{"type": "mark_read", "message_id": "1"}', "bad_frame", False),
    "message_id below": ('{"type": "mark_read", "message_id": -1}', "bad_frame", False),
    "message_id broken": ('{"type": "mark_read", "message_id": 1.5}', "bad_frame", False),
    "message_id bool": ('{"type": "mark_read", "message_id": true}', "bad_frame", False),
    "message_id huge": (f'{{"type": "mark_read", "message_id": {2**63}}}', "bad_frame", False),
    "message_id endless": (
        f'{{"type": "mark_read", "message_id": {"9" * 9000}}}',
        "bad_frame",
        False,
    ),
    "message_id infinite": ('{"type": "mark_read", "message_id": 1e999}', "bad_frame", False),
    "deep array": ("[" * DEEP, "bad_frame", False),
    "deep closed": ("[" * DEEP + "]" * DEEP, "bad_frame", False),
    "deep object": ('{"a":' * 10_000, "bad_frame", False),
    "deep unknown field": (
        f'{{"x": {"[" * DEEP}{"]" * DEEP}, "type": "typing"}}',
        "bad_frame",
        False,
    ),
    "half a pair": (chat(message="a\ud800b"), "bad_frame", False),
    "halves the wrong way": (chat(message="\udc00\ud800"), "bad_frame", False),
    "NUL": (chat(message="a\0b"), "bad_text", True),
    "empty message": (chat(message=" \n "), "empty_message", True),
    "too long": (chat(message="x" * 4001), "message_too_long", True),
    "too long, of pairs": (chat(message="😀" * 4001), "message_too_long", True),
    "binary": (b"\x00\x01\xff", "bad_frame", False),
    "binary JSON": (chat().encode(), "bad_frame", False),
    "empty binary": (b"", "bad_frame", False),
}


@pytest.fixture(scope="module")
async def two(folder: Path, postgres: PostgresDatabases) -> AsyncIterator[Talk]:
    """Alice, who sends, and bob, who must not notice; on the stricter database."""
    people: list[Person] = []
    async with running(folder, DATABASE_URL=await postgres.fresh()) as node:

        async def make(name: str = "somebody", *, on: object = None) -> Person:  # noqa: ARG001
            people.append(await Person.join(node, name))
            return people[-1]

        yield await talk(make)
        for each in people:
            await each.close()


@pytest.mark.parametrize(("data", "code", "knows"), BAD.values(), ids=BAD.keys())
async def test_bad_frame_is_answered_and_nothing_else_happens(
    two: Talk,
    data: str | bytes,
    code: str,
    knows: bool,
) -> None:
    before = await two.alice.room(two.room)
    logged = len(two.alice.server.log())
    await two.a.send_raw(data)
    error = check(await two.a.next())
    assert (error["type"], error["code"]) == ("error", code)
    assert ("client_id" in error) == knows
    assert error.get("client_id") in {None, "known", "a\0b"}
    assert error["message"].strip()
    assert await barrier(two.a, two.b) == []
    assert await two.alice.room(two.room) == before
    await two.a.send({"type": "mark_read"})
    assert (await two.a.next())["type"] == "messages_marked_read", "the connection goes on"
    log = two.alice.server.log()[logged:]
    assert "Traceback" not in log
    assert "not_stored" not in log, "it has got as far as the database"


async def test_errors_are_in_russian(two: Talk) -> None:
    for data in ("hello", '{"type": "shout"}', chat(message="x" * 4001), chat(message="a\0")):
        await two.a.send_raw(data)
        text = (await two.a.expect("error"))["message"]
        assert any("а" <= letter <= "я" for letter in text.lower()), text


async def test_invalid_utf_8_ends_its_own_connection_only(two: Talk) -> None:
    """RFC 6455 leaves no choice but to end it."""
    tab = await two.alice.connect(two.room)
    await tab.expect("ready")
    await tab.socket.send(b'{"type": "\xff\xfe"}', text=True)
    assert await tab.closed() == 1007
    assert await barrier(two.a, two.b) == []


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)
FIELDS = st.sampled_from(["type", "message", "client_id", "is_typing", "message_id"])
VALUES = JSON | st.sampled_from(["chat_message", "typing", "mark_read"])


@given(st.text() | st.binary() | st.none() | st.dictionaries(FIELDS, VALUES).map(json.dumps))
def test_whatever_comes_is_a_frame_or_an_error_that_can_be_sent(data: str | bytes | None) -> None:
    try:
        frame = parse_room_frame(data)
    except InvalidFrame as refusal:
        encode(error_frame(refusal, "ru", refusal.client_id))
    else:
        assert isinstance(frame, RoomFrame)
