"""Where messages are written: how it grows, counts, and tells one Enter from another."""

from playwright.async_api import expect

from tests.support.factories import MakePerson, OpenTab
from tests.support.guest import Guest
from tests.support.server import Server


async def test_grows_to_eight_lines_and_counts_near_the_limit(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna = await person("anna")
    guest = await Guest.of(await tab(shared_server), anna)
    await guest.enter(await anna.create_room())

    async def height(lines: int) -> float:
        await guest.composer.fill("\n".join("x" * lines))
        box = await guest.composer.bounding_box()
        assert box
        return box["height"]

    one, two, eight = await height(1), await height(2), await height(8)
    assert abs(eight - one - 7 * (two - one)) < 2
    assert await guest.composer.evaluate("box => box.scrollHeight <= box.clientHeight")
    assert await height(12) == eight
    assert await height(1) == one

    counter = guest.page.locator("#composer-count")
    for length, text in ((3_799, ""), (3_800, "200 left"), (4_000, "0 left"), (4_001, "")):
        await guest.composer.fill("я" * length)
        await expect(counter).to_have_text(text)


async def test_enter_that_chooses_a_word_does_not_send(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna = await person("anna")
    guest = await Guest.of(await tab(shared_server), anna)
    await guest.enter(await anna.create_room())
    await guest.composer.fill("日本")
    # As browsers tell it, and as Safari does: by the old key code, after the composition's end.
    for composing in ({"isComposing": True}, {"keyCode": 229}):
        key = {"key": "Enter", "bubbles": True, "cancelable": True, **composing}
        await guest.composer.dispatch_event("keydown", key)
    await expect(guest.composer).to_have_value("日本")
    await guest.composer.press("Enter")
    await guest.sees("日本")
    await expect(guest.messages).to_have_count(1)


async def test_enter_breaks_the_line_on_a_touch_screen(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna = await person("anna")
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    guest = await Guest.of(await tab(shared_server, **phone), anna)
    await guest.enter(await anna.create_room())
    await guest.composer.press_sequentially("one")
    await guest.composer.press("Enter")
    await guest.composer.press_sequentially("two")
    await expect(guest.composer).to_have_value("one\ntwo")
    await guest.page.locator("#composer button").tap()
    await guest.sees("one\ntwo")
