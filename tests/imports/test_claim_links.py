"""Who was in the other chat comes into the account that the import has made, by a link."""

import csv
import io
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import expect
from tortoise.timezone import now

from commands.importing.run import Options, import_export
from models import AuditEntry, PasswordReset, Refusal, User
from models.claim_links import count_unclaimed, count_without_link, make_claim_links
from models.queries.administration import accounts
from tests.support.axe import barriers
from tests.support.exports_of_others import Things, said, slack
from tests.support.factories import MakePerson, OpenTab
from tests.support.guest import Guest
from tests.support.person import PASSWORD, Person, unique
from tests.support.second_factor import run_sql
from tests.support.server import Server, quart
from tests.support.tables import opened, people

WEEK = timedelta(days=7)
PHONE = {"width": 390, "height": 844}
NEW = "another horse battery"


async def test_links_are_for_whom_nobody_is_yet(database_url: str, tmp_path: Path) -> None:
    """Not for who left there, who is somebody here, or who has come in: and one at a time."""
    async with opened(database_url):
        (root,) = await people("root")
        await import_export(slack(tmp_path / "slack.zip"), Options(), lambda _: None)
        assert {row.username for row in await accounts("", "imported")} == {"anna", "bob"}
        with pytest.raises(Refusal, match="not_admin"):
            await make_claim_links(root.id, WEEK, 10)
        await User.filter(id=root.id).update(server_role=User.ADMIN)
        (anna,) = await make_claim_links(root.id, WEEK, 1)
        assert (anna.username, anna.display_name) == ("anna", "Anna Kim")
        (bob,) = await make_claim_links(root.id, WEEK, 1)
        assert (bob.username, await count_without_link()) == ("bob", 0)
        again, _ = await make_claim_links(None, WEEK, 10)
        with pytest.raises(Refusal, match="bad_reset_link"):
            await PasswordReset.user_of(anna.token)
        await PasswordReset.use(again.token, NEW)
        assert [each.username for each in await make_claim_links(None, WEEK, 10)] == ["bob"]
        assert await count_unclaimed() == 1
        acts = await AuditEntry.filter(action="claim_link_made").order_by("id")
        by = [(each.actor_id, each.user_id) for each in acts]
        last = (None, bob.user_id)
        assert by == [
            (root.id, anna.user_id),
            (root.id, bob.user_id),
            (None, anna.user_id),
            last,
            last,
        ]


async def test_a_link_is_good_once_in_time_and_of_an_administrator(
    database_url: str, tmp_path: Path
) -> None:
    async with opened(database_url):
        (root,) = await people("root")
        await User.filter(id=root.id).update(server_role=User.ADMIN)
        await import_export(slack(tmp_path / "slack.zip"), Options(), lambda _: None)
        anna, bob = await make_claim_links(root.id, WEEK, 10)
        assert (await PasswordReset.user_of(anna.token)).id == anna.user_id
        (link,) = await PasswordReset.filter(user_id=anna.user_id)
        assert timedelta(days=6) < link.expires_at - now() <= WEEK
        await User.filter(id=root.id).update(server_role="")
        assert await is_void(anna.token)
        await User.filter(id=root.id).update(server_role=User.ADMIN)
        await PasswordReset.use(anna.token, NEW)
        assert await is_void(anna.token)
        await PasswordReset.filter(user_id=bob.user_id).update(expires_at=now())
        assert await is_void(bob.token)


async def is_void(token: str) -> bool:
    """Whether nobody comes in by it, neither to the page nor past it."""
    refusals = []
    for asked in (PasswordReset.user_of(token), PasswordReset.use(token, NEW)):
        try:
            await asked
        except Refusal as refusal:
            refusals.append(refusal.code)
    return refusals == ["bad_reset_link"] * 2


