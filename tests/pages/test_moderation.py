"""Owners keep order in a room, by its pages: slow mode, only owners write, bans."""

import re

import pytest
from playwright.async_api import Page, expect

from tests.support.axe import barriers
from tests.support.factories import MakePerson, OpenTab
from tests.support.guest import Guest
from tests.support.person import PASSWORD, Person
from tests.support.second_factor import let_pass
from tests.support.server import Server

PHONE = {"width": 390, "height": 844}
RULES = "#writing-rules"
TEXTS = ["one", "two", "three"]


class Pair:
    """Anna, who owns a room, at a phone, and boris, who is in it."""

    def __init__(self, anna: Person, boris: Person, room_id: int) -> None:
        self.anna, self.boris, self.room_id = anna, boris, room_id
        self.owner: Guest
        self.member: Guest

    async def rule(self, **rules: object) -> None:
        """Set rules by the API."""
        answer = await self.anna.http.patch(f"/api/rooms/{self.room_id}", json=rules)
        assert answer.is_success, answer.text


@pytest.fixture
async def pair(tab: OpenTab, person: MakePerson, shared_server: Server) -> Pair:
    """Both are in the room, in English."""
    anna, boris = await person("anna"), await person("boris")
    made = Pair(anna, boris, await anna.create_room(boris))
    made.member = await Guest.of(await tab(shared_server, locale="en"), boris)
    made.owner = await Guest.of(await tab(shared_server, locale="en", viewport=PHONE), anna)
    for guest in (made.member, made.owner):
        await guest.enter(made.room_id)
    return made


async def test_owner_slows_a_room_down_closes_it_and_bans(pair: Pair) -> None:
    await _slow_down(pair)
    await _let_only_owners_write(pair)
    await _ban(pair)
    await _read_of_it(pair)
    await pair.owner.page.get_by_role("button", name="Lift the ban").click()
    await expect(pair.owner.page.locator("#bans")).to_contain_text("The ban is lifted")
    await expect(pair.owner.page.locator("#bans li")).to_have_count(0)


async def test_owner_deletes_all_of_one_person(pair: Pair) -> None:
    """By the page of settings: the other one sees it at once, one line tells of it, and why."""
    page, member = pair.owner.page, pair.member
    for text in TEXTS:
        await member.say(text)
    await pair.owner.say("kept")
    await member.sees("kept")
    await page.goto(f"{pair.anna.server.url}/rooms/{pair.room_id}/settings")
    await page.get_by_role("link", name="Delete all messages of somebody").click()
    await page.get_by_label("Name").fill(pair.boris.username)
    await page.get_by_label("Reason").fill("Adverts")
    assert await barriers(page) == []
    let_pass(pair.anna.server, pair.anna)
    await page.get_by_role("button", name="Delete for everybody").click()
    await _confirm(page)
    await expect(page.get_by_label("Reason")).to_have_value("Adverts")
    await page.get_by_role("button", name="Delete for everybody").click()
    await expect(page.locator("#removals .saved")).to_have_text("3 messages deleted")
    line = member.page.locator("#messages .event").last
    await expect(line).to_contain_text("deleted 3 messages of")
    await expect(line).to_contain_text("Adverts")
    gone = member.page.locator("#messages .message.deleted")
    await expect(gone).to_have_count(3)
    await member.page.reload()
    await expect(line).to_contain_text("deleted 3 messages of")
    await member.sees("kept")
    await _delete_the_room(pair)


async def _delete_the_room(pair: Pair) -> None:
    """From the room's panel, by a login that has to be confirmed: it asks once more behind that."""
    page = pair.owner.page
    await pair.owner.enter(pair.room_id)
    await page.locator(".room-head [popovertarget=people]").click()
    let_pass(pair.anna.server, pair.anna)
    await page.locator("#people summary", has_text="Delete the room").click()
    await page.get_by_role("button", name="Delete for everybody").click()
    await _confirm(page)
    await expect(page.get_by_role("heading", level=1)).to_contain_text("Delete the room")
    assert await barriers(page) == []
    await page.get_by_role("button", name="Delete for everybody").click()
    await expect(page).to_have_url(f"{pair.anna.server.url}/rooms/#title")


async def _confirm(page: Page) -> None:
    """The login, by its password."""
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Confirm").click()


async def _slow_down(pair: Pair) -> None:
    """It is said before anything is typed; what comes too early waits, and is sent."""
    rules = pair.member.page.locator(RULES)
    await expect(rules).to_be_empty()
    await pair.rule(slow_seconds=2)
    await expect(rules).to_have_text("Slow mode. Pause between messages: 2 seconds")
    await expect(pair.owner.page.locator(RULES)).to_be_empty()
    for text in TEXTS:
        await pair.member.say(text)
    for text in TEXTS:
        await pair.member.sees(text)
        await pair.owner.sees(text)
    assert await pair.owner.texts() == TEXTS


async def _let_only_owners_write(pair: Pair) -> None:
    """By the page of settings."""
    page, member = pair.owner.page, pair.member
    await page.locator(".people-toggle").click()
    await page.get_by_role("button", name="Room settings").click()
    await expect(page).to_have_url(re.compile(f"/rooms/{pair.room_id}/settings"))
    await expect(page.locator("select")).to_have_value("2")
    await page.get_by_label("Only owners").check()
    await page.locator("select").select_option("0")
    await page.get_by_role("button", name="Save").first.click()
    await expect(page.locator(".saved")).to_have_text("Saved")
    assert await barriers(page) == []
    await expect(member.page.locator(RULES)).to_have_text("Only owners write in this room")
    await expect(member.composer).to_be_hidden()
    lines = member.page.locator("#messages .event")
    await expect(lines.first).to_contain_text("turned slow mode on")
    await expect(lines.last).to_contain_text("only owners write")
    await member.enter(pair.room_id)
    await expect(member.composer).to_be_hidden()
    await pair.rule(writers="members")
    await expect(member.composer).to_be_visible()
    await expect(member.page.locator(RULES)).to_be_empty()


async def _ban(pair: Pair) -> None:
    """From the list of who is in the room."""
    owner, page = pair.owner, pair.owner.page
    await owner.enter(pair.room_id)
    await page.locator(".people-toggle").click()
    await owner.member(pair.boris).locator("summary").click()
    await owner.member(pair.boris).get_by_role("button", name="Ban…").click()
    await expect(page.locator("h1")).to_contain_text(pair.boris.username)
    assert await barriers(page) == []
    await page.get_by_label("For how long").select_option("24")
    await page.get_by_label("Reason").fill("Adverts, again")
    await page.get_by_role("button", name="Ban", exact=True).click()
    await expect(page.locator("#bans li")).to_contain_text("Adverts, again")


async def _read_of_it(pair: Pair) -> None:
    """Who is banned is told until when, and why: at once, and in the list of rooms."""
    page = pair.member.page
    notice = page.locator("#notice")
    await expect(notice).to_contain_text("You are banned from this room until")
    await expect(notice).to_contain_text("Adverts, again")
    await page.goto("/rooms/")
    told = page.locator(".ban-notice")
    await expect(told).to_contain_text("Adverts, again")
    assert await barriers(page) == []
    await told.get_by_role("button", name="I have read it").click()
    await expect(told).to_have_count(0)
