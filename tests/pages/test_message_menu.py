"""What can be done with a message: by mouse, by keyboard, by touch."""

from playwright.async_api import Locator, expect

from tests.support.factories import MakePerson, OpenTab
from tests.support.guest import Guest
from tests.support.server import Server
from tests.support.waiting import eventually

CLIPBOARD = ["clipboard-read", "clipboard-write"]


def item(guest: Guest, name: str) -> Locator:
    """An item of the open menu."""
    return guest.page.locator("#message-menu:popover-open").get_by_role("menuitem", name=name)


async def test_all_of_it_by_keyboard(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna = await person("anna")
    room_id = await anna.create_room()
    for number in range(1, 6):
        await anna.post(room_id, f"message {number}")
    window = await tab(shared_server, locale="en", permissions=CLIPBOARD)
    guest = await Guest.of(window, anna)
    await guest.enter(room_id)
    focused = guest.page.locator("article:focus")
    await expect(guest.composer).to_be_focused()
    await guest.page.keyboard.press("Shift+Tab")
    await expect(focused).to_contain_text("message 5")
    await guest.page.keyboard.press("ArrowUp")
    await guest.page.keyboard.press("ArrowUp")
    await expect(focused).to_contain_text("message 3")
    await expect(focused).to_have_accessible_name(f"{anna.username}, {await clock(focused)}")
    await expect(focused).to_have_accessible_description("message 3")
    # The exact time is shown to those who have no mouse to point at it.
    exact = await focused.locator("time").evaluate("e => getComputedStyle(e, '::after').content")
    assert exact == f'"{await focused.locator("time").get_attribute("title")}"'

    await guest.page.keyboard.press("Enter")
    await expect(item(guest, "React")).to_be_focused()
    for _ in range(4):
        await guest.page.keyboard.press("ArrowDown")
    await expect(item(guest, "Copy link")).to_be_focused()
    await guest.page.keyboard.press("Enter")
    await expect(guest.page.locator("#toast")).to_have_text("Copied")
    link = await guest.page.evaluate("navigator.clipboard.readText()")
    assert link == f"{shared_server.url}/rooms/{room_id}/?at=3"
    await expect(focused).to_contain_text("message 3")
    await guest.page.keyboard.press("Home")
    await expect(focused).to_contain_text("message 1")
    await guest.page.keyboard.press("Enter")
    await guest.page.keyboard.press("Escape")
    await expect(guest.page.locator("#message-menu")).to_be_hidden()
    await expect(focused).to_contain_text("message 1")
    await guest.page.keyboard.press("Escape")
    await expect(guest.composer).to_be_focused()


async def clock(post: Locator) -> str:
    """Return the time that a message shows."""
    return await post.locator("time").inner_text()


async def test_mark_as_unread(tab: OpenTab, person: MakePerson, shared_server: Server) -> None:
    anna, boris = await person("anna"), await person("boris")
    room_id = await anna.create_room(boris)
    for number in range(1, 6):
        await boris.post(room_id, f"message {number}")

    async def unread(count: int) -> bool:
        return bool((await anna.rooms())[0]["unread_count"] == count)

    guest = await Guest.of(await tab(shared_server, locale="en"), anna)
    await guest.enter(room_id)
    await eventually(lambda: unread(0), "all to be read")
    await guest.page.locator("#m3").hover()
    await guest.page.locator("#m3 .message-more").click()
    await item(guest, "Mark as unread").click()
    line = guest.page.locator("li.unread-line + .message")
    await expect(line).to_have_id("m3")
    # It is not read again behind her back.
    await boris.post(room_id, "message 6")
    await guest.sees("message 6")
    await eventually(lambda: unread(4), "the last four to be unread")
    await guest.enter(room_id)
    await expect(line).to_have_id("m3")
    await eventually(lambda: unread(0), "all to be read at the next visit")


async def test_who_has_read_it(tab: OpenTab, person: MakePerson, shared_server: Server) -> None:
    anna, boris, clara = [await person(name) for name in ("anna", "boris", "clara")]
    room_id = await anna.create_room(boris, clara)
    guest = await Guest.of(await tab(shared_server, locale="en"), anna)
    await guest.enter(room_id)
    await guest.say("who is there?")
    await guest.sees("who is there?")
    readers = guest.page.locator("#readers")
    message = guest.message("who is there?")
    await message.hover()
    await message.locator(".message-more").click()
    await item(guest, "Who has read it").click()
    await expect(readers).to_contain_text("Nobody has read it yet")
    await guest.page.keyboard.press("Escape")
    await boris.http.post(f"/rooms/{room_id}/read")
    await expect(message).to_have_attribute("data-read", "true")
    await message.locator(".mark").click()
    await expect(readers.locator("h2")).to_have_text("Read by 1 of 2")
    await expect(readers.locator("li bdi")).to_have_text([boris.username])
    await anna.http.patch(f"/api/rooms/{room_id}/messages/1", json={"message": "who was there?"})
    await guest.sees("who was there?")
    await guest.page.keyboard.press("Escape")
    await guest.message("who was there?").locator(".mark").click()
    await expect(readers.locator("li")).to_contain_text(["edited since"])


async def test_a_long_touch_opens_the_menu(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna = await person("anna")
    room_id = await anna.create_room()
    await anna.post(room_id, "touch me")
    await anna.http.post(f"/rooms/{room_id}/", data={"message": "an answer", "reply_to": 1})
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    window = await tab(shared_server, locale="en", permissions=CLIPBOARD, **phone)
    guest = await Guest.of(window, anna)
    await guest.enter(room_id)
    box = await guest.message("touch me").locator(".bubble").bounding_box()
    assert box is not None
    finger = {"x": box["x"] + 20, "y": box["y"] + 20}
    touch = await window.context.new_cdp_session(guest.page)
    send = touch.send
    await send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [finger]})
    await expect(item(guest, "Copy text")).to_be_visible()
    await send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    # The sheet stays when the finger is lifted, and goes when something else is touched.
    await expect(item(guest, "Copy text")).to_be_visible()
    await guest.page.touchscreen.tap(200, 300)
    await expect(guest.page.locator("#message-menu")).to_be_hidden()
    await send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [finger]})
    await item(guest, "Copy text").wait_for()
    await send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    await item(guest, "Copy text").tap()
    await expect(guest.page.locator("#toast")).to_have_text("Copied")
    assert await guest.page.evaluate("navigator.clipboard.readText()") == "touch me"
    # So it does on what a reply quotes, which leads to that message when it is touched briefly.
    quote = guest.message("an answer").locator(".quote")
    box = await quote.bounding_box()
    assert box is not None
    finger = {"x": box["x"] + 20, "y": box["y"] + box["height"] / 2}
    await send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [finger]})
    await item(guest, "Copy text").wait_for()
    await send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    await item(guest, "Copy text").tap()
    await expect(guest.page.locator("#back-to-reply")).to_be_hidden()
    await quote.tap()
    await expect(guest.page.locator("#back-to-reply")).to_be_visible()


