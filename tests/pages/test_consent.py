"""Requests, invitations, blocked people and hidden rooms on the pages; also without scripts."""

import re

import pytest
from playwright.async_api import expect

from models import Block
from tests.support.axe import barriers
from tests.support.browser import Tab
from tests.support.factories import MakePerson, OpenTab, StartServer
from tests.support.guest import Guest
from tests.support.person import Person
from tests.support.server import Server
from tests.support.tables import opened


@pytest.fixture(params=[True, False], ids=["scripts", "plain"])
async def window(request: pytest.FixtureRequest, tab: OpenTab, shared_server: Server) -> Tab:
    """A browser window with and without JavaScript."""
    return await tab(shared_server, java_script_enabled=request.param, locale="en")


async def left(person: MakePerson) -> tuple[Person, Person, int]:
    """Anna, who has left boris's room."""
    boris, anna = await person("boris"), await person("anna")
    room = await boris.create_room(anna, name="Book club")
    await anna.remove_member(room, anna.id)
    return boris, anna, room


async def test_request_is_answered_in_the_conversation(window: Tab, person: MakePerson) -> None:
    anna, boris, carol, eve = [await person(name) for name in ("anna", "boris", "carol", "eve")]
    for stranger in (boris, carol, eve):
        await stranger.post(await stranger.direct(anna, accepted=False), "hello there")
    guest = await Guest.of(window, anna)
    page = guest.page
    asked, request = page.locator("#asked .room-link"), page.locator("#request")
    for word, name in (("Accept", boris), ("Decline", carol), ("Block", eve)):
        await page.goto("/rooms/")
        await asked.filter(has_text=name.username).click()
        await expect(request).to_contain_text(f"{name.username} would like to talk to you")
        await request.get_by_role("button", name=word, exact=True).click()
        await expect(request.locator("visible=true")).to_have_count(0)
    await expect(page).to_have_url(re.compile("/rooms/(#title)?$"))
    await expect(asked).to_have_count(0)
    await expect(page.locator("#asked")).to_be_hidden()
    await expect(page.locator("#rooms .room-link")).to_have_text([re.compile(boris.username)])
    blocked = (await anna.http.get("/api/blocks")).json()["people"]
    assert [each["id"] for each in blocked] == [eve.id]


