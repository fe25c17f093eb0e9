"""The JSON API of one message: every route, what it answers, and what refuses it."""

from urllib.parse import quote

import httpx
import pytest

from tests.support.doing import DELETED, edit, react, told, where
from tests.support.factories import MakePerson
from tests.support.frames import barrier, check
from tests.support.person import Person
from tests.support.server import Server
from tests.support.talk import Talk, talk

HEART = "/reactions/" + quote("❤")


@pytest.fixture
async def two(person: MakePerson) -> Talk:
    """Two people who are connected, and a message of alice's."""
    two = await talk(person, read="manual")
    await two.a.say("a")
    await barrier(two.b)
    return two


def refused(answer: httpx.Response) -> tuple[int, str]:
    """Return the status and the code; AssertionError unless it has the error frame's shape."""
    return answer.status_code, check(answer.json())["code"]


async def test_one_message(two: Talk) -> None:
    answer = await two.bob.http.get(where(two.room))
    assert answer.status_code == 200
    assert check(answer.json()) == check(two.a.of("chat_message")[0])
    for missing in (0, 2, 2**53, 2**53 + 1, 2**63, 10**40):
        assert refused(await two.bob.http.get(where(two.room, missing))) == (404, "not_found")


async def test_edit(two: Talk) -> None:
    answer = await two.alice.http.patch(where(two.room), json={"message": "**b**", "base": 1})
    assert answer.status_code == 200
    message = check(answer.json())
    assert (message["type"], message["change"]) == ("chat_message", 2)
    assert (message["message"], message["html"]) == ("**b**", "<p><strong>b</strong></p>")
    assert message == (await two.alice.http.get(where(two.room))).json()
    changed = await told(two, "message_changed", what="edited")
    assert {**changed, "type": "chat_message"} == {**message, "what": "edited", "by": two.alice.id}
    again = await two.alice.http.patch(where(two.room), json={"message": "**b**"})
    assert (again.status_code, again.json()) == (200, message)
    conflict = await two.alice.http.patch(where(two.room), json={"message": "c", "base": 1})
    assert refused(conflict) == (409, "edit_conflict")
    assert check(conflict.json()["current"]) == message


async def test_edit_is_refused(two: Talk) -> None:
    path = where(two.room)
    for body, refusal in (
        ({"message": ""}, (422, "empty_message")),
        ({"message": "x" * 4001}, (422, "message_too_long")),
        ({"message": "a\x00"}, (422, "bad_text")),
        ({"message": 1}, (422, "bad_field")),
        ({"base": 1}, (422, "bad_field")),
        ({"message": "b", "base": -1}, (422, "bad_field")),
        ({"message": "b", "base": 2**53 + 1}, (422, "bad_field")),
    ):
        assert refused(await two.alice.http.patch(path, json=body)) == refusal
    assert refused(await two.alice.http.patch(path, content="{")) == (400, "bad_json")
    mine = {"message": "mine"}
    assert refused(await two.bob.http.patch(path, json=mine)) == (403, "not_author")
    assert refused(await two.bob.http.patch(where(two.room, 2), json=mine)) == (404, "not_found")
    await two.alice.http.delete(path)
    assert refused(await two.alice.http.patch(path, json=mine)) == (410, "gone")


async def test_delete(two: Talk) -> None:
    assert refused(await two.bob.http.delete(where(two.room))) == (403, "not_author")
    for _ in range(2):
        answer = await two.alice.http.delete(where(two.room))
        assert (answer.status_code, answer.content) == (204, b"")
    assert (await told(two, "message_changed"))["what"] == "deleted"
    answer = await two.bob.http.get(where(two.room))
    assert (answer.status_code, answer.json()["message"]) == (200, DELETED)
    assert refused(await two.alice.http.delete(where(two.room, 2))) == (404, "not_found")


async def test_reactions(two: Talk) -> None:
    for _ in range(2):
        assert (await two.bob.http.put(where(two.room, more=HEART))).status_code == 204
    reaction = await told(two, "reaction")
    assert (reaction["emoji"], reaction["is_on"], reaction["change"]) == ("❤️", True, 2)
    for _ in range(2):
        assert (await two.bob.http.delete(where(two.room, more=HEART))).status_code == 204
    assert (await told(two, "reaction", is_on=False))["change"] == 3
    for method in (two.bob.http.put, two.bob.http.delete):
        for junk in ("heart", "%FF", "%00", "👍👍", "x" * 500):
            answer = await method(where(two.room, more=f"/reactions/{junk}"))
            assert refused(answer) == (422, "bad_emoji")
        assert refused(await method(where(two.room, 7, HEART))) == (404, "not_found")
    for number in range(20):
        await react(two.b, chr(0x1F600 + number))
    answer = await two.alice.http.put(where(two.room, more=HEART))
    assert refused(answer) == (422, "too_many_reactions")
    await two.alice.http.delete(where(two.room))
    assert refused(await two.bob.http.put(where(two.room, more=HEART))) == (410, "gone")


async def test_pins(two: Talk) -> None:
    pin = f"/api/rooms/{two.room}/pins/1"
    for _ in range(2):
        assert (await two.bob.http.put(pin)).status_code == 204
    assert (await told(two, "message_changed"))["what"] == "pinned"
    (message,) = (await two.alice.http.get(f"/api/rooms/{two.room}/pins")).json()["messages"]
    assert message == (await two.alice.http.get(where(two.room))).json()
    for _ in range(2):
        assert (await two.alice.http.delete(pin)).status_code == 204
    assert (await told(two, "message_changed"))["what"] == "unpinned"
    missing = f"/api/rooms/{two.room}/pins/2"
    assert refused(await two.bob.http.put(missing)) == (404, "not_found")