async def imported(server: Server, folder: Path) -> list[str]:
    """The usernames of two people of another chat, whose import has just ended."""
    names = [unique("olga"), unique("pavel")]
    there: list[Things] = [{"id": f"U{each}", "name": name} for each, name in enumerate(names)]
    there[1] = {**there[1], "profile": {"display_name": "=1+2"}}
    room = {"id": "C1", "name": "general", "members": ["U0", "U1"]}
    talk = [said(0, "Written over there", "U0")]
    file = slack(folder / "slack.zip", talk, users=there, channels=[room])
    status, output = await quart(f"import {file} --name {names[0]}", server.folder, server.settings)
    assert status == 0, output
    return names


async def test_an_administrator_hands_them_out(
    person: MakePerson, shared_server: Server, tab: OpenTab, tmp_path: Path
) -> None:
    admin = await person("admin")
    run_sql(shared_server, "UPDATE user_account SET server_role = 'admin' WHERE id = ?", admin.id)
    olga, pavel = await imported(shared_server, tmp_path)
    page = (await Guest.of(await tab(shared_server, locale="en", viewport=PHONE), admin)).page
    await page.goto("/admin/people")
    await page.get_by_label("Which").select_option("imported")
    await page.get_by_role("button", name="Find").click()
    await expect(page.get_by_role("heading", name=olga)).to_be_visible()
    await page.get_by_role("link", name="Make links for all of them").click()
    days = page.get_by_label("Good for so many days")
    assert await barriers(page) == []
    await days.fill("3")
    await page.get_by_role("button", name="Make links and show them").click()
    url = await page.get_by_label(f"Link for {olga}").input_value()
    assert await barriers(page) == []
    assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    hers = (await tab(shared_server, locale="en", viewport=PHONE)).page
    await hers.goto(url)
    await expect(hers.get_by_text(f"There is an account for you: {olga}")).to_be_visible()
    await hers.get_by_label("Password").fill(NEW)
    await hers.get_by_role("button", name="Save").click()
    await hers.get_by_label("Name").fill(olga)
    await hers.get_by_label("Password").fill(NEW)
    await hers.get_by_role("button", name="Log in", exact=True).click()
    await hers.get_by_role("link", name="general").click()
    await expect(hers.locator("#messages li.message.own")).to_contain_text("Written over there")
    await files_and_the_command_line(admin, olga, pavel)


async def files_and_the_command_line(admin: Person, olga: str, pavel: str) -> None:
    """The same as CSV, by the API and at the command line; hers is not among them any more."""
    server = admin.server
    saved = await admin.http.post("/admin/people/claim-links", data={"days": "3", "as": "csv"})
    assert saved.headers["content-disposition"] == 'attachment; filename="links.csv"'
    assert saved.headers["cache-control"] == "no-store"
    rows = {row["username"]: row for row in csv.DictReader(io.StringIO(saved.text))}
    assert (olga in rows, rows[pavel]["display_name"]) == (False, "'=1+2")
    made = (await admin.http.post("/api/admin/people/claim-links", json={})).json()
    (his,) = [each for each in made["links"] if each["username"] == pavel]
    assert (his["display_name"], made["left"]) == ("=1+2", 0)
    ended = await admin.http.get(rows[pavel]["link"])
    assert ended.status_code != 200
    assert (await admin.http.get(his["url"])).status_code == 200
    bad = await admin.http.post("/admin/people/claim-links", data={"days": "91"})
    assert (bad.status_code, "field-error" in bad.text) == (422, True)
    refused = await admin.http.post("/api/admin/people/claim-links", json={"days": 0})
    assert refused.json()["code"] == "bad_field"
    command = "admin claim-links --url https://chat.example.org"
    status, output = await quart(command, server.folder, server.settings)
    assert status == 0, output
    lines = {row[0]: row for row in csv.reader(io.StringIO(output))}
    assert lines[pavel][1] == "'=1+2"
    token = lines[pavel][2].removeprefix("https://chat.example.org/reset/")
    assert (await admin.http.get(f"/reset/{token}")).status_code == 200
    assert (await admin.http.get(his["url"])).status_code != 200
    async with Person(server) as pavels:
        form = {"password": PASSWORD, "username": pavel}
        assert (await pavels.http.post(f"/reset/{token}", data=form)).status_code == 303
        await pavels.login(pavel)