async def test_request_comes_by_itself_calls_nobody_and_goes_by_answering(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris = await person("anna"), await person("boris")
    guest = await Guest.of(await tab(shared_server, locale="en"), anna)
    await guest.page.goto("/rooms/")
    room = await boris.direct(anna, accepted=False)
    await boris.post(room, "hello there")
    asked = guest.page.locator("#asked .room-link")
    await expect(asked.locator(".unread-count")).to_have_text("1")
    assert not (await guest.page.title()).startswith("(")
    assert await barriers(guest.page) == []
    await guest.enter(room)
    await expect(guest.page.locator("#request")).to_be_visible()
    assert await barriers(guest.page) == []
    await guest.say("hello yourself")
    await expect(guest.page.locator("#request")).to_be_hidden()
    await expect(guest.page.locator("#rooms .room-link")).to_have_count(1)
    await expect(guest.page.locator("#asked")).to_be_hidden()


@pytest.mark.parametrize("word", ["Join", "Decline"])
async def test_invitation_is_answered_in_the_list(
    window: Tab, person: MakePerson, word: str
) -> None:
    boris, anna, room = await left(person)
    await boris.http.patch("/api/profile", json={"display_name": "Uncle Boris"})
    host = await Guest.of(window, boris)
    await host.page.goto(f"/rooms/{room}/")
    await host.page.locator("#invite [name=username]").fill(anna.username)
    await host.page.locator("#invite button").click()
    await expect(host.page.locator("#people-note")).to_contain_text("invited")
    # What the page asks for after a change would be refused without the cookie.
    await host.page.goto("about:blank")
    await window.context.clear_cookies()
    guest = await Guest.of(window, anna)
    await guest.page.goto("/rooms/")
    invitation = guest.page.locator(".invitation")
    await expect(invitation).to_contain_text(f"Uncle Boris@{boris.username}")
    await invitation.get_by_role("button", name=word).click()
    await expect(invitation).to_have_count(0)
    joined = word == "Join"
    await expect(guest.page.locator("#rooms .room-link")).to_have_count(int(joined))
    assert len(await anna.rooms()) == int(joined)


async def test_invitation_comes_by_itself_and_becomes_a_room(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    boris, anna, room = await left(person)
    await boris.http.patch("/api/profile", json={"display_name": "Uncle Boris"})
    guest = await Guest.of(await tab(shared_server, locale="en"), anna)
    await guest.page.goto("/rooms/")
    await expect(guest.page.locator("#no-rooms")).to_be_visible()
    await boris.http.post(f"/api/rooms/{room}/members", json={"username": anna.username})
    await expect(guest.page.locator(".invitation")).to_contain_text("Book club")
    await expect(guest.page.locator(".invitation")).to_contain_text(f"Uncle Boris@{boris.username}")
    assert await barriers(guest.page) == []
    await anna.http.post(f"/api/rooms/{room}/accept")
    await expect(guest.page.locator("#rooms .room-link")).to_have_text([re.compile("Book club")])
    await expect(guest.page.locator(".invitation")).to_have_count(0)


@pytest.mark.parametrize("end", ["joins", "attempt"])
async def test_note_of_an_invitation_ends_with_it(
    tab: OpenTab, person: MakePerson, shared_server: Server, end: str
) -> None:
    boris, anna, room = await left(person)
    host = await Guest.of(await tab(shared_server, locale="en"), boris)
    host.tab.allow("422")
    # Left alone it would go after some seconds.
    await host.page.add_init_script(
        "const later = setTimeout; "
        "setTimeout = (act, after) => (after > 5000 ? 0 : later(act, after));"
    )
    await host.enter(room)
    field, note = host.page.locator("#invite [name=username]"), host.page.locator("#people-note")
    await field.fill(anna.username)
    await field.press("Enter")
    await expect(note).to_contain_text("is invited now")
    if end == "joins":
        await anna.http.post(f"/api/rooms/{room}/accept")
        await expect(host.member(anna)).to_be_visible()
    else:
        await field.fill("nobody")
        await field.press("Enter")
        await expect(host.page.locator("#username-error")).to_contain_text("Nobody here is called")
    await expect(note).to_be_empty()


async def test_who_asks_is_told_that_it_is_a_request(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    """Also after it was declined, which is nobody's to know."""
    anna, boris = await person("anna"), await person("boris")
    room = await anna.direct(boris, accepted=False)
    guests = [
        await Guest.of(await tab(shared_server, java_script_enabled=scripts, locale="en"), anna)
        for scripts in (True, False)
    ]
    lines = [guest.page.locator("#unaccepted") for guest in guests]
    for answer in ("", "decline", "accept"):
        if answer:
            reply = await boris.http.post(f"/api/rooms/{room}/{answer}")
            assert reply.status_code == 204, reply.text
        if answer == "accept":
            await expect(lines[0]).to_be_hidden()
        for guest, line in zip(guests, lines, strict=True):
            await guest.page.goto(f"/rooms/{room}/")
            if answer == "accept":
                await expect(line).to_be_hidden()
            else:
                await expect(line).to_contain_text("Until the request is accepted")
        if not answer:
            await anna.post(room, "hello")
        await guests[0].online()


async def test_what_blocked_people_say_is_folded(window: Tab, person: MakePerson) -> None:
    """They are blocked from the list of people, and unblocked on the profile."""
    anna, eve = await person("anna"), await person("eve")
    room = await anna.create_room(eve)
    await eve.post(room, "first words")
    guest = await Guest.of(window, anna)
    page = guest.page
    await page.goto(f"/rooms/{room}/")
    text, fold = guest.messages.locator(".text"), guest.messages.locator(".folded summary")
    await expect(text).to_be_visible()
    line = page.locator(f'#members [data-user-id="{eve.id}"]')
    await line.locator("summary").click()
    await line.get_by_role("button", name="Block", exact=True).click()
    await expect(fold).to_have_count(1)
    await expect(text).to_be_hidden()
    await fold.click()
    await expect(text).to_have_text("first words")
    await page.goto("/profile")
    mine = page.locator("#blocked-people")
    await mine.get_by_role("button", name=f"Unblock {eve.username}").click()
    await expect(mine.locator("li")).to_have_count(0)
    await page.goto(f"/rooms/{room}/")
    await expect(text).to_be_visible()


async def test_blocked_people_are_not_heard_live(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris, eve = [await person(name) for name in ("anna", "boris", "eve")]
    room, other = await boris.create_room(anna, eve), await boris.create_room(anna)
    await anna.http.put(f"/api/blocks/{eve.id}")
    guest = await Guest.of(await tab(shared_server, locale="en"), anna)
    await guest.enter(other)
    await eve.post(room, "to nobody")
    await boris.post(room, "to everybody")
    unread = guest.page.locator(f'[data-room-id="{room}"] .unread-count')
    await expect(unread).to_have_text("1")
    await guest.enter(room)
    await eve.post(room, "live")
    await expect(guest.messages.last.locator(".folded .text")).to_have_text("live")
    await boris.post(room, "said aloud")
    await expect(guest.page.locator("#news")).to_contain_text("said aloud")
    await expect(guest.page.locator("#news")).not_to_contain_text("live")
    assert await barriers(guest.page) == []
    folded = guest.page.locator("#m3 .post")
    await folded.focus()
    await expect(folded).to_have_accessible_description("Message of somebody you have blocked")


async def test_who_was_unblocked_meanwhile_is_heard_again(
    server: StartServer, tab: OpenTab, person: MakePerson, sqlite_url: str
) -> None:
    """Elsewhere, while the page had no connection."""
    node = await server(DATABASE_URL=sqlite_url)
    anna, eve = await person("anna", on=node), await person("eve", on=node)
    room = await anna.create_room(eve)
    await eve.post(room, "first words")
    await anna.http.put(f"/api/blocks/{eve.id}")
    window = await tab(node, locale="en")
    window.allow("WebSocket|ERR_")
    guest = await Guest.of(window, anna)
    await guest.enter(room)
    await expect(guest.messages.locator(".folded")).to_have_count(1)
    await node.stop()
    async with opened(sqlite_url):
        await Block.all().delete()
    await node.start()
    await guest.online()
    await expect(guest.messages.locator(".text")).to_be_visible()


async def test_conversation_with_somebody_blocked(window: Tab, person: MakePerson) -> None:
    anna, eve = await person("anna"), await person("eve")
    room = await anna.direct(eve)
    guest = await Guest.of(window, anna)
    page, composer = guest.page, guest.composer
    await page.goto(f"/rooms/{room}/")
    await page.get_by_text("Block this person").click()
    await page.get_by_role("button", name="Block", exact=True).click()
    await expect(page.locator("#blocked")).to_contain_text(f"You have blocked {eve.username}")
    await expect(composer).to_be_hidden()
    await page.locator("#blocked").get_by_role("button", name="Unblock").click()
    await expect(composer).to_be_visible()


async def test_hidden_room_comes_back_with_the_next_message(
    window: Tab, person: MakePerson
) -> None:
    anna, boris = await person("anna"), await person("boris")
    room = await boris.create_room(anna, name="Quiet")
    await boris.create_room(anna, name="Loud")
    guest = await Guest.of(window, anna)
    page = guest.page
    await page.goto(f"/rooms/{room}/")
    hidden_rooms = page.get_by_role("link", name="Hidden rooms")
    # Where there are none nothing leads to them.
    await expect(page.locator("#hidden-rooms")).to_have_count(1)
    await expect(hidden_rooms).to_have_count(0)
    await page.get_by_role("button", name="Hide from the list").click()
    names = page.locator("#rooms .room-name")
    await expect(names).to_have_text(["Loud"])
    await hidden_rooms.click()
    await expect(names).to_have_text(["Quiet"])
    await expect(page.get_by_role("heading", name="Hidden rooms")).to_be_visible()
    await boris.post(room, "not so quiet")
    await page.reload()
    await expect(page.get_by_text("No rooms are hidden")).to_be_visible()
    await page.get_by_role("link", name="To the rooms").click()
    await expect(names).to_have_text(["Quiet", "Loud"])
    await expect(hidden_rooms).to_have_count(0)
