"""GET /api/search: both databases find the same, in the words that people remember."""

from typing import Any

import pytest

from tests.support.factories import MakePerson
from tests.support.frames import check
from tests.support.person import Person
from tests.support.server import Server
from tests.support.uploading import PNG, posted, upload

SAID = (
    "Новое сообщение: ёлка уже куплена",
    "Все сообщения об ЁЛКАХ здесь",
    "look at sess.opts and getUserName(), then snake_case_name",
    "https://docs.example.org/install/quick-start.html?lang=ru#top",
    "東京都に住んでいます",
    "The cats were running on GitHub in version 15",
    '<b>bold</b> & "quoted" AND NOT near*',
    "кот бежал за котами",
)
# What is asked, and the numbers of the messages that are found, the newest first.
ASKED: dict[str, list[int]] = {
    "сообщение": [2, 1],
    "СООБЩЕНИЯМИ елка": [2, 1],
    "ёлки": [2, 1],
    "sess.opts": [3],
    "opts": [3],
    "userName": [3],
    "getUserName": [3],
    "name": [3],
    "snake_case_name": [3],
    "case": [3],
    "docs.example.org": [4],
    "example": [4],
    "quick-start": [4],
    "has:link": [4],
    "東京": [5],
    "京都": [5],
    "京": [5],
    "都東": [],
    "cat run": [6],
    "github": [6],
    "GitHub 15": [6],
    "коты": [8],
    '"The cats"': [6],
    '"the CATS  were"': [6],
    '"cat"': [],
    '"сообщение: ёлка"': [1],
    '"сообщение: елка"': [],
    "сообщение -здесь": [1],
    'сообщение -"уже куплена"': [2],
    "bold AND NOT": [7],
    "near*": [7],
    "сообщ*": [2, 1],
    "СООБЩен* елк": [2, 1],
    "ёлка* елк*": [2, 1],
    "ёлка* получ*": [],
    "сообщ": [],
    "getUserN* sess.opt*": [3],
    "user*": [3],
    "quick-star*": [4],
    "ex*": [],
    "сообщение -купле*": [2],
    "quot* bold*": [7],
    "c:bold": [],
    "unknown:bold": [],
    '"': [7],
    "&": [7],
    "') OR 1=1 --": [],
    "NEAR(a b)": [],
    "{terms}: x": [],
    "has:link example -example": [],
    "before:2001-01-01": [],
    "after:2001-01-01 cats": [6],
    "from:me cats": [6],
    "in:kitchen cats": [6],
    "is:pinned": [],
    "has:reaction": [],
    "  ": [],
    '""': [],
}


@pytest.fixture
async def anna(each_server: Server, person: MakePerson) -> Person:
    """Somebody there."""
    return await person("anna", on=each_server)


async def search(somebody: Person, q: str = "", **query: Any) -> dict[str, Any]:
    """What is found, checked."""
    answer = await somebody.http.get("/api/search", params={"q": q, **query})
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert found.keys() == {"messages", "cursor"}, "everything is indexed before it is looked for"
    for message in found["messages"]:
        check({key: value for key, value in message.items() if key not in ("room_id", "excerpt")})
    return dict(found)


async def numbers(somebody: Person, q: str = "", **query: Any) -> list[int]:
    """Of what is found."""
    return [each["message_id"] for each in (await search(somebody, q, **query))["messages"]]


async def test_words_are_found_in_each_of_their_forms(anna: Person) -> None:
    room = await anna.create_room()
    for text in SAID:
        await anna.post(room, text)
    found = {q: await numbers(anna, q) for q in ASKED}
    assert found == ASKED


async def test_filters_have_fields_of_their_own(anna: Person, person: MakePerson) -> None:
    boris = await person("boris", on=anna.server)
    room = await anna.create_room(boris, name="Garden")
    other = await anna.create_room()
    await anna.post(room, "plum one")
    await boris.post(room, "plum two")
    await anna.post(other, "plum three")
    await anna.http.put(f"/api/rooms/{room}/pins/1")
    await anna.http.put(f"/api/rooms/{room}/messages/2/reactions/👍")
    assert await numbers(anna, "plum", room=room) == [2, 1]
    assert await numbers(anna, "plum in:garden") == [2, 1]
    assert await numbers(anna, f"plum in:{other}") == [1]
    assert await numbers(anna, "plum", **{"from": boris.username}) == [2]
    assert await numbers(anna, f"from:{boris.username}") == [2]
    assert await numbers(anna, "", **{"from": str(boris.id)}) == [2]
    assert await numbers(anna, "is:pinned") == [1]
    assert await numbers(anna, "plum", has="reaction") == [2]
    assert await numbers(boris, "plum") == [2, 1]
    assert await numbers(boris, "plum", before="2100-01-01") == [2, 1]
    assert await numbers(boris, "plum", after="2100-01-01") == []