async def test_a_part_of_a_message_is_selected_by_touch(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna = await person("anna")
    room_id = await anna.create_room()
    for text in ("the code is 4711, do not lose it", "another one"):
        await anna.post(room_id, text)
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    window = await tab(shared_server, locale="en", **phone)
    guest = await Guest.of(window, anna)
    await guest.enter(room_id)
    message = guest.message("the code is 4711, do not lose it")
    selected = "getSelection().toString()"
    # Without this nothing can be selected, so that a long touch opens the menu.
    await message.locator(".text").evaluate("text => getSelection().selectAllChildren(text)")
    assert await guest.page.evaluate(selected) == ""
    await long_touch(guest, message)
    await item(guest, "Select text").tap()
    await expect(guest.page.locator("#message-menu")).to_be_hidden()
    assert await guest.page.evaluate(selected) == "the code is 4711, do not lose it"
    # From then on it is the browser's own: by its handles a part can be chosen.
    await message.locator(".text").evaluate(
        """text => getSelection().setBaseAndExtent(text.firstChild, 12, text.firstChild, 16)"""
    )
    assert await guest.page.evaluate(selected) == "4711"
    await long_touch(guest, message)
    await expect(guest.page.locator("#message-menu")).to_be_hidden()
    # When something else is touched it is as it was.
    await guest.page.evaluate("getSelection().removeAllRanges()")
    await expect(guest.page.locator(".selectable")).to_have_count(0)
    await long_touch(guest, message)
    await expect(item(guest, "Copy text")).to_be_visible()


async def long_touch(guest: Guest, message: Locator) -> None:
    """Touch a message for longer than it takes to open the menu."""
    box = await message.locator(".bubble").bounding_box()
    assert box is not None
    finger = {"x": box["x"] + 20, "y": box["y"] + 20}
    touch = await guest.tab.context.new_cdp_session(guest.page)
    await touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [finger]})
    # The page's own clock: the browser is as slow as the machine.
    await guest.page.evaluate("new Promise(done => setTimeout(done, 900))")
    await touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
