"""Messages edited, deleted and replied to on the page: by keyboard, offline, and with an undo."""

import re

import pytest
from playwright.async_api import Locator, expect

from tests.pages.test_message_details import delete, edit
from tests.pages.test_message_menu import item
from tests.support.factories import MakePerson, OpenTab
from tests.support.guest import Guest
from tests.support.person import Person
from tests.support.server import Server
from tests.support.waiting import eventually

GONE = r"net::ERR_|WebSocket connection to"


def bar(guest: Guest) -> Locator:
    """What is said above the composer about the next message."""
    return guest.page.locator("#composer-context")


async def open_menu(guest: Guest, text: str) -> None:
    await guest.message(text).locator(".post").press("Enter")
    await expect(guest.page.locator("#message-menu")).to_be_visible()


async def stored(person: Person, room_id: int) -> list[str]:
    """The texts that the server has."""
    answer = await person.http.get(f"/api/rooms/{room_id}/messages")
    return [message["message"] for message in answer.json()["messages"]]


async def go_offline(guest: Guest) -> None:
    # Who has pressed a key is here, and has all that is needed.
    await guest.page.keyboard.press("Shift")
    # Not wait_for_function: it evaluates in the page, where the policy forbids it.
    loaded = "performance.getEntriesByType('resource').some(each => /unsent_edits/.test(each.name))"
    await eventually(lambda: guest.page.evaluate(loaded), "the scripts for edits")
    await guest.page.wait_for_load_state("networkidle")
    await guest.tab.context.set_offline(True)
    await guest.page.evaluate("dispatchEvent(new Event('offline'))")
    await expect(guest.connection).not_to_have_attribute("data-state", "online")


async def go_online(guest: Guest) -> None:
    await guest.tab.context.set_offline(False)
    await guest.page.evaluate("dispatchEvent(new Event('online'))")
    await guest.online()


async def at_work(tab: OpenTab, anna: Person, server: Server, room_id: int) -> Guest:
    window = await tab(server, locale="en")
    window.allow(GONE)
    guest = await Guest.of(window, anna)
    await guest.enter(room_id)
    return guest


