"""A message that the server refuses: heard, found by the keyboard, taken back or sent again."""

from playwright.async_api import Locator, expect

from tests.support.factories import MakePerson, OpenTab
from tests.support.guest import Guest
from tests.support.server import Server
from tests.support.wire import Wire

REASON = "Text contains characters that cannot be stored"


def refuse(frame: dict[str, str]) -> dict[str, str] | None:
    """Answer as the server does to a text that it will never store."""
    if "unlucky" not in frame["message"]:
        return None
    error = {"type": "error", "code": "bad_text", "message": "?"}
    return {**error, "client_id": frame["client_id"]}


async def refused(tab: OpenTab, person: MakePerson, server: Server) -> tuple[Guest, Wire]:
    """Somebody in a room whose last message has been refused."""
    anna = await person("anna")
    room_id = await anna.create_room()
    window = await tab(server, locale="en")
    wire = await Wire.of(window.context)
    wire.refuse = refuse
    guest = await Guest.of(window, anna)
    await guest.enter(room_id)
    await guest.say("lucky")
    await guest.sees("lucky")
    await guest.say("unlucky")
    await expect(guest.message("unlucky")).to_have_attribute("data-state", "failed")
    return guest, wire


async def name(post: Locator, state: str = "") -> str:
    """Return what a screen reader should call a message of the reader's own."""
    author = await post.locator(".author bdi").inner_text()
    return ", ".join(filter(None, (author, await post.locator("time").inner_text(), state)))


async def test_it_is_heard_and_focus_says_so(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    guest, _ = await refused(tab, person, shared_server)
    # Said once, in the polite region; the message itself keeps silent.
    await expect(guest.page.locator("#news p")).to_have_text(["Not sent: unlucky", REASON])
    focused = guest.page.locator("article:focus")
    await expect(guest.composer).to_be_focused()
    await guest.page.keyboard.press("Shift+Tab")
    while "unlucky" not in await guest.page.locator(":focus").inner_text():
        await guest.page.keyboard.press("Shift+Tab")
    await guest.page.keyboard.press("Home")
    await expect(focused).to_have_accessible_description("Today , lucky")
    await expect(focused).to_have_accessible_name(await name(focused))
    await guest.page.keyboard.press("ArrowDown")
    await expect(focused).to_have_accessible_name(await name(focused, "Not sent"))
    await expect(focused).to_have_accessible_description(f"unlucky , {REASON}")
    # Of a message that has come back to the page nothing is announced again.
    await guest.page.reload()
    await guest.online()
    await expect(guest.message("unlucky")).to_have_attribute("data-state", "failed")
    await expect(guest.page.locator("#news")).to_be_empty()


async def test_taken_back_by_keyboard_it_is_in_the_field_again(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    guest, _ = await refused(tab, person, shared_server)
    await guest.composer.fill("what I was going to say next")
    take_back = guest.message("unlucky").get_by_role("button", name="Take back")
    await guest.message("lucky").locator(".post").focus()
    await guest.page.keyboard.press("ArrowDown")
    await expect(guest.message("unlucky").locator(".post")).to_be_focused()
    while not await take_back.evaluate("button => button.matches(':focus')"):
        await guest.page.keyboard.press("Tab")
    await guest.page.keyboard.press("Enter")
    await expect(guest.message("unlucky")).to_have_count(0)
    await expect(guest.composer).to_be_focused()
    await expect(guest.composer).to_have_value("what I was going to say next\nunlucky")
    # It is a draft again: nothing is lost by a reload.
    await guest.page.reload()
    await guest.online()
    await expect(guest.composer).to_have_value("what I was going to say next\nunlucky")
    await expect(guest.messages).to_have_count(1)


async def test_the_list_keeps_its_tab_stop(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    guest, _ = await refused(tab, person, shared_server)
    await guest.message("unlucky").locator(".post").focus()
    await guest.message("unlucky").get_by_role("button", name="Take back").click()
    await expect(guest.composer).to_be_focused()
    stops = guest.page.locator('#messages .post[tabindex="0"]')
    await expect(stops).to_have_count(1)
    await expect(stops).to_contain_text("lucky")
    # What the mouse points at has a button of its own before the field.
    await guest.page.mouse.move(0, 0)
    await guest.page.keyboard.press("Shift+Tab")
    await expect(guest.message("lucky").locator(".post")).to_be_focused()


async def test_sent_again_the_focus_stays_on_it(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    guest, wire = await refused(tab, person, shared_server)
    wire.refuse = lambda _: None
    await guest.message("unlucky").locator(".post").focus()
    retry = guest.message("unlucky").get_by_role("button", name="Retry")
    await retry.press("Enter")
    await guest.sees("unlucky")
    post = guest.message("unlucky").locator(".post")
    await expect(post).to_be_focused()
    await expect(post).to_have_accessible_name(await name(post))
