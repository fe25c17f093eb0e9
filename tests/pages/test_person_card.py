"""The card of a person, opened by their name: who that is, and what can be done about them."""

import re

from playwright.async_api import Locator, expect

from tests.support.axe import barriers
from tests.support.factories import MakePerson, OpenTab
from tests.support.guest import Guest
from tests.support.server import Server


def card(guest: Guest) -> Locator:
    """The open card."""
    return guest.page.locator(".person-card")


async def test_who_is_behind_a_name(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris, vera = [await person(name) for name in ("anna", "boris", "vera")]
    await boris.http.patch("/api/profile", json={"display_name": "Boris B."})
    room_id = await anna.create_room(boris, vera)
    await vera.connect(room_id)
    await boris.post(room_id, f"@{anna.username}, ask @{vera.username} or @all")
    guest = await Guest.of(await tab(shared_server, locale="en"), anna)
    await guest.enter(room_id)
    page, name = guest.page, guest.page.locator("#m1 .author")
    await page.locator("#m1 .avatar").click()
    dialog = page.get_by_role("dialog", name="Boris B.", exact=True)
    await expect(dialog).to_be_focused()
    await expect(dialog.locator(".handle")).to_have_text(f"@{boris.username}")
    await expect(dialog.locator(".presence")).to_have_text("has not been here yet")
    await page.keyboard.press("Escape")
    await expect(card(guest)).to_have_count(0)
    # By keyboard: from the message to its author, and back there.
    await page.locator("#m1 .post").focus()
    await expect(name).to_have_attribute("tabindex", "0")
    assert await barriers(page) == [], "a message with the focus"
    await page.keyboard.press("Tab")
    await expect(name).to_be_focused()
    for key in ("Enter", "Space"):
        await page.keyboard.press(key)
        await expect(dialog).to_be_focused()
        assert await barriers(page) == [], "a card"
        await page.keyboard.press("Escape")
        await expect(name).to_be_focused()
    # Of oneself it leads to the profile; "@all" is nobody.
    mine, everybody = page.locator("#m1 .mention.me").first, page.locator("#m1 .mention").last
    await expect(mine).to_have_role("button")
    await expect(everybody).not_to_have_role("button")
    await mine.click()
    await expect(card(guest).get_by_role("link", name="Profile")).to_be_visible()
    await expect(guest.member(anna).get_by_role("link")).to_have_attribute("title", "Profile")
    await expect(card(guest).get_by_role("button")).to_have_count(0)
    await page.locator("#m1 .mention", has_text=vera.username).click()
    await expect(card(guest)).to_have_attribute("aria-label", vera.username)
    await expect(card(guest).locator(".presence")).to_have_text("online")
    # What is written already stays, and the mention is a word of its own.
    await guest.composer.fill("ask")
    await page.locator("#m1 .mention", has_text=vera.username).click()
    await card(guest).get_by_role("button", name="Mention").click()
    await expect(guest.composer).to_have_value(f"ask @{vera.username} ")
    await expect(guest.composer).to_be_focused()
    await expect(card(guest)).to_have_count(0)


async def test_what_can_be_done_about_somebody(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris = await person("anna"), await person("boris")
    room_id = await anna.create_room(boris)
    await boris.post(room_id, "hello")
    window = await tab(shared_server, locale="en")
    window.allow("409")
    guest = await Guest.of(window, anna)
    await guest.enter(room_id)
    page, name = guest.page, guest.page.locator("#m1 .author")
    await name.click()
    await expect(card(guest).get_by_text("blocked", exact=True)).to_be_hidden()
    await card(guest).get_by_text("Block this person").click()
    await expect(card(guest)).to_contain_text("what they say in rooms is folded")
    await expect(card(guest)).to_be_in_viewport(ratio=1)
    await card(guest).get_by_role("button", name="Block", exact=True).click()
    await expect(page.locator("#toast")).to_have_text(f"{boris.username} is blocked")
    await expect(page.locator("#m1 .folded")).to_be_visible()
    await expect(card(guest)).to_have_count(0)
    await name.click()
    await expect(card(guest).get_by_text("blocked", exact=True)).to_be_visible()
    await card(guest).get_by_role("button", name="Send a message").click()
    await expect(card(guest).get_by_role("alert")).to_contain_text("unblock them first")
    await card(guest).get_by_role("button", name="Unblock").click()
    await expect(page.locator("#m1 .folded")).to_have_count(0)
    # Whoever has left can be written to, and not be mentioned.
    await boris.remove_member(room_id, boris.id)
    await expect(guest.member(boris)).to_have_count(0)
    await name.click()
    await expect(card(guest)).to_contain_text("Not in this room any more")
    await expect(card(guest).get_by_role("button", name="Mention")).to_have_count(0)
    await card(guest).get_by_role("button", name="Send a message").click()
    await expect(page.locator("h1")).to_have_text(boris.username)
    await expect(page).not_to_have_url(re.compile(f"/rooms/{room_id}/"))


async def test_a_conversation_of_two_on_a_phone(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris = await person("anna"), await person("boris")
    room_id = await anna.direct(boris)
    await boris.post(room_id, "hello")
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    guest = await Guest.of(
        await tab(shared_server, locale="ru", color_scheme="dark", **phone), anna
    )
    await guest.enter(room_id)
    await guest.page.locator("#m1 .author").tap()
    await expect(card(guest)).to_be_focused()
    box = await card(guest).bounding_box()
    assert box is not None
    assert (box["x"], box["width"], box["y"] + box["height"]) == (0, 390, 844), "a sheet"
    assert await barriers(guest.page) == []
    await expect(card(guest).get_by_role("button", name="Написать")).to_have_count(0)
    await card(guest).locator("summary").tap()
    await card(guest).get_by_role("button", name="Заблокировать", exact=True).tap()
    await expect(guest.page.locator("#blocked")).to_be_visible()
    blocked = (await anna.http.get("/api/blocks")).json()["people"]
    assert [each["id"] for each in blocked] == [boris.id]
