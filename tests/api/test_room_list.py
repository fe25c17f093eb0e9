"""The list of rooms: in pages, by name, and what is unread beyond a page."""

from typing import Any

from tests.support.factories import MakePerson
from tests.support.person import Person
from tests.support.server import Server


async def listed(person: Person, **query: Any) -> dict[str, Any]:
    """GET /api/rooms."""
    answer = await person.http.get("/api/rooms", params=query)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def test_pages_and_what_is_unread_beyond_them(
    each_server: Server, person: MakePerson
) -> None:
    anna, boris, eve = [await person(name, on=each_server) for name in ("anna", "boris", "eve")]
    rooms = [await boris.create_room(anna, eve, name=f"Room {number}") for number in range(5)]
    for room in rooms:
        await boris.post(room, "hello")
        await eve.post(room, "buy now")
    found, beyond, cursor = [], [], None
    for _ in range(3):
        page = await listed(anna, limit=2, **({"cursor": cursor} if cursor else {}))
        found += [room["id"] for room in page["rooms"]]
        beyond.append(page["unread_beyond"])
        cursor = page["cursor"]
    assert (found, beyond, cursor) == (rooms[::-1], [6, 2, 0], None)
    # Not of the muted, the hidden and the blocked.
    await anna.http.put(f"/api/rooms/{rooms[0]}/mute", json={"is_muted": True})
    await anna.http.put(f"/api/rooms/{rooms[1]}/hidden", json={"is_hidden": True})
    await anna.http.put(f"/api/blocks/{eve.id}")
    page = await listed(anna, limit=2)
    assert page["unread_beyond"] == 1
    assert [room["unread_count"] for room in page["rooms"]] == [1, 1]
    for wrong in (
        {"limit": "x"},
        {"cursor": "x"},
        {"cursor": "20260101T000000.000000-" + "9" * 19},
    ):
        assert (await anna.http.get("/api/rooms", params=wrong)).status_code == 400


async def test_mentions_beyond_a_page(each_server: Server, person: MakePerson) -> None:
    anna, boris = await person("anna", on=each_server), await person("boris", on=each_server)
    rooms = [await boris.create_room(anna, name=f"Room {number}") for number in range(4)]
    for room in rooms:
        for text in ("hello", "@all", f"@{anna.username} @all"):
            await boris.post(room, text)

    async def beyond() -> tuple[int, int]:
        page = await listed(anna, limit=1)
        return page["unread_beyond"], page["mentions_beyond"]

    assert await beyond() == (9, 6)
    for level, counted in (("mentions", (8, 6)), ("nothing", (6, 4))):
        await anna.http.put(f"/api/rooms/{rooms[0]}/level", json={"level": level})
        assert await beyond() == counted, level
    await boris.http.delete(f"/api/rooms/{rooms[1]}/messages/2")
    await boris.http.patch(f"/api/rooms/{rooms[1]}/messages/3", json={"message": "nobody"})
    assert await beyond() == (5, 2)
    page = await listed(anna)
    assert (page["unread_beyond"], page["mentions_beyond"]) == (0, 0)


async def test_rooms_are_found_by_a_word_of_their_name(
    each_server: Server, person: MakePerson
) -> None:
    anna, boris = await person("anna", on=each_server), await person("boris", on=each_server)
    kitchen = await anna.create_room(name="Наша кухня")
    direct = await anna.direct(boris)
    await boris.create_room(name="Кухня соседей")
    for text, expected in (
        ("кух", [kitchen]),
        ("НАША", [kitchen]),
        (boris.username[:4].upper(), [direct]),
        ("ухня", []),
        ("%", []),
    ):
        assert [room["id"] for room in (await listed(anna, q=text))["rooms"]] == expected, text
    await boris.http.patch("/api/profile", json={"display_name": "Борис Ёлкин"})
    assert [room["name"] for room in (await listed(anna, q="ёлк"))["rooms"]] == ["Борис Ёлкин"]


async def test_hidden_until_something_is_said(each_server: Server, person: MakePerson) -> None:
    anna, boris = await person("anna", on=each_server), await person("boris", on=each_server)
    room = await boris.create_room(anna)
    lobby = await anna.lobby()
    path = f"/api/rooms/{room}/hidden"
    for is_hidden in (True, False, True):
        answer = await anna.http.put(path, json={"is_hidden": is_hidden})
        assert (answer.status_code, answer.content) == (204, b"")
        changed = (await lobby.expect("room_changed"))["room"]
        assert changed.get("is_hidden", False) is is_hidden
        assert (await anna.room(room)).get("is_hidden", False) is is_hidden
    assert "is_hidden" not in (await boris.rooms())[0], "for oneself alone"
    await boris.post(room, "hello")
    assert "is_hidden" not in (await anna.rooms())[0]
    assert (await anna.http.put(path, json={"is_hidden": "x"})).status_code == 422
    assert (
        await anna.http.put("/api/rooms/1234567/hidden", json={"is_hidden": True})
    ).status_code == 403
