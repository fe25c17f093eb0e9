"""Two people at two windows of the same room: what one of them does, the other one sees."""

from playwright.async_api import expect

from tests.pages.test_mention_badges import counts
from tests.pages.test_message_editing import open_menu
from tests.pages.test_message_menu import item
from tests.support.factories import MakePerson, OpenTab
from tests.support.guest import Guest
from tests.support.server import Server


async def test_all_of_a_conversation(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris = await person("anna"), await person("boris")
    room_id = await anna.create_room(boris)
    a = await Guest.of(await tab(shared_server, locale="en"), anna)
    b = await Guest.of(await tab(shared_server, locale="ru"), boris)
    for guest in (a, b):
        await guest.enter(room_id)
    await b.say("we meet at five")
    await a.sees("we meet at five")
    await expect(b.page.locator("#m1")).to_have_attribute("data-read", "true")
    await they_react(a, b)
    await one_replies_and_the_other_edits(a, b)
    await one_is_mentioned(a, b, room_id, anna.username)
    await one_deletes(a, b, room_id)


async def they_react(a: Guest, b: Guest) -> None:
    """By the picker, and by a press on what is there."""
    mine, theirs = [each.page.locator("#m1 .reaction") for each in (a, b)]
    await open_menu(a, "we meet at five")
    await item(a, "React").press("Enter")
    await a.page.get_by_role("searchbox", name="Find an emoji").fill("tada")
    await a.page.keyboard.press("Enter")
    await expect(theirs).to_have_text("🎉 1")
    await expect(theirs).to_have_attribute("aria-pressed", "false")
    await theirs.press("Enter")
    await expect(mine).to_have_text("🎉 2")
    await mine.press("Enter")
    await expect(theirs).to_have_text("🎉 1")
    await expect(theirs).to_have_attribute("aria-pressed", "true")


async def one_replies_and_the_other_edits(a: Guest, b: Guest) -> None:
    """The quote is of what the message says now, at both."""
    await a.page.locator("#m1 .post").press("r")
    await a.say("fine")
    await b.sees("fine")
    quotes = [each.page.locator("#m2 .quote-text") for each in (a, b)]
    for quote in quotes:
        await expect(quote).to_have_text("we meet at five")
    await b.composer.press("ArrowUp")
    await expect(b.composer).to_have_value("we meet at five")
    await b.say("we meet at six")
    await a.sees("we meet at six")
    await expect(a.page.locator("#m1 .edited")).to_be_visible()
    for quote in quotes:
        await expect(quote).to_have_text("we meet at six")


async def one_is_mentioned(a: Guest, b: Guest, room_id: int, name: str) -> None:
    """Elsewhere; then she comes, and the other one sees that it was read."""
    await a.page.goto("/rooms/")
    title = await a.page.title()
    await b.say(f"@{name}, bread?")
    await expect(counts(a.page, room_id)).to_have_text(["Mentions of you: @1", "Unread: 1"])
    await expect(a.page).to_have_title(f"(@1) {title}")
    await a.page.locator(f'#rooms [data-room-id="{room_id}"]').click()
    await a.online()
    await expect(a.page.locator("#m3 .mention.me")).to_have_text(f"@{name}")
    await expect(b.page.locator("#m3")).to_have_attribute("data-read", "true")
    await expect(counts(a.page, room_id)).to_have_count(0)


async def one_deletes(a: Guest, b: Guest, room_id: int) -> None:
    """Not while it can be undone; in the room, in quotes, and from the list."""
    await open_menu(b, "we meet at six")
    await item(b, "Удалить").press("Enter")
    await expect(b.page.locator("#m1 .text")).to_have_text("Сообщение удалено")
    await a.sees("we meet at six")
    await b.page.goto("/rooms/")
    await expect(a.page.locator("#m1 .text")).to_have_text("Message deleted")
    await expect(a.page.locator("#m2 .quote-text")).to_have_text("Message deleted")
    await expect(a.page.locator("#m1 .reaction")).to_have_count(0)
    await a.say("until then")
    line = b.page.locator(f'#rooms [data-room-id="{room_id}"] .last-message')
    await expect(line).to_contain_text("until then")
    await expect(counts(b.page, room_id)).to_have_text(["Непрочитанных: 1"])