async def test_files_are_found_also_without_a_text(anna: Person) -> None:
    room = await anna.create_room()
    await anna.post(room, "plum")
    for name, content in (("notes.txt", b"words"), ("tree.png", PNG)):
        answer = await posted(anna, room, await upload(anna, room, content, name))
        assert answer.is_success, answer.text
    assert await numbers(anna, "has:file") == [3, 2]
    assert await numbers(anna, f"has:picture in:{room} from:me") == [3]
    assert await numbers(anna, "plum has:file") == []
    for q, expected in {
        "notes": [2],
        '"notes.txt"': [2],
        "note* tree": [],
        "tree.png": [3],
    }.items():
        assert await numbers(anna, q) == expected, q
    assert await numbers(anna, '-"notes.txt" -plum') == [3]
    assert (await anna.http.delete(f"/api/rooms/{room}/messages/2")).is_success
    assert await numbers(anna, "notes") == []


async def test_pages_go_by_a_cursor(anna: Person) -> None:
    room = await anna.create_room()
    for number in range(5):
        await anna.post(room, f"plum {number}")
    page = await search(anna, "plum", limit=2)
    seen = [each["message_id"] for each in page["messages"]]
    while page["cursor"]:
        page = await search(anna, "plum", limit=2, cursor=page["cursor"])
        seen += [each["message_id"] for each in page["messages"]]
    assert seen == [5, 4, 3, 2, 1]
    assert await numbers(anna, "plum", cursor=2**40) == seen
    await anna.post(room, "plum plum plum")
    await anna.post(room, "plum among very many other words that nobody has asked for")
    best = await search(anna, "plum", sort="relevance", limit=1)
    assert [each["message_id"] for each in best["messages"]] == [6]
    assert best["cursor"] is None


async def test_what_is_changed_or_deleted_is_found_as_it_is_now(anna: Person) -> None:
    room = await anna.create_room()
    for text in ("plum", "quince", "pear"):
        await anna.post(room, text)
    assert await numbers(anna, "plum") == [1]
    where = f"/api/rooms/{room}/messages"
    await anna.http.patch(f"{where}/1", json={"message": "cherry"})
    await anna.http.delete(f"{where}/2")
    assert await numbers(anna, "plum") == []
    assert await numbers(anna, "quince") == []
    assert await numbers(anna, "cherry") == [1]
    await anna.http.patch(f"{where}/1", json={"message": "plum again"})
    await anna.http.patch(f"{where}/1", json={"message": "apricot"})
    assert [await numbers(anna, q) for q in ("plum", "cherry", "apricot")] == [[], [], [1]]
    assert (await anna.http.delete(f"/api/rooms/{room}")).status_code == 204
    assert [await numbers(anna, q) for q in ("apricot", "pear")] == [[], []]


async def test_only_rooms_that_one_is_in_and_what_one_sees_there(
    anna: Person, person: MakePerson
) -> None:
    boris, clara = await person("boris", on=anna.server), await person("clara", on=anna.server)
    room = await anna.create_room(boris)
    await anna.post(room, "plum before")
    path = f"/api/rooms/{room}"
    answer = await anna.http.patch(path, json={"newcomers_see": "from_joining"})
    assert answer.is_success, answer.text
    await anna.add_member(room, clara)
    await boris.post(room, "plum after")
    assert await numbers(boris, "plum") == [2, 1]
    assert await numbers(clara, "plum") == [2]
    assert (await clara.http.put(f"/api/blocks/{boris.id}")).status_code == 204
    assert await numbers(clara, "plum") == []
    await anna.remove_member(room, boris.id)
    assert await numbers(boris, "plum") == []
    answer = await boris.http.get("/api/search", params={"q": "plum", "room": room})
    assert (answer.status_code, answer.json()["code"]) == (403, "not_a_member")


async def test_excerpts_are_safe_and_marked(anna: Person) -> None:
    room = await anna.create_room()
    await anna.post(room, "x " * 300 + "<script>alert(1)</script> сообщения & more " + "y " * 300)
    (found,) = (await search(anna, "сообщение script"))["messages"]
    assert "&lt;<mark>script</mark>&gt;alert(1)" in found["excerpt"]
    assert "<mark>сообщения</mark> &amp; more" in found["excerpt"]
    assert found["excerpt"].startswith("… x ")
    assert found["excerpt"].endswith("…")
    assert found["room_id"] == room


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"q": "plum", "cursor": "x"}, "bad_request"),
        ({"q": "plum", "limit": "-1"}, "bad_request"),
        ({"q": "plum", "sort": "best"}, "bad_request"),
        ({"q": "plum", "room": "kitchen"}, "bad_request"),
        ({"q": "from:nobody-at-all"}, "bad_search"),
        ({"q": "in:nowhere"}, "bad_search"),
        ({"q": "has:everything"}, "bad_search"),
        ({"q": "is:mine"}, "bad_search"),
        ({"q": "before:yesterday"}, "bad_search"),
        ({"q": "after:0001-01-01"}, "bad_search"),
        ({"q": "plum", "before": "9999-99-99"}, "bad_search"),
        ({"q": "x" * 4_001}, "search_too_long"),
    ],
)
async def test_refusals(person: MakePerson, query: dict[str, str], code: str) -> None:
    answer = await (await person("anna")).http.get("/api/search", params=query)
    assert (answer.status_code, answer.json()["code"]) == (400, code)
