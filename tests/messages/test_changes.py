"""The second number of a room: every durable change has one, and can be resumed from."""

import pytest

from tests.messages.test_resume import fill
from tests.support.chat import Chat, Frame
from tests.support.factories import MakePerson
from tests.support.frames import check
from tests.support.person import Person
from tests.support.talk import Talk, talk

DURABLE = {"chat_message", "member_joined", "member_left", "member_role", "room_renamed"}


@pytest.fixture
async def two(person: MakePerson) -> Talk:
    """Two people who are connected."""
    return await talk(person, read="manual")


def durable(chat: Chat) -> list[Frame]:
    """Return the frames that have a number of their own."""
    return [check(frame) for frame in chat.seen if frame["type"] in DURABLE]


async def resumed(somebody: Person, room: int, since: int) -> list[Frame]:
    """Return what somebody is sent who comes back, without `ready`, which is checked."""
    chat = await somebody.connect(room, since=since, read="manual")
    *frames, ready = await chat.frames_until("ready")
    assert check(ready)["change"] >= max([since, *(frame["change"] for frame in frames)])
    await chat.close()
    return [check(frame) for frame in frames]


async def everything(two: Talk, carol: Person, dan: Person) -> None:
    """Let one thing of each kind happen, as changes 1 to 7."""
    await two.a.say("one")
    await two.alice.rename_room(two.room, "Pantry")
    await two.alice.add_member(two.room, carol)
    await two.b.say("two")
    await two.alice.set_role(two.room, carol.id, "owner")
    await two.alice.add_member(two.room, dan)
    await two.alice.remove_member(two.room, dan.id)


async def test_every_change_has_its_number_live(two: Talk, person: MakePerson) -> None:
    await everything(two, await person("carol"), await person("dan"))
    await two.a.say("three")
    for chat in (two.a, two.b):
        if not chat.of("chat_message")[2:]:
            await chat.expect("chat_message", message="three")
        found = durable(chat)
        assert [frame["change"] for frame in found] == list(range(1, 9))
        assert [frame["type"] for frame in found] == [
            *("chat_message", "room_renamed", "member_joined", "chat_message"),
            *("member_role", "member_joined", "member_left", "chat_message"),
        ]
        assert [frame["message_id"] for frame in chat.of("chat_message")] == [1, 2, 3]


async def test_since_brings_each_thing_once_as_it_is_now(two: Talk, person: MakePerson) -> None:
    carol, dan = await person("carol"), await person("dan")
    await everything(two, carol, dan)
    await two.alice.rename_room(two.room, "Cellar")
    found = await resumed(two.bob, two.room, 0)
    assert [(frame["change"], frame["type"]) for frame in found] == [
        (1, "chat_message"),
        (3, "member_joined"),
        (4, "chat_message"),
        (5, "member_role"),
        (7, "member_left"),
        (8, "room_renamed"),
    ]
    joined = found[1]["member"]
    assert (joined["id"], joined["role"], joined["is_online"]) == (carol.id, "owner", False)
    assert (found[4]["user_id"], found[5]["name"]) == (dan.id, "Cellar")
    later = await resumed(two.bob, two.room, 4)
    assert [frame["type"] for frame in later] == ["member_role", "member_left", "room_renamed"]
    assert (later[0]["user_id"], later[0]["role"]) == (carol.id, "owner")
    assert await resumed(two.bob, two.room, 8) == []


async def test_own_role_is_learned_after_an_absence(two: Talk) -> None:
    await two.b.close()
    await two.alice.set_role(two.room, two.bob.id, "owner")
    (role,) = await resumed(two.bob, two.room, 0)
    assert (role["type"], role["user_id"], role["role"]) == ("member_role", two.bob.id, "owner")


async def test_what_changes_nothing_takes_no_number(two: Talk) -> None:
    await two.alice.rename_room(two.room, "Kitchen")
    await two.alice.set_role(two.room, two.bob.id, "member")
    await two.a.say("first", "id")
    await two.a.say("first", "id")
    assert await resumed(two.bob, two.room, 1) == []


async def test_history_and_replay_have_the_numbers(two: Talk) -> None:
    await two.a.say("one")
    await two.alice.rename_room(two.room, "Pantry")
    await two.a.say("two")
    assert [each["change"] for each in await two.bob.messages(two.room)] == [1, 3]
    chat = await two.bob.connect(two.room, after=0, read="manual")
    *frames, ready = await chat.frames_until("ready")
    assert [frame["change"] for frame in frames] == [1, 3]
    assert (ready["revision"], ready["change"]) == (2, 3)


@pytest.mark.parametrize(("renames", "code"), [(1_100, None), (0, "too_far_behind")])
async def test_too_far_is_counted_in_things_and_not_in_changes(
    two: Talk, renames: int, code: str | None
) -> None:
    """A room that was called something else a thousand times is one thing."""
    for number in range(renames):
        await two.alice.rename_room(two.room, f"Room {number}")
    if not renames:
        await fill(two.a, 1_001)
    chat = await two.bob.connect(two.room, since=0, read="manual")
    first, *_ = await chat.frames_until("ready")
    assert first.get("code") == code
    assert (first["type"] == "room_renamed") == bool(renames)


async def test_since_above_all_changes_is_too_far_behind(two: Talk) -> None:
    """A database was restored from a backup."""
    chat = await two.bob.connect(two.room, since=5, read="manual")
    error, ready = check(await chat.next()), check(await chat.next())
    assert (error["code"], ready["change"]) == ("too_far_behind", 0)
    assert (await two.bob.changes(two.room, since=5)) == {"changes": [], "change": 0}


async def test_since_and_after_together_are_refused(two: Talk) -> None:
    assert await two.bob.refused(two.room, after=1, since=1) == 400
    assert await two.bob.refused(two.room, since="x") == 400


async def test_pages_of_changes(two: Talk, person: MakePerson) -> None:
    await everything(two, await person("carol"), await person("dan"))
    whole = await two.bob.changes(two.room)
    assert whole == {"changes": await resumed(two.bob, two.room, 0), "change": 7}
    first = await two.bob.changes(two.room, limit=2)
    assert (first["changes"], first["change"]) == (whole["changes"][:2], 2)
    found, since = list(first["changes"]), first["change"]
    while page := (answer := await two.bob.changes(two.room, since=since, limit=1))["changes"]:
        assert answer["change"] == page[-1]["change"]
        found += page
        since = answer["change"]
    assert found == whole["changes"]
    assert await two.bob.changes(two.room, since=7) == {"changes": [], "change": 7}


async def test_changes_are_for_members(two: Talk, person: MakePerson) -> None:
    carol = await person("carol")
    answer = await carol.http.get(f"/api/rooms/{two.room}/changes")
    assert (answer.status_code, answer.json()["code"]) == (403, "not_a_member")
