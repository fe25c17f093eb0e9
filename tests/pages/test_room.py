"""Two people in two browsers talk on Beseda's own pages."""

import re

import pytest
from playwright.async_api import expect

from tests.pages.test_panel import confirm
from tests.support.factories import MakePerson, OpenTab
from tests.support.guest import Guest
from tests.support.person import unique
from tests.support.server import Server


async def test_two_people_register_make_a_room_and_talk(
    tab: OpenTab, shared_server: Server
) -> None:
    anna, boris = Guest(await tab(shared_server)), Guest(await tab(shared_server))
    names = unique("anna"), unique("boris")
    await anna.register(names[0])
    await boris.register(names[1])
    room_id = await anna.make_room("Kitchen", names[1])
    await anna.online()

    await boris.page.goto("/rooms/")
    await boris.page.locator(f'[data-room-id="{room_id}"]').click()
    await boris.online()
    for guest in (anna, boris):
        await expect(guest.page.locator('#members li[data-online="true"]')).to_have_count(2)

    await anna.composer.press_sequentially("Hello")
    await expect(boris.typing).to_contain_text(names[0])
    await expect(anna.typing).to_be_empty()
    await anna.composer.press("Enter")
    await expect(anna.composer).to_have_value("")
    await expect(boris.typing).to_be_empty()
    for guest in (anna, boris):
        await guest.sees("Hello")
    await expect(boris.message("Hello").locator(".author")).to_have_text(names[0])

    await boris.say("Hi, Anna!")
    await anna.sees("Hi, Anna!")
    assert await anna.texts() == await boris.texts() == ["Hello", "Hi, Anna!"]

    await boris.page.goto("about:blank")
    gone = anna.page.locator('#members li[data-online="false"]')
    await expect(gone).to_contain_text(names[1])
    await anna.page.reload()
    assert await anna.texts() == ["Hello", "Hi, Anna!"]


