"""Acts of which no other test reads the entry in the audit log: each has its own, and its actor."""

from collections.abc import AsyncIterator

import pytest

from tests.support.authenticator import Authenticator
from tests.support.factories import MakePerson
from tests.support.person import PASSWORD, Person
from tests.support.second_factor import run_sql, set_up
from tests.support.server import Server
from tests.support.uploading import PNG

ROOM = "/api/rooms/{room}"
BOB, CAROL = f"{ROOM}/members/{{bob}}", f"{ROOM}/bans/{{carol}}"

# By the owner of the room, in this order: what is sent, and the entry that it makes.
ACTS: tuple[tuple[str, str, dict[str, object] | None, str], ...] = (
    ("PATCH", ROOM, {"slow_seconds": 5}, "room_slowed"),
    ("PATCH", ROOM, {"slow_seconds": 0}, "room_unslowed"),
    ("PATCH", ROOM, {"writers": "owners"}, "room_owners_write"),
    ("PATCH", ROOM, {"writers": "members"}, "room_members_write"),
    ("PATCH", ROOM, {"newcomers_see": "from_joining"}, "room_history_hidden"),
    ("PATCH", ROOM, {"newcomers_see": "all"}, "room_history_shown"),
    ("PATCH", ROOM, {"visibility": "public"}, "room_made_public"),
    ("PATCH", ROOM, {"visibility": "private"}, "room_made_private"),
    ("PATCH", ROOM, {"name": "Garden"}, "room_renamed"),
    ("PUT", f"{ROOM}/picture", None, "room_picture_set"),
    ("DELETE", f"{ROOM}/picture", None, "room_picture_removed"),
    ("PUT", f"{ROOM}/retention", {"days": 30, "sure": True}, "room_history_kept"),
    ("POST", f"{ROOM}/requests/{{dora}}", None, "join_request_accepted"),
    ("DELETE", f"{ROOM}/requests/{{emil}}", None, "join_request_declined"),
    ("PATCH", BOB, {"role": "owner"}, "owner_made"),
    ("PATCH", BOB, {"role": "member"}, "owner_unmade"),
    ("PATCH", f"{ROOM}/reports/{{report}}", {"outcome": "dismissed"}, "report_dismissed"),
    ("PUT", CAROL, {}, "room_banned"),
    ("DELETE", CAROL, None, "room_ban_lifted"),
    ("DELETE", BOB, None, "member_removed"),
    ("POST", "/api/invites", {"room_id": "{room}"}, "invite_made"),
    ("DELETE", "/api/invites/{invite}", None, "invite_revoked"),
    ("DELETE", ROOM, None, "room_deleted"),
)


@pytest.fixture
async def chief(shared_server: Server, person: MakePerson) -> AsyncIterator[Person]:
    """An administrator of the shared server."""
    chief = await person("chief")
    role = "UPDATE user_account SET server_role = ? WHERE id = ?"
    run_sql(shared_server, role, "admin", chief.id)
    yield chief
    run_sql(shared_server, role, "", chief.id)


async def entries(chief: Person, **query: str | int) -> list[tuple[str, int]]:
    """The log, the earliest first: what was done, and by whom."""
    answer = await chief.http.get("/api/admin/audit", params=query)
    assert answer.status_code == 200, answer.text
    return [(each["action"], each["actor_id"]) for each in answer.json()["entries"][::-1]]


async def test_each_act_of_an_owner_is_in_the_log(chief: Person, person: MakePerson) -> None:
    names = ("alice", "bob", "carol", "dora", "emil")
    alice, bob, carol, dora, emil = [await person(name) for name in names]
    room = await alice.create_room(bob, carol)
    for each in (dora, emil):
        await each.http.post(f"/api/rooms/{room}/requests", json={})
    said = await carol.post(room, "noise")
    report = f"/api/rooms/{room}/messages/{said['message_id']}/report"
    assert (await bob.http.post(report, json={"category": "spam"})).is_success
    (listed,) = (await alice.http.get(f"/api/rooms/{room}/reports")).json()["reports"]
    ids = {"room": room, "bob": bob.id, "carol": carol.id, "report": listed["id"], "invite": 0}
    ids |= {"dora": dora.id, "emil": emil.id}
    for method, path, sent, action in ACTS:
        body = {"room_id": room} if sent and "room_id" in sent else sent
        data = PNG if action == "room_picture_set" else None
        answer = await alice.http.request(method, path.format(**ids), json=body, content=data)
        assert answer.is_success, (action, answer.text)
        if action == "invite_made":
            ids["invite"] = answer.json()["id"]
    found = await entries(chief, room=room)
    assert found == [(action, alice.id) for *_, action in ACTS]


async def test_each_act_of_an_administrator_on_a_room_is_in_the_log(
    chief: Person, person: MakePerson
) -> None:
    room = await (await person("alice")).create_room()
    for is_archived in (True, False):
        body = {"is_archived": is_archived}
        assert (await chief.http.patch(f"/api/admin/rooms/{room}", json=body)).is_success
    found = await entries(chief, room=room)
    assert found == [("room_archived", chief.id), ("room_unarchived", chief.id)]


async def test_each_change_of_factors_is_in_the_log(chief: Person, person: MakePerson) -> None:
    anna = await person("anna")
    app, _ = await set_up(anna)
    assert (await anna.http.post("/api/recovery-codes")).is_success
    asked = (await anna.http.post("/api/passkeys/options", json={})).json()
    made = {"label": "Key", "credential": Authenticator(anna.server.url).create(asked)}
    added = await anna.http.post("/api/passkeys", json=made)
    assert added.status_code == 201, added.text
    (mine,) = (await anna.http.get("/api/factors")).json()["passkeys"]
    assert (await anna.http.delete(f"/api/passkeys/{mine['id']}")).is_success
    off = {"password": PASSWORD, "code": app.code()}
    assert (await anna.http.request("DELETE", "/api/totp", json=off)).is_success
    acts = ("totp_added", "recovery_codes_made", "passkey_added", "passkey_removed", "totp_removed")
    assert await entries(chief, person=anna.username) == [(act, anna.id) for act in acts]


async def test_each_act_on_an_account_is_in_the_log(chief: Person, person: MakePerson) -> None:
    anna = await person("anna")
    asked = {"name": "bot", "scopes": ["read"], "password": PASSWORD}
    token = (await anna.http.post("/api/tokens", json=asked)).json()["id"]
    assert (await anna.http.delete(f"/api/tokens/{token}")).is_success
    there = f"/api/admin/people/{anna.id}"
    assert (await chief.http.post(f"{there}/delete", json={"messages": "keep"})).is_success
    by = {"token_made": anna.id, "token_ended": anna.id, "account_deleted": chief.id}
    found = run_sql(chief.server, _ABOUT, anna.id)
    assert found == list(by.items())


_ABOUT = "SELECT action, actor_id FROM audit_entry WHERE user_id = ? ORDER BY id"
