"""The pages without JavaScript, and what the server alone decides about them."""

import re
from urllib.parse import quote

import httpx
import pytest
from playwright.async_api import expect

from tests.support.factories import MakePerson, OpenTab
from tests.support.guest import Guest
from tests.support.person import PASSWORD, unique
from tests.support.server import Server


async def test_everything_works_without_javascript(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    boris = await person("boris")
    guest = Guest(await tab(shared_server, java_script_enabled=False))
    await guest.register(unique("anna"))
    room_id = await guest.make_room("Kitchen", boris.username)
    await guest.composer.fill("Hello from a form")
    await guest.page.locator("form#composer button[type=submit]").click()
    await expect(guest.message("Hello from a form")).to_have_count(1)
    await boris.post(room_id, "And hello back")
    await guest.page.goto(f"/rooms/{room_id}/")
    await expect(guest.messages).to_have_count(2)
    await expect(guest.page.locator("#members li")).to_have_count(2)

    guest.tab.allow("422")
    await guest.composer.fill("   ")
    await guest.page.locator("form#composer button[type=submit]").click()
    await expect(guest.page.locator("#composer-error")).to_be_visible()
    await expect(guest.messages).to_have_count(2)

    await guest.page.locator("[data-logout] button").click()
    await expect(guest.page).to_have_url(re.compile("/login"))
    await guest.page.goto("/rooms/")
    await expect(guest.page).to_have_url(re.compile("/login"))


async def test_older_messages_by_a_link(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna = await person("anna")
    room_id = await anna.create_room()
    for number in range(1, 61):
        await anna.post(room_id, f"message {number}")
    window = await tab(shared_server, java_script_enabled=False)
    guest = await Guest.of(window, anna)
    await guest.page.goto(f"/rooms/{room_id}/")
    assert len(await guest.texts()) == 50
    await guest.page.locator("#older").click()
    await expect(guest.messages).to_have_count(10)
    assert await guest.texts() == [f"message {number}" for number in range(1, 11)]
    await expect(guest.page.locator("#older")).to_be_hidden()
    await guest.page.locator("#newest").click()
    await expect(guest.messages).to_have_count(50)


async def test_form_submitted_twice_stores_one_message(person: MakePerson) -> None:
    anna = await person("anna")
    room_id = await anna.create_room()
    page = (await anna.http.get(f"/rooms/{room_id}/")).text
    found = re.search(r'name="client_id" value="([^"]+)"', page)
    assert found
    form = {"message": "only once", "client_id": found[1]}
    for _ in range(2):
        answer = await anna.http.post(f"/rooms/{room_id}/", data=form)
        assert answer.status_code == httpx.codes.SEE_OTHER
    assert [frame["message"] for frame in await anna.messages(room_id)] == ["only once"]


async def test_login_leads_back_to_where_it_was_asked_for(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna = await person("anna")
    room_id = await anna.create_room()
    guest = Guest(await tab(shared_server))
    await guest.page.goto(f"/rooms/{room_id}/")
    await expect(guest.page).to_have_url(re.compile("/login"))
    await guest.login(anna.username)
    await expect(guest.page).to_have_url(re.compile(f"/rooms/{room_id}/$"))


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        r"\\evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "javascript:alert(1)",
        "rooms@evil.example",
    ],
)
async def test_login_never_leads_off_the_site(
    target: str, person: MakePerson, shared_server: Server
) -> None:
    anna = await person("anna")
    form = {"username": anna.username, "password": PASSWORD}
    async with httpx.AsyncClient(base_url=shared_server.url, trust_env=False) as browser:
        entered = await browser.post(f"/login?next={quote(target)}", data=form)
        answer = await browser.get(entered.headers["location"])
    assert answer.status_code == httpx.codes.SEE_OTHER
    assert answer.headers["location"] == "/rooms/"


async def test_bad_forms_keep_what_was_typed_but_never_the_password(
    shared_server: Server, person: MakePerson
) -> None:
    anna = await person("anna")
    async with httpx.AsyncClient(base_url=shared_server.url, trust_env=False) as browser:
        wrong = {"username": anna.username, "password": "not the password"}
        refused = await browser.post("/login", data=wrong)
        taken = await browser.post("/register", data=wrong)
        short = await browser.post("/register", data={"username": "x", "password": "tiny"})
        empty = await browser.post("/login", data={})
    assert [refused.status_code, taken.status_code] == [401, 422]
    assert [short.status_code, empty.status_code] == [422, 422]
    for page in (refused, taken):
        assert f'value="{anna.username}"' in page.text
        assert "not the password" not in page.text


@pytest.mark.parametrize(
    ("accepted", "language"), [("en-GB,en;q=0.9", "en"), ("ru", "ru"), ("de", "ru"), ("", "ru")]
)
async def test_pages_speak_the_language_of_the_browser(
    accepted: str, language: str, shared_server: Server
) -> None:
    headers = {"Accept-Language": accepted}
    async with httpx.AsyncClient(base_url=shared_server.url, trust_env=False) as browser:
        page = await browser.get("/login", headers=headers)
    assert f'<html lang="{language}"' in page.text


async def test_security_headers_on_every_page(person: MakePerson) -> None:
    anna = await person("anna")
    room_id = await anna.create_room()
    for path in ("/login", "/rooms/", f"/rooms/{room_id}/", "/no/such/page", "/api/rooms"):
        headers = (await anna.http.get(path)).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy, path
        assert "frame-ancestors 'none'" in policy, path
        assert "unsafe" not in policy, path
        assert headers["x-content-type-options"] == "nosniff", path
