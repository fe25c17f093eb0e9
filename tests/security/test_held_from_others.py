"""A message that waits is its author's and its judges': nobody else reads it, decides on it or
comes upon its words.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from models.queries.missed import missed_by
from tests.accounts.test_exports import export
from tests.security.test_held_messages import node, three_links, waiting
from tests.support.factories import MakePerson
from tests.support.person import Person
from tests.support.server import Server
from tests.support.tables import opened

__all__ = ["node"]

SECRET = "quincunx"


async def held(anna: Person, room: int, text: str, client_id: str) -> None:
    sent = {"message": text, "client_id": client_id}
    answer = await anna.http.post(f"/api/rooms/{room}/messages", json=sent)
    assert answer.json()["code"] == "held"


async def test_only_its_judges_decide_on_it(person: MakePerson, node: Server) -> None:
    """Neither members, nor owners of another room by its number there, nor the author."""
    admin, anna, room = await three_links(person, node)
    boris, eve = await person("boris", on=node), await person("eve", on=node)
    await admin.http.post(f"/api/rooms/{room}/members", json={"username": boris.username})
    other = await eve.create_room()
    await held(anna, room, f"{SECRET} https://example.com", "hers")
    (row,) = await waiting(admin, room)
    for who, where, refusal in (
        (boris, room, (403, "not_owner")),
        (anna, room, (403, "not_owner")),
        (eve, room, (403, "not_a_member")),
        (eve, other, (404, "not_found")),
    ):
        for act in ("approve", "reject"):
            for base in ("/api/admin/held", f"/api/rooms/{where}/held"):
                expected = (403, "not_admin") if "admin" in base else refusal
                answer = await who.http.post(f"{base}/{row['id']}/{act}", json={})
                assert (answer.status_code, answer.json()["code"]) == expected, (base, act)
        for path in ("/api/admin/held", f"/api/rooms/{where}/held", f"/rooms/{where}/held/"):
            assert SECRET not in (await who.http.get(path)).text
        # What is taken back is one's own of that name, here none.
        if who is not anna:
            await who.http.delete(f"/api/rooms/{where}/held/hers")
    assert await waiting(admin, room) == [row]
    assert (await anna.http.delete(f"/api/rooms/{room}/held/hers")).status_code == 204
    assert await waiting(admin, room) == []


async def test_nobody_comes_upon_its_words(person: MakePerson, node: Server) -> None:
    """Until it is let through: then the same places have them."""
    admin, anna, room = await three_links(person, node)
    boris = await person("boris", on=node)
    await admin.http.post(f"/api/rooms/{room}/members", json={"username": boris.username})
    lobby, chat = await boris.lobby(), await boris.connect(room, read="manual")
    began = datetime.now(UTC)
    text = f"{SECRET} @{boris.username} https://example.com"
    await held(anna, room, text, "hers")
    assert await found_by(boris, room, node, began) == set()
    path, report = f"/api/rooms/{room}/messages/4/report", {"category": "spam", "text": "?"}
    answer = await boris.http.post(path, json=report)
    assert answer.status_code == 404
    assert SECRET not in str((await admin.http.get("/api/notices")).json())
    archive = await export(admin, f"/api/rooms/{room}/export")
    assert SECRET not in archive.read("index.html").decode()
    (row,) = await waiting(admin, room)
    await admin.http.post(f"/api/rooms/{room}/held/{row['id']}/approve")
    # Nothing of it has come before.
    assert (await chat.expect("chat_message"))["message_id"] == 4
    assert (await lobby.expect("room_activity"))["mentions"] == [[4, boris.id]]
    assert await found_by(boris, room, node, began) == PLACES


PLACES = {"search", "mentions", "activity", "changes", "list", "unread", "page", "digest"}


async def found_by(who: Person, room: int, node: Server, since: datetime) -> set[str]:
    """Where somebody finds the words, or is told that there is something."""

    async def got(path: str, **query: str) -> Any:
        answer = await who.http.get(path, params=query)
        assert answer.is_success, answer.text
        return answer

    (listed,) = [each for each in await who.rooms() if each["id"] == room]
    async with opened(node.database_url):
        missed = await missed_by(who.id, since, datetime.now(UTC) + timedelta(minutes=1))
    places = {
        "search": (await got("/api/search", q=SECRET)).json()["messages"],
        "mentions": (await got("/api/mentions")).json()["messages"],
        "activity": SECRET in (await got("/activity/")).text,
        "changes": SECRET in str(await who.changes(room, since=0)),
        "list": SECRET in str(listed),
        "unread": listed["mention_count"],
        "page": SECRET in (await got(f"/rooms/{room}/")).text,
        "digest": missed,
    }
    return {place for place, is_found in places.items() if is_found}
