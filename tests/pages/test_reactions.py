"""Reactions on the page: by the picker, by a press, by keyboard; who they are from."""

import json
import re

from playwright.async_api import Locator, Route, expect

from protocol.emoji import canonical_emoji
from scripts.emoji import TONES, with_tone
from tests.pages.test_message_details import edit, react
from tests.pages.test_message_editing import at_work, go_offline, go_online, open_menu
from tests.pages.test_message_menu import item
from tests.support.axe import barriers
from tests.support.factories import MakePerson, OpenTab
from tests.support.guest import Guest
from tests.support.server import ROOT, Server
from tests.support.waiting import eventually


def picker(guest: Guest) -> Locator:
    return guest.page.locator("#emoji-picker:popover-open")


def popup_of(guest: Guest) -> Locator:
    return guest.page.locator("#readers")


async def test_the_picker_is_searched_and_remembers(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna = await person("anna")
    room_id = await anna.create_room()
    for text in ("one", "two"):
        await anna.post(room_id, text)
    guest = await at_work(tab, anna, shared_server, room_id)
    await guest.message("one").hover()
    await guest.page.locator("#m1").get_by_role("button", name="React", exact=True).click()
    search = picker(guest).get_by_role("searchbox")
    await expect(search).to_be_focused()
    await expect(picker(guest).locator(".emoji-choice")).not_to_have_count(6)
    for words, found in (("party pop", "🎉"), ("ёжик", "🦔"), ("еж", "🦔"), (":tada:", "🎉")):
        await search.fill(words)
        await expect(picker(guest).locator(f".emoji-choice[value='{found}']")).to_be_visible()
    # It is placed before the emoji have come: whatever is in it, it is as high.
    height = "element => element.offsetHeight"
    before = await picker(guest).evaluate(height)
    await search.fill("nothing at all")
    await expect(picker(guest).get_by_role("status")).to_have_text("Nothing found")
    assert await picker(guest).evaluate(height) == before
    await search.fill("hedgehog")
    await search.press("Enter")
    await expect(picker(guest)).to_have_count(0)
    await expect(guest.page.locator("#m1 .reaction")).to_have_attribute("aria-pressed", "true")
    # It is the first one the next time.
    await open_menu(guest, "two")
    await guest.page.keyboard.press("Enter")
    await expect(search).to_be_focused()
    await guest.page.keyboard.press("ArrowDown")
    await expect(guest.page.locator(".emoji-choice:focus")).to_have_accessible_name("hedgehog")
    await guest.page.keyboard.press("ArrowRight")
    await expect(guest.page.locator(".emoji-choice:focus")).to_have_attribute("value", "👍")
    await guest.page.keyboard.press("Enter")
    await expect(guest.page.locator("#m2 .reaction")).to_contain_text("👍")
    await expect(guest.page.locator("#m2 .post")).to_be_focused()


async def test_escape_leaves_the_picker(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna = await person("anna")
    room_id = await anna.create_room()
    await anna.post(room_id, "one")
    guest = await at_work(tab, anna, shared_server, room_id)
    await open_menu(guest, "one")
    await item(guest, "React").click()
    await expect(picker(guest)).to_be_visible()
    assert await barriers(guest.page) == []
    await guest.page.keyboard.press("Escape")
    await expect(picker(guest)).to_have_count(0)
    await expect(guest.page.locator("#m1 .post")).to_be_focused()


async def test_emoji_that_came_cut_off_are_fetched_again(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna = await person("anna")
    room_id = await anna.create_room()
    await anna.post(room_id, "one")
    guest = await at_work(tab, anna, shared_server, room_id)

    async def cut(route: Route) -> None:
        await route.fulfill(body='{"groups": [{"en": "Smi', content_type="application/json")

    await guest.page.route("**/emoji*.json", cut, times=1)
    await open_menu(guest, "one")
    await item(guest, "React").click()
    await expect(picker(guest).get_by_role("status")).to_contain_text("No connection")
    await guest.page.keyboard.press("Escape")
    await open_menu(guest, "one")
    await item(guest, "React").click()
    await picker(guest).get_by_role("searchbox").fill("hedgehog")
    await expect(picker(guest).locator(".emoji-choice[value='🦔']")).to_be_visible()


async def test_a_press_adds_mine_or_takes_it_away(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris = await person("anna"), await person("boris")
    room_id = await anna.create_room(boris)
    await anna.post(room_id, "one")
    await react(boris, room_id, 1, "🎉")
    guest = await at_work(tab, anna, shared_server, room_id)
    party = guest.page.locator("#m1 .reaction")
    count = party.locator(".reaction-count")
    await party.click()
    await expect(count).to_have_text("2")
    await expect(party).to_have_attribute("aria-pressed", "true")
    await party.press("Enter")
    await expect(count).to_have_text("1")
    # Without a network it is shown at once, and done later.
    await go_offline(guest)
    await party.click()
    await expect(count).to_have_text("2")
    await go_online(guest)
    other = await at_work(tab, boris, shared_server, room_id)
    await expect(other.page.locator("#m1 .reaction-count")).to_have_text("2")
    await open_menu(other, "one")
    await item(other, "Who has reacted").click()
    readers = other.page.locator("#readers li")
    await expect(readers).to_contain_text(f"🎉{boris.username}, {anna.username}")


async def test_whom_one_has_blocked_is_counted_only(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris, clara = [await person(name) for name in ("anna", "boris", "clara")]
    room_id = await anna.create_room(boris, clara)
    await anna.post(room_id, "one")
    for each in (boris, clara):
        await react(each, room_id, 1, "🎉")
    guest = await at_work(tab, anna, shared_server, room_id)
    party = guest.page.locator("#m1 .reaction")
    await party.hover()
    await expect(party).to_have_attribute("title", f"{boris.username}, {clara.username}")
    await anna.http.put(f"/api/blocks/{boris.id}")
    await expect(guest.member(boris)).to_have_attribute("data-blocked", "")
    await party.focus()
    await expect(party).to_have_attribute("title", f"{clara.username}, …")
    await expect(party.locator(".reaction-count")).to_have_text("2")


async def test_earlier_versions_show_what_was_changed(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris = await person("anna"), await person("boris")
    room_id = await anna.create_room(boris)
    await anna.post(room_id, "we meet at five today")
    await boris.http.post(f"/rooms/{room_id}/read")
    guest = await at_work(tab, anna, shared_server, room_id)
    await guest.composer.press("ArrowUp")
    await expect(guest.composer).to_have_value("we meet at five today")
    await guest.say("we meet at six today, all")
    await guest.sees("we meet at six today, all")
    await guest.page.locator("#m1 .edited").click()
    popup = popup_of(guest)
    await expect(popup.locator("h2")).to_have_text("Earlier versions")
    await expect(popup.locator("del")).to_have_text(["five", "today"])
    await expect(popup.locator("ins")).to_have_text(["six", "today, all"])
    assert await barriers(guest.page) == []
    # Their author erases them, when they are sure of it.
    erase = popup.get_by_role("button", name="Erase earlier versions")
    dialog = guest.page.get_by_role("dialog", name="Erase earlier versions?")
    for answer, kept in (("Cancel", 1), ("Erase", 0)):
        await erase.click()
        assert await barriers(guest.page) == []
        await dialog.get_by_role("button", name=answer).click()
        await expect(guest.page.locator("#sure-erase")).to_have_count(0)
        await expect(guest.page.locator("#m1 .post")).to_be_focused()
        said = guest.page.locator("#toast")
        await expect(said).to_have_text("" if kept else "Earlier versions have been erased")
        found = (await boris.http.get(f"/api/rooms/{room_id}/messages/1/versions")).json()
        assert len(found["versions"]) == kept
        await guest.page.locator("#m1 .edited").click()
        await expect(popup.locator("li")).to_have_count(kept)
        await expect(erase).to_have_count(kept)
    other = await at_work(tab, boris, shared_server, room_id)
    await edit(anna, room_id, 1, "we meet at seven")
    await other.sees("we meet at seven")
    await other.page.locator("#m1 .edited").click()
    await expect(popup_of(other).locator("li")).to_have_count(1)
    await expect(popup_of(other).get_by_role("button")).to_have_count(0)


async def test_a_quote_leads_to_the_message_and_back(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna = await person("anna")
    room_id = await anna.create_room()
    await anna.post(room_id, "the first")
    for number in range(70):
        await anna.post(room_id, f"message {number}")
    await anna.http.post(f"/rooms/{room_id}/", data={"message": "a reply", "reply_to": 1})
    guest = await at_work(tab, anna, shared_server, room_id)
    await guest.message("a reply").locator(".quote").click()
    await expect(guest.page.locator("#m1 .post")).to_be_focused()
    await expect(guest.page.locator("#m1")).to_be_in_viewport()
    await guest.page.get_by_role("button", name="Back to the reply").click()
    await expect(guest.message("a reply")).to_be_in_viewport()
    await expect(guest.message("a reply").locator(".post")).to_be_focused()


def test_everything_in_the_picker_can_be_a_reaction() -> None:
    groups = json.loads((ROOT / "static/data/emoji.json").read_text())["groups"]
    rows = [row.split("|") for group in groups for row in group["emoji"]]
    assert len(rows) > 1_900
    assert {len(row) for row in rows} == {6}
    assert [row[0] for row in rows if canonical_emoji(row[0]) != row[0]] == []
    # All but two have a name that is Russian: those are called CD and DVD there, too.
    assert [row[0] for row in rows if not re.search("[а-я]", row[2])] == ["💿", "📀"]
    assert all(re.search("[а-я]", row[3]) for row in rows if row[0] in "💿📀")
    assert {"👍", "👌", "⭐"} < {row[0] for row in rows}
    toned = [with_tone(row[0], tone) for row in rows if row[5] == "t" for tone in TONES]
    assert {"👍🏿", "☝🏻", "🕵🏽‍♀️", "🧑🏼‍🤝‍🧑🏼"} < set(toned)
    assert [each for each in toned if canonical_emoji(each) != each] == []


async def test_a_tone_of_skin_is_chosen_and_remembered(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna = await person("anna")
    room_id = await anna.create_room()
    await anna.post(room_id, "one")
    guest = await at_work(tab, anna, shared_server, room_id)
    await open_menu(guest, "one")
    await item(guest, "React").click()
    window, keyboard = picker(guest), guest.page.keyboard
    await expect(window.get_by_role("radio", name="Default skin tone")).to_be_checked()
    await expect(window.locator(".emoji-choice")).not_to_have_count(6)
    # By keyboard: the arrows of the tones are theirs.
    await keyboard.press("Tab")
    await keyboard.press("Tab")
    await expect(window.get_by_role("radio", name="Default skin tone")).to_be_focused()
    await keyboard.press("ArrowRight")
    await keyboard.press("ArrowDown")
    await expect(window.get_by_role("radio", name="Medium-light skin tone")).to_be_checked()
    assert await barriers(guest.page) == []
    search = window.get_by_role("searchbox")
    for words, found in (("index pointing up", "☝🏼"), ("detective", "🕵🏼"), ("hedgehog", "🦔")):
        await search.fill(words)
        await expect(window.locator(f".emoji-choice[value='{found}']")).to_be_visible()
    await search.fill("holding hands")
    await window.locator(".emoji-choice[value='🧑🏼‍🤝‍🧑🏼']").click()
    await expect(guest.page.locator("#m1 .reaction")).to_contain_text("🧑🏼‍🤝‍🧑🏼")

    async def stored() -> bool:
        (message,) = await anna.messages(room_id)
        return [each["emoji"] for each in message.get("reactions", ())] == ["🧑🏼‍🤝‍🧑🏼"]

    await eventually(stored, "the reaction in its tone")
    # After a reload, in the picker and in what is written.
    await guest.enter(room_id)
    await open_menu(guest, "one")
    await guest.page.keyboard.press("Enter")
    recent = picker(guest).locator(".emoji-choice").first
    await expect(recent).to_have_attribute("value", "🧑🏼‍🤝‍🧑🏼")
    await expect(recent).to_have_accessible_name("people holding hands")
    await keyboard.press("Escape")
    await guest.composer.press_sequentially(":wave:")
    await expect(guest.composer).to_have_value("👋🏼")
