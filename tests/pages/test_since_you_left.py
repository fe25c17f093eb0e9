"""The fold that tells what has changed since one was last in the room."""

import re

from playwright.async_api import expect

from tests.pages.test_message_details import delete, edit, react
from tests.support.axe import barriers
from tests.support.factories import MakePerson, OpenTab
from tests.support.guest import Guest
from tests.support.person import Person
from tests.support.server import Server
from tests.support.waiting import eventually


async def changed_room(anna: Person, boris: Person) -> int:
    """Return a room that has changed since Anna has read it."""
    room_id = await anna.create_room(boris)
    for text in ("we meet at five today", "something else", "teh soup"):
        await boris.post(room_id, text)
    await anna.post(room_id, "mine")
    await anna.http.post(f"/rooms/{room_id}/read")
    await edit(boris, room_id, 1, "we meet at six today")
    await delete(boris, room_id, 2)
    await edit(boris, room_id, 3, "the soup")
    await boris.http.delete(f"/api/rooms/{room_id}/messages/3/versions")
    await react(boris, room_id, 4, "🎉")
    await react(boris, room_id, 4, "👍")
    return room_id


async def test_fold_at_the_end_is_gone_once_it_was_seen(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris = await person("anna"), await person("boris")
    room_id = await changed_room(anna, boris)
    guest = await Guest.of(await tab(shared_server, locale="en"), anna)
    await guest.enter(room_id)
    page = guest.page
    fold = page.locator("#messages > #since")
    summary = fold.locator("summary")
    await expect(summary).to_have_text("Since you left: 2 edited, 1 deleted, 2 reactions to yours")
    assert await fold.evaluate("fold => fold.previousElementSibling.id") == "m4"
    await summary.press("Enter")
    await expect(fold.locator("details")).to_have_attribute("open", "")
    await expect(summary).to_be_in_viewport()
    assert await barriers(page) == []
    items = fold.locator("ul li")
    await expect(items).to_have_count(4)
    await expect(items.nth(0).locator("del")).to_have_text("five")
    await expect(items.nth(0).locator("ins")).to_have_text("six")
    await expect(items.nth(0)).to_contain_text("we meet at fivesix today")
    await expect(items.nth(1)).to_contain_text("the soup")
    await expect(items.nth(1).locator("del, ins")).to_have_count(0)
    await expect(items.nth(2)).to_contain_text(boris.username)
    await expect(items.nth(3)).to_have_text(
        re.compile(rf"mine\s+🎉\s+{boris.username}\s+👍\s+{boris.username}")
    )
    await boris.post(room_id, "what is said now")
    await guest.sees("what is said now")
    assert await fold.evaluate("fold => fold.nextElementSibling.id") == "m5"
    # While the end is in view.
    await eventually(lambda: is_told(anna, room_id, 0), "the fold to have been seen")
    await items.nth(0).locator("a").click()
    await expect(page.locator("#m1")).to_have_class(re.compile("highlighted"))
    # What happens before one's eyes is seen as well.
    await react(boris, room_id, 4, "👀")
    await expect(page.locator("#m4 .reaction")).to_have_count(3)
    await page.locator("#to-newest").click()
    await eventually(lambda: is_told(anna, room_id, 0), "the reaction to have been seen")
    await page.goto("about:blank")
    await react(boris, room_id, 4, "❤️")
    assert await is_told(anna, room_id, 1)


async def is_told(person: Person, room_id: int, count: int) -> bool:
    """Whether the page made now has so many folds."""
    answer = await person.http.get(f"/rooms/{room_id}/")
    return answer.text.count('id="since"') == count


async def test_fold_stands_above_what_is_unread_without_scripts_too(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris = await person("anna"), await person("boris")
    room_id = await changed_room(anna, boris)
    await boris.post(room_id, "new")
    window = await tab(shared_server, locale="ru", java_script_enabled=False)
    guest = await Guest.of(window, anna)
    page = guest.page
    await page.goto(f"/rooms/{room_id}/")
    fold = page.locator("#messages > #since")
    await expect(fold.locator("+ .unread-line + #m5")).to_have_count(1)
    await expect(fold.locator("summary")).to_have_text(
        "Пока вас не было: 2 сообщения изменены, 1 сообщение удалено, 2 реакции на ваши сообщения"
    )
    await fold.locator("summary").click()
    await expect(fold.locator("del")).to_have_text("five")
    await expect(fold.locator("ins")).to_have_text("six")
    await fold.locator("a").first.click()
    await expect(page).to_have_url(re.compile(r"\?at=1$"))
    # Of an older part of the room it tells nothing.
    await page.goto(f"/rooms/{room_id}/?before=3")
    await expect(page.locator("#since")).to_have_count(0)
    await page.goto(f"/rooms/{room_id}/")
    await page.get_by_role("button", name="Отметить всё прочитанным").click()
    await expect(page.locator("#since")).to_have_count(0)
