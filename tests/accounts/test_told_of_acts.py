"""Acts of administrators and owners, and what those are told whom they concern: what, and why."""

from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from models.passwords import NO_HASH
from tests.support.databases import SqliteDatabases
from tests.support.nodes import running
from tests.support.person import PASSWORD, Person
from tests.support.second_factor import is_logged_in, let_pass, run_sql, set_up
from tests.support.server import Server

NO_CONTENT = httpx.codes.NO_CONTENT


@pytest.fixture(scope="module")
async def node(folder: Path, sqlite: SqliteDatabases) -> AsyncIterator[Server]:
    """A server whose first account is the administrator's."""
    async with running(folder, DATABASE_URL=sqlite.fresh()) as server:
        async with Person(server) as first:
            await first.register("admin")
        yield server


@pytest.fixture
async def admin(node: Server) -> AsyncIterator[Person]:
    """Who has come first."""
    async with Person(node) as person:
        await person.login("admin")
        yield person


async def told(person: Person) -> list[tuple[str, str, str]]:
    """What somebody reads on every page until they put it away, the latest first."""
    found = (await person.http.get("/api/notices")).json()["notices"]
    for each in found:
        gone = await person.http.delete(f"/api/notices/{each['id']}")
        assert gone.status_code == NO_CONTENT
    return [(each["what"], each["room_name"], each["reason"]) for each in found]


async def roles(person: Person, room: int) -> dict[int, str]:
    members = (await person.room(room))["members"]
    return {each["id"]: each["role"] for each in members}


async def test_a_room_is_transferred(node: Server, admin: Person) -> None:
    anna, boris, clara = [await Person.join(node, name) for name in ("anna", "boris", "clara")]
    room = await anna.create_room(boris, clara, name="Kitchen")
    path, there = f"/api/admin/rooms/{room}", f"/admin/rooms/{room}"
    chat = await clara.connect(room)
    added = await admin.http.patch(path, json={"owner": boris.id, "reason": "two"})
    assert {each["id"] for each in added.json()["owners"]} == {anna.id, boris.id}
    assert await told(boris) == [("owner_appointed", "Kitchen", "two")]
    assert await told(anna) == []
    change = {"owner": clara.id, "replaces_owners": True, "reason": "moved away"}
    for _ in range(2):  # The second time it is so already.
        moved = await admin.http.patch(path, json=change)
        assert [each["id"] for each in moved.json()["owners"]] == [clara.id]
    frames = [await chat.expect("member_role") for _ in range(4)]
    found = [(frame["user_id"], frame["role"]) for frame in frames]
    ends = [(clara.id, "owner"), (anna.id, "member"), (boris.id, "member")]
    assert found == [(boris.id, "owner"), *ends]
    assert await told(clara) == [("owner_appointed", "Kitchen", "moved away")]
    for each in (anna, boris):
        assert await told(each) == [("owner_replaced", "Kitchen", "moved away")]
    asked = await admin.http.post(f"{there}/transfer", data={"member": anna.id})
    assert 'name="reason"' in asked.text
    form = {"member": anna.id, "sure": "yes", "reason": "back"}
    done = await admin.http.post(f"{there}/transfer", data=form)
    assert done.headers["location"] == f"{there}?done=transfer"
    assert (await roles(clara, room))[anna.id] == "owner"
    log = (await admin.http.get(f"/api/admin/audit?room={room}&action=room_transferred")).json()
    acts = [(each["user_id"], each["reason"]) for each in log["entries"]]
    assert acts == [(anna.id, "back"), (clara.id, "moved away")]
    for each in (anna, boris, clara):
        await each.close()


async def test_owners_are_told_what_becomes_of_their_room(node: Server, admin: Person) -> None:
    async with await Person.join(node, "anna") as anna, await Person.join(node, "boris") as boris:
        room = await anna.create_room(boris, name="Kitchen")
        path = f"/api/admin/rooms/{room}"
        for is_archived in (True, False):
            change = {"is_archived": is_archived, "reason": "quiet"}
            assert (await admin.http.patch(path, json=change)).is_success
        assert (await admin.http.delete(path, params={"reason": "empty"})).is_success
        assert await told(anna) == [
            ("room_deleted", "Kitchen", "empty"),
            ("room_unarchived", "Kitchen", "quiet"),
            ("room_archived", "Kitchen", "quiet"),
        ]
        assert await told(boris) == [("room_gone", "Kitchen", "empty")]
        other = await anna.create_room(boris, name="Cellar")
        assert (await anna.http.delete(f"/api/rooms/{other}")).status_code == NO_CONTENT
        assert await told(anna) == []
        assert await told(boris) == [("room_gone", "Cellar", "")]


async def test_ended_logins_and_a_used_link_are_told(node: Server, admin: Person) -> None:
    async with await Person.join(node, "anna") as anna:
        there = f"/api/admin/people/{anna.id}"
        assert (await admin.http.delete(f"{there}/sessions")).status_code == NO_CONTENT
        await anna.login(anna.username)
        assert await told(anna) == [("logins_ended", "", "")]
        link = (await admin.http.post(f"{there}/reset")).json()["reset_url"]
        form = {"password": "another good one 7"}
        assert (await anna.http.post(urlsplit(link).path, data=form)).is_redirect
        await anna.login(anna.username, form["password"])
        assert await told(anna) == [("password_reset", "", "")]
        made = await admin.http.post("/api/admin/people", json={"username": f"{anna.username}2"})
        link = made.json()["reset_url"]
        assert (await anna.http.post(urlsplit(link).path, data=form)).is_redirect
        await anna.login(f"{anna.username}2", form["password"])
        assert await told(anna) == [], "it is their first password"
        own = (await admin.http.get("/api/profile")).json()["id"]
        assert (await admin.http.delete(f"/api/admin/people/{own}/sessions")).is_success
        await admin.login("admin")
        assert await told(admin) == []


