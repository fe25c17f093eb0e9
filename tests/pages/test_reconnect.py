"""A page whose server goes away and comes back: nothing is lost, nothing is doubled."""

import pytest
from playwright.async_api import expect

from tests.support.factories import MakePerson, OpenTab, StartServer
from tests.support.guest import Guest

# What Chromium itself writes to the console while there is no server.
GONE = r"net::ERR_|WebSocket connection to|ERR_CONNECTION_REFUSED"


@pytest.mark.parametrize("end", ["stop", "kill"])
async def test_server_restarts_while_two_people_talk(
    end: str, server: StartServer, tab: OpenTab, person: MakePerson
) -> None:
    node = await server()
    anna, boris = await person("anna", on=node), await person("boris", on=node)
    room_id = await anna.create_room(boris)
    guests = [await Guest.of(await tab(node), each) for each in (anna, boris)]
    for guest in guests:
        guest.tab.allow(GONE)
        await guest.enter(room_id)
    await guests[0].say("before")
    for guest in guests:
        await guest.sees("before")

    await (node.stop() if end == "stop" else node.kill())
    for guest in guests:
        await expect(guest.connection).not_to_have_attribute("data-state", "online")
    await guests[0].say("said without a server")
    await expect(guests[0].message("said without a server")).to_have_attribute(
        "data-state", "pending"
    )
    await node.start()
    await anna.post(room_id, "from elsewhere")

    for guest in guests:
        await guest.online()
        for text in ("before", "said without a server", "from elsewhere"):
            await guest.sees(text)
    first, second = [await guest.texts() for guest in guests]
    assert first == second
    assert sorted(first) == ["before", "from elsewhere", "said without a server"]
    assert len(await boris.messages(room_id)) == 3


async def test_message_under_way_survives_a_reload(
    server: StartServer, tab: OpenTab, person: MakePerson
) -> None:
    """The page is reloaded, as a phone does with a page in the background, before it could send."""
    node = await server()
    anna = await person("anna", on=node)
    room_id = await anna.create_room()
    guest = await Guest.of(await tab(node), anna)
    guest.tab.allow(GONE)
    await guest.enter(room_id)
    await node.stop()
    await guest.say("hold on to this")
    await expect(guest.message("hold on to this")).to_have_attribute("data-state", "pending")
    await node.start()
    await guest.page.reload()
    await guest.online()
    await guest.sees("hold on to this")
    assert [frame["message"] for frame in await anna.messages(room_id)] == ["hold on to this"]
