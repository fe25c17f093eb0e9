"""Two-step login and passkeys as people meet them, on a desk and on a phone."""

import re
from typing import Any

from playwright.async_api import Page, expect

from tests.pages.test_layout import fits
from tests.support.axe import barriers
from tests.support.browser import Tab
from tests.support.factories import MakePerson, OpenTab
from tests.support.guest import Guest
from tests.support.person import PASSWORD, Person
from tests.support.qr import qr_text
from tests.support.second_factor import App, let_pass
from tests.support.server import Server

ROOMS = re.compile("/rooms/$")
CODE = re.compile("^([a-z2-7]{4}-){3}[a-z2-7]{4}$")
AUTHENTICATOR: dict[str, Any] = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


async def test_passkey_on_a_desk(tab: OpenTab, person: MakePerson, shared_server: Server) -> None:
    anna = await person("anna")
    window = await tab(shared_server, locale="en")
    window.allow("422")
    page = window.page
    await plug_in(window, page)
    # Chromium wants a name: passkeys are for localhost, and not for 127.0.0.1.
    site = shared_server.url.replace("127.0.0.1", "localhost")
    await page.goto(f"{site}/login?next=/profile")
    await Guest(window).login(anna.username)
    await page.get_by_label("Name of the new passkey").fill("Desk")
    await page.get_by_role("button", name="Add a passkey").click()
    await expect(page.locator(".codes li")).to_have_count(10)
    await expect(page.locator(".codes code").first).to_have_text(CODE)
    assert await barriers(page) == []
    await page.get_by_role("link", name="I have saved them").click()
    await expect(page.locator("[data-passkey-id]")).to_contain_text("Desk")
    await expect(page.locator("#factors .saved")).to_be_focused()
    assert await barriers(page) == []
    await page.get_by_role("button", name="Add a passkey").click()
    await expect(page.locator("[data-passkey-error]")).to_contain_text("already")

    await log_out(page)
    await page.set_viewport_size({"width": 390, "height": 844})
    await looks_right(page)
    await page.get_by_role("button", name="Log in with a passkey").click()
    await expect(page).to_have_url(ROOMS)
    await page.set_viewport_size({"width": 1280, "height": 720})
    await log_out(page)
    await Guest(window).login(anna.username)
    await expect(page.locator("h1")).to_have_text("One more step")
    assert await barriers(page) == []
    await page.get_by_role("button", name="Use a passkey").click()
    await expect(page).to_have_url(ROOMS)

    let_pass(shared_server, anna)
    await page.goto(f"{site}/profile")
    await page.get_by_role("link", name="Add a passkey").click()
    await expect(page.locator("h1")).to_have_text("Is it you?")
    assert await barriers(page) == []
    await page.get_by_role("button", name="Use a passkey").click()
    await expect(page).to_have_url(re.compile("/profile#factors$"))
    let_pass(shared_server, anna)
    await page.get_by_label("Remove: Desk").click()
    await page.fill("[name=password]", "not this one")
    await page.locator("#password-form button[type=submit]").click()
    await expect(page.locator("[name=password]")).to_have_attribute("aria-invalid", "true")
    await page.fill("[name=password]", PASSWORD)
    await page.locator("#password-form button[type=submit]").click()
    await expect(page).to_have_url(re.compile("/profile$"))
    await page.get_by_label("Remove: Desk").click()
    await expect(page.locator("[data-passkey-id]")).to_have_count(0)


async def plug_in(window: Tab, page: Page) -> None:
    """Give the page an authenticator that says yes."""
    session = await window.context.new_cdp_session(page)
    await session.send("WebAuthn.enable")
    await session.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})


async def log_out(page: Page) -> None:
    """By the button, which every page has."""
    await page.locator(".account button").first.click()
    await expect(page).to_have_url(re.compile("/login$"))


async def test_codes_on_a_phone(tab: OpenTab, person: MakePerson, shared_server: Server) -> None:
    anna = await person("anna")
    window = await tab(shared_server, locale="ru-RU", viewport={"width": 390, "height": 844})
    window.allow("422")
    page = (await Guest.of(window, anna)).page
    await page.goto("/profile")
    await page.get_by_role("button", name="Подключить").click()
    await expect(page.locator(".qr svg")).to_be_visible()
    await looks_right(page)
    secret = (await page.locator(".secret").inner_text()).replace(" ", "")
    # The code that an app scans is the same secret.
    assert f"secret={secret}" in await qr_text(page.locator(".qr"))
    app = App(secret)
    field = page.get_by_label("Код, который сейчас")
    await field.fill("000000")
    await page.get_by_role("button", name="Включить").click()
    await expect(field).to_have_attribute("aria-invalid", "true")
    await field.fill(app.code())
    await page.get_by_role("button", name="Включить").click()
    codes = page.locator(".codes code")
    await expect(codes).to_have_count(10)
    recovery = await codes.first.inner_text()
    await looks_right(page)
    await page.get_by_role("link", name="Коды сохранены").click()
    await expect(page.locator("#factors")).to_contain_text("Осталось 10 кодов")
    await looks_right(page)
    # This address has no name.
    await page.get_by_role("button", name="Добавить ключ доступа").click()
    await expect(page.locator("[data-passkey-error]")).to_contain_text("нужны доменное имя")

    await window.context.clear_cookies()
    for code in ("111111", recovery):
        await page.goto("/login")
        await Guest(window).login(anna.username)
        await expect(page.get_by_label("Код", exact=True)).to_be_visible()
        await looks_right(page)
        await page.get_by_label("Код", exact=True).fill(code)
        await page.locator("#code-form button").click()
        if code != recovery:
            await expect(page.locator(".field-error").first).to_contain_text("Код неверный")
    await expect(page).to_have_url(ROOMS)
    await page.goto("/profile")
    await page.locator("#factors summary", has_text="Отключить").click()
    await page.locator("#off-password").fill(PASSWORD)
    await page.locator("#off-code").fill(app.code())
    await page.get_by_role("button", name="Отключить").click()
    await expect(page.get_by_role("button", name="Подключить")).to_be_visible()


async def looks_right(page: Page) -> None:
    """Nothing sticks out, and nothing keeps anybody out."""
    await fits(page)
    assert await barriers(page) == []


async def test_new_login_is_marked_until_it_was_looked_at(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna = await person("anna")
    async with Person(shared_server) as stranger:
        stranger.http.headers["User-Agent"] = "curl/8.5"
        await stranger.login(anna.username)
        guest = await Guest.of(await tab(shared_server, locale="en"), anna)
        await guest.enter(await anna.create_room())
        mark = guest.page.locator(".sidebar .account-me")
        await expect(mark).to_contain_text("New login")
        await expect(mark).to_have_attribute("title", re.compile("^New login: curl, .+ Was it you"))
        await mark.click()
        await expect(guest.page.locator(".login", has_text="curl")).to_contain_text("new")
        assert await barriers(guest.page) == []
        page = await stranger.http.get("/profile", headers={"Accept-Language": "en"})
        assert "It was me" not in page.text, "who is new does not say so of themselves"
        assert (await stranger.http.post("/profile/sessions/seen")).status_code == 403
        sessions = (await anna.http.get("/api/sessions")).json()["sessions"]
        assert sorted(each.get("is_new", False) for each in sessions) == [False, True]
        await guest.page.get_by_role("button", name="It was me").click()
        await expect(mark).not_to_contain_text("New login")
        # The browser is known from now on.
        await stranger.login(anna.username)
        await guest.page.reload()
        await expect(mark).not_to_contain_text("New login")
