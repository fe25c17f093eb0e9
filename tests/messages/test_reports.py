"""Reports of messages: who makes them, who sees them, what is kept, and for how long."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from playwright.async_api import expect

from models import AuditEntry, Report
from models.report import forget_old_reports
from tests.support.axe import barriers
from tests.support.doing import where
from tests.support.factories import MakePerson, OpenTab, StartServer
from tests.support.guest import Guest
from tests.support.person import Person
from tests.support.server import Server
from tests.support.tables import opened

PHONE = {"width": 390, "height": 844}


@pytest.fixture
async def node(server: StartServer, database_url: str) -> Server:
    """On each kind of database; its first account is the administrator's."""
    return await server(DATABASE_URL=database_url)


async def report(actor: Person, room: int, message_id: int, **how: Any) -> httpx.Response:
    """POST it."""
    body = {"category": "spam", **how}
    return await actor.http.post(where(room, message_id, "/report"), json=body)


def codes(*answers: httpx.Response) -> list[str]:
    """Return the codes of errors."""
    return [str(answer.json()["code"]) for answer in answers]


async def listed(actor: Person, path: str) -> list[dict[str, Any]]:
    """Return the reports that somebody sees."""
    answer = await actor.http.get(path)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["reports"])


async def test_from_the_report_to_its_end(
    person: MakePerson, node: Server, database_url: str
) -> None:
    admin, anna, boris, vera = [
        await person(n, on=node) for n in ("admin", "anna", "boris", "vera")
    ]
    room = await anna.create_room(boris, vera)
    for text in ("one", "two", "three", "four"):
        await boris.post(room, text)
    assert (await report(vera, room, 4, text="Adverts")).status_code == 204
    own, again = await report(boris, room, 4), await report(vera, room, 4)
    odd, none = await report(vera, room, 3, category="odd"), await report(vera, room, 9)
    assert codes(own, again, odd, none) == [
        "own_message",
        "already_reported",
        "bad_field",
        "not_found",
    ]
    await deleted_is_kept(anna, boris, vera, room)
    # Who reported is told to administrators alone.
    (found,) = await listed(anna, f"/api/rooms/{room}/reports")
    assert "reporter" not in found
    assert vera.username not in (await anna.http.get(f"/rooms/{room}/reports/")).text
    (seen,) = await listed(admin, "/api/admin/reports")
    assert (seen["reporter"], seen["room_name"]) == (vera.username, "Kitchen")
    assert vera.username in (await admin.http.get("/admin/reports")).text
    judge = f"/api/rooms/{room}/reports/{found['id']}"
    assert codes(await vera.http.patch(judge, json={"outcome": "acted"})) == ["not_owner"]
    assert codes(await anna.http.patch(judge, json={"outcome": "odd"})) == ["bad_field"]
    for _ in range(2):
        assert (await anna.http.patch(judge, json={"outcome": "acted"})).status_code == 204
    (notice,) = (await vera.http.get("/api/notices")).json()["notices"]
    assert (notice["what"], notice["room_name"]) == ("report_acted", "Kitchen")
    async with opened(database_url):
        (entry,) = await AuditEntry.filter(action="report_acted")
        assert (entry.actor_id, entry.user_id, entry.room_id) == (anna.id, boris.id, room)
        assert await forget_old_reports() == 0
        await Report.all().update(reported_at=datetime.now(UTC) - timedelta(days=31))
    # What is too old is not shown either, before it goes.
    assert await listed(anna, f"/api/rooms/{room}/reports") == []
    assert await listed(admin, "/api/admin/reports") == []
    async with opened(database_url):
        assert await forget_old_reports() == 1
        assert not await Report.exists()


async def deleted_is_kept(anna: Person, boris: Person, vera: Person, room: int) -> None:
    """What was said, and the two messages before it."""
    assert (await boris.http.delete(where(room, 4))).status_code == 204
    assert codes(await report(vera, room, 4)) == ["gone"]
    (found,) = await listed(anna, f"/api/rooms/{room}/reports")
    assert [each["message"] for each in found["messages"]] == ["two", "three", "four"]
    assert (found["category"], found["text"], found["outcome"]) == ("spam", "Adverts", None)


