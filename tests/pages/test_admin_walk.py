"""What else administrators do, on a phone in Russian, and what people at a desk see of it."""

import re

from playwright.async_api import Page, expect

from tests.pages.test_admin import DARK, PHONE, fits, press
from tests.support.axe import barriers
from tests.support.factories import OpenTab, StartServer
from tests.support.guest import Guest
from tests.support.person import Person
from tests.support.second_factor import set_up
from tests.support.server import Server


class Walk:
    """Anna, who administers, with a phone; boris, in English, and clara, in Russian, at a desk."""

    def __init__(self, anna: Person, boris: Person, clara: Person) -> None:
        self.anna, self.boris, self.clara = anna, boris, clara
        self.phone: Page
        self.desk: Guest
        self.other: Guest

    async def sit_down(self, node: Server, tab: OpenTab) -> None:
        """Everybody opens a window."""
        phone = await Guest.of(await tab(node, locale="ru-RU", **PHONE, **DARK), self.anna)
        self.phone = phone.page
        self.desk = await Guest.of(await tab(node, locale="en"), self.boris)
        self.other = await Guest.of(await tab(node, locale="ru-RU"), self.clara)
        self.desk.tab.allow("40[13]|HTTP Authentication failed")

    async def checked(self) -> None:
        """The phone's page fits, has no barriers, and shows where in the administration it is."""
        await self.phone.wait_for_load_state()
        assert await fits(self.phone), self.phone.url
        assert await barriers(self.phone) == []
        await expect(self.phone.locator(".admin-nav [aria-current]")).to_be_in_viewport(ratio=0.9)

    async def act(self, name: str, reason: str, said: str) -> None:
        """Press the first button of this name, answer the question, and read what was done."""
        await self.phone.locator("main").get_by_role("button", name=name).first.click()
        await self.phone.get_by_label("Причина").fill(reason)
        await self.checked()
        await self.phone.locator("main form:has([name=sure]) button[type=submit]").click()
        await expect(self.phone.locator(".admin-done")).to_contain_text(said)
        await self.checked()


async def test_a_phone_rules_and_desks_are_told(server: StartServer, tab: OpenTab) -> None:
    node = await server(LOCALE="en")
    async with Person(node) as anna, Person(node) as boris, Person(node) as clara:
        for each, name in ((anna, "anna"), (boris, "boris"), (clara, "clara")):
            await each.register(name)
            await each.login()
        room = await boris.create_room(name="Kitchen")
        walk = Walk(anna, boris, clara)
        await walk.sit_down(node, tab)
        await looks_at_invitations(walk, room)
        await transfers_a_room(walk, room)
        await clears_factors(walk)
        await looks_at_jobs(walk, room)
        await leaves_nothing_behind(walk, room)


async def looks_at_invitations(walk: Walk, room: int) -> None:
    """Who has come by which; one is revoked, and its maker sees it."""
    made = await walk.boris.http.post("/api/invites", json={"room_id": room, "uses": 5})
    sent = {"token": made.json()["token"]}
    assert (await walk.clara.http.post("/api/invites/accept", json=sent)).is_success
    await walk.phone.goto("/admin/invites")
    link = walk.phone.locator(".admin-item")
    await expect(link).to_contain_text("Kitchen")
    await expect(link).to_contain_text("По ней присоединились: clara")
    await walk.checked()
    await walk.act("Отозвать", "hung at the door", "Приглашение отозвано")
    await expect(link).to_have_attribute("data-state", "revoked")
    page = walk.desk.page
    await page.goto(f"/rooms/{room}/invites/")
    await expect(page.locator("main")).to_contain_text("revoked")
    assert await barriers(page) == []


async def transfers_a_room(walk: Walk, room: int) -> None:
    """The owner loses it while they look at it, and reads why."""
    await walk.desk.enter(room)
    await walk.desk.say("Mine")
    await walk.other.enter(room)
    await walk.phone.goto(f"/admin/rooms/{room}")
    await walk.checked()
    await walk.act("Передать комнату", "moved away", "Комната передана")
    lines = walk.desk.page.locator("#messages .event")
    await expect(lines.last).to_contain_text("is no longer an owner")
    await expect(walk.desk.page.locator(".for-owners:not([hidden])")).to_have_count(0)
    await expect(walk.other.page.locator(".for-owners[hidden]")).to_have_count(0)
    await walk.desk.page.goto("/rooms/")
    notice = walk.desk.page.locator(".ban-notice")
    await expect(notice).to_contain_text("you are a member now. moved away")
    assert await barriers(walk.desk.page) == []
    await notice.get_by_role("button").click()
    await expect(notice).to_have_count(0)


async def clears_factors(walk: Walk) -> None:
    """Whoever has lost their phone logs in by the password alone."""
    await set_up(walk.boris)
    await walk.phone.goto(f"/admin/people/{walk.boris.id}")
    await walk.checked()
    await walk.act("Отключить вход в два шага", "lost phone", "Вход в два шага отключён")
    page = walk.desk.page
    await expect(page).to_have_url(re.compile("/login"))
    await walk.desk.login(walk.boris.username)
    await expect(page).to_have_url(re.compile("/rooms/$"))
    await expect(page.locator(".ban-notice")).to_contain_text("lost phone")


async def looks_at_jobs(walk: Walk, room: int) -> None:
    """What is over stands there: all messages of somebody, and an export."""
    await walk.clara.post(room, "noise")
    await walk.phone.goto(f"/admin/people/{walk.clara.id}")
    await walk.act("Удалить все сообщения", "adverts", "Сообщения удалены")
    await expect(walk.other.page.locator("#messages .message.deleted")).to_have_count(1)
    await walk.phone.goto("/admin/jobs")
    job = walk.phone.locator(".admin-item[data-kind=removal]")
    await expect(job).to_contain_text("Удаление всех сообщений пользователя")
    await expect(job).to_contain_text("готово")
    await walk.checked()


async def leaves_nothing_behind(walk: Walk, room: int) -> None:
    """Who has left a room deletes there what they have said."""
    page = walk.desk.page
    await walk.other.sees("Mine")
    await walk.boris.login()
    await walk.boris.remove_member(room, walk.boris.id)
    await page.goto("/profile/data")
    await expect(page.locator("#left")).to_contain_text("Kitchen")
    assert await barriers(page) == []
    await page.get_by_role("link", name="Delete all my messages there").click()
    assert await barriers(page) == []
    await press(page, "Delete for everybody")
    await expect(page.locator(".saved")).to_have_text("Your messages there have been deleted")
    await expect(page.locator("#left")).to_have_count(0)
    await expect(walk.other.page.locator("#messages .message.deleted")).to_have_count(2)
