"""Replies that are folded while older messages come above what is read."""

import asyncio
import re

from playwright.async_api import Route, expect

from tests.pages.test_message_details import reply
from tests.pages.test_reply_folds import line, number
from tests.support.factories import MakePerson, OpenTab
from tests.support.guest import Guest
from tests.support.person import Person
from tests.support.server import Server

TOP = "e => e.getBoundingClientRect().top"


async def long_thread(person: MakePerson) -> tuple[Person, int]:
    """Somebody, and a room that they have read: 2 to 38 are replies, a page begins with 36."""
    anna, boris = await person("anna"), await person("boris")
    room_id = await anna.create_room(boris)
    await anna.post(room_id, "root")
    for each in range(2, 39):
        await reply((anna, boris)[each % 2], room_id, 1, f"answer {each}")
    for each in range(39, 86):
        await boris.post(room_id, f"message {each}")
    await anna.http.post(f"/rooms/{room_id}/read")
    return anna, room_id


async def test_history_above_moves_nothing(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, room_id = await long_thread(person)
    guest = await Guest.of(await tab(shared_server, locale="en"), anna)
    may_come = asyncio.Event()

    async def later(route: Route) -> None:
        await may_come.wait()
        await route.continue_()

    await guest.page.route("**/messages?before=36*", later)
    await guest.enter(room_id)
    # The end of a run, which nobody knows to be one.
    await number(guest, 36).scroll_into_view_if_needed()
    await expect(line(guest)).to_have_count(0)
    before = await number(guest, 37).evaluate(TOP)
    may_come.set()
    # What is in view is not taken away.
    await expect(number(guest, 20)).to_be_hidden()
    for each in (36, 37, 38):
        await expect(number(guest, each)).to_be_visible()
    assert abs(await number(guest, 37).evaluate(TOP) - before) < 1
    await opened_by_hand(guest)


async def opened_by_hand(guest: Guest) -> None:
    """Opened, a run is one with what was shown of it; and closed too."""
    first = line(guest).first
    for state in ("true", "false"):
        await first.scroll_into_view_if_needed()
        place = await first.evaluate(TOP)
        await first.click()
        await expect(line(guest)).to_have_attribute("aria-expanded", state)
        await expect(line(guest)).to_have_text(re.compile("^36 replies"))
        assert abs(await first.evaluate(TOP) - place) < 1
    await expect(number(guest, 37)).to_be_hidden()
    await expect(number(guest, 38)).to_be_visible()
