"""What belongs to a message beside its text, live and in a page made anew: the same of both."""

import re

import httpx
from playwright.async_api import expect

from tests.support.factories import MakePerson, OpenTab
from tests.support.guest import Guest
from tests.support.person import Person
from tests.support.server import Server

DRAWN = """items => items.map(item => {
    const copy = item.cloneNode(true);
    for (const each of copy.querySelectorAll('.message-tools, .post, .text')) {
        if (each.matches('.message-tools')) each.remove();
        for (const name of ['tabindex', 'aria-describedby', 'id']) each.removeAttribute(name);
    }
    copy.querySelector('.failure')?.remove();
    copy.classList.remove('highlighted');
    // What is live knows the time more exactly.
    return copy.outerHTML.replace(/>\\s+/g, '>').replace(/\\s+</g, '<').replace(/[.]\\d+Z/, 'Z')
        .replace(/"[^"]*\\/rooms\\//g, '"/rooms/').replace(/ (class|title)="[^"]*"/g, '')
        .replace(/(<\\w+)([^>]*)>/g, (_, tag, names) =>
            `${tag} ${names.trim().split(/ (?=[\\w-]+=)/).sort().join(' ')}>`);
})"""


async def edit(person: Person, room_id: int, number: int, text: str) -> None:
    path = f"/api/rooms/{room_id}/messages/{number}"
    (await person.http.patch(path, json={"message": text})).raise_for_status()


async def delete(person: Person, room_id: int, number: int) -> None:
    (await person.http.delete(f"/api/rooms/{room_id}/messages/{number}")).raise_for_status()


async def react(person: Person, room_id: int, number: int, emoji: str, method: str = "PUT") -> None:
    path = f"/api/rooms/{room_id}/messages/{number}/reactions/{emoji}"
    (await person.http.request(method, path)).raise_for_status()


async def pin(person: Person, room_id: int, number: int, method: str = "PUT") -> None:
    (await person.http.request(method, f"/api/rooms/{room_id}/pins/{number}")).raise_for_status()


async def reply(person: Person, room_id: int, number: int, text: str) -> None:
    fields = {"message": text, "reply_to": number}
    answer = await person.http.post(f"/rooms/{room_id}/", data=fields)
    assert answer.status_code == httpx.codes.SEE_OTHER


async def drawn(guest: Guest) -> list[str]:
    """The HTML of all messages, without what focus and pointer have added to it."""
    found: list[str] = await guest.messages.evaluate_all(DRAWN)
    return found


async def test_live_and_anew_it_is_the_same(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris = await person("anna"), await person("boris")
    room_id = await anna.create_room(boris)
    guest = await Guest.of(await tab(shared_server, locale="en"), anna)
    await guest.enter(room_id)
    for number in range(1, 7):
        await (anna, boris)[number % 2].post(room_id, f"message {number}")
    await guest.sees("message 6")
    await reply(boris, room_id, 2, "a reply to two")
    await reply(anna, room_id, 1, "a reply to one")
    await boris.http.post(f"/rooms/{room_id}/read")
    await edit(anna, room_id, 2, "two `with **more**` *now*")
    await delete(boris, room_id, 1)
    for who, number, emoji in (
        (anna, 2, "🎉"),
        (boris, 2, "🎉"),
        (boris, 3, "👍"),
        (anna, 3, "👀"),
    ):
        await react(who, room_id, number, emoji)
    await react(anna, room_id, 3, "👀", "DELETE")
    for number in (3, 4):
        await pin(boris, room_id, number)
    await pin(boris, room_id, 4, "DELETE")
    await boris.http.post(f"/rooms/{room_id}/read")
    await boris.post(room_id, "the end")
    await guest.sees("the end")
    page = guest.page

    first = page.locator("#m1")
    await expect(first).to_have_class(re.compile(r"\bdeleted\b"))
    await expect(first.locator(".text")).to_have_text("Message deleted")
    await expect(page.locator("#m8 .quote-text")).to_have_text("Message deleted")
    # Without the signs of its markup, but code is what it is.
    await expect(page.locator("#m7 .quote-text")).to_have_text("two with **more** now")
    await expect(page.locator("#m7 .quote bdi")).to_have_text(anna.username)
    await expect(page.locator(".quote-edited:visible")).to_have_text("(edited since)")
    party = page.locator("#m2 .reaction")
    await expect(party).to_have_attribute("aria-pressed", "true")
    await expect(party.locator(".reaction-count")).to_have_text("2")
    await expect(page.locator("#m2 .edited")).to_be_visible()
    await expect(page.locator("#m3 .reaction")).to_have_text(re.compile("👍"))
    await expect(page.locator("#m3 .reaction")).to_have_attribute("aria-pressed", "false")
    await expect(page.locator("#m3 .pin-mark")).to_be_visible()
    await expect(page.locator("#m4 .pin-mark")).to_have_count(0)

    await expect(page.locator("#m9")).to_have_attribute("data-read", "true")
    live = await drawn(guest)
    await guest.enter(room_id)
    assert await drawn(guest) == live
    # What comes on top of a page that the server has made.
    await react(boris, room_id, 2, "🎉", "DELETE")
    await react(boris, room_id, 2, "👍")
    await expect(party).to_have_count(2)
    await expect(party.nth(0).locator(".reaction-count")).to_have_text("1")
    await expect(page.locator("#m7 .quote-text")).to_have_text("two with **more** now")
    await delete(anna, room_id, 2)
    await expect(party).to_have_count(0)
    await expect(page.locator("#m7 .quote-text")).to_have_text("Message deleted")
    live = await drawn(guest)
    await guest.enter(room_id)
    assert await drawn(guest) == live


async def test_edited_is_shown_where_the_earlier_text_had_been_read(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris = await person("anna"), await person("boris")
    room_id = await anna.create_room(boris)
    guest = await Guest.of(await tab(shared_server, locale="en"), anna)
    await guest.enter(room_id)
    await guest.say("teh soup")
    await guest.sees("teh soup")
    await edit(anna, room_id, 1, "the soup")
    await guest.sees("the soup")
    await boris.http.post(f"/rooms/{room_id}/read")
    await expect(guest.page.locator("#m1")).to_have_attribute("data-read", "true")
    edited = guest.page.locator(".edited")
    await expect(edited).to_have_count(0)
    await guest.enter(room_id)
    await expect(edited).to_have_count(0)
    await edit(anna, room_id, 1, "the stew")
    await guest.sees("the stew")
    await expect(edited).to_be_visible()
    await guest.enter(room_id)
    await expect(edited).to_be_visible()


async def test_what_was_missed_is_shown_after_a_break(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris = await person("anna"), await person("boris")
    room_id = await anna.create_room(boris)
    for text in ("one", "two", "three"):
        await boris.post(room_id, text)
    window = await tab(shared_server, locale="en")
    window.allow("ERR_INTERNET_DISCONNECTED|WebSocket|net::ERR")
    guest = await Guest.of(window, anna)
    await guest.enter(room_id)
    await window.context.set_offline(True)
    await guest.page.evaluate("dispatchEvent(new Event('offline'))")
    await edit(boris, room_id, 1, "uno")
    await react(boris, room_id, 2, "🎉")
    await delete(boris, room_id, 3)
    await window.context.set_offline(False)
    await guest.page.evaluate("dispatchEvent(new Event('online'))")
    await guest.online()
    await guest.sees("uno")
    await expect(guest.page.locator("#m2 .reaction")).to_have_count(1)
    await expect(guest.page.locator("#m3")).to_have_class(re.compile("deleted"))