async def test_second_factors_are_cleared_for_who_has_lost_them(
    node: Server, admin: Person
) -> None:
    async with await Person.join(node, "anna") as anna, await Person.join(node, "boris") as boris:
        await set_up(anna)
        there = f"/api/admin/people/{anna.id}"
        assert (await admin.http.get(there)).json()["has_factor"] is True
        assert (await boris.http.delete(f"{there}/factors")).status_code == 403
        let_pass(node, admin)
        refused = await admin.http.delete(f"{there}/factors")
        assert refused.json()["code"] == "confirmation_required"
        async with Person(node) as again:
            await again.login("admin")
            page = f"/admin/people/{anna.id}/clear-factors"
            assert 'name="reason"' in (await again.http.post(page)).text
            assert await is_logged_in(anna)
            gone = await again.http.delete(f"{there}/factors", params={"reason": "lost phone"})
            assert gone.status_code == NO_CONTENT
            log = await again.http.get("/api/admin/audit?action=factors_cleared")
            (entry,) = log.json()["entries"]
            assert (entry["user_id"], entry["reason"]) == (anna.id, "lost phone")
        assert not await is_logged_in(anna)
        await anna.login(anna.username)
        assert (
            "Two-step login of your account was turned off"
            in (await anna.http.get("/rooms/", headers={"Accept-Language": "en"})).text
        )
        assert await told(anna) == [("factors_cleared", "", "lost phone")]


async def test_nobody_clears_their_own_only_login(node: Server, admin: Person) -> None:
    async with await Person.join(node, "anna") as anna:
        there = f"people/{anna.id}"
        promoted = await admin.http.patch(f"/api/admin/{there}", json={"role": "admin"})
        assert promoted.is_success
        await set_up(anna)
        run_sql(node, "UPDATE user_account SET password_hash = ? WHERE id = ?", NO_HASH, anna.id)
        refused = await anna.http.delete(f"/api/admin/{there}/factors")
        assert (refused.status_code, refused.json()["code"]) == (409, "only_login")
        page = await anna.http.post(f"/admin/{there}/clear-factors", data={"sure": "yes"})
        assert page.status_code == 409
        assert 'name="reason"' in page.text, "it is said where it was asked for"
        assert await is_logged_in(anna)
        assert (await anna.http.get("/api/factors")).json()["totp"] is True
        form = {"sure": "yes", "reason": "lost"}
        done = await admin.http.post(f"/admin/{there}/clear-factors", data=form)
        shown = await admin.http.get(done.headers["location"], headers={"accept-language": "en"})
        assert "Whoever has no password needs a link for a new one" in shown.text
        assert not await is_logged_in(anna)


async def test_roles_given_and_taken_are_told(node: Server, admin: Person) -> None:
    async with await Person.join(node, "anna") as anna:
        for role in ("admin", "member"):
            change = {"role": role, "reason": "for a week"}
            path = f"/api/admin/people/{anna.id}"
            assert (await admin.http.patch(path, json=change)).is_success
        assert await told(anna) == [
            ("administrator_unmade", "", "for a week"),
            ("administrator_made", "", "for a week"),
        ]


async def test_owners_say_why(node: Server) -> None:
    anna, boris, clara = [await Person.join(node, name) for name in ("anna", "boris", "clara")]
    room = await anna.create_room(boris, clara, name="Kitchen")
    number = (await boris.post(room, "noise"))["message_id"]
    message = f"/api/rooms/{room}/messages/{number}"
    chat, why = await anna.connect(room), {"reason": "off topic"}
    assert (await clara.http.delete(message, params=why)).json()["code"] == "not_owner"
    assert (await anna.http.delete(message, params=why)).status_code == NO_CONTENT
    assert (await chat.expect("messages_removed"))["reason"] == "off topic"
    assert (await anna.http.delete(message, params=why)).json()["code"] == "gone"
    assert await told(boris) == [("messages_removed", "Kitchen", "off topic")]
    member = f"/api/rooms/{room}/members/{boris.id}"
    too_long = await anna.http.delete(member, params={"reason": "x" * 501})
    assert too_long.json()["code"] == "bad_field"
    assert (await anna.http.delete(member, params=why)).status_code == NO_CONTENT
    assert await told(boris) == [("member_removed", "Kitchen", "off topic")]
    page = f"/rooms/{room}/members/{clara.id}/remove"
    assert 'name="reason"' in (await anna.http.post(page)).text
    done = await anna.http.post(page, data={"sure": "yes", "reason": ""})
    assert done.is_redirect
    assert await told(clara) == [("member_removed", "Kitchen", "")]
    for each in (anna, boris, clara):
        await each.close()


async def test_what_was_typed_is_kept_when_the_confirmation_has_run_out(
    node: Server, admin: Person
) -> None:
    async with await Person.join(node, "anna") as anna:
        room = await anna.create_room()
        let_pass(node, admin)
        for path, typed in (
            (
                f"/admin/people/{anna.id}/disable",
                {"reason": "too loud", "until": "2036-01-01T10:00"},
            ),
            (f"/admin/rooms/{room}/transfer", {"reason": "too loud", "member": str(anna.id)}),
        ):
            answer = await admin.http.post(path, data={"sure": "yes", **typed})
            address = answer.headers["location"]
            assert address.startswith("/confirm?next=")
            proof = {"password": PASSWORD}
            confirmed = await admin.http.post(address, data=proof)
            there = confirmed.headers["location"]
            assert there.startswith(f"{path}?")
            page = (await admin.http.get(there)).text
            assert all(f'value="{value}"' in page for value in typed.values())
            let_pass(node, admin)
        assert await is_logged_in(anna), "nothing was done"