async def test_about_owners_administrators_judge_alone(person: MakePerson, node: Server) -> None:
    """Of conversations of two as well; and of who has become an owner since."""
    admin, anna, boris = [await person(name, on=node) for name in ("admin", "anna", "boris")]
    room, direct = await anna.create_room(boris), await anna.direct(boris)
    await anna.post(room, "by an owner")
    await anna.post(direct, "by a friend")
    for place in (room, direct):
        assert (await report(boris, place, 1)).status_code == 204
    await boris.post(room, "by a member")
    assert (await report(anna, room, 2)).status_code == 204
    (seen,) = await listed(anna, f"/api/rooms/{room}/reports")
    assert seen["message_id"] == 2
    await anna.set_role(room, boris.id, "owner")
    assert await listed(boris, f"/api/rooms/{room}/reports") == []
    judge = f"/api/rooms/{room}/reports/{seen['id']}"
    assert codes(await boris.http.patch(judge, json={"outcome": "dismissed"})) == ["not_found"]
    assert codes(await boris.http.get(f"/api/rooms/{direct}/reports")) == ["forbidden"]
    assert codes(await boris.http.get("/api/admin/reports")) == ["not_admin"]
    reports = await listed(admin, "/api/admin/reports")
    assert len(reports) == 3
    await administrator_deletes(admin, anna, boris, room, direct)
    for each in reports:
        path = f"/api/admin/reports/{each['id']}"
        assert (await admin.http.patch(path, json={"outcome": "dismissed"})).status_code == 204
    outcomes = [each["outcome"] for each in await listed(admin, "/api/admin/reports")]
    assert sorted(outcomes) == ["acted", "acted", "dismissed"], "what was judged first stands"


async def administrator_deletes(
    admin: Person, anna: Person, boris: Person, room: int, direct: int
) -> None:
    """The one message of a report, by page and by API, where they are not; its author is told."""
    _, *about_owners = await listed(admin, "/api/admin/reports")
    of = {each["room_id"]: each for each in about_owners}
    await anna.post(direct, "by a friend, again")
    chat = await boris.connect(direct)
    done = await admin.http.post(f"/admin/reports/{of[direct]['id']}", data={"outcome": "delete"})
    assert done.headers["location"] == "/admin/reports?done=acted"
    assert (await chat.expect("messages_removed"))["count"] == 1
    gone, kept = await boris.messages(direct)
    assert gone["is_deleted"] is True
    assert kept["message"] == "by a friend, again"
    path = f"/api/admin/reports/{of[room]['id']}"
    delete = {"outcome": "acted", "deletes_message": True, "reason": "insults"}
    assert codes(await admin.http.patch(path, json={**delete, "outcome": "dismissed"})) == [
        "bad_field"
    ]
    assert (await admin.http.patch(path, json=delete)).status_code == 204
    assert (await admin.http.patch(path, json=delete)).status_code == 204, "nothing is left"
    told = (await anna.http.get("/api/notices")).json()["notices"]
    assert [(each["what"], each["count"], each["reason"]) for each in told] == [
        ("messages_removed", 1, "insults"),
        ("messages_removed", 1, ""),
    ]
    acts = (await admin.http.get("/api/admin/audit?action=messages_removed")).json()["entries"]
    assert [(each["user_id"], each["details"]) for each in acts] == [
        (anna.id, {"messages": 1, "message": 1})
    ] * 2


async def test_by_the_menu_of_a_message(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    """One reports, at a phone; the other one judges, and the first one is told."""
    anna, boris, vera = [await person(name) for name in ("anna", "boris", "vera")]
    room = await anna.create_room(boris, vera)
    await boris.post(room, "Buy a watch")
    guest = await Guest.of(await tab(shared_server, locale="en", viewport=PHONE), vera)
    await guest.enter(room)
    page = guest.page
    await page.locator("#m1").hover()
    await page.locator("#m1 .message-more").click()
    await page.get_by_role("menuitem", name="Report…").click()
    await page.get_by_label("What is wrong with it").select_option("abuse")
    await page.get_by_label("More about it").fill("Rude")
    assert await barriers(page) == []
    await page.get_by_role("button", name="Report", exact=True).click()
    await expect(page.locator(".saved")).to_contain_text("You will be told")
    owner = await Guest.of(await tab(shared_server, locale="en"), anna)
    await owner.page.goto(f"/rooms/{room}/reports/")
    await expect(owner.page.locator(".card")).to_contain_text("Buy a watch")
    assert await barriers(owner.page) == []
    await owner.page.get_by_role("button", name="Delete the message").click()
    await expect(owner.page.locator(".saved")).to_have_text("Dealt with")
    await page.goto("/rooms/")
    await expect(page.locator(".ban-notice")).to_contain_text("was dealt with")
    assert (await anna.messages(room))[0]["is_deleted"] is True
