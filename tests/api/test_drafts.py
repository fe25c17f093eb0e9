"""Drafts: what somebody has written and not sent, in all their browsers and nowhere else."""

from typing import Any

from models.sql.fast_path import look_up
from tests.support.factories import MakePerson
from tests.support.frames import barrier, check
from tests.support.person import Person
from tests.support.server import Server
from tests.support.tables import opened
from tests.support.talk import talk

NONE = {"message": "", "reply_to": None, "updated_at": None, "version": 0}


async def put(person: Person, room: int, message: str, **fields: Any) -> dict[str, Any]:
    """PUT /api/rooms/<id>/draft."""
    path = f"/api/rooms/{room}/draft"
    answer = await person.http.put(path, json={"message": message, **fields})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def draft(person: Person, room: int) -> dict[str, Any]:
    """GET /api/rooms/<id>/draft."""
    answer = await person.http.get(f"/api/rooms/{room}/draft")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def refused(person: Person, room: int, **fields: Any) -> tuple[int, str]:
    """Return how storing this draft is refused."""
    answer = await person.http.put(f"/api/rooms/{room}/draft", json=fields)
    return answer.status_code, answer.json()["code"]


async def test_stored_until_it_is_emptied(person: MakePerson) -> None:
    anna = await person("anna")
    room = await anna.create_room()
    lobby = await anna.lobby()
    assert await draft(anna, room) == NONE
    first = await put(anna, room, "a\r\nb", reply_to=7)
    assert (first["message"], first["reply_to"], first["version"]) == ("a\nb", 7, 1)
    assert await draft(anna, room) == first
    told = check(await lobby.expect("draft_changed"))
    assert told == {"type": "draft_changed", "room_id": room, "has_draft": True, "version": 1}
    assert (await anna.rooms())[0]["has_draft"] is True
    emptied = await put(anna, room, " \n", reply_to=7)
    assert (emptied["message"], emptied["reply_to"], emptied["version"]) == ("", None, 2)
    await lobby.expect("draft_changed", has_draft=False, version=2)
    assert "has_draft" not in (await anna.rooms())[0]
    await put(anna, room, "again")
    for _ in range(2):
        assert (await anna.http.delete(f"/api/rooms/{room}/draft")).status_code == 204
    assert (await draft(anna, room))["message"] == ""
    await lobby.expect("draft_changed", has_draft=False, version=4)


async def test_what_comes_late_changes_nothing(each_server: Server, person: MakePerson) -> None:
    anna = await person("anna", on=each_server)
    room = await anna.create_room()
    # Sent before anything was stored, and then what was on its way arrives.
    assert (await put(anna, room, "", base=0))["version"] == 1
    late = await put(anna, room, "late", base=0)
    assert (late["message"], late["version"]) == ("", 1)
    assert (await put(anna, room, "a", base=1))["version"] == 2
    # A page that goes while it waits for an answer knows which version that will give.
    assert (await put(anna, room, "ab", base=3))["version"] == 4
    assert (await put(anna, room, "a", base=2))["message"] == "ab"
    assert (await put(anna, room, "whatever there is"))["version"] == 5
    await anna.http.delete(f"/api/rooms/{room}/draft")
    assert (await put(anna, room, "late", base=5))["message"] == ""
    assert (await draft(anna, room))["version"] == 6


async def test_no_version_is_made_up(each_server: Server, person: MakePerson) -> None:
    anna = await person("anna", on=each_server)
    room = await anna.create_room()
    # As a tab has it of a membership that has ended; and as nobody has it.
    assert (await put(anna, room, "a", base=57))["version"] == 2
    assert (await put(anna, room, "ab", base=2**53))["version"] == 4
    assert (await put(anna, room, "abc", base=4))["version"] == 5


async def test_bad_drafts(person: MakePerson) -> None:
    anna, boris = await person("anna"), await person("boris")
    room = await anna.create_room(boris)
    too_long = await refused(anna, room, message="я" * 4_001)
    assert too_long == (422, "message_too_long")
    assert await refused(anna, room, message="a\0b") == (422, "bad_text")
    for wrong in (
        {"message": 1},
        {},
        {"message": "a", "base": -1},
        {"message": "a", "base": 2**60},
    ):
        assert await refused(anna, room, **wrong) == (422, "bad_field"), wrong
    # A page of boris's, in a browser in which anna has logged in since.
    assert await refused(anna, room, message="his", user_id=boris.id) == (403, "forbidden")
    assert await draft(anna, room) == NONE
    assert (await put(anna, room, "я" * 4_000, user_id=anna.id))["version"] == 1


async def test_drafts_are_their_authors_alone(person: MakePerson) -> None:
    two = await talk(person, read="manual")
    lobby, own = await two.bob.lobby(), await two.alice.lobby()
    await put(two.alice, two.room, "only for me")
    assert (await draft(two.alice, two.room))["message"] == "only for me"
    await own.expect("draft_changed", room_id=two.room)
    assert await draft(two.bob, two.room) == NONE
    assert "has_draft" not in (await two.bob.rooms())[0]
    page = (await two.bob.http.get(f"/rooms/{two.room}/")).text
    assert "only for me" not in page
    assert "only for me" in (await two.alice.http.get(f"/rooms/{two.room}/")).text
    heard = await barrier(lobby, two.b, two.a)
    assert [frame for frame in heard if frame["type"] == "draft_changed"] == []
    assert "only for me" not in two.alice.server.log()


async def test_drafts_go_with_the_membership_and_the_room(
    each_server: Server, person: MakePerson
) -> None:
    anna, boris = await person("anna", on=each_server), await person("boris", on=each_server)
    room = await anna.create_room(boris)
    hers, his = f"by {anna.username}", f"by {boris.username}"
    await put(anna, room, hers)
    await put(boris, room, his)
    await boris.remove_member(room, boris.id)
    await anna.invite(room, boris)
    assert await draft(boris, room) == NONE
    assert (await draft(anna, room))["message"] == hers
    assert (await anna.http.delete(f"/api/rooms/{room}")).status_code == 204
    async with opened(each_server.database_url):
        assert list(await look_up("SELECT text FROM draft WHERE text IN ($1, $2)", hers, his)) == []
