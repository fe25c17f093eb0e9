"""Where administrators want it, who has just registered posts links and many mentions slowly."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from models import AuditEntry, HeldMessage, InviteLink, Refusal, User
from models.audit_entry import is_vouched_for
from models.database import atomically
from models.held_message import (
    HELD_MAX,
    KEPT,
    begin_approval,
    end_approval,
    forget_old_held,
    give_up_approval,
    reject_held,
    withdraw_held,
)
from models.invite_admission import ComeByLink
from models.invite_link import digest_of, make_link
from services.new_accounts import NEW_FOR
from tests.support.factories import MakePerson, StartServer
from tests.support.person import Person
from tests.support.tables import opened, people, room_of

LINK = "see https://example.com"
MANY = "@ada @bob @eve @joe"
HELD, LIMITED = ("held", 409), ("new_account_limit", 429)


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
    assert outcome(await anna.http.patch(last, json={"message": LINK})) == LIMITED
    chat = await anna.connect(room)
    await chat.send({"type": "chat_message", "message": LINK, "client_id": "a"})
    await chat.send({"type": "chat_message", "message": "after it", "client_id": "b"})
    refused = await chat.expect("error", client_id="a")
    assert refused["code"] == "held"
    assert "retry_after" not in refused
    await chat.expect("message_sent", client_id="b")
    form = await anna.http.post(f"/rooms/{room}/", data={"message": LINK, "client_id": "f"})
    assert form.headers["location"] == f"/rooms/{room}/?held=1"
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


async def test_what_waits_is_let_through_or_rejected(
    person: MakePerson, server: StartServer, database_url: str
) -> None:
    node = await server(DATABASE_URL=database_url)
    admin, olga, anna = [await person(name, on=node) for name in ("admin", "olga", "anna")]
    room = await olga.create_room(anna, name="Kitchen")
    await admin.http.patch("/api/admin/settings", json={"limits_new_accounts": True})
    for _ in range(3):
        assert await post(anna, room, LINK) == ("", 201)
    chat, own = await olga.connect(room), await anna.connect(room)
    for client_id in ("one", "two", "one"):  # Sent again it waits once.
        await own.send({"type": "chat_message", "message": LINK, "client_id": client_id})
        refused = await own.expect("error", client_id=client_id)
        assert (refused["code"], "retry_after" in refused) == ("held", False)
    there = f"/api/rooms/{room}/held"
    assert outcome(await anna.http.get(there)) == ("not_owner", 403)
    waiting = (await olga.http.get(there)).json()["held"]
    assert [(each["message"], each["author"]["id"]) for each in waiting] == [(LINK, anna.id)] * 2
    assert (await admin.http.get("/api/admin/held")).json()["held"] == waiting
    assert (await room_messages(olga, room)) == 3
    told = (await olga.http.get("/api/notices")).json()["notices"]
    assert [each["what"] for each in told] == ["held_waits"], "once for both"

    first, second = (each["id"] for each in waiting)
    assert outcome(await anna.http.post(f"{there}/{first}/approve")) == ("not_owner", 403)
    assert (await olga.http.post(f"{there}/{first}/approve")).status_code == 204
    posted = await chat.expect("chat_message")
    assert (posted["message"], posted["user_id"]) == (LINK, anna.id)
    await own.expect("chat_message", client_id="one")
    assert outcome(await olga.http.post(f"{there}/{first}/approve")) == ("not_found", 404)
    await own.send({"type": "chat_message", "message": LINK, "client_id": "one"})
    sent = await own.expect("message_sent", client_id="one")
    assert sent["message_id"] == posted["message_id"], "and it is not held once more"
    page = await admin.http.get("/admin/held")
    assert "see https://example.com" in page.text
    path = f"/api/admin/held/{second}/reject"
    assert outcome(await admin.http.post(path, json={"reason": "x" * 501})) == ("bad_field", 422)
    assert (await admin.http.post(path, json={"reason": "spam"})).status_code == 204
    notices = (await anna.http.get("/api/notices")).json()["notices"]
    found = [(each["what"], each["room_name"], each["reason"]) for each in notices]
    assert found == [("held_rejected", "Kitchen", "spam"), ("held_approved", "Kitchen", "")]
    entries = (await admin.http.get(f"/api/admin/audit?room={room}")).json()["entries"]
    acts = [(each["action"], each["actor_id"], each["user_id"]) for each in entries[:2]]
    assert acts == [
        ("held_rejected", admin.id, anna.id),
        ("held_approved", olga.id, anna.id),
    ]


async def test_so_many_wait_and_for_so_long(
    person: MakePerson, server: StartServer, database_url: str
) -> None:
    node = await server(DATABASE_URL=database_url)
    admin, anna = [await person(name, on=node) for name in ("admin", "anna")]
    room, direct = await admin.create_room(anna), await admin.direct(anna)
    await admin.http.patch("/api/admin/settings", json={"limits_new_accounts": True})
    for expected in [("", 201)] * 3 + [HELD] * HELD_MAX + [LIMITED]:
        assert await post(anna, room, MANY) == expected
    assert await post(anna, direct, LINK) == LIMITED, "nobody owns a conversation of two"
    page = await admin.http.get(f"/rooms/{room}/held/")
    assert page.text.count("data-held-id") == HELD_MAX
    (held, *_) = (await admin.http.get(f"/api/rooms/{room}/held")).json()["held"]
    done = await admin.http.post(f"/rooms/{room}/held/{held['id']}/approve")
    assert done.is_redirect
    async with opened(database_url):
        long_ago = datetime.now(UTC) - KEPT - timedelta(minutes=1)
        await HeldMessage.filter(id=held["id"] + 1).update(held_at=long_ago)
        assert await forget_old_held() == 1
        assert await HeldMessage.all().count() == HELD_MAX - 2
    sure = {"messages": "keep"}
    gone = await admin.http.post(f"/api/admin/people/{anna.id}/delete", json=sure)
    assert gone.status_code == 204
    assert (await admin.http.get("/api/admin/held")).json() == {"held": []}


async def test_who_is_new_vouches_for_nobody(database_url: str) -> None:
    """By the link of another new account one is limited still; not by one that is older, nor by an
    administrator's.
    """
    async with opened(database_url):
        anna, boris = await people("anna", "boris")
        room = await room_of(anna)
        _, token = await make_link(anna, room, None, InviteLink.LIFETIME)
        await atomically(ComeByLink(digest_of(token), room, boris, 100).store)
        since = datetime.now(UTC) - NEW_FOR
        assert not await is_vouched_for(boris.id, since)
        maker = User.filter(id=anna.id)
        await maker.update(created_at=since)
        assert await is_vouched_for(boris.id, since)
        await maker.update(created_at=datetime.now(UTC), server_role=User.ADMIN)
        assert await is_vouched_for(boris.id, since)
        assert not await is_vouched_for(anna.id, since)


async def room_messages(who: Person, room: int) -> int:
    """Return how many messages the room has."""
    return len((await who.http.get(f"/api/rooms/{room}/messages")).json()["messages"])


async def test_of_two_who_judge_at_once_the_first_decides(database_url: str) -> None:
    """What is being posted cannot be rejected; what could not be posted waits as before."""
    async with opened(database_url):
        olga, anna = await people("olga", "anna")
        room = await room_of(olga, anna)
        made = await HeldMessage.create(
            room_id=room, user=anna, client_id="a", held_text="x", replied_to=None
        )
        row = await HeldMessage.one(made.id, room)
        until = await begin_approval(row, None)
        with pytest.raises(Refusal, match="not_found"):
            await begin_approval(row, None)
        assert await withdraw_held(room, anna.id) == 0
        with pytest.raises(Refusal, match="not_found"):
            await reject_held(row, olga.id, None, "spam")
        await give_up_approval(row, until)
        await reject_held(row, olga.id, None, "spam")
        with pytest.raises(Refusal, match="not_found"):
            await begin_approval(row, None)
        await end_approval(row, olga.id)
        acts = await AuditEntry.filter(room_id=room).values_list("action")
        assert list(acts) == [("held_rejected",)], "and nothing of an approval"