async def test_up_edits_the_last_message_of_mine(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris = await person("anna"), await person("boris")
    room_id = await anna.create_room(boris)
    guest = await at_work(tab, anna, shared_server, room_id)
    await guest.say("teh *soup*")
    await guest.sees("teh soup")
    await boris.post(room_id, "mine")
    await guest.sees("mine")
    await guest.composer.press("ArrowUp")
    await expect(guest.composer).to_have_value("teh *soup*")
    await expect(bar(guest)).to_contain_text("Editing")
    await guest.composer.press("Escape")
    await expect(bar(guest)).to_be_hidden()
    await expect(guest.composer).to_have_value("")

    await guest.composer.press("ArrowUp")
    await expect(guest.composer).to_have_value("teh *soup*")
    await guest.composer.fill("the *soup*")
    # The draft of an edit is another than that of a message.
    await guest.page.reload()
    await guest.online()
    await expect(bar(guest)).to_contain_text("Editing")
    await expect(guest.composer).to_have_value("the *soup*")
    await guest.composer.press("Enter")
    await guest.sees("the soup")
    await expect(guest.composer).to_have_value("")
    await expect(bar(guest)).to_be_hidden()
    assert await stored(anna, room_id) == ["the *soup*", "mine"]


@pytest.mark.parametrize("at", ["", "?at=1"])
async def test_up_finds_the_last_message_of_mine_wherever_it_is(
    at: str, tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris = await person("anna"), await person("boris")
    room_id = await anna.create_room(boris)
    for text in ("mine", "my last"):
        await anna.post(room_id, text)
        for number in range(60):
            await boris.post(room_id, f"{number}")
    guest = await at_work(tab, anna, shared_server, room_id)
    await guest.page.goto(f"/rooms/{room_id}/{at}")
    await guest.online()
    await expect(guest.message("my last")).to_have_count(0)
    await guest.composer.press("ArrowUp")
    await expect(guest.composer).to_have_value("my last")
    await expect(guest.message("my last")).to_be_in_viewport()


async def test_up_says_so_where_nothing_is_mine(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris = await person("anna"), await person("boris")
    guest = await at_work(tab, anna, shared_server, await boris.create_room(anna))
    await guest.composer.press("ArrowUp")
    await expect(guest.page.locator("#toast")).to_have_text("No message here is yours")


async def test_what_is_being_written_waits_for_the_end_of_an_edit(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna = await person("anna")
    room_id = await anna.create_room()
    await anna.post(room_id, "one")
    guest = await at_work(tab, anna, shared_server, room_id)
    await guest.composer.fill("half a sentence")
    await open_menu(guest, "one")
    await item(guest, "Edit").click()
    await expect(guest.composer).to_have_value("one")
    await guest.say("uno")
    await guest.sees("uno")
    await expect(guest.composer).to_have_value("half a sentence")


async def test_offline_edits_are_shown_and_sent_in_their_order(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna = await person("anna")
    room_id = await anna.create_room()
    await anna.post(room_id, "one")
    guest = await at_work(tab, anna, shared_server, room_id)
    await go_offline(guest)
    for text in ("two", "three"):
        await guest.composer.press("ArrowUp")
        await guest.say(text)
        await expect(guest.message(text)).to_have_attribute("data-state", "pending")
    await guest.composer.press("ArrowUp")
    await expect(guest.composer).to_have_value("three")
    await guest.composer.press("Escape")
    await go_online(guest)
    await guest.sees("three")
    assert await stored(anna, room_id) == ["three"]


async def test_a_conflict_shows_both(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna = await person("anna")
    room_id = await anna.create_room()
    await anna.post(room_id, "one")
    guest = await at_work(tab, anna, shared_server, room_id)
    await go_offline(guest)
    await guest.composer.press("ArrowUp")
    await guest.say("mine")
    await expect(guest.message("mine")).to_have_attribute("data-state", "pending")
    await edit(anna, room_id, 1, "from my phone")
    await go_online(guest)
    unsent = guest.page.locator("#unsent")
    await expect(unsent.locator(".unsent-mine")).to_have_text("mine")
    await expect(unsent.locator(".unsent-current")).to_have_text("from my phone")
    await guest.sees("from my phone")
    await expect(unsent).to_be_focused()
    # It is there after a reload too.
    await guest.page.reload()
    await guest.online()
    await unsent.get_by_role("button", name="Send mine").click()
    await guest.sees("mine")
    await expect(unsent).to_be_hidden()
    assert await stored(anna, room_id) == ["mine"]


async def test_the_text_for_a_deleted_message_can_be_copied(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna = await person("anna")
    room_id = await anna.create_room()
    await anna.post(room_id, "one")
    guest = await at_work(tab, anna, shared_server, room_id)
    await guest.tab.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await go_offline(guest)
    await guest.composer.press("ArrowUp")
    await guest.say("precious words")
    await expect(guest.message("precious words")).to_have_attribute("data-state", "pending")
    await delete(anna, room_id, 1)
    await go_online(guest)
    unsent = guest.page.locator("#unsent")
    await expect(unsent.locator(".unsent-reason")).to_have_text("This message was deleted")
    await expect(unsent.get_by_role("button", name="Send mine")).to_be_hidden()
    await unsent.get_by_role("button", name="Copy text").click()
    await expect(guest.page.locator("#toast")).to_have_text("Copied")
    assert await guest.page.evaluate("navigator.clipboard.readText()") == "precious words"
    await unsent.get_by_role("button", name="Discard mine").click()
    await expect(unsent).to_be_hidden()
    await guest.sees("Message deleted")


IS_UNCOVERED = """each => {
    const { x, y, width, height } = each.getBoundingClientRect();
    return document.elementFromPoint(x + width / 2, y + height / 2) === each;
}"""


async def test_a_deletion_can_be_undone(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna = await person("anna")
    room_id = await anna.create_room()
    await anna.post(room_id, "one")
    guest = await at_work(tab, anna, shared_server, room_id)
    first = guest.page.locator("#m1")
    await open_menu(guest, "one")
    await guest.page.keyboard.press("End")
    await expect(item(guest, "Delete")).to_be_focused()
    await guest.page.keyboard.press("Enter")
    await expect(first.locator(".text")).to_have_text("Message deleted")
    await expect(first.locator(".post")).to_be_focused()
    undo = first.get_by_role("button", name="Undo")
    await expect(guest.page.locator("#toast")).not_to_be_empty()
    assert await undo.evaluate(IS_UNCOVERED), "what says that it can be undone is over it"
    await undo.click()
    await guest.sees("one")
    assert await stored(anna, room_id) == ["one"]
    # Not undone, it is done; the clock of the page stands still, and is put forward.
    clock = guest.page.clock
    await clock.install()
    await open_menu(guest, "one")
    await clock.pause_at(await guest.page.evaluate("Date.now() + 1_000"))
    await item(guest, "Delete").click()
    await expect(first.get_by_role("button", name="Undo")).to_be_visible()
    await clock.run_for(9_000)
    await expect(first.get_by_role("button", name="Undo")).to_be_visible()
    assert await stored(anna, room_id) == ["one"]
    await clock.run_for(1_000)
    await expect(first).to_have_class(re.compile(r"\bdeleted\b"))
    assert await stored(anna, room_id) == ["Сообщение удалено"]
    await expect(first.get_by_role("button", name="Undo")).to_have_count(0)


async def test_a_page_that_is_left_deletes_at_once(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna = await person("anna")
    room_id = await anna.create_room()
    await anna.post(room_id, "one")
    guest = await at_work(tab, anna, shared_server, room_id)
    await open_menu(guest, "one")
    await item(guest, "Delete").click()
    await expect(guest.page.locator("#m1")).to_have_class(re.compile("deleting"))
    await guest.page.goto("/rooms/")

    async def is_gone() -> bool:
        return await stored(anna, room_id) == ["Сообщение удалено"]

    await eventually(is_gone, "the message to be deleted")


async def test_owners_delete_what_others_say(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris = await person("anna"), await person("boris")
    room_id = await anna.create_room(boris)
    await anna.post(room_id, "by anna")
    await boris.post(room_id, "by boris")
    owner = await at_work(tab, anna, shared_server, room_id)
    await open_menu(owner, "by boris")
    await expect(item(owner, "Delete")).to_be_visible()
    await expect(item(owner, "Edit")).to_be_hidden()
    member = await at_work(tab, boris, shared_server, room_id)
    await open_menu(member, "by anna")
    await expect(item(member, "Delete")).to_be_hidden()
    # Everybody sees that it was not the author, live and anew.
    await anna.http.delete(f"/api/rooms/{room_id}/messages/2")
    gone = member.page.locator("#m2 .text")
    await expect(gone).to_have_text("Deleted by an owner or administrator")
    await member.enter(room_id)
    await expect(gone).to_have_text("Deleted by an owner or administrator")
    await anna.http.delete(f"/api/rooms/{room_id}/messages/1")
    await expect(member.page.locator("#m1 .text")).to_have_text("Message deleted")
    await expect(gone).to_have_text("Deleted by an owner or administrator")


async def test_replies(tab: OpenTab, person: MakePerson, shared_server: Server) -> None:
    anna, boris = await person("anna"), await person("boris")
    room_id = await anna.create_room(boris)
    await boris.post(room_id, "soup?")
    guest = await at_work(tab, anna, shared_server, room_id)
    await guest.message("soup?").hover()
    await guest.page.locator("#m1").get_by_role("button", name="Reply").click()
    await expect(bar(guest)).to_contain_text(f"Reply to {boris.username}")
    await expect(bar(guest)).to_contain_text("soup?")
    await expect(guest.composer).to_be_focused()
    await guest.composer.press("Escape")
    await expect(bar(guest)).to_be_hidden()
    await guest.message("soup?").hover()
    await guest.page.locator("#m1").get_by_role("button", name="Reply").click()
    await guest.composer.fill("yes")
    await guest.page.reload()
    await guest.online()
    await expect(bar(guest)).to_contain_text("soup?")
    await guest.composer.press("Enter")
    await guest.sees("yes")
    await expect(guest.message("yes").locator(".quote-text")).to_have_text("soup?")
    await expect(bar(guest)).to_be_hidden()
    await guest.say("no quote")
    await guest.sees("no quote")
    await expect(guest.message("no quote").locator(".quote")).to_have_count(0)
