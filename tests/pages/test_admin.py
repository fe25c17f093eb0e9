"""The pages of administrators, by mouse and on a phone, without scripts and in both languages."""

import re

from playwright.async_api import Page, expect

from tests.support.axe import barriers
from tests.support.factories import MakePerson, OpenTab, StartServer
from tests.support.guest import Guest
from tests.support.person import PASSWORD, Person
from tests.support.second_factor import let_pass, run_sql
from tests.support.server import Server

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
DARK = {"color_scheme": "dark"}


async def press(page: Page, name: str) -> None:
    """Press the button of this name in the page."""
    await page.locator("main").get_by_role("button", name=name, exact=True).click()


async def fits(page: Page) -> bool:
    """Whether nothing is wider than the window."""
    return bool(
        await page.evaluate("document.documentElement.scrollWidth <= document.body.clientWidth")
    )


async def copies(page: Page) -> None:
    """What is shown once is copied by a button."""
    assert await barriers(page) == []
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await press(page, "Copy")
    await expect(page.locator("[data-copy]")).to_have_text("Copied")


async def disabled_and_enabled(page: Page, other: Guest) -> None:
    """From the page of a new link: its owner is logged out, told why, and let in again."""
    await page.locator("main").get_by_role("link", name="To the account").click()
    await press(page, "Disable")
    assert await barriers(page) == []
    await page.fill("[name=reason]", "sends spam")
    await page.fill("[name=until]", "2001-01-01T00:00")
    await press(page, "Disable")
    await expect(page.get_by_role("alert")).to_have_text("The end has to be in the future")
    assert await page.input_value("[name=reason]") == "sends spam"
    await page.fill("[name=until]", "")
    await press(page, "Disable")
    await expect(page.locator(".admin-done")).to_contain_text("all logins have ended")
    await expect(other.page).to_have_url(re.compile("/login"))
    await other.login("clara")
    await expect(other.page.get_by_role("alert")).to_contain_text("sends spam")
    await press(page, "Enable")
    await other.login("clara")


async def archived_and_open_again(page: Page, other: Guest, room: int) -> None:
    """Whoever has the room open sees it."""
    await page.goto(f"/admin/rooms/{room}")
    await press(page, "Archive")
    await press(page, "Archive")
    note = "This room is archived: nobody writes here any more"
    await expect(other.page.get_by_text(note)).to_be_visible()
    await expect(other.page.locator("#composer")).to_be_hidden()
    await expect(other.page.locator("#messages")).to_contain_text("archived the room")
    await press(page, "Reopen")
    await expect(page.locator(".admin-done")).to_have_text("Reopened")
    await expect(other.page.locator("#composer")).to_be_visible()


async def test_somebody_is_led_in_and_out(server: StartServer, tab: OpenTab) -> None:
    """An account is made, its link used; it is disabled with a reason, and told so."""
    node = await server()
    desk, other = Guest(await tab(node, locale="en")), Guest(await tab(node, locale="en"))
    other.tab.allow("40[13]")
    page = desk.page
    await desk.register("anna")
    await page.goto("/profile")
    await page.locator("main").get_by_role("link", name="Administration").click()
    await expect(page.locator("h1")).to_have_text("People")
    await page.locator("form[action='/admin/people'] [name=username]").fill("bad name")
    await press(page, "Create the account")
    await expect(page.locator(".field-error")).to_contain_text("There are no spaces in it")
    desk.tab.allow("422")
    await page.locator("[name=username]").fill("clara")
    await press(page, "Create the account")
    await copies(page)
    await other.page.goto(await page.input_value("#secret"))
    await other.page.fill("[name=password]", PASSWORD)
    await other.submit()
    await other.login("clara")
    await expect(other.page).to_have_url(re.compile("/rooms/$"))
    room = await other.make_room("Garden")
    await other.online()

    await disabled_and_enabled(page, other)
    await expect(other.page).to_have_url(re.compile(f"/rooms/{room}/$"))
    await other.online()
    await archived_and_open_again(page, other, room)
    await page.goto("/admin/audit?person=clara")
    await expect(page.locator(".admin-entry").first).to_contain_text("Account enabled")
    await expect(page.locator(".admin-entry").nth(1)).to_contain_text("sends spam")
    assert await barriers(page) == []
    await connection_closed(page, other)


