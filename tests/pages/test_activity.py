"""The page of what concerns somebody: live, by keyboard, on a phone, and without scripts."""

import re

import pytest
from playwright.async_api import Locator, Page, expect

from tests.support.axe import barriers
from tests.support.doing import where
from tests.support.factories import MakePerson, OpenTab
from tests.support.guest import Guest
from tests.support.person import Person
from tests.support.server import Server

PHONE = {"width": 390, "height": 844}


async def answer(person: Person, room_id: int, text: str, to: int) -> None:
    """Answer a message."""
    body = {"message": text, "reply_to": to}
    found = await person.http.post(f"/api/rooms/{room_id}/messages", json=body)
    assert found.is_success, found.text


async def react(person: Person, room_id: int, message_id: int, emoji: str = "👍") -> None:
    """Put an emoji under a message."""
    path = where(room_id, message_id, f"/reactions/{emoji}")
    assert (await person.http.put(path)).is_success


async def edit(person: Person, room_id: int, message_id: int, text: str) -> None:
    """Give a message another text."""
    body = {"message": text}
    assert (await person.http.patch(where(room_id, message_id), json=body)).is_success


def said(page: Page) -> Locator:
    """What the entries say, from the top."""
    return page.locator("#activity .entry-what")


async def test_what_concerns_me_comes_by_itself(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris, vera = [await person(name) for name in ("anna", "boris", "vera")]
    room_id = await anna.create_room(boris, vera)
    guest = await Guest.of(await tab(shared_server, locale="en"), anna)
    page, list_ = guest.page, guest.page.locator("#activity")
    await page.goto("/rooms/")
    await page.locator(".to-activity").click()
    await expect(page.locator("h1")).to_have_text("Activity")
    await expect(list_).to_contain_text("Nothing yet")
    await expect(page.locator(".to-activity")).to_have_attribute("aria-current", "page")
    assert await barriers(page) == []

    await anna.post(room_id, "**who** `cooks`?")
    await boris.post(room_id, f"not me, @{anna.username}")
    mentioned = f"{boris.username} mentioned you"
    await expect(said(page)).to_have_text([mentioned])
    await expect(page.locator("#new-note")).to_have_text("1 new")
    await answer(vera, room_id, "I do", 1)
    replied = f"{vera.username} replied to you"
    await expect(said(page)).to_have_text([replied, mentioned])
    await react(boris, room_id, 1)
    reacted = f"{boris.username}: 👍"
    await expect(said(page)).to_have_text([reacted, replied, mentioned])
    await react(vera, room_id, 1, "❤️")
    reacted = f"{boris.username} and {vera.username}: 👍❤️"
    await expect(said(page)).to_have_text([reacted, replied, mentioned])
    await expect(list_.locator(".entry-text")).to_have_text(
        ["who cooks?", "I do", f"not me, @{anna.username}"]
    )
    await expect(list_.locator(".entry-where").first).to_have_text(re.compile("Kitchen · .*now"))
    assert await barriers(page) == []

    # Nothing moves under the fingers of who reads.
    await list_.locator("a").nth(1).focus()
    await boris.post(room_id, "@all dinner")
    button = page.locator("#new-entries")
    await expect(button).to_have_text("1 new")
    await expect(said(page)).to_have_text([reacted, replied, mentioned])
    await edit(vera, room_id, 3, "I do, at eight")
    await boris.post(room_id, f"@{anna.username} come")
    await expect(button).to_have_text("2 new")
    await button.click()
    dinner = f"{boris.username} mentioned everybody"
    await expect(said(page)).to_have_text([mentioned, dinner, reacted, replied, mentioned])
    await expect(list_.locator("a").first).to_be_focused()
    await expect(list_.locator(".entry-text").nth(3)).to_have_text("I do, at eight")


async def test_what_is_taken_back_goes(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris, vera = [await person(name) for name in ("anna", "boris", "vera")]
    room_id = await anna.create_room(boris, vera)
    await anna.post(room_id, "who cooks?")
    await boris.post(room_id, f"not me, @{anna.username}")
    await answer(vera, room_id, "I do", 1)
    await boris.post(room_id, "@all dinner")
    for one in (boris, vera):
        await react(one, room_id, 1)
    guest = await Guest.of(await tab(shared_server, locale="en"), anna)
    page, links = guest.page, guest.page.locator("#activity a")
    await page.goto("/activity/")
    mentioned, replied = f"{boris.username} mentioned you", f"{vera.username} replied to you"
    dinner = f"{boris.username} mentioned everybody"
    reacted = f"{boris.username} and {vera.username}: 👍"
    await expect(said(page)).to_have_text([reacted, dinner, replied, mentioned])
    # The focus stays where it is.
    await links.first.focus()
    await edit(boris, room_id, 2, "not me")
    await expect(said(page)).to_have_text([reacted, dinner, replied])
    await boris.http.delete(where(room_id, 4))
    await vera.http.delete(where(room_id, 3))
    await expect(said(page)).to_have_text([reacted])
    await expect(links.first).to_be_focused()
    await anna.http.put(f"/api/blocks/{vera.id}")
    await expect(said(page)).to_have_text([f"{boris.username} and 1 other: 👍"])
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(re.compile(rf"/rooms/{room_id}/\?at=1#m1$"))
    await guest.online()
    await expect(guest.message("who cooks?")).to_be_in_viewport()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_in_russian_on_a_phone(
    scheme: str, tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna = await person("anna")
    others = [await person(name) for name in ("boris", "vera", "gosha")]
    room_id = await anna.create_room(*others)
    await anna.post(room_id, "кто готовит?")
    await answer(others[0], room_id, "не я", 1)
    await others[1].post(room_id, f"@{anna.username}, ты")
    await others[1].post(room_id, "@all ужин")
    for one in others:
        await react(one, room_id, 1)
    window = await tab(
        shared_server, locale="ru", viewport=PHONE, has_touch=True, color_scheme=scheme
    )
    guest = await Guest.of(window, anna)
    await guest.page.goto("/activity/")
    names = [one.username for one in others]
    await expect(said(guest.page)).to_have_text(
        [
            f"{names[0]} и ещё 2 человека: 👍",
            f"{names[1]} упоминает всех",
            f"{names[1]} упоминает вас",
            f"{names[0]} отвечает вам",
        ]
    )
    await expect(guest.page.locator("h1")).to_have_text("Активность")
    await expect(guest.page.locator(".entry-where").first).to_have_text("Kitchen · только что")
    assert await barriers(guest.page) == []
    width = await guest.page.evaluate("document.documentElement.scrollWidth")
    assert width == PHONE["width"]
    await guest.page.locator("[data-drawer]").tap()
    link = guest.page.get_by_role("link", name="Активность Упоминаний: 2")
    await expect(link).to_be_visible()
    await link.tap()
    await expect(guest.page.locator("h1")).to_be_visible()


async def test_pages_without_scripts(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris = await person("anna"), await person("boris")
    room_id = await anna.create_room(boris)
    for number in range(35):
        await boris.post(room_id, f"{number} @{anna.username}")
    window = await tab(shared_server, locale="en", java_script_enabled=False)
    guest = await Guest.of(window, anna)
    page = guest.page
    await page.goto("/rooms/")
    item = page.locator(f'[data-room-id="{room_id}"]')
    await expect(item).to_have_accessible_name(re.compile("Mentions of you: 35 Unread: 35$"))
    await page.get_by_role("link", name="Activity Mentions of you: 35").click()
    texts = page.locator(".entry-text")
    await expect(texts).to_have_count(30)
    await expect(texts.first).to_have_text(f"34 @{anna.username}")
    await expect(page.locator("#activity time").first).to_contain_text("UTC")
    await page.get_by_role("link", name="Earlier").click()
    await expect(texts).to_have_text([f"{n} @{anna.username}" for n in range(4, -1, -1)])
    await page.get_by_role("link", name="To the newest").click()
    await texts.nth(1).click()
    await expect(page.locator("#m34")).to_be_in_viewport()
    assert (await anna.http.get("/activity/?cursor=x")).status_code == 400
