"""One's own message, sent from far back in the history."""

import re
from datetime import timedelta

from playwright.async_api import Route, expect

from tests.support.archive import fill
from tests.support.factories import MakePerson, OpenTab, StartServer
from tests.support.guest import Guest

LATEST = re.compile(r"/messages\?limit=")


async def test_it_is_seen_where_it_is_stored_while_what_precedes_it_is_fetched(
    server: StartServer, tab: OpenTab, person: MakePerson, sqlite_url: str
) -> None:
    node = await server(DATABASE_URL=sqlite_url)
    anna = await person("anna", on=node)
    room_id = await anna.create_room()
    await fill(sqlite_url, room_id, [anna.id], 200, timedelta(minutes=1))
    guest = await Guest.of(await tab(node), anna)
    await guest.page.goto(f"/rooms/{room_id}/?at=20")
    await guest.online()

    async def answer_as_before(route: Route) -> None:
        # Acknowledged: the page waits no more, and shows it as soon as it has the end.
        await expect(guest.message("here I am")).to_have_count(0)
        await route.fulfill(response=await route.fetch(url=f"{route.request.url}&before=201"))

    await guest.page.route(LATEST, answer_as_before)
    await guest.say("here I am")
    await expect(guest.message("here I am")).to_be_in_viewport()
    assert (await guest.ids())[-2:] == [200, 201]