async def connection_closed(page: Page, other: Guest) -> None:
    """The page of the server shows who is connected now, and closes."""
    await page.clock.install()
    await page.goto("/admin/system")
    theirs = page.locator("[data-user]", has_text="@clara")
    await expect(theirs).to_contain_text("2 connections")
    await theirs.locator("summary").click()
    assert await barriers(page) == []
    await other.page.goto("/profile")
    await page.locator("h1").click()
    await page.clock.fast_forward(5_000)
    await expect(theirs).to_contain_text("1 connection,")
    await theirs.get_by_role("button", name="Close").click()
    await expect(page.locator(".admin-done")).to_have_text("The connection is closed")


async def test_a_phone_in_the_dark_without_scripts(server: StartServer, tab: OpenTab) -> None:
    node = await server()
    async with Person(node) as anna, Person(node) as boris:
        for each, name in ((anna, "anna"), (boris, "boris")):
            await each.register(name)
            await each.login()
        room = await boris.create_room(anna, name="Сад с очень длинным названием " * 2)
        window = await tab(node, locale="ru", java_script_enabled=False, **PHONE, **DARK)
        guest = await Guest.of(window, anna)
        page = guest.page
        paths = (
            "people",
            f"people/{boris.id}",
            "rooms",
            f"rooms/{room}",
            "settings",
            "system",
            "audit",
        )
        for path in paths:
            await page.goto(f"/admin/{path}")
            await expect(page.locator(".admin-nav [aria-current]")).to_have_count(1)
            assert await fits(page), path
        await page.goto("/admin/settings")
        await page.fill("[name=site_name]", "Наш сад")
        await page.select_option("[name=registration]", "closed")
        await press(page, "Сохранить")
        await expect(page.locator(".admin-done")).to_have_text("Сохранено")
        assert await page.input_value("[name=site_name]") == "Наш сад"
        await page.goto(f"/admin/people/{boris.id}")
        await press(page, "Сделать администратором")
        await page.fill("[name=reason]", "помогает")
        await press(page, "Сделать администратором")
        await expect(page.locator(".admin-done")).to_have_text("Права администратора выданы")
        await page.goto("/profile/tokens")
        await page.fill("[name=name]", "Бот погоды")
        await page.fill("[name=password]", PASSWORD)
        await press(page, "Создать токен")
        assert (await page.input_value("#secret")).startswith("beseda_")
        assert await fits(page)
        await page.get_by_role("button", name="Отозвать: Бот погоды").click()
        await expect(page.locator(".admin-list")).to_contain_text("Токенов пока нет")
        stranger = await boris.http.get("/admin/people")
        assert stranger.is_success, "is an administrator by now"


async def confirmed(page: Page, back: str) -> None:
    """Say by the password that it is you, and be led to a page that is there."""
    await expect(page.locator("h1")).to_have_text("Is it you?")
    await page.wait_for_load_state()
    await page.fill("[name=password]", PASSWORD)
    await page.locator("#password-form button[type=submit]").click()
    await expect(page).to_have_url(re.compile(f"{back}$"))
    await expect(page.locator(".admin-nav")).to_be_visible()


async def test_nobody_types_a_reason_in_vain(
    shared_server: Server, tab: OpenTab, person: MakePerson
) -> None:
    """Long after the login it is asked for again before the question, and if need be behind it."""
    anna, boris = await person("anna"), await person("boris")
    room = await boris.create_room(anna)
    await boris.post(room, "buy this")
    await anna.http.post(f"/api/rooms/{room}/messages/1/report", json={"category": "spam"})
    run_sql(shared_server, "UPDATE user_account SET server_role = 'admin' WHERE id = ?", anna.id)
    page = (await Guest.of(await tab(shared_server, locale="en"), anna)).page
    for there, button in (
        (f"/admin/rooms/{room}", "Archive"),
        ("/admin/reports", "Delete the message"),
        ("/admin/retention", "Save"),
        (f"/admin/people/{boris.id}", "Disable"),
    ):
        await page.goto(there)
        let_pass(shared_server, anna)
        await page.locator("main").get_by_role("button", name=button, exact=True).first.click()
        await confirmed(page, f"{there}(\\?days=)?")
    await press(page, "Disable")
    await page.fill("[name=reason]", "sends spam")
    let_pass(shared_server, anna)
    await press(page, "Disable")
    await confirmed(page, f"/admin/people/{boris.id}/disable\\?reason=sends\\+spam&until=")
    await expect(page.locator("[name=reason]")).to_have_value("sends spam")
    await press(page, "Disable")
    await expect(page.locator(".admin-done")).to_contain_text("all logins have ended")
