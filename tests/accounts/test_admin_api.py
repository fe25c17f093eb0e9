"""The JSON API of administrators: who may use it, what it does, and the audit log of it."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.nodes import running
from tests.support.person import PASSWORD, Person
from tests.support.rights_scene import program
from tests.support.server import Server

NO_CONTENT = httpx.codes.NO_CONTENT


@pytest.fixture(scope="module")
async def node(folder: Path, sqlite: Any) -> AsyncIterator[Server]:
    """A server of its own, so that it is known who is the administrator."""
    async with running(folder, DATABASE_URL=sqlite.fresh()) as server:
        async with Person(server) as admin:
            await admin.register("admin")
        yield server


@pytest.fixture
async def admin(node: Server) -> AsyncIterator[Person]:
    """Who has come first."""
    async with Person(node) as person:
        await person.login("admin")
        yield person


async def test_all_invitations(node: Server, admin: Person) -> None:
    """Who made them, where to, and who came by which; revoked with a reason, by a token too."""
    bot, there = await program(admin, "read", "write", "admin"), "/api/admin/invites"
    async with await Person.join(node, "owner") as owner, await Person.join(node, "new") as new:
        room = await owner.create_room(name="Kitchen")
        asked = {"room_id": room, "uses": 5}
        token = (await owner.http.post("/api/invites", json=asked)).json()["token"]
        assert (await new.http.post("/api/invites/accept", json={"token": token})).is_success
        made = await bot.http.post(there, json={"uses": 2})
        assert (made.status_code, made.json()["room_id"]) == (httpx.codes.CREATED, None)
        for number in range(50):
            answer = await admin.http.post("/api/invites", json={"uses": number + 1})
            assert answer.is_success, answer.text
        first = (await bot.http.get(there)).json()
        assert (len(first["invites"]), first["invites"][0]["uses_max"]) == (50, 50)
        rest = (await bot.http.get(there, params={"cursor": first["cursor"]})).json()
        assert rest["cursor"] is None
        (mine, theirs) = rest["invites"][:2]
        assert (mine["id"], mine["room_name"]) == (made.json()["id"], None)
        (here,) = (await bot.http.get(there, params={"room_id": room})).json()["invites"]
        assert here == theirs
        assert (here["room_name"], here["made_by"]["id"]) == ("Kitchen", owner.id)
        assert [each["id"] for each in here["people"]] == [new.id]
        path = f"{there}/{here['id']}"
        assert (await bot.http.delete(path, params={"reason": "x" * 501})).status_code == 422
        for _ in range(2):
            gone = await bot.http.delete(path, params={"reason": "spam"})
            assert gone.status_code == NO_CONTENT
        assert (await bot.http.delete(f"{there}/{2**62}")).status_code == httpx.codes.NOT_FOUND
        audit = (await admin.http.get(f"/api/admin/audit?action=invite_revoked&room={room}")).json()
        (entry,) = audit["entries"]
        assert (entry["reason"], entry["user_id"]) == ("spam", owner.id)
        page = await admin.http.get("/admin/invites", params={"room_id": room})
        assert all(each in page.text for each in ("Kitchen", owner.username, new.username))
        asked_once_more = await admin.http.post(f"/admin/invites/{mine['id']}/revoke")
        assert 'name="reason"' in asked_once_more.text
        form = {"sure": "yes", "reason": "enough"}
        done = await admin.http.post(f"/admin/invites/{mine['id']}/revoke", data=form)
        assert done.headers["location"] == "/admin/invites?revoked=1"
    await bot.close()


async def acts(admin: Person, **query: object) -> list[tuple[str, int | None, int | None, str]]:
    """The log, the latest first: (action, person, room, reason)."""
    answer = await admin.http.get("/api/admin/audit", params={k: str(v) for k, v in query.items()})
    assert answer.status_code == httpx.codes.OK, answer.text
    entries = answer.json()["entries"]
    assert all(each["actor"] for each in entries)
    return [(e["action"], e["user_id"], e["room_id"], e["reason"]) for e in entries]


async def test_an_account_from_its_making_to_its_end(node: Server, admin: Person) -> None:
    answer = await admin.http.post("/api/admin/people", json={"username": "clara"})
    assert answer.status_code == httpx.codes.CREATED
    clara_id, url = answer.json()["id"], answer.json()["reset_url"]
    taken = await admin.http.post("/api/admin/people", json={"username": "Clara"})
    assert taken.json()["code"] == "username_taken"
    path = f"/api/admin/people/{clara_id}"
    async with Person(node) as clara:
        chosen = await clara.http.post(url, data={"password": PASSWORD})
        assert chosen.status_code == httpx.codes.SEE_OTHER
        await clara.login("clara")
        room = await clara.create_room()
        chat = await clara.connect(room)
        assert (await admin.http.delete(f"{path}/sessions")).status_code == NO_CONTENT
        assert await chat.closed() == 4401
        await clara.login("clara")
        found = (await admin.http.get("/api/admin/people", params={"q": "cla"})).json()["people"]
        assert [(each["username"], each["login_count"], each["owned_count"]) for each in found] == [
            ("clara", 1, 1)
        ]
        until = {"state": "disabled", "reason": "spam", "until": "2001-01-01T00:00:00Z"}
        assert (await admin.http.patch(path, json=until)).json()["code"] == "bad_until"
        until["until"] = "2040-01-01T00:00:00Z"
        chat = await clara.connect(room)
        disabled = (await admin.http.patch(path, json=until)).json()
        assert (disabled["state"], disabled["state_reason"]) == ("disabled", "spam")
        assert await chat.closed() == 4401
        body = {"username": "clara", "password": PASSWORD}
        refused = (await clara.http.post("/api/session", json=body)).json()
        assert refused["code"] == "account_disabled_until"
        assert "spam" in refused["message"]
        listed = await admin.http.get("/api/admin/people", params={"state": "disabled"})
        assert [each["id"] for each in listed.json()["people"]] == [clara_id]
        for _ in range(2):  # The second time there is nothing to be done.
            enabled = await admin.http.patch(path, json={"state": "active"})
            assert enabled.json()["state"] == "active"
        await clara.login("clara")
        reset = (await admin.http.post(f"{path}/reset")).json()["reset_url"]
        assert (await clara.http.get(reset)).status_code == httpx.codes.OK
    for role in ("admin", "admin", "member"):
        assert (await admin.http.patch(path, json={"role": role})).json()["role"] == role
    assert await acts(admin, person="clara") == [
        ("administrator_unmade", clara_id, None, ""),
        ("administrator_made", clara_id, None, ""),
        ("password_reset_made", clara_id, None, ""),
        ("enabled", clara_id, None, ""),
        ("disabled", clara_id, None, "spam"),
        ("logins_ended", clara_id, None, ""),
        ("password_reset_used", clara_id, None, ""),
        ("password_reset_made", clara_id, None, ""),
        ("account_made", clara_id, None, ""),
    ]


async def test_what_cannot_be_done_to_an_account(admin: Person) -> None:
    path = f"/api/admin/people/{admin.id}"
    for body, code in (
        ({"role": "member"}, "last_administrator"),
        ({"state": "disabled"}, "last_administrator"),
        ({}, "bad_field"),
        ({"role": "admin", "state": "active"}, "bad_field"),
        ({"role": "king"}, "bad_field"),
        ({"state": "active", "until": "2040-01-01T00:00:00Z"}, "bad_field"),
        ({"state": "disabled", "until": "2040-01-01T00:00:00"}, "bad_field"),
        ({"state": "disabled", "reason": "x" * 501}, "bad_field"),
    ):
        answer = await admin.http.patch(path, json=body)
        assert answer.json()["code"] == code, (body, answer.text)
    for id_ in (0, 999_999, 2**70):
        answer = await admin.http.patch(f"/api/admin/people/{id_}", json={"state": "active"})
        assert answer.json()["code"] == "not_found"
    for query in ({"cursor": "x"}, {"state": "dead"}):
        answer = await admin.http.get("/api/admin/people", params=query)
        assert answer.json()["code"] == "bad_request"


async def test_a_room_that_the_administrator_is_not_in(node: Server, admin: Person) -> None:
    owner, member = await Person.join(node, "owner"), await Person.join(node, "member")
    room = await owner.create_room(member, name="Secret plans")
    await owner.post(room, "unheard-of words")
    direct = await owner.direct(member)
    path = f"/api/admin/rooms/{room}"
    listed = await admin.http.get("/api/admin/rooms", params={"q": "plans"})
    assert "unheard-of" not in listed.text
    (shown,) = listed.json()["rooms"]
    assert (shown["message_count"], shown["member_count"]) == (1, 2)
    assert [each["username"] for each in shown["owners"]] == [owner.username]
    assert (await admin.http.get(f"/api/admin/rooms/{direct}")).json()["code"] == "not_found"
    assert (await admin.http.get(f"/api/rooms/{room}")).json()["code"] == "not_a_member"
    outsider = {"owner": admin.id}
    assert (await admin.http.patch(path, json=outsider)).json()["code"] == "not_found"
    change = {"owner": member.id, "reason": "owner gone"}
    assert len((await admin.http.patch(path, json=change)).json()["owners"]) == 2
    for body in ({}, {"owner": 1, "is_archived": True}, {"is_archived": "yes"}):
        assert (await admin.http.patch(path, json=body)).json()["code"] == "bad_field"
    chat, lobby = await owner.connect(room), await member.lobby()
    assert (await admin.http.delete(path, params={"reason": "empty"})).status_code == NO_CONTENT
    assert await chat.closed() == 4404
    await lobby.expect("room_left", room_id=room)
    assert (await admin.http.delete(path)).json()["code"] == "not_found"
    assert await acts(admin, room=room) == [
        ("room_deleted", None, room, "empty"),
        ("owner_appointed", member.id, room, "owner gone"),
    ]
    await owner.close()
    await member.close()


async def test_settings_hold_at_once(node: Server, admin: Person) -> None:
    before = (await admin.http.get("/api/admin/settings")).json()
    names = "members_invite", "limits_new_accounts", "admins_need_factor"
    switches = dict.fromkeys(names, False)
    assert before == {"site_name": "Beseda", "registration": "open", **switches}
    for body, code in (
        ({"site_name": "  "}, "bad_site_name"),
        ({"site_name": "x" * 61}, "bad_site_name"),
        ({"registration": "maybe"}, "bad_field"),
        ({"members_invite": "on"}, "bad_field"),
    ):
        assert (await admin.http.patch("/api/admin/settings", json=body)).json()["code"] == code
    changed = {"site_name": "Our place", "registration": "closed"}
    answer = await admin.http.patch("/api/admin/settings", json=changed)
    assert answer.json() == before | changed
    async with Person(node) as late:
        body = {"username": "late", "password": PASSWORD}
        refused = await late.http.post("/api/users", json=body)
        assert refused.json()["code"] == "registration_closed"
    await admin.http.patch("/api/admin/settings", json={"registration": "open"})
    await admin.http.patch("/api/admin/settings", json={"registration": "open"})
    log = (await admin.http.get("/api/admin/audit?action=setting_changed")).json()["entries"]
    assert [each["details"] for each in log] == [
        {"setting": "registration", "value": "open"},
        {"setting": "registration", "value": "closed"},
        {"setting": "site_name", "value": "Our place"},
    ]


async def test_the_log_is_filtered_and_exported(admin: Person) -> None:
    made = await admin.http.post("/api/admin/people", json={"username": "dora"})
    path = f"/api/admin/people/{made.json()['id']}"
    await admin.http.patch(path, json={"state": "disabled", "reason": "=SUM(1), “spam”"})
    everything = await acts(admin, person="dora")
    assert await acts(admin, person="dora", action="disabled") == everything[:1]
    assert await acts(admin, person="dora", actor="admin", since="2000-01-01") == everything
    assert await acts(admin, person="dora", until="2000-01-01") == []
    for query in ({"actor": "nobody.here"}, {"since": "yesterday"}, {"room": "x"}):
        answer = await admin.http.get("/api/admin/audit", params=query)
        assert answer.json()["code"] in ("unknown_user", "bad_request")
    table = await admin.http.get("/admin/audit.csv", params={"person": "dora"})
    assert table.headers["content-disposition"] == 'attachment; filename="audit.csv"'
    first, latest, *_ = table.text.splitlines()
    assert first.split(",")[:4] == ["id", "at", "action", "actor_id"]
    assert '"\'=SUM(1), “spam”"' in latest
    lines = await admin.http.get("/admin/audit.jsonl", params={"person": "dora"})
    assert len(lines.text.splitlines()) == len(everything)
    assert '"reason":"=SUM(1), “spam”"' in lines.text
    assert (await admin.http.get("/admin/audit.xml")).status_code == httpx.codes.NOT_FOUND