async def test_versions(two: Talk) -> None:
    path = where(two.room, more="/versions")
    assert (await two.bob.http.get(path)).json() == {"versions": []}
    await edit(two.a, "b")
    (version,) = (await two.bob.http.get(path)).json()["versions"]
    assert version.keys() == {"message", "edited_at", "change"}
    for missing in (2, 2**63, 10**40):
        for method in (two.bob.http.get, two.bob.http.delete):
            answer = await method(where(two.room, missing, "/versions"))
            assert refused(answer) == (404, "not_found")


async def test_readers(two: Talk, person: MakePerson) -> None:
    carol = await person("carol")
    await two.alice.add_member(two.room, carol)
    path = where(two.room, more="/readers")

    async def readers() -> list[dict[str, object]]:
        answer = (await two.alice.http.get(path)).json()
        assert answer["others"] == 2
        found: list[dict[str, object]] = answer["readers"]
        return found

    assert await readers() == []
    await carol.http.post(f"/rooms/{two.room}/read")
    reader = {"id": carol.id, "username": carol.username, "display_name": ""}
    assert await readers() == [reader]
    # What is read stays read after an edit, which whoever was here before has not seen.
    await edit(two.a, "b")
    assert await readers() == [{**reader, "is_edited_since": True}]
    page = (await two.alice.http.get(f"/rooms/{two.room}/messages/1")).text
    assert "с тех пор изменено" in page
    await carol.http.post(f"/rooms/{two.room}/read")
    assert await readers() == [reader]
    await two.bob.chats[0].send({"type": "mark_read"})
    await two.bob.chats[0].expect("messages_marked_read")
    await edit(two.a, "c")
    # Who is here sees it.
    found = {each["id"]: each.get("is_edited_since") for each in await readers()}
    assert found == {carol.id: True, two.bob.id: None}
    assert refused(await two.bob.http.get(path)) == (403, "not_author")
    for missing in (2, 2**63):
        answer = await two.alice.http.get(where(two.room, missing, "/readers"))
        assert refused(answer) == (404, "not_found")


async def test_who_has_reacted(two: Talk, person: MakePerson) -> None:
    carol = await person("carol")
    await two.alice.add_member(two.room, carol)
    path = where(two.room, more="/reactions")
    for one in (two.bob, carol):
        assert (await one.http.put(where(two.room, more=HEART))).status_code == 204
    # Whoever leaves is named still, whom one has blocked is counted only.
    await carol.remove_member(two.room, carol.id)
    people = [
        {"id": each.id, "username": each.username, "display_name": ""} for each in (two.bob, carol)
    ]
    heart = {"emoji": "❤️", "count": 2, "people": people}
    assert (await two.alice.http.get(path)).json() == {"reactions": [heart]}
    await two.alice.http.put(f"/api/blocks/{carol.id}")
    assert (await two.alice.http.get(path)).json() == {
        "reactions": [{**heart, "people": people[:1]}]
    }
    page = (await two.alice.http.get(f"/rooms/{two.room}/messages/1")).text
    assert (two.bob.username in page, carol.username in page) == (True, False)
    assert (await two.bob.http.get(path)).json() == {"reactions": [heart]}
    assert refused(await two.bob.http.get(where(two.room, 2, "/reactions"))) == (404, "not_found")
    await two.alice.http.delete(where(two.room))
    assert (await two.alice.http.get(path)).json() == {"reactions": []}


async def test_routes_are_for_members(two: Talk, person: MakePerson, shared_server: Server) -> None:
    eve, nobody = await person("eve"), Person(shared_server)
    pin, versions = f"/api/rooms/{two.room}/pins/1", where(two.room, more="/versions")
    asked = [
        *(("GET", where(two.room)), ("PATCH", where(two.room)), ("DELETE", where(two.room))),
        *(("GET", versions), ("DELETE", versions)),
        *(("GET", where(two.room, more=each)) for each in ("/readers", "/reactions")),
        *(("PUT", where(two.room, more=HEART)), ("DELETE", where(two.room, more=HEART))),
        *(("PUT", pin), ("DELETE", pin), ("GET", f"/api/rooms/{two.room}/pins")),
        ("PUT", f"/api/rooms/{two.room}/level"),
    ]
    for method, path in asked:
        body = {"PATCH": {"message": "x"}, "PUT": {"level": "all"}}.get(method)
        for one, expected in ((eve, (403, "not_a_member")), (nobody, (401, "unauthorized"))):
            answer = await one.http.request(method, path, json=body)
            assert refused(answer) == expected, (method, path)
    answer = await nobody.http.get("/api/mentions")
    assert refused(answer) == (401, "unauthorized")
    assert (await two.bob.http.get(where(two.room))).json()["change"] == 1
    await nobody.close()


async def test_whoever_is_removed_changes_nothing(two: Talk) -> None:
    """But deletes what they have said: tests/messages/test_left_behind.py."""
    await two.b.say("b")
    await two.alice.remove_member(two.room, two.bob.id)
    asked = (
        ("PATCH", where(two.room, 2), {"message": "x"}),
        ("DELETE", where(two.room, 1), None),
        ("PUT", where(two.room, 1, HEART), None),
    )
    for method, path, body in asked:
        assert refused(await two.bob.http.request(method, path, json=body)) == (403, "not_a_member")
