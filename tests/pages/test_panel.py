"""The panel beside a room: who is here, and what can be done about it, without leaving the page."""

import re

import httpx
import pytest
from playwright.async_api import Locator, Route, expect

from tests.support.archive import crowd
from tests.support.axe import barriers
from tests.support.factories import MakePerson, OpenTab, StartServer
from tests.support.guest import Guest
from tests.support.person import Person, unique
from tests.support.server import Server


def act(guest: Guest, person: Person, name: str) -> Locator:
    """The button of what can be done about somebody."""
    return guest.member(person).get_by_role("button", name=name)


async def confirm(guest: Guest, answer: str) -> None:
    """Say yes to what is asked once more."""
    await guest.page.locator("dialog:modal, main").get_by_role("button", name=answer).click()


async def open_menu(guest: Guest, person: Person) -> None:
    """Open the menu of what can be done about somebody."""
    await guest.member(person).locator("summary").click()


async def order(guest: Guest) -> list[str]:
    """Return the names in the list of members, from the top."""
    return await guest.page.locator("#members .person-name bdi").all_inner_texts()


async def test_who_is_online_comes_first_then_who_was_here_last(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris, vera, gosha = [await person(name) for name in ("anna", "boris", "vera", "gosha")]
    room_id = await anna.create_room(boris, vera, gosha)
    observer = await anna.connect(room_id)
    for one in (gosha, boris):
        chat = await one.connect(room_id)
        await observer.expect("user_status", user_id=one.id, is_online=True)
        await chat.close()
        await observer.expect("user_status", user_id=one.id, is_online=False)
    chat = await vera.connect(room_id)
    guest = await Guest.of(await tab(shared_server, locale="en"), anna)
    await guest.enter(room_id)
    names = [one.username for one in (anna, vera, boris, gosha)]
    await expect(guest.page.locator("#members .person-name bdi")).to_have_text(names)
    await expect(guest.member(boris).locator(".presence")).to_have_text("last seen just now")
    await chat.close()
    await expect(guest.member(vera)).to_have_attribute("data-online", "false")
    assert await order(guest) == names, "vera was here last"
    assert await barriers(guest.page) == []


async def test_direct_conversation_in_two_clicks(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris = await person("anna"), await person("boris")
    room_id = await anna.create_room(boris)
    guest = await Guest.of(await tab(shared_server, locale="en"), anna)
    await guest.enter(room_id)
    await open_menu(guest, boris)
    await act(guest, boris, "Send a message").click()
    await expect(guest.page).not_to_have_url(re.compile(f"/rooms/{room_id}/"))
    await expect(guest.page.locator("h1")).to_have_text(boris.username)
    await guest.online()
    state = guest.page.locator("#online-count")
    await expect(state).to_be_empty()
    direct = int(guest.page.url.rstrip("/").rpartition("/")[2])
    chat = await boris.connect(direct)
    await boris.http.post(f"/api/rooms/{direct}/accept")
    await expect(state).to_have_text("online")
    await guest.say("Just for you")
    await chat.expect("chat_message", message="Just for you")
    for nothing in ("#invite", "#members summary", ".for-owners"):
        await expect(guest.page.locator(nothing)).to_have_count(0)


async def test_people_are_suggested_while_one_types(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna = await person("anna")
    stem = unique("Жанна")
    first, second = await person(f"{stem}.а"), await person(f"{stem}.б")
    room_id = await anna.create_room(second)
    await first.http.patch("/api/profile", json={"display_name": "Жанна Первая"})
    guest = await Guest.of(await tab(shared_server, locale="en"), anna)
    await guest.enter(room_id)
    field = guest.page.get_by_role("combobox", name="Add people")
    await field.press_sequentially(stem.lower())
    options = guest.page.get_by_role("option")
    await expect(options).to_have_count(1)
    await expect(options).to_contain_text(["Жанна Первая"])
    await field.press("ArrowDown")
    await expect(options).to_have_attribute("aria-selected", "true")
    assert await barriers(guest.page) == []
    await field.press("Enter")
    await expect(field).to_have_value(first.username)
    await expect(options).to_have_count(0)
    await field.press("Enter")
    await expect(guest.member(first)).to_contain_text("Жанна Первая")
    await expect(field).to_have_value("")
    await expect(guest.page.locator("#people-note")).to_have_text("Жанна Первая has been added")


async def test_an_error_goes_when_another_name_is_typed(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna = await person("anna")
    room_id = await anna.create_room()
    window = await tab(shared_server, locale="en")
    window.allow("422")
    guest = await Guest.of(window, anna)
    await guest.enter(room_id)
    field = guest.page.get_by_role("combobox", name="Add people")
    error = guest.page.locator("#username-error")
    for _ in range(2):
        await field.fill("nobody.of.this.name")
        await field.press("Enter")
        await expect(error).to_have_text("Nobody here is called nobody.of.this.name")
        await expect(field).to_have_attribute("aria-invalid", "true")
        await field.press_sequentially("x")
        await expect(error).to_be_hidden()
        await expect(field).not_to_have_attribute("aria-invalid", "true")
    # Also one that came with the page, on a phone, where the focus is there from the start.
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    window = await tab(shared_server, locale="en", **phone)
    window.allow("422")
    guest = await Guest.of(window, anna)
    await guest.enter(room_id)
    await guest.page.evaluate(
        """() => {
            const form = document.getElementById('invite');
            form.elements.username.value = 'nobody.of.this.name';
            form.submit();
        }"""
    )
    await expect(guest.page.locator("#username-error")).to_be_visible()
    await guest.online()
    await guest.page.locator("#invite [name=username]").press_sequentially("x")
    await expect(guest.page.locator("#username-error")).to_be_hidden()


async def test_people_of_a_new_room_are_suggested_too(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris, vera = [await person(name) for name in ("anna", "boris", "vera")]
    guest = await Guest.of(await tab(shared_server, locale="en"), anna)
    await guest.page.goto("/rooms/new")
    await guest.page.get_by_label("Name of the room").fill("Den")
    field = guest.page.get_by_role("combobox", name="People")
    for one in (boris, vera):
        await field.press_sequentially(one.username)
        await guest.page.get_by_role("option", name=one.username, exact=True).click()
    await expect(field).to_have_value(f"{boris.username}, {vera.username}, ")
    await field.press("Enter")
    await expect(guest.page.locator("#people-count")).to_have_text("3")


async def test_ownership_is_shared_live(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris, vera = [await person(name) for name in ("anna", "boris", "vera")]
    room_id = await anna.create_room(boris, vera)
    owner = await Guest.of(await tab(shared_server, locale="en"), anna)
    other = await Guest.of(await tab(shared_server, locale="en"), boris)
    for guest in (owner, other):
        await guest.enter(room_id)
    await open_menu(other, vera)
    await expect(act(other, vera, "Send a message")).to_be_visible()
    await expect(act(other, vera, "Remove")).to_have_count(0)
    await expect(other.page.get_by_text("Delete the room", exact=True)).to_be_hidden()

    await open_menu(owner, boris)
    await act(owner, boris, "Make an owner").click()
    await confirm(owner, "Make an owner")
    await expect(owner.member(boris).locator(".is-owner")).to_be_visible()
    await expect(other.page.get_by_text("Delete the room", exact=True)).to_be_visible()
    await open_menu(other, vera)
    await act(other, vera, "Remove").click()
    await confirm(other, "Remove")
    for guest in (owner, other):
        await expect(guest.member(vera)).to_have_count(0)
    await open_menu(other, anna)
    await act(other, anna, "No longer an owner").click()
    await expect(owner.page.get_by_text("Delete the room", exact=True)).to_be_hidden()
    assert (await anna.room(room_id))["role"] == "member"


@pytest.mark.parametrize("scripts", [True, False])
async def test_what_cannot_be_undone_asks_once_more(
    scripts: bool, tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris = await person("anna"), await person("boris")
    room_id = await anna.create_room(boris)
    window = await tab(shared_server, locale="en", java_script_enabled=scripts)
    guest = await Guest.of(window, anna)
    await guest.page.goto(f"/rooms/{room_id}/")
    asked = guest.page.locator("dialog:modal" if scripts else "main")
    for button, question, why in (
        (
            "Make an owner",
            f"Make {boris.username} an owner?",
            "remove people, including other owners",
        ),
        ("Remove from the room", f"Remove {boris.username} from", "only an owner can invite"),
    ):
        await open_menu(guest, boris)
        await act(guest, boris, button).click()
        await expect(asked.get_by_role("heading")).to_contain_text(question)
        await expect(asked).to_contain_text(why)
        if scripts:
            assert await barriers(guest.page) == []
        await asked.get_by_text("Cancel").click()
        if scripts:
            await expect(act(guest, boris, button)).to_be_focused()
            await guest.page.keyboard.press("Enter")
            await expect(asked.get_by_role("button", name="Cancel")).to_be_focused()
            await guest.page.keyboard.press("Escape")
            await guest.member(boris).locator("summary").click()
    members = (await anna.room(room_id))["members"]
    roles = {each["id"]: each["role"] for each in members}
    assert roles == {anna.id: "owner", boris.id: "member"}

    await open_menu(guest, boris)
    await act(guest, boris, "Remove from the room").click()
    await confirm(guest, "Remove")
    await expect(guest.member(boris)).to_have_count(0)


async def test_news_of_people_may_be_faster_than_answers(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris, vera = [await person(name) for name in ("anna", "boris", "vera")]
    room_id = await anna.create_room(boris, vera)
    guest = await Guest.of(await tab(shared_server, locale="en"), anna)
    await guest.enter(room_id)
    asked: list[str] = []
    guest.page.on("request", lambda request: asked.append(request.url))
    await vera.http.patch("/api/profile", json={"display_name": "Vera Pavlovna"})
    await expect(guest.member(vera)).to_contain_text("Vera Pavlovna")
    # The frame said it all.
    assert not [url for url in asked if url.endswith(f"/api/rooms/{room_id}")]

    async def hold(route: Route) -> None:
        answer = await route.fetch()
        await expect(guest.member(boris)).to_have_count(0)
        await route.fulfill(response=answer)

    await guest.page.route(f"**/members/{boris.id}", hold)
    await open_menu(guest, boris)
    await act(guest, boris, "Remove").click()
    await confirm(guest, "Remove")
    note = guest.page.locator("#people-note")
    await expect(note).to_have_text(f"{boris.username} has been removed")


async def test_room_is_renamed_in_place(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris = await person("anna"), await person("boris")
    room_id = await anna.create_room(boris)
    owner = await Guest.of(await tab(shared_server, locale="en"), anna)
    other = await Guest.of(await tab(shared_server, locale="en"), boris)
    for guest in (owner, other):
        await guest.enter(room_id)
    rename = owner.page.get_by_text("Rename the room")
    await rename.click()
    field = owner.page.get_by_label("Name of the room")
    owner.tab.allow("422")
    await field.fill("   ")
    await field.press("Enter")
    await expect(owner.page.locator("#new-name-error")).to_be_visible()
    await field.fill("Living room")
    await field.press("Enter")
    await expect(field).to_be_hidden()
    for guest in (owner, other):
        await expect(guest.page.locator("h1")).to_have_text("Living room")
        await expect(guest.page).to_have_title(re.compile("^Living room"))


async def test_a_thousand_members(
    server: StartServer, tab: OpenTab, person: MakePerson, sqlite_url: str
) -> None:
    """Thirty are shown at first, those who are here before all others; the talk goes on."""
    node = await server(DATABASE_URL=sqlite_url)
    anna, boris = await person("anna", on=node), await person("boris", on=node)
    room_id = await anna.create_room(boris)
    await crowd(sqlite_url, room_id, 998)
    guest = await Guest.of(await tab(node, locale="en"), anna)
    await guest.enter(room_id)
    people = guest.page.locator("#members li")
    await expect(people).to_have_count(30)
    await expect(guest.page.locator("#people-count")).to_have_text("1000")
    chat = await boris.connect(room_id)
    await expect(guest.page.locator("#online-count")).to_have_text("2 of 1000 online")
    await chat.say("so many of us")
    await guest.sees("so many of us")
    await guest.page.get_by_text("Show all of them").press("Enter")
    await expect(people).to_have_count(1000)
    await expect(people.nth(30).locator("summary")).to_be_focused()
    plain = (await anna.http.get(f"/rooms/{room_id}/?members=all")).text
    assert plain.count('<li class="person" data-user-id') == 1000


async def test_panel_without_javascript(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris = await person("anna"), await person("boris")
    room_id = await anna.create_room(boris)
    window = await tab(shared_server, java_script_enabled=False, locale="en")
    guest = await Guest.of(window, anna)
    await guest.page.goto(f"/rooms/{room_id}/")
    await open_menu(guest, boris)
    await act(guest, boris, "Make an owner").click()
    await confirm(guest, "Make an owner")
    await expect(guest.member(boris)).to_have_attribute("data-role", "owner")
    await guest.page.get_by_text("Rename the room").click()
    await guest.page.get_by_label("Name of the room").fill("Den")
    await guest.page.get_by_role("button", name="Save").click()
    await expect(guest.page.locator("h1")).to_have_text("Den")
    await open_menu(guest, boris)
    await act(guest, boris, "Send a message").click()
    await expect(guest.page.locator("h1")).to_have_text(boris.username)
    bad = await anna.http.post(f"/rooms/{room_id}/members/{boris.id}/role", data={"role": "king"})
    assert bad.status_code == httpx.codes.BAD_REQUEST
