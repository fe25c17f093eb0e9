"""Lines between the messages: who has come, left, was removed, is an owner, renamed the room."""

import re

from playwright.async_api import expect

from tests.support.axe import barriers
from tests.support.factories import MakePerson, OpenTab
from tests.support.guest import Guest
from tests.support.person import Person
from tests.support.server import Server
from tests.support.waiting import eventually
from tests.support.wire import Wire

# The list as it is read: messages, and what has happened behind them.
READ = """list => [...list.children].filter(each => each.matches('.message, .event'))
    .map(each => (each.querySelector('.text, summary') ?? each.querySelector('span')).textContent
        .replace(/[\\u2068\\u2069]/g, ''))"""


async def read(guest: Guest) -> list[str]:
    """What stands in the timeline, from the top."""
    found: list[str] = await guest.page.locator("#messages").evaluate(READ)
    return found


async def stands(guest: Guest, wanted: list[str]) -> None:
    async def is_so() -> bool:
        return await read(guest) == wanted

    await eventually(is_so, f"{wanted}")


async def take_turns(anna: Person, boris: Person, clara: Person, room_id: int) -> None:
    """Let one thing of each kind happen, between two messages."""
    await anna.post(room_id, "one")
    await anna.add_member(room_id, clara)
    await anna.set_role(room_id, boris.id, "owner")
    await anna.post(room_id, "two")
    await boris.rename_room(room_id, "Attic")
    await boris.set_role(room_id, boris.id, "member")
    await anna.remove_member(room_id, clara.id)
    await anna.post(room_id, "three")
    await boris.remove_member(room_id, boris.id)


def turns(anna: Person, boris: Person, clara: Person) -> list[str]:
    return [
        "one",
        f"{clara.username} was added by {anna.username}",
        f"{boris.username} is an owner now",
        "two",
        f"{boris.username} renamed the room",
        f"{boris.username} is no longer an owner",
        f"{clara.username} was removed by {anna.username}",
        "three",
        f"{boris.username} left the room",
    ]


