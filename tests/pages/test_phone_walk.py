"""What can be done with messages, by somebody with a phone: all of it by touch, nothing cut off."""

from playwright.async_api import Locator, expect

from tests.pages.test_message_details import edit
from tests.pages.test_message_menu import CLIPBOARD, item, long_touch
from tests.support.axe import barriers
from tests.support.factories import MakePerson, OpenTab
from tests.support.guest import Guest
from tests.support.person import Person
from tests.support.server import Server
from tests.support.waiting import eventually

SIZE = {"width": 390, "height": 844}
PHONE = {"viewport": SIZE, "has_touch": True, "is_mobile": True}


async def test_a_walk_by_touch(tab: OpenTab, person: MakePerson, shared_server: Server) -> None:
    anna, boris = await person("anna"), await person("boris")
    room_id = await anna.create_room(boris)
    for number in range(1, 4):
        await boris.post(room_id, f"message {number}")
    for text in ("we meet at five", "to be deleted, or not"):
        await anna.post(room_id, text)
    for each in (anna, boris):
        await each.http.post(f"/rooms/{room_id}/read")
    window = await tab(shared_server, locale="en", permissions=CLIPBOARD, **PHONE)
    guest = await Guest.of(window, anna)
    await guest.enter(room_id)
    await both_texts_are_kept(guest, anna, room_id)
    await earlier_texts_are_shown(guest)
    await a_deletion_is_undone(guest, anna, room_id)
    await an_emoji_is_picked(guest)
    await a_part_is_selected(guest)


async def chooses(guest: Guest, text: str, name: str) -> None:
    """Take an item of the menu that a long touch of a message opens."""
    await long_touch(guest, guest.message(text))
    await item(guest, name).tap()


async def is_whole(guest: Guest, part: Locator) -> None:
    """A part of the page is all in view, and nothing keeps anybody from using it."""
    await expect(part).to_be_in_viewport(ratio=1)
    width = await guest.page.evaluate("document.documentElement.scrollWidth")
    assert width == SIZE["width"]
    assert await barriers(guest.page) == []


async def send(guest: Guest, text: str) -> None:
    """Write it, and touch the button that sends it."""
    await guest.composer.fill(text)
    await guest.page.locator("#composer button[type=submit]").tap()


async def both_texts_are_kept(guest: Guest, anna: Person, room_id: int) -> None:
    """One was written here, one elsewhere meanwhile: mine becomes a message of its own."""
    await chooses(guest, "we meet at five", "Edit")
    await expect(guest.composer).to_have_value("we meet at five")
    await edit(anna, room_id, 4, "we meet at six")
    await guest.sees("we meet at six")
    await send(guest, "we meet at seven")
    unsent = guest.page.locator("#unsent")
    await expect(unsent.locator(".unsent-mine")).to_have_text("we meet at seven")
    await expect(unsent.locator(".unsent-current")).to_have_text("we meet at six")
    await is_whole(guest, unsent)
    await unsent.get_by_role("button", name="Copy text").tap()
    await expect(guest.page.locator("#toast")).to_have_text("Copied")
    await unsent.get_by_role("button", name="Discard mine").tap()
    await expect(unsent).to_be_hidden()
    await send(guest, str(await guest.page.evaluate("navigator.clipboard.readText()")))
    await guest.sees("we meet at seven")
    await guest.sees("we meet at six")


async def earlier_texts_are_shown(guest: Guest) -> None:
    await guest.page.locator("#m4 .edited").tap()
    popup = guest.page.locator("#readers")
    await expect(popup.locator("del")).to_have_text("five")
    await expect(popup.locator("ins")).to_have_text("six")
    await is_whole(guest, popup)
    await guest.page.touchscreen.tap(200, 120)
    await expect(popup).to_be_hidden()


async def a_deletion_is_undone(guest: Guest, anna: Person, room_id: int) -> None:
    """Or done at once, when the page is left."""
    text, message = "to be deleted, or not", guest.page.locator("#m5")
    await chooses(guest, text, "Delete")
    undo = message.get_by_role("button", name="Undo")
    await is_whole(guest, undo)
    await undo.tap()
    await guest.sees(text)
    await chooses(guest, text, "Delete")
    await expect(undo).to_be_visible()
    await guest.page.goto("/rooms/")

    async def is_deleted() -> bool:
        (found,) = await anna.messages(room_id, after=4, limit=1)
        return bool(found.get("is_deleted"))

    await eventually(is_deleted, "the message to be deleted")
    await guest.enter(room_id)
    await expect(message.locator(".text")).to_have_text("Message deleted")


async def an_emoji_is_picked(guest: Guest) -> None:
    await chooses(guest, "we meet at seven", "React")
    picker = guest.page.locator("#emoji-picker:popover-open")
    await expect(picker.locator(".emoji-group")).not_to_have_count(1)
    await is_whole(guest, picker)
    await picker.get_by_role("searchbox").fill("ёжик")
    await picker.locator(".emoji-choice[value='🦔']").tap()
    await expect(picker).to_have_count(0)
    reaction = guest.page.locator("#m6 .reaction")
    await expect(reaction).to_have_text("🦔 1")
    await reaction.tap()
    await expect(reaction).to_have_count(0)


async def a_part_is_selected(guest: Guest) -> None:
    await chooses(guest, "we meet at seven", "Select text")
    await expect(guest.page.locator("#message-menu")).to_be_hidden()
    await guest.page.locator("#m6 .text").evaluate(
        "text => getSelection().setBaseAndExtent(text.firstChild, 11, text.firstChild, 16)"
    )
    assert await guest.page.evaluate("getSelection().toString()") == "seven"