async def test_read_marks_and_unread_counts(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris = await person("anna"), await person("boris")
    room_id = await anna.create_room(boris)
    writer = await Guest.of(await tab(shared_server), anna)
    reader = await Guest.of(await tab(shared_server), boris)
    await writer.enter(room_id)
    await writer.say("Are you there?")
    await writer.sees("Are you there?")
    await expect(writer.message("Are you there?")).to_have_attribute("data-read", "false")

    await reader.page.goto("/rooms/")
    unread = reader.page.locator(f'[data-room-id="{room_id}"] .unread')
    await expect(unread).to_contain_text("1")
    await reader.enter(room_id)
    await expect(writer.message("Are you there?")).to_have_attribute("data-read", "true")
    await reader.page.goto("/rooms/")
    await expect(unread).to_be_hidden()
    await writer.page.reload()
    await expect(writer.message("Are you there?")).to_have_attribute("data-read", "true")


async def test_more_than_99_unread(tab: OpenTab, person: MakePerson, shared_server: Server) -> None:
    anna, boris = await person("anna"), await person("boris")
    room_id = await anna.create_room(boris)
    for number in range(101):
        await anna.post(room_id, f"message {number}")
    reader = await Guest.of(await tab(shared_server), boris)
    await reader.page.goto("/rooms/")
    await expect(reader.page.locator(f'[data-room-id="{room_id}"] .unread')).to_contain_text("99+")


async def test_older_history_on_scrolling_up(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna = await person("anna")
    room_id = await anna.create_room()
    for number in range(1, 131):
        await anna.post(room_id, f"message {number}")
    guest = await Guest.of(await tab(shared_server), anna)
    await guest.enter(room_id)
    await expect(guest.messages).to_have_count(50)
    await expect(guest.message("message 130")).to_be_in_viewport()
    for count in (100, 130):
        top = guest.messages.first
        anchor = await top.get_attribute("data-message-id")
        await top.scroll_into_view_if_needed()
        await expect(guest.messages).to_have_count(count)
        # What was being read stays in view: the page did not jump to the new top.
        await expect(guest.message(f"message {anchor}")).to_be_in_viewport()
    assert await guest.ids() == list(range(1, 131))
    assert await guest.texts() == [f"message {number}" for number in range(1, 131)]


async def test_markup_in_messages_is_only_text(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris = await person("anna"), await person("boris")
    room_id = await anna.create_room(boris, name="<b>Room</b>")
    guests = [await Guest.of(await tab(shared_server), each) for each in (anna, boris)]
    for guest in guests:
        await guest.enter(room_id)
    attack = '<img src="x" onerror="document.title = 1"> {{ 7 * 7 }} javascript:alert(1)'
    await guests[0].say(attack)
    for guest in guests:
        await guest.sees(attack)
        await guest.page.reload()
        await guest.sees(attack)
        await expect(guest.page.locator("#messages .text img, #messages .text a")).to_have_count(0)
        await expect(guest.page.locator("h1")).to_have_text("<b>Room</b>")


async def test_shift_enter_breaks_the_line_and_an_empty_message_is_not_sent(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna = await person("anna")
    guest = await Guest.of(await tab(shared_server), anna)
    room_id = await anna.create_room()
    await guest.enter(room_id)
    await guest.composer.press("Enter")
    await guest.composer.press_sequentially("one")
    await guest.composer.press("Shift+Enter")
    await guest.composer.press_sequentially("two")
    await guest.composer.press("Enter")
    await expect(guest.messages).to_have_count(1)
    await expect(guest.messages).to_have_attribute("data-state", "sent")
    assert await guest.texts() == ["one\ntwo"]


async def test_too_long_message_is_not_lost(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna = await person("anna")
    guest = await Guest.of(await tab(shared_server), anna)
    await guest.enter(await anna.create_room())
    await guest.say("я" * 4001)
    await expect(guest.page.locator("#composer-error")).to_be_visible()
    await expect(guest.composer).to_have_value("я" * 4001)
    # 4,000 characters are allowed, and counted as people count them: an emoji is one.
    await guest.say("😀" * 4000)
    await guest.sees("😀" * 4000)
    await expect(guest.page.locator("#composer-error")).to_be_hidden()


async def test_logging_out_closes_every_tab_of_the_login(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna = await person("anna")
    room_id = await anna.create_room()
    window = await tab(shared_server)
    first = await Guest.of(window, anna)
    second = Guest(window, await window.context.new_page())
    await first.enter(room_id)
    await second.enter(room_id)
    await second.page.locator("[data-logout] button").click()
    await expect(second.page).to_have_url(re.compile("/login"))
    await expect(first.page).to_have_url(re.compile(f"/login.*rooms.*{room_id}"))


@pytest.mark.parametrize("end", ["removed", "deleted"])
async def test_room_that_is_no_longer_mine(
    end: str, tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris = await person("anna"), await person("boris")
    room_id = await anna.create_room(boris)
    guest = await Guest.of(await tab(shared_server), boris)
    await guest.enter(room_id)
    await expect(guest.page.locator("#notice")).to_be_hidden()
    if end == "removed":
        await anna.remove_member(room_id, boris.id)
    else:
        answer = await anna.http.post(f"/rooms/{room_id}/delete")
        assert answer.status_code == 303
    await expect(guest.page.locator("#notice")).to_be_visible()
    await guest.page.locator("#notice a").click()
    await expect(guest.page).to_have_url(re.compile("/rooms/$"))
    await expect(guest.page.locator(f'[data-room-id="{room_id}"]')).to_have_count(0)


async def test_members_are_added_and_removed_live(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris = await person("anna"), await person("boris")
    room_id = await anna.create_room()
    guest = await Guest.of(await tab(shared_server), anna)
    await guest.enter(room_id)
    await guest.page.fill("#invite [name=username]", boris.username.upper())
    await guest.page.locator("#invite button").click()
    await expect(guest.member(boris)).to_have_attribute("data-online", "false")
    chat = await boris.connect(room_id)
    await chat.expect("ready")
    await expect(guest.member(boris)).to_have_attribute("data-online", "true")

    await guest.page.fill("#invite [name=username]", "nobody.of.this.name")
    guest.tab.allow("422")
    await guest.page.locator("#invite button").click()
    await expect(guest.page.locator("#invite .field-error")).to_be_visible()

    await guest.member(boris).locator("summary").click()
    await guest.member(boris).locator("button[name=remove]").click()
    await confirm(guest, "Remove")
    await expect(guest.member(boris)).to_have_count(0)
    assert await chat.closed() == 4403
