"""The page about oneself, and what follows from it on the others."""

import re

from playwright.async_api import Page, expect

from tests.support.axe import barriers
from tests.support.factories import MakePerson, OpenTab
from tests.support.guest import Guest
from tests.support.person import PASSWORD, Person
from tests.support.server import Server

LOGIN = re.compile(r"/login\?next=")


async def test_display_name_is_seen_at_once(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris = await person("anna"), await person("boris")
    room_id = await anna.create_room(boris)
    await anna.post(room_id, "Hello")
    watcher = await Guest.of(await tab(shared_server), boris)
    await watcher.enter(room_id)
    author = watcher.message("Hello").locator(".author")
    await expect(author).to_have_text(anna.username)

    writer = await Guest.of(await tab(shared_server), anna)
    await writer.page.goto(f"/rooms/{room_id}/")
    await writer.page.locator(".account-me").click()
    await writer.page.get_by_label("Display name").fill("Анна Ким")
    await writer.page.locator("#my-name button[type=submit]").click()
    await expect(writer.page.locator(".saved")).to_be_focused()
    await expect(writer.page.locator("h1")).to_have_text("Анна Ким")
    await expect(writer.page.locator(".account-name")).to_have_text("Анна Ким")

    await expect(author).to_have_text("Анна Ким")
    await expect(watcher.member(anna)).to_contain_text("Анна Ким")
    await writer.enter(room_id)
    await writer.composer.press_sequentially("Me again")
    await expect(watcher.typing).to_contain_text("Анна Ким")
    await writer.composer.press("Enter")
    await expect(watcher.message("Me again")).to_have_count(1)
    await watcher.page.reload()
    await expect(author).to_have_text("Анна Ким")
    await expect(watcher.member(anna)).to_contain_text("Анна Ким")


async def test_theme_is_worn_at_once_and_kept(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna = await person("anna")
    guest = await Guest.of(await tab(shared_server, color_scheme="light"), anna)
    page = guest.page
    await page.goto("/profile")
    assert await scheme(page) == "light dark"
    assert await barriers(page) == []
    async with page.expect_response("**/api/profile"):
        await page.get_by_role("radio", name="Dark").check()
    assert await scheme(page) == "dark"
    assert await barriers(page) == []
    await page.goto("/rooms/")
    assert await scheme(page) == "dark"
    await page.goto("/profile")
    await expect(page.locator("#theme :checked")).to_have_value("dark")
    async with page.expect_response("**/api/profile"):
        await page.locator("#theme").get_by_role("radio", name="Auto").check()
    assert await scheme(page) == "light dark"
    await page.goto("/rooms/")
    assert await scheme(page) == "light dark"


async def test_choice_that_cannot_be_kept_is_said_to_be_lost(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    window = await tab(shared_server)
    window.allow("ERR_INTERNET_DISCONNECTED")
    page = (await Guest.of(window, await person("anna"))).page
    await page.goto("/profile")
    problem = page.get_by_text("Could not be saved. Try again")
    await window.context.set_offline(True)
    await page.get_by_role("radio", name="Dark").check()
    await expect(problem).to_be_visible()
    await window.context.set_offline(False)
    await page.get_by_role("radio", name="Light").check()
    await expect(problem).to_be_hidden()
    await page.reload()
    await expect(page.locator("html")).to_have_attribute("data-theme", "light")


async def scheme(page: Page) -> str:
    """Return the page's colour scheme."""
    found: str = await page.evaluate("getComputedStyle(document.documentElement).colorScheme")
    return found


async def test_language_and_time_format_by_keyboard(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna = await person("anna")
    room_id = await anna.create_room()
    await anna.post(room_id, "Hello")
    guest = await Guest.of(await tab(shared_server, locale="de-DE"), anna)
    page = guest.page
    await page.goto("/profile")
    await expect(page.locator("html")).to_have_attribute("lang", "ru")
    await page.locator("#language :checked").press("ArrowLeft")
    await expect(page.locator("html")).to_have_attribute("lang", "en")
    # The page is another one, and the keyboard is where it was.
    chosen = page.locator("#language :checked")
    await expect(chosen).to_have_value("en")
    await expect(chosen).to_be_focused()
    await page.locator("#time_format :checked").press("ArrowLeft")
    await expect(page.locator("html")).to_have_attribute("data-hours", "12")
    clock = guest.message("Hello").locator("time")
    await guest.enter(room_id)
    await expect(clock).to_have_text(re.compile(r"^\d{1,2}:\d\d [AP]M$"))
    await guest.page.goto("/profile")
    await page.get_by_role("radio", name="14:30").check()
    await expect(page.locator("html")).to_have_attribute("data-hours", "24")
    await guest.enter(room_id)
    await expect(clock).to_have_text(re.compile(r"^\d\d:\d\d$"))


async def test_ended_login_leads_back_with_what_was_being_typed(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    """The password is changed on one device; an open room on another survives it."""
    anna = await person("anna")
    room_id = await anna.create_room()
    async with await anna.at(shared_server) as elsewhere:
        room = await Guest.of(await tab(shared_server), elsewhere)
    room.tab.allow("401|HTTP Authentication failed")
    await room.enter(room_id)
    await room.composer.fill("Half a thou")

    guest = await Guest.of(await tab(shared_server), anna)
    guest.tab.allow("422")
    await guest.page.goto("/profile")
    await change_password(guest.page, "not this one")
    await expect(guest.page.get_by_label("Current password")).to_have_attribute(
        "aria-invalid", "true"
    )
    await change_password(guest.page, PASSWORD)
    await expect(guest.page.locator("#my-password .saved")).to_be_focused()
    await expect(guest.page.locator(".login")).to_have_count(1)

    await expect(room.page).to_have_url(LOGIN)
    await room.page.fill("[name=username]", anna.username)
    await room.page.fill("[name=password]", "quite another one")
    await room.submit()
    await room.online()
    await expect(room.page).to_have_url(re.compile(rf"/rooms/{room_id}/$"))
    await expect(room.composer).to_have_value("Half a thou")


async def change_password(page: Page, now: str) -> None:
    """Fill in the form and send it."""
    await page.get_by_label("Current password").fill(now)
    await page.get_by_label("New password").fill("quite another one")
    await page.locator("#my-password button[type=submit]").click()


async def test_logins_are_ended_from_the_list(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna = await person("anna")
    phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) Version/18.1 Safari/604.1"
    others = [await on(shared_server, anna, agent) for agent in (phone, "curl/8.5", "")]
    guest = await Guest.of(await tab(shared_server), anna)
    await guest.page.goto("/profile")
    logins = guest.page.locator(".login")
    await expect(logins.first).to_contain_text("this browser")
    for words in ("Safari on iPhone", "curl", "An unknown browser"):
        await expect(logins.filter(has_text=words)).to_have_count(1)
    assert await barriers(guest.page) == []

    await guest.page.get_by_label("Log out: Safari on iPhone").click()
    await expect(guest.page.locator("#logins .saved")).to_be_focused()
    await expect(logins).to_have_count(3)
    assert [await is_logged_in(other) for other in others] == [False, True, True]
    await guest.page.get_by_text("Log out everywhere else").click()
    await expect(logins).to_have_count(1)
    assert [await is_logged_in(other) for other in others] == [False, False, False]
    assert await is_logged_in(anna)
    for other in others:
        await other.close()


async def on(server: Server, person: Person, agent: str) -> Person:
    """Log the person in once more, with another browser."""
    other = Person(server)
    other.http.headers["User-Agent"] = agent
    await other.login(person.username)
    return other


async def is_logged_in(person: Person) -> bool:
    """Return whether the server still knows the login."""
    return (await person.http.get("/api/session")).status_code == 200


async def test_profile_without_javascript(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna = await person("anna")
    window = await tab(shared_server, java_script_enabled=False, locale="ru-RU")
    window.allow("422")
    page = (await Guest.of(window, anna)).page
    await page.goto("/profile")
    for choice in ("Тёмная", "English", "2:30 PM"):
        await page.get_by_role("radio", name=choice).check()
    await page.locator("#my-look button[type=submit]").click()
    await expect(page.locator("#my-look .saved")).to_have_text("Saved")
    await expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    await expect(page.locator(".login time").first).to_have_text(re.compile("[AP]M UTC"))
    await page.get_by_label("Display name").fill("x" * 65)
    await page.locator("#my-name button[type=submit]").click()
    await expect(page.locator("#my-name .field-error")).to_contain_text("up to 64 letters")


async def test_profile_with_a_slash(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    guest = await Guest.of(await tab(shared_server, locale="en"), await person("anna"))
    await guest.page.goto("/profile/")
    await guest.page.get_by_label("Display name").fill("Anna")
    await guest.page.locator("#my-name").get_by_role("button", name="Save").click()
    await expect(guest.page.locator("h1")).to_have_text("Anna")
