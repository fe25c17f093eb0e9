"""Edits, deletions, reactions and pins from somebody who means ill."""

import json

import pytest

from models import Membership, stored_message
from models.mentioned_names import NAMES_MAX
from models.message_details import Mention
from protocol.client_frames import EditMessage, InvalidFrame, MessageFrame, parse_room_frame
from realtime.journal import BATCH_MAX
from tests.support.acting import acting
from tests.support.commands import delete as delete_command
from tests.support.commands import edit as edit_command
from tests.support.commands import outcome, posted
from tests.support.doing import do, edit, pin, react, where
from tests.support.factories import MakePerson
from tests.support.frames import barrier
from tests.support.server import Server
from tests.support.tables import opened, people, room_of
from tests.support.talk import talk

DEEP = 20_000
GOOD = (
    {"type": "edit_message", "message_id": 1, "message": "x", "base": 1, "client_id": "c"},
    {"type": "delete_message", "message_id": 1, "client_id": "c"},
    {"type": "react", "message_id": 1, "emoji": "👍", "is_on": True, "client_id": "c"},
    {"type": "pin_message", "message_id": 1, "is_pinned": True, "client_id": "c"},
    {"type": "chat_message", "message": "x", "reply_to": 1, "client_id": "c"},
)
NUMBERS = ("message_id", "base", "reply_to")
FLAGS = ("is_on", "is_pinned")
TEXTS = ("message", "emoji", "client_id")


def wrong_values(name: str) -> list[str]:
    """Return values, as JSON, that this field cannot have."""
    if name in NUMBERS:
        return ["-1", "1.5", "true", '"1"', "[1]", "{}", "1e999", str(2**53 + 1), "9" * 9_000]
    if name in FLAGS:
        return ["null", "0", "1", '"true"', "[]", "{}"]
    own = ['""', '"' + "x" * 65 + '"', '"a\\u0000b"'] if name == "client_id" else ["null"]
    return [*own, "1", "[]", '{"a": 1}', "[" * DEEP, '{"a":' * DEEP]


@pytest.mark.parametrize("frame", GOOD, ids=lambda frame: str(frame["type"]))
def test_fields_of_another_kind_are_refused(frame: dict[str, object]) -> None:
    assert isinstance(parse_room_frame(json.dumps(frame)), MessageFrame) or "reply_to" in frame
    for name in frame.keys() - {"type"}:
        for value in wrong_values(name):
            rest = [f"{json.dumps(key)}: {json.dumps(frame[key])}" for key in frame if key != name]
            with pytest.raises(InvalidFrame, match="bad_frame"):
                parse_room_frame(f"{{{', '.join([*rest, f'{json.dumps(name)}: {value}'])}}}")
        if name not in ("base", "reply_to", "client_id"):
            without = {key: value for key, value in frame.items() if key != name}
            with pytest.raises(InvalidFrame, match="bad_frame"):
                parse_room_frame(json.dumps(without))


async def test_numbers_at_the_edges(person: MakePerson) -> None:
    two = await talk(person, read="manual")
    await two.a.say("a")
    for message_id, code in ((0, "not_found"), (2**53, "not_found"), (2**53 + 1, "bad_frame")):
        for type_, fields in (
            ("edit_message", {"message": "x"}),
            ("delete_message", {}),
            ("react", {"emoji": "👍", "is_on": True}),
            ("pin_message", {"is_pinned": True}),
        ):
            error = await do(two.a, type_, message_id, client_id="c", **fields)
            assert (error["code"], error["client_id"]) == (code, "c")
    assert (await edit(two.a, "A", base=2**53))["type"] == "done"
    assert (await edit(two.a, "x", base=0))["code"] == "edit_conflict"
    for digits in (17, 400, 5_000):
        for path in (where(two.room, 1), f"/api/rooms/{two.room}/pins/1"):
            answer = await two.alice.http.delete(f"{path}{'0' * digits}")
            # Beyond 4,300 it is no number to Python, and the path is another one.
            assert answer.status_code in (404, 405), digits


async def test_texts_that_cannot_be_stored(person: MakePerson) -> None:
    two = await talk(person, read="manual")
    await two.a.say("a")
    for text in ('"a\\u0000b"', '"\\ud800"'):
        await two.a.send_raw(
            f'{{"type": "edit_message", "message_id": 1, "client_id": "c", "message": {text}}}'
        )
        assert (await two.a.expect("error"))["code"] in ("bad_text", "bad_frame")
        await two.a.send_raw(
            f'{{"type": "react", "message_id": 1, "is_on": true, "emoji": {text}}}'
        )
        assert (await two.a.expect("error"))["code"] in ("bad_emoji", "bad_frame")
    assert (await react(two.a))["change"] == 2


