"""Status, presence and picture, as two people meet them: one on a phone."""

import io

from PIL import Image
from playwright.async_api import expect

from tests.support.axe import barriers
from tests.support.factories import MakePerson, OpenTab
from tests.support.guest import Guest
from tests.support.server import Server

PHONE = {"width": 390, "height": 780}


async def test_what_somebody_says_of_themselves(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris = await person("anna"), await person("boris")
    room_id = await anna.create_room(boris)
    await boris.post(room_id, "hello")
    guest = await Guest.of(await tab(shared_server, locale="en"), anna)
    await guest.enter(room_id)
    shown = guest.member(boris)
    other = await Guest.of(await tab(shared_server, locale="en", viewport=PHONE), boris)
    page = other.page
    await page.goto("/profile")
    await page.wait_for_load_state()
    await expect(shown.locator(".presence")).to_have_text("online")
    # A picture: beside the message that is there already, too.
    drawn = io.BytesIO()
    Image.new("RGB", (400, 300), "teal").save(drawn, "PNG")
    await page.locator("#picture").set_input_files(
        {"name": "me.png", "mimeType": "image/png", "buffer": drawn.getvalue()}
    )
    await page.locator("#my-picture [type=submit]").first.click()
    await expect(page.locator(".profile-head img")).to_be_visible()
    for place in (shown.locator(".avatar img"), guest.page.locator("#m1 .avatar img")):
        await expect(place).to_be_visible()
        assert await place.evaluate("image => image.decode().then(() => image.naturalWidth)") == 64
    # A status.
    await page.get_by_label("Emoji").fill("\N{PALM TREE}")
    await page.get_by_label("What are you doing?").fill("On holiday")
    await page.locator("#clears").select_option("today")
    await page.locator("#my-status [type=submit]").first.click()
    await expect(page.locator("#my-status .saved")).to_be_visible()
    await expect(shown.locator(".status")).to_have_text("\N{PALM TREE} On holiday")
    # Away, and not at all.
    for choice, words, dot in (
        ("away", "away", "false"),
        ("dnd", "do not disturb", "true"),
        ("hidden", "last seen just now", "false"),
    ):
        await page.locator(f"[name=presence][value={choice}]").check()
        await page.locator("#my-presence [type=submit]").click()
        await expect(page.locator("#my-presence .saved")).to_be_visible()
        await expect(shown.locator(".presence")).to_have_text(words)
        await expect(shown).to_have_attribute("data-online", dot)
        quiet = page.locator("link[rel=icon][data-dnd]")
        await expect(quiet).to_have_count(1 if choice == "dnd" else 0)
    assert await barriers(page) == [], "the profile"
    assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    # After a reload it is the same, and the card says it too.
    await guest.page.reload()
    await expect(guest.page.locator("#m1 .avatar img")).to_be_visible()
    await guest.page.locator("#m1 .author").click()
    card = guest.page.locator(".person-card")
    await expect(card.locator(".avatar img")).to_be_visible()
    await expect(card.locator(".status")).to_contain_text("On holiday")
    await expect(card.locator(".presence")).to_have_text("last seen just now")
