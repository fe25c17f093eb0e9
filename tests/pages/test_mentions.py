"""Mentions in the timeline: mine are marked, others are shown with their names, live and anew."""

import re

import pytest
from playwright.async_api import expect

from tests.pages.test_message_details import drawn, edit, react
from tests.pages.test_message_editing import at_work
from tests.support.axe import barriers
from tests.support.factories import MakePerson, OpenTab
from tests.support.guest import Guest
from tests.support.server import Server

MARKED = re.compile(r"\bmentions-me\b")


async def test_live_and_anew_they_are_marked_alike(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris, vera = [await person(name) for name in ("anna", "boris", "vera")]
    stranger = await person("stranger")
    await vera.http.patch("/api/profile", json={"display_name": "Вера <Б>"})
    room_id = await anna.create_room(boris, vera)
    guest = await at_work(tab, anna, shared_server, room_id)
    page = guest.page
    me, other = f"@{anna.username}", f"@{vera.username}"
    texts = [
        f"@-{me.upper()}, and {other}. & so on",
        f"**{me}** and `{other}`, {other}",
        f"@{stranger.username} and mail{me}",
        f"see https://example.org/{other} {other}",
        "hello @all",
        f"```\n{me}\n``` nobody",
        f"~~~\n{me}\n~~~",
    ]
    for text in texts:
        await boris.post(room_id, text)
    await expect(guest.messages).to_have_count(len(texts))

    async def shown() -> list[list[str]]:
        found: list[list[str]] = await guest.messages.evaluate_all(
            """items => items.map(item => [...item.querySelectorAll('.mention')].map(
                each => `${each.textContent}|${each.title}|${each.matches('.me')}`))"""
        )
        return found

    expected = [
        [f"{me.upper()}|{anna.username}|true", f"{other}|Вера <Б>|false"],
        [f"{me}|{anna.username}|true", f"{other}|Вера <Б>|false"],
        [],
        [f"{other}|Вера <Б>|false"],
        ["@all|Everybody in the room|true"],
        [],
        [],
    ]
    marked = [1, 2, 5, 7]
    await expect(page.locator("#m5")).to_have_class(MARKED)
    assert await shown() == expected
    for number in range(1, len(texts) + 1):
        count = int(number in marked)
        await expect(page.locator(f"#m{number}.mentions-me .mention-mark")).to_have_count(count)
    await expect(page.locator("#m1 .text")).to_have_text(texts[0])
    await expect(page.locator("#m1 .post")).to_have_accessible_name(
        re.compile(f"^{boris.username}, .+, mentions you$", re.IGNORECASE)
    )
    # A read mark is on its way for a while after what it marks is seen.
    await expect(page.locator(f"#m{len(texts)}")).to_have_attribute("data-read", "true")
    live = await drawn(guest)
    await guest.enter(room_id)
    assert await shown() == expected
    assert await drawn(guest) == live
    # What is done to them leaves them as they are.
    for number in (1, 2):
        await react(boris, room_id, number, "🎉")
        await expect(page.locator(f"#m{number} .reaction")).to_have_count(1)
    assert await shown() == expected
    await expect(page.locator("#m2 .text.rich strong")).to_have_text(me)
    # An edit takes them away, and adds them.
    await edit(boris, room_id, 1, "nobody")
    await edit(boris, room_id, 6, f"you, {me}?")
    await expect(page.locator("#m6")).to_have_class(MARKED)
    await expect(page.locator("#m6 .mention.me")).to_have_text(me)
    await expect(page.locator("#m1")).not_to_have_class(MARKED)
    await expect(page.locator("#m1 .mention, #m1 .mention-mark")).to_have_count(0)
    # My own words about myself call nobody.
    await guest.say(f"I, {me}")
    await guest.sees(f"I, {me}")
    await expect(guest.messages.last.locator(".mention")).to_have_class("mention me")
    await expect(guest.messages.last).not_to_have_class(MARKED)
    page_of_one = await anna.http.get(f"/rooms/{room_id}/messages/2")
    assert f'<span class="mention me" title="{anna.username}"' in page_of_one.text


async def test_who_has_left_is_named_still(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    """Live, after a reload, on other pages, and where something is done to the message."""
    anna, boris, vera = [await person(name) for name in ("anna", "boris", "vera")]
    await vera.http.patch("/api/profile", json={"display_name": "Вера"})
    room_id = await anna.create_room(boris, vera)
    guest = await at_work(tab, anna, shared_server, room_id)
    name = f"@{vera.username}"
    await boris.post(room_id, f"**hello** {name}")
    chip = guest.page.locator("#m1 .mention")
    await expect(chip).to_have_attribute("title", "Вера")
    await vera.remove_member(room_id, vera.id)
    await guest.page.locator(".event").wait_for()
    for emoji in "🎉👀":
        await react(boris, room_id, 1, emoji)
        await expect(guest.page.locator("#m1 .reaction").filter(has_text=emoji)).to_have_count(1)
        # Of who is not here no more is shown than the message says.
        await expect(chip).to_have_text(name)
        await expect(chip).to_have_attribute("title", vera.username)
        await guest.enter(room_id)
        await expect(chip).to_have_attribute("title", vera.username)
    page = await anna.http.get(f"/rooms/{room_id}/messages/1")
    assert f'<span class="mention" title="{vera.username}"' in page.text
    # Whoever is not in the room any more is not mentioned anew.
    await boris.post(room_id, f"bye {name}")
    await guest.sees(f"bye {name}")
    await expect(guest.page.locator("#m2 .mention")).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_marks_can_be_read(
    scheme: str, tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris = await person("anna"), await person("boris")
    room_id = await anna.create_room(boris)
    for author in (anna, boris):
        await author.post(room_id, f"@{anna.username} @{boris.username} @all")
    window = await tab(shared_server, color_scheme=scheme)
    guest = await Guest.of(window, anna)
    await guest.enter(room_id)
    await expect(guest.page.locator(".mention")).to_have_count(6)
    assert await barriers(guest.page) == []
    # Where colours are forced, mine still have another ground, and others an edge.
    await guest.page.emulate_media(forced_colors="active")
    ground = "each => getComputedStyle(each).backgroundColor"
    mine = await guest.page.locator("#m2 .mention.me").first.evaluate(ground)
    chip = guest.page.locator("#m2 .mention:not(.me)")
    assert mine != await chip.evaluate(ground)
    await expect(chip).to_have_css("outline-style", "solid")
