"""The latest message of each room, as the list of rooms and the lobby tell of it."""

from typing import Any

import pytest

from protocol.last_message import LENGTH, excerpt
from tests.support.doing import delete, edit, react
from tests.support.factories import MakePerson
from tests.support.frames import check
from tests.support.person import Person
from tests.support.talk import talk


async def last_of(person: Person) -> dict[str, Any] | None:
    """Return the latest message of somebody's only room, by the API."""
    (room,) = await person.rooms()
    return room.get("last_message")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("one\n\n two", "one two"),
        ("**bold** and _it_, ~~gone~~", "bold and it, gone"),
        ("_**both**_ snake_case __init__ 2 ** 3 * 4", "both snake_case __init__ 2 ** 3 * 4"),
        ("*it* _*both*_ 2*3*4 * no *", "it both 2*3*4 * no *"),
        ("see `**this**` and ``that``", "see **this** and that"),
        ("```py\nprint(1)\n```\nis it", "print(1) is it"),
        ("```\nnever _closed_", "never _closed_"),
        ("> said\n>> before\n- then", "said before then"),
        ("[words](https://example.org/a) [x](y)", "words [x](y)"),
        (r"\*as it is\*", "*as it is*"),
        (r"\_as it is\_ _so_", "_as it is_ so"),
        ("@anna: look", "@anna: look"),
        ("***", "***"),
        ("<b>", "<b>"),
        ("x" * 80, "x" * 80),
        ("x" * 81, "x" * 79 + "…"),
    ],
)
def test_excerpt(text: str, shown: str) -> None:
    assert excerpt(text) == shown


@pytest.mark.parametrize("part", ["`", "[", "**a", "_a ", "> ", "```\n", "~~a~", "[a](https://"])
def test_no_excerpt_is_long(part: str) -> None:
    assert len(excerpt(part * 4_000)) <= LENGTH


async def test_list_and_lobby_say_the_same(person: MakePerson) -> None:
    two = await talk(person, read="manual")
    lobby = await two.bob.lobby()
    assert await last_of(two.bob) is None

    async def told() -> dict[str, Any]:
        frame = check(await lobby.expect("room_activity"))
        assert frame["last_message"] == await last_of(two.bob)
        return dict(frame["last_message"])

    await two.a.say("a **first** one")
    by = {"user_id": two.alice.id, "username": two.alice.username}
    first = await told()
    assert first == by | {"message_id": 1, "change": first["change"], "message": "a first one"}
    await two.a.say("second")
    assert (await told())["message_id"] == 2
    # What is done to others, or is no other text, is no news.
    await edit(two.a, "changed", 1)
    await react(two.b, "👍", 2)
    await edit(two.a, "better", 2)
    frame = check(await lobby.expect("room_activity"))
    assert (frame["messages"], frame["last_message"]["message"]) == ([], "better")
    await delete(two.a, 2)
    assert (await told())["message"] == "changed"
    assert "better" not in (await two.bob.http.get("/rooms/")).text


async def test_deletions_bring_back_what_was_before(person: MakePerson) -> None:
    two = await talk(person, read="manual")
    times: dict[int | None, str | None] = {None: None}
    for number, text in enumerate(("a", "b", "c", "d"), 1):
        times[number] = (await two.a.say(text))["timestamp"]
    lobby = await two.bob.lobby()

    async def told() -> tuple[int | None, str]:
        frame = check(await lobby.expect("room_activity", messages=[]))
        (room,) = await two.bob.rooms()
        last = frame["last_message"] or {}
        assert last == room.get("last_message", {})
        number = last.get("message_id")
        assert frame["last_message_at"] == room["last_message_at"] == times[number]
        assert room["change"] == frame["change"]
        return number, last.get("message", "")

    await delete(two.a, 4)
    assert await told() == (3, "c")
    await delete(two.a, 2)
    assert "last_message" not in await lobby.expect("room_activity", removed=[2])
    # The latest that is left is what an edit tells of.
    await edit(two.a, "C", 3)
    frame = check(await lobby.expect("room_activity", messages=[]))
    assert (frame["last_message"]["message"], "change" in frame) == ("C", False)
    await edit(two.a, "A", 1)
    await delete(two.a, 3)
    assert await told() == (1, "A")
    await delete(two.a, 1)
    assert await told() == (None, "")
    await two.a.say("e")
    frame = check(await lobby.expect("room_activity"))
    assert (frame["last_message"]["message_id"], "change" in frame) == (5, False)
    (room,) = await two.bob.rooms()
    assert (room["last_message"], "change" in room) == (frame["last_message"], False)


async def test_request_does_not_bring_the_words_of_a_stranger(person: MakePerson) -> None:
    eve, bob = await person("eve"), await person("bob")
    room = await eve.direct(bob, accepted=False)
    await eve.post(room, "unasked for")
    assert await last_of(bob) is None
    assert "unasked for" not in (await bob.http.get("/rooms/")).text
    await bob.http.post(f"/api/rooms/{room}/accept")
    last = await last_of(bob)
    assert last is not None
    assert last["message"] == "unasked for"
