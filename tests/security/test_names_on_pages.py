"""Whose names look alike: their usernames stand beside them."""

import re

import pytest
from playwright.async_api import expect

from models.names import confusables
from tests.support.factories import MakePerson, OpenTab
from tests.support.guest import Guest
from tests.support.names import show_as


async def test_namesakes_are_told_apart(person: MakePerson) -> None:
    """Equal display names are allowed; the members of a room say of whom there is another."""
    one, two, three = [await person(name) for name in ("ivan", "petr", "anna")]
    for each in (one, two):
        assert await show_as(each, "Иван Петров") == (200, "Иван Петров")
    room = await one.create_room(two, three)
    members = (await three.room(room))["members"]
    marked = {each["id"] for each in members if each.get("is_ambiguous")}
    assert marked == {one.id, two.id}
    assert (await show_as(two, "Пётр"))[0] == 200
    members = (await three.room(room))["members"]
    assert not [each for each in members if "is_ambiguous" in each]
    page = (await three.http.get(f"/rooms/{room}/")).text
    assert page.count(f"@{one.username}") >= 1, "the panel shows who is who, always"


@pytest.mark.parametrize("pair", [("alice", "ali ce"), ("Anna Kim", "annakim"), ("a.b", "ab")])
async def test_spaces_and_signs_tell_nobody_apart(pair: tuple[str, str]) -> None:
    one, two = pair
    assert await confusables({1: one, 2: two, 3: "somebody else"}) == {1, 2}
    assert await confusables({1: one, 2: f"{two}x", 3: "❤", 4: "🎉"}) == set()


async def test_usernames_stand_beside_names_that_are_not_one_persons(
    person: MakePerson, tab: OpenTab
) -> None:
    """In the timeline, for the ears, in the panel, on hovering; as soon as it becomes so."""
    anna, ivan, other = [await person(name) for name in ("anna", "ivan", "other")]
    await show_as(ivan, "Иван Петров")
    room = await anna.create_room(ivan, other)
    await ivan.post(room, "one")
    await other.post(room, "two")
    guest = await Guest.of(await tab(anna.server), anna)
    await guest.enter(room)
    beside = guest.messages.locator(".author .handle")
    await expect(beside).to_have_text(["", ""])
    await expect(guest.messages.locator(".author").first).to_have_attribute(
        "title", f"@{ivan.username}"
    )
    handles = [f"@{ivan.username}", f"@{other.username}"]
    await show_as(other, "Иван  ПЕТРОВ")
    await expect(beside).to_have_text(handles)
    await ivan.post(room, "three")
    await expect(beside).to_have_text([*handles, handles[0]])
    label = guest.messages.locator(".post").nth(1)
    await expect(label).to_have_attribute("aria-label", re.compile(f"^Иван ПЕТРОВ {handles[1]}, "))
    talk = await ivan.connect(room, read="manual")
    await talk.send({"type": "typing", "is_typing": True})
    await expect(guest.typing).to_contain_text(f"Иван Петров {handles[0]}")
    await expect(guest.member(other).locator(".handle")).to_have_text(handles[1])
    await show_as(other, "")
    await expect(beside).to_have_text(["", "", ""])
    # The name that is shown is the username itself.
    await expect(guest.member(other).locator(".handle")).to_be_empty()


async def test_names_that_look_alike_in_other_letters_are_told_apart_too(
    person: MakePerson, tab: OpenTab
) -> None:
    anna, one, two = [await person(name) for name in ("anna", "one", "two")]
    await show_as(one, "Scope")
    await show_as(two, "\u0405\u0441\u043e\u0440\u0435")
    room = await anna.create_room(one, two)
    await one.post(room, "one")
    await two.post(room, "two")
    handles = [f"@{one.username}", f"@{two.username}"]
    for has_scripts in (False, True):
        window = await tab(anna.server, java_script_enabled=has_scripts)
        guest = await Guest.of(window, anna)
        await guest.page.goto(f"/rooms/{room}/")
        if has_scripts:
            await guest.online()
        await expect(guest.messages.locator(".author .handle")).to_have_text(handles)


async def test_direct_conversations_say_whose_they_are(person: MakePerson, tab: OpenTab) -> None:
    anna, boris = await person("anna"), await person("boris")
    room_id = await anna.direct(boris)
    guest = await Guest.of(await tab(anna.server), anna)
    await guest.enter(room_id)
    rail, head = guest.page.locator("#rooms .room-link"), guest.page.locator("#room-handle")
    await expect(rail).to_have_attribute("title", f"@{boris.username}")
    await expect(head).to_have_text("")
    await show_as(boris, "Борис")
    await expect(rail.locator(".handle")).to_have_text(f"@{boris.username}")
    await expect(head).to_have_text(f"@{boris.username}")
    await guest.page.reload()
    await guest.online()
    await expect(rail.locator(".handle")).to_have_text(f"@{boris.username}")
    await expect(head).to_have_text(f"@{boris.username}")
