"""Where administrators want it, who has just registered posts links and many mentions slowly."""

from datetime import UTC, datetime, timedelta

import httpx

from models import AuditEntry, User
from tests.support.factories import MakePerson, StartServer
from tests.support.person import Person
from tests.support.tables import opened

LINK = "see https://example.com"
MANY = "@ada @bob @eve @joe"
HELD = ("new_account_limit", 429)


def outcome(answer: httpx.Response) -> tuple[str, int]:
    """Return the code, "" for none, and the status."""
    code = answer.json().get("code", "") if answer.content else ""
    return code, answer.status_code


async def post(actor: Person, room: int, text: str) -> tuple[str, int]:
    """POST a message."""
    path = f"/api/rooms/{room}/messages"
    return outcome(await actor.http.post(path, json={"message": text}))


async def test_links_and_mentions_of_new_accounts(
    person: MakePerson, server: StartServer, database_url: str
) -> None:
    node = await server(DATABASE_URL=database_url)
    names = ("admin", "anna", "boris", "vera")
    admin, anna, boris, vera = [await person(name, on=node) for name in names]
    room = await admin.create_room(anna, boris, vera)
    for _ in range(5):
        assert await post(anna, room, LINK) == ("", 201)  # Unless they want it.
    answer = await admin.http.patch("/api/admin/settings", json={"limits_new_accounts": True})
    assert answer.json()["limits_new_accounts"] is True
    for text in (LINK, MANY, "WWW.example.com"):
        assert await post(anna, room, text) == ("", 201)
    assert await post(anna, room, MANY) == HELD
    assert await post(anna, room, "no link @ada @bob @eve") == ("", 201)
    last = f"/api/rooms/{room}/messages/9"
    assert outcome(await anna.http.patch(last, json={"message": LINK})) == HELD
    chat = await anna.connect(room)
    await chat.send({"type": "chat_message", "message": LINK, "client_id": "a"})
    await chat.send({"type": "chat_message", "message": "after it", "client_id": "b"})
    refused = await chat.expect("error", client_id="a")
    assert refused["code"] == "new_account_limit"
    assert "retry_after" not in refused
    await chat.expect("message_sent", client_id="b")
    form = await anna.http.post(f"/rooms/{room}/", data={"message": LINK, "client_id": "f"})
    assert form.status_code == 429
    # Not owners in their own room, nor who is not new any more, or was approved.
    own = await anna.create_room()
    for _ in range(5):
        assert await post(anna, own, LINK) == ("", 201)
    async with opened(database_url):
        since = datetime.now(UTC) - timedelta(hours=73)
        await User.filter(id=boris.id).update(created_at=since)
        await AuditEntry.create(action="approved", actor_id=admin.id, user_id=vera.id)
    for _ in range(5):
        for each in (boris, vera):
            assert await post(each, room, LINK) == ("", 201)