async def test_flood_of_what_changes_nothing(limited: Server, person: MakePerson) -> None:
    """It is counted like what does, and stores nothing; the other one is served meanwhile."""
    two = await talk(person, on=limited, read="manual")
    await two.a.say("a")
    await react(two.a)
    for _ in range(3):
        for _ in range(90):
            await two.a.send({"type": "react", "message_id": 1, "emoji": "👍", "is_on": True})
        await two.b.say("I am served")
    await barrier(two.a)
    codes = {frame["code"] for frame in two.a.of("error")}
    assert codes == {"rate_limited", "unknown_type"}
    assert 100 <= len(two.a.of("done")) < 160
    assert (await two.bob.changes(two.room))["change"] == 5
    assert (await pin(two.b))["type"] == "done"


async def test_person_is_limited_and_not_the_connection(
    limited: Server, person: MakePerson
) -> None:
    two = await talk(person, on=limited, read="manual")
    await two.a.say("a")
    tabs = [await two.alice.connect(two.room, read="manual") for _ in range(3)]
    for chat in tabs:
        for number in range(60):
            frame = {"type": "react", "message_id": 1, "emoji": "👍", "is_on": not number % 2}
            await chat.send(frame)
        await barrier(chat)
    refused = [frame for chat in tabs for frame in chat.of("error") if "retry_after" in frame]
    assert {frame["code"] for frame in refused} == {"rate_limited"}
    answer = await two.alice.http.delete(where(two.room))
    assert answer.status_code in (204, 429)


async def test_one_client_id_for_everything_fails_nobody_else(database_url: str) -> None:
    async with opened(database_url):
        eve, bob = await people("eve", "bob")
        room = await room_of(bob, eve)
        await posted(room, eve, *"abcd")
        await posted(room, bob, "e")
        commands = [delete_command(room, eve, number, client_id="c") for number in (1, 2, 3, 4)]
        found = await outcome(*commands, edit_command(room, bob, "E", 5))
        assert found[0] == (6, "deleted")
        assert found[-1] == (7, "edited")


async def test_names_are_looked_for_where_a_message_comes_in(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not in the transaction that stores those of everybody: some names take 60 µs each."""

    def fail(_: str) -> tuple[str, ...]:
        raise AssertionError("looked for again")

    async with opened(sqlite_url), acting() as services:
        alice, bob = await people("alice", "bob")
        room = await room_of(alice, bob)
        member = await Membership.of(alice.id, room)
        monkeypatch.setattr(stored_message, "names_in", fail)
        monkeypatch.setattr("models.message_commands.names_in", fail)
        assert (await services.messages.post(member, "@bob")).mentions == (bob.id,)
        change = await services.message_changes.run(member, EditMessage(1, "@bob @all"))
        assert change.message.mentions == (bob.id, 0)


@pytest.mark.parametrize("are_members", [True, False])
async def test_batch_of_nothing_but_names_is_stored(database_url: str, are_members: bool) -> None:
    """Neither database takes more than 32,766 values in a statement."""
    async with opened(database_url):
        users = await people(*(f"user{number}" for number in range(NAMES_MAX)))
        room = await room_of(*users)
        everybody = " ".join(f"@user{number}" for number in range(NAMES_MAX))
        texts = [
            everybody if are_members else " ".join(f"@n{n}.{i}." for i in range(NAMES_MAX))
            for n in range(BATCH_MAX)
        ]
        messages = await posted(room, users[0], *texts)
        mentioned = NAMES_MAX if are_members else 0
        assert {len(message.mentions) for message in messages} == {mentioned}
        edits = [edit_command(room, users[0], f"{n}", n) for n in range(1, BATCH_MAX + 1)]
        numbers = range(BATCH_MAX + 1, 2 * BATCH_MAX + 1)
        assert await outcome(*edits) == [(number, "edited") for number in numbers]
        assert await Mention.all().count() == 0


async def test_thousands_of_names_are_a_message(person: MakePerson) -> None:
    two = await talk(person, read="manual")
    for text in ("@" * 4_000, "@a" * 2_000, "@\ufdfa" * 2_000, "@" + "a\u0301" * 1_999):
        assert (await two.a.say(text))["message"] == text
        assert (await edit(two.a, text[1:], len(two.a.of("message_sent"))))["type"] == "done"
    await two.b.expect("message_changed", message_id=4)