async def test_live_after_a_reload_and_without_scripts_it_is_the_same(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris, clara = [await person(name) for name in ("anna", "boris", "clara")]
    room_id = await anna.create_room(boris)
    guest = await Guest.of(await tab(shared_server, locale="en"), anna)
    await guest.enter(room_id)
    await take_turns(anna, boris, clara, room_id)
    wanted = turns(anna, boris, clara)
    await stands(guest, wanted)
    # Nothing of it is read out, and what comes next has its author's name again.
    assert "owner" not in await guest.page.locator("#news").inner_text()
    await expect(guest.page.locator("#m3 .author")).to_be_visible()
    html = "items => items.map(item => item.outerHTML.replace(/datetime=.*?>.*?</, ''))"
    live = await guest.page.locator(".event").evaluate_all(html)
    await guest.page.reload()
    await guest.online()
    await stands(guest, wanted)
    titles = re.compile(r' title="[^"]*"')
    again = await guest.page.locator(".event").evaluate_all(html)
    assert [titles.sub("", each) for each in again] == [titles.sub("", each) for each in live]
    assert await barriers(guest.page) == []
    # More goes on behind the last message, and the next message comes behind that.
    await anna.rename_room(room_id, "Cellar")
    await anna.post(room_id, "four")
    await stands(guest, [*wanted, f"{anna.username} renamed the room", "four"])
    unread = (await anna.room(room_id))["revision"]
    assert unread == 4

    plain = await Guest.of(await tab(shared_server, locale="en", java_script_enabled=False), anna)
    await plain.page.goto(f"/rooms/{room_id}/")
    assert await read(plain) == await read(guest)


async def test_nothing_of_it_is_unread(person: MakePerson) -> None:
    anna, boris, clara = [await person(name) for name in ("anna", "boris", "clara")]
    room_id = await anna.create_room(boris)
    await anna.add_member(room_id, clara)
    await anna.rename_room(room_id, "Attic")
    (room,) = await boris.rooms()
    assert (room["unread_count"], room["mention_count"]) == (0, 0)


async def test_several_share_a_line_and_many_are_folded(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna = await person("anna")
    others = [await person(name) for name in ("boris", "clara", "dan", "eve")]
    room_id = await anna.create_room()
    guest = await Guest.of(await tab(shared_server, locale="en"), anna)
    await guest.enter(room_id)
    b, c, d, _ = [each.username for each in others]
    for other, wanted in zip(
        others,
        (
            f"{b} was added by {anna.username}",
            f"{b} and {c} came into the room",
            f"{b}, {c} and {d} came into the room",
            f"{b}, {c} and 2 others came into the room",
        ),
        strict=True,
    ):
        await anna.add_member(room_id, other)
        await stands(guest, [wanted])
    for number in range(3):
        await anna.rename_room(room_id, f"Room {number}")
    await stands(guest, ["7 events in the room"])
    await guest.page.locator(".event summary").click()
    await expect(guest.page.locator(".event li")).to_have_count(4)
    # What comes now finds it open.
    await anna.remove_member(room_id, others[0].id)
    await expect(guest.page.locator(".event li")).to_have_count(5)
    await expect(guest.page.locator(".event li").last).to_be_visible()
    live = await guest.page.locator(".event li span").all_text_contents()
    await guest.page.reload()
    await guest.online()
    assert await guest.page.locator(".event li span").all_text_contents() == live
    assert await barriers(guest.page) == []
    # What has happened on a day stands below its line, as the messages do.
    await anna.post(room_id, "hello")
    await guest.sees("hello")
    kinds = "list => [...list.children].map(each => each.classList[0])"
    assert await guest.page.locator("#messages").evaluate(kinds) == ["day", "event", "message"]
    plain = await Guest.of(await tab(shared_server, java_script_enabled=False), anna)
    for page in (guest.page, plain.page):
        await page.goto(f"/rooms/{room_id}/")
        assert await page.locator("#messages").evaluate(kinds) == ["day", "event", "message"]


async def test_what_was_missed_stands_in_its_place(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris, clara, dan = [await person(name) for name in ("anna", "boris", "clara", "dan")]
    room_id = await dan.create_room(anna, boris)
    await dan.set_role(room_id, anna.id, "owner")
    window = await tab(shared_server, locale="en")
    wire = await Wire.of(window.context)
    guest = await Guest.of(window, dan)
    await guest.enter(room_id)
    first = f"{anna.username} is an owner now"
    await stands(guest, [first])
    await wire.cut()
    await take_turns(anna, boris, clara, room_id)
    wire.is_cut = False
    await guest.online()
    await stands(guest, [first, *turns(anna, boris, clara)])


async def test_older_pages_have_theirs(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris = await person("anna"), await person("boris")
    room_id = await anna.create_room()
    for number in range(1, 131):
        await anna.post(room_id, f"message {number}")
        if number == 20:
            await anna.add_member(room_id, boris)
    await anna.rename_room(room_id, "Attic")
    guest = await Guest.of(await tab(shared_server, locale="en"), anna)
    await guest.enter(room_id)
    await stands_last(guest, f"{anna.username} renamed the room")

    async def is_there() -> bool:
        await guest.page.evaluate("document.getElementById('scroller').scrollTop = -100_000")
        return f"{boris.username} was added by {anna.username}" in await read(guest)

    await eventually(is_there, "the older page")
    found = await read(guest)
    assert found[found.index("message 20") + 1] == f"{boris.username} was added by {anna.username}"
    assert found[-2:] == ["message 130", f"{anna.username} renamed the room"]


async def stands_last(guest: Guest, wanted: str) -> None:
    async def is_so() -> bool:
        return (await read(guest))[-1] == wanted

    await eventually(is_so, wanted)
