"""GET /api/activity: what concerns somebody, newest first, page by page."""

from typing import Any

import pytest

from tests.support.doing import DELETED, delete, edit, react, reply, where
from tests.support.factories import MakePerson
from tests.support.frames import check
from tests.support.person import Person
from tests.support.talk import Talk, talk


@pytest.fixture
async def two(person: MakePerson) -> Talk:
    """Two people who are connected."""
    return await talk(person, read="manual")


async def activity(somebody: Person, **query: Any) -> tuple[list[dict[str, Any]], str | None]:
    """Return the entries, checked, and the cursor."""
    answer = await somebody.http.get("/api/activity", params=query)
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert found.keys() == {"entries", "cursor"}
    for entry in found["entries"]:
        check(entry["message"])
    return found["entries"], found["cursor"]


async def test_entries_say_who_did_what_where(two: Talk, person: MakePerson) -> None:
    carol = await person("carol")
    await two.alice.add_member(two.room, carol)
    await carol.http.patch("/api/profile", json={"display_name": "Карол"})
    direct = await two.alice.direct(two.bob)
    await two.b.say("question")
    await reply(two.a, f"@{two.bob.username}", 1)
    await two.alice.post(direct, f"@{two.bob.username}")
    for somebody in (two.alice, carol, two.bob):
        path = where(two.room, 1, "/reactions/👍")
        assert (await somebody.http.put(path)).status_code == 204
    (reacted, mentioned, answered), cursor = await activity(two.bob)
    assert cursor is None
    alice = {"id": two.alice.id, "username": two.alice.username, "display_name": ""}
    mine = {"id": carol.id, "username": carol.username, "display_name": "Карол"}
    assert mentioned.keys() == {
        *("id", "kind", "timestamp", "room_id", "room_name"),
        *("people", "people_count", "message"),
    }
    assert (answered["kind"], answered["people"], answered["people_count"]) == ("reply", [alice], 1)
    assert answered["message"] == (await two.bob.http.get(where(two.room, 2))).json()
    assert answered["timestamp"] == answered["message"]["timestamp"]
    assert (mentioned["kind"], mentioned["room_id"]) == ("mention", direct)
    assert (mentioned["room_name"], answered["room_name"]) == (two.alice.username, "Kitchen")
    assert (reacted["kind"], reacted["message"]["message_id"]) == ("reaction", 1)
    assert (reacted["people"], reacted["people_count"]) == ([alice, mine], 2)
    assert reacted["id"] > mentioned["id"] > answered["id"]
    # Blocked people are counted, and not named.
    await two.bob.http.put(f"/api/blocks/{two.alice.id}")
    ((reacted,), _) = await activity(two.bob)
    assert (reacted["people"], reacted["people_count"]) == ([mine], 2)
    await two.bob.http.put(f"/api/blocks/{carol.id}")
    assert await activity(two.bob) == ([], None)


async def test_pages_and_what_is_gone(two: Talk) -> None:
    for number in range(4):
        await two.a.say(f"{number} @{two.bob.username}")
    await edit(two.a, "nobody", 1)
    await delete(two.a, 2)
    first, cursor = await activity(two.bob, limit=1)
    second, end = await activity(two.bob, limit=1, cursor=cursor)
    assert [entry["message"]["message_id"] for entry in (*first, *second)] == [4, 3]
    assert end is None
    assert DELETED not in str((first, second))
    await react(two.b, message_id=3)
    assert await activity(two.alice) == await activity(two.alice, limit=0)
    await two.alice.remove_member(two.room, two.bob.id)
    assert await activity(two.bob) == ([], None)
    for bad in ({"cursor": "x"}, {"cursor": "-1"}, {"cursor": "9" * 17}, {"limit": "x"}):
        answer = await two.bob.http.get("/api/activity", params=bad)
        assert (answer.status_code, answer.json()["code"]) == (400, "bad_request")
