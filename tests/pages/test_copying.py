"""Copying: of one message what was written, of several who said what and when."""

import re

from playwright.async_api import expect

from tests.pages.test_message_editing import go_offline
from tests.pages.test_message_menu import item
from tests.support.factories import MakePerson, OpenTab
from tests.support.guest import Guest
from tests.support.server import Server
from tests.support.waiting import eventually

CLIPBOARD = ["clipboard-read", "clipboard-write"]
READ = "navigator.clipboard.readText()"


async def test_copied_is_what_was_written(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris = await person("anna"), await person("boris")
    room_id = await anna.create_room(boris)
    old = "**bold** and\n- a list\n- of two"
    await boris.post(room_id, old)
    await anna.post(room_id, "_mine_")
    window = await tab(shared_server, locale="en", permissions=CLIPBOARD)
    window.allow("net::ERR_|WebSocket connection to")
    guest = await Guest.of(window, anna)
    await guest.enter(room_id)
    await boris.post(room_id, "~~live~~ one")
    await boris.post(room_id, f"plain, @{anna.username}")
    await guest.sees(f"plain, @{anna.username}")

    async def copied(number: int) -> str:
        await guest.page.evaluate("navigator.clipboard.writeText('')")
        await guest.page.locator(f"#m{number} .post").press("Enter")
        await item(guest, "Copy text").click()
        await expect(guest.page.locator("#toast")).to_have_text("Copied")
        await guest.page.locator("#toast").evaluate("each => { each.textContent = '' }")
        return str(await guest.page.evaluate(READ))

    # Rendered by the server, of others and mine; live; plain, with a mention.
    assert await copied(1) == old
    assert await copied(2) == "_mine_"
    assert await copied(3) == "~~live~~ one"
    assert await copied(4) == f"plain, @{anna.username}"
    # Without a network, what is there.
    await go_offline(guest)
    assert await copied(1) == "bold and\n\na list\nof two"
    assert await copied(3) == "~~live~~ one"


async def test_a_selection_is_copied_as_a_conversation(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris = await person("anna"), await person("boris")
    await boris.http.patch("/api/profile", json={"display_name": "Борис"})
    room_id = await anna.create_room(boris)
    await boris.post(room_id, "the first words")
    await anna.post(room_id, "```py\na = 1\n```\n3. three\n4. four\n\n**so**")
    await boris.post(room_id, "the last words")
    window = await tab(shared_server, locale="en", permissions=CLIPBOARD)
    guest = await Guest.of(window, anna)
    await guest.enter(room_id)
    page = guest.page
    await page.locator("#m2 pre").hover()
    await expect(page.locator("#m2 pre button")).to_be_visible()
    await page.evaluate(
        """() => {
            const [first, last] = ['#m1 .text', '#m3 .text'].map(
                each => document.querySelector(each).firstChild);
            getSelection().setBaseAndExtent(first, 4, last, 8);
            document.activeElement.blur();
        }"""
    )

    async def conversation() -> str:
        await page.keyboard.press("Control+c")
        copied = str(await page.evaluate(READ))
        return copied if "," in copied else ""

    times = await page.locator("#messages time[data-format]").all_inner_texts()
    # What copies so is loaded with the first sign that somebody is here.
    assert await eventually(conversation, "a conversation to be copied") == (
        f"Борис, {times[0]}:\nfirst words\n\n"
        f"{anna.username}, {times[1]}:\na = 1\n\n3. three\n4. four\n\nso\n\n"
        f"Борис, {times[2]}:\nthe last"
    )
    # Within one message it is the browser's own.
    await page.evaluate(
        """() => {
            const text = document.querySelector('#m1 .text').firstChild;
            getSelection().setBaseAndExtent(text, 4, text, 9);
        }"""
    )
    await page.keyboard.press("Control+c")
    assert await page.evaluate(READ) == "first"
    # All of the page is its messages.
    await page.keyboard.press("Control+a")
    await page.keyboard.press("Control+c")
    everything = await page.evaluate(READ)
    assert everything.startswith(f"Борис, {times[0]}:\nthe first words\n\n")
    assert everything.endswith("the last words")
    assert not re.search("React|Reply|Copy", everything)
