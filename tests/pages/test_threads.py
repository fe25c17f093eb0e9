"""The pane of a thread, and its page without JavaScript."""

import re

from playwright.async_api import Locator, Route, expect

from tests.pages.test_message_details import delete, edit, react, reply
from tests.pages.test_message_editing import GONE, at_work, go_offline, go_online, open_menu
from tests.pages.test_message_menu import item
from tests.pages.test_resume import sit_down
from tests.support.axe import barriers
from tests.support.factories import MakePerson, OpenTab
from tests.support.guest import Guest
from tests.support.person import Person
from tests.support.server import Server
from tests.support.waiting import eventually

PHONE = {"width": 390, "height": 844}


def pane(guest: Guest) -> Locator:
    return guest.page.locator("dialog.thread")


def texts(guest: Guest) -> Locator:
    return pane(guest).locator(".message .text")


def field(guest: Guest) -> Locator:
    return pane(guest).locator("textarea")


def count(guest: Guest, number: int) -> Locator:
    """How many replies a message has, below it in the timeline."""
    return guest.page.locator(f"#m{number} .replies")


async def begun(person: MakePerson) -> tuple[Person, Person, int]:
    """Two people, and a room in which the second has replied "two" to the first's "one"."""
    anna, boris = await person("anna"), await person("boris")
    room_id = await anna.create_room(boris)
    await anna.post(room_id, "one")
    await react(boris, room_id, 1, "👍")
    await reply(boris, room_id, 1, "two")
    return anna, boris, room_id


async def test_a_thread_beside_the_timeline_in_step_with_it(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris = await person("anna"), await person("boris")
    room_id = await anna.create_room(boris)
    await anna.post(room_id, "soup?")
    await reply(boris, room_id, 1, "yes")
    await boris.post(room_id, "something else")
    guest = await at_work(tab, anna, shared_server, room_id)
    page = guest.page
    await expect(count(guest, 1)).to_have_text("1 reply")
    await reply(boris, room_id, 2, "with bread")
    await expect(count(guest, 1)).to_have_text("2 replies")
    await count(guest, 1).click()
    await expect(texts(guest)).to_have_text(["soup?", "yes", "with bread"])
    await expect(field(guest)).to_be_focused()
    assert await barriers(page) == []

    # What I reply is here and in the timeline, and goes to the thread's first message.
    await field(guest).fill("and butter")
    await field(guest).press("Enter")
    await expect(texts(guest)).to_have_text(["soup?", "yes", "with bread", "and butter"])
    await expect(pane(guest).locator(".message").last).to_have_attribute("data-state", "sent")
    await guest.sees("and butter")
    await expect(page.locator("#m5 .quote-text")).to_have_text("soup?")
    await expect(count(guest, 1)).to_have_text("3 replies")
    # Two of them on a page have not one id.
    assert await page.evaluate("document.querySelectorAll('#m1').length") == 1

    await reply(boris, room_id, 4, "no butter")
    await edit(boris, room_id, 2, "oh yes")
    await react(boris, room_id, 5, "👍")
    await boris.post(room_id, "not of it")
    await expect(texts(guest)).to_have_text(
        ["soup?", "oh yes", "with bread", "and butter", "no butter"]
    )
    await expect(pane(guest).locator(".reaction .emoji")).to_have_text("👍")
    await pane(guest).locator(".reaction").click()
    await expect(page.locator("#m5 .reaction-count")).to_have_text("2")
    await delete(boris, room_id, 4)
    await expect(texts(guest).nth(2)).to_have_text("Message deleted")
    await expect(count(guest, 1)).to_have_text("3 replies")

    await page.keyboard.press("Escape")
    await expect(pane(guest)).to_have_count(0)
    await expect(count(guest, 1)).to_be_focused()
    # Without its address, and the id that it has while it is part of what is read aloud.
    html = "link => link.outerHTML.replace(/ (href=[^ >]*|id=[^ >]*)/g, '')"
    live = await count(guest, 1).evaluate(html)
    await page.reload()
    await guest.online()
    again = await count(guest, 1).evaluate(html)
    assert again == live


async def test_by_keyboard_and_menu(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris, room_id = await begun(person)
    await boris.post(room_id, "alone")
    guest = await at_work(tab, anna, shared_server, room_id)
    page = guest.page
    await open_menu(guest, "alone")
    await expect(item(guest, "Show the thread")).to_be_hidden()
    await page.keyboard.press("Escape")
    # Of a reply it is the thread that it is in.
    await open_menu(guest, "two")
    await item(guest, "Show the thread").press("Enter")
    await expect(texts(guest)).to_have_text(["one", "two"])
    await expect(field(guest)).to_be_focused()
    await pane(guest).locator(".message").last.locator(".post").focus()
    await page.keyboard.press("ArrowUp")
    await expect(pane(guest).locator(".message").first.locator(".post")).to_be_focused()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(item(guest, "Show the thread")).to_be_hidden()
    await item(guest, "Reply").press("Enter")
    await expect(field(guest)).to_be_focused()
    await expect(field(guest)).to_have_attribute("placeholder", f"Reply to {boris.username}")
    await field(guest).fill("three")
    await field(guest).press("Enter")
    await expect(page.locator("#m4 .quote-text")).to_have_text("two")
    await expect(texts(guest)).to_have_text(["one", "two", "three"])
    # What is being written waits for the next time.
    await field(guest).fill("half a sen")
    await page.keyboard.press("Escape")
    await expect(page.locator("#m2 .post")).to_be_focused()
    await count(guest, 1).click()
    await expect(field(guest)).to_have_value("half a sen")


async def test_offline_and_after_a_break(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris, room_id = await begun(person)
    guest = await at_work(tab, anna, shared_server, room_id)
    await count(guest, 1).click()
    await expect(texts(guest)).to_have_text(["one", "two"])
    await go_offline(guest)
    await field(guest).fill("offline")
    await field(guest).press("Enter")
    last = pane(guest).locator(".message").last
    await expect(last.locator(".text")).to_have_text("offline")
    await expect(last).to_have_attribute("data-state", "pending")
    await reply(boris, room_id, 1, "meanwhile")
    await delete(boris, room_id, 2)
    await go_online(guest)
    await expect(texts(guest)).to_have_text(["one", "Message deleted", "meanwhile", "offline"])
    await expect(last).to_have_attribute("data-state", "sent")
    await expect(count(guest, 1)).to_have_text("2 replies")


async def test_long_threads_come_in_pages_and_lose_their_first_message(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna = await person("anna")
    room_id = await anna.create_room()
    await anna.post(room_id, "root")
    chat = await anna.connect(room_id)
    for number in range(60):
        text = f"reply {number}"
        await chat.send({"type": "chat_message", "message": text, "reply_to": 1})
    await chat.expect("message_sent", message="reply 59")
    await delete(anna, room_id, 1)
    guest = await at_work(tab, anna, shared_server, room_id)
    await open_menu(guest, "reply 59")
    await item(guest, "Show the thread").click()
    await expect(texts(guest)).to_have_count(51)
    await expect(texts(guest).first).to_have_text("Message deleted")
    await expect(pane(guest).locator(".message").last).to_be_in_viewport()
    await pane(guest).get_by_role("button", name="Earlier replies").click()
    await expect(texts(guest)).to_have_text(
        ["Message deleted", *(f"reply {number}" for number in range(60))]
    )
    await expect(pane(guest).get_by_role("button", name="Earlier replies")).to_have_count(0)
    # The first one is gone: what is replied is to the last one that is not.
    await field(guest).fill("goes on")
    await field(guest).press("Enter")
    await expect(guest.page.locator("#m62 .quote-text")).to_have_text("reply 59")


async def test_on_a_phone_it_covers_the_page(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, _, room_id = await begun(person)
    window = await tab(
        shared_server,
        viewport=PHONE,
        has_touch=True,
        is_mobile=True,
        locale="ru",
        color_scheme="dark",
    )
    window.allow(GONE)
    guest = await Guest.of(window, anna)
    await guest.enter(room_id)
    await expect(count(guest, 1)).to_have_text("1 ответ")
    await count(guest, 1).tap()
    await expect(texts(guest)).to_have_text(["one", "two"])
    box = await pane(guest).bounding_box()
    assert box == {"x": 0, "y": 0, **PHONE}
    await expect(pane(guest).get_by_role("heading", name="Ветка")).to_be_focused()
    assert await barriers(guest.page) == []
    await expect(guest.page.locator("#composer")).to_have_attribute("inert", "")
    await field(guest).fill("три")
    await pane(guest).locator(".send").tap()
    await expect(texts(guest)).to_have_text(["one", "two", "три"])
    await pane(guest).get_by_role("button", name="Закрыть").tap()
    await expect(pane(guest)).to_have_count(0)
    await expect(guest.page.locator("#composer")).not_to_have_attribute("inert", "")
    await guest.sees("три")


async def test_blocked_people_are_folded_there_too(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris, room_id = await begun(person)
    guest = await at_work(tab, anna, shared_server, room_id)
    await count(guest, 1).click()
    await expect(texts(guest)).to_have_text(["one", "two"])
    await anna.http.put(f"/api/blocks/{boris.id}")
    await expect(pane(guest).locator(".folded summary")).to_have_count(1)
    await expect(texts(guest).last).to_be_hidden()


async def test_by_pages_without_scripts(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris = await person("anna"), await person("boris")
    room_id = await anna.create_room(boris)
    await anna.post(room_id, "root")
    for number in range(60):
        await reply(boris, room_id, 1, f"reply {number}")
    window = await tab(shared_server, locale="en", java_script_enabled=False)
    window.allow("422|410")
    guest = await Guest.of(window, anna)
    page = guest.page
    await page.goto(f"/rooms/{room_id}/?before=20")
    await count(guest, 1).click()
    shown = page.locator(".message .text")
    await expect(shown).to_have_count(51)
    await expect(shown.last).to_have_text("reply 59")
    await page.get_by_role("link", name="Earlier replies").click()
    await expect(shown).to_have_text(["root", *(f"reply {number}" for number in range(10))])
    await page.get_by_role("link", name="Later replies").click()
    await expect(shown).to_have_count(51)
    for beyond in ("before=1", "after=61"):  # There are replies, only not there.
        await page.goto(f"/rooms/{room_id}/messages/1/thread?{beyond}")
        await expect(shown).to_have_text(["root"])
        await expect(page.get_by_text("There are no replies yet")).to_have_count(0)
        await page.get_by_role("link", name="Show the thread").click()
        await expect(shown).to_have_count(51)
    await page.get_by_label("Your text").fill(" ")
    await page.get_by_role("button", name="Send").click()
    await expect(page.locator(".form-error")).to_be_visible()
    await page.get_by_label("Your text").fill("by a form")
    await page.get_by_role("button", name="Send").click()
    await expect(page).to_have_url(re.compile(r"/messages/1/thread#end$"))
    await expect(shown.last).to_have_text("by a form")
    assert (await anna.messages(room_id, limit=1))[0]["thread"] == 1

    async def is_read() -> bool:
        return await page.get_by_role("link", name="Back to the conversation").is_visible()

    await eventually(is_read, "the way back")


async def test_what_comes_while_a_thread_is_fetched_and_after_a_long_break(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris = await person("anna"), await person("boris")
    room_id = await anna.create_room(boris)
    await anna.post(room_id, "root")
    chat = await anna.connect(room_id)
    for number in range(55):
        text = f"reply {number}"
        await chat.send({"type": "chat_message", "message": text, "reply_to": 1})
    await chat.expect("message_sent", message="reply 54")
    guest, stream = await sit_down(tab, shared_server, anna, room_id)

    async def fetch_late(route: Route) -> None:
        answer = await route.fetch()
        await reply(boris, room_id, 1, "meanwhile")
        await guest.sees("meanwhile")
        await route.fulfill(response=answer)

    await guest.page.route("**/thread", fetch_late, times=1)
    await open_menu(guest, "reply 54")
    await item(guest, "Show the thread").click()
    await expect(texts(guest).last).to_have_text("meanwhile")
    await expect(texts(guest)).to_have_count(52)
    # What was missed may be more than a page: the pane begins with the last one anew.
    change = (await anna.changes(room_id, limit=1_000))["change"]
    async with guest.page.expect_response("**/thread"):
        stream.tell(type="error", code="too_far_behind", message="")
        stream.tell(type="ready", user_id=anna.id, revision=57, change=change)
    await reply(boris, room_id, 1, "afterwards")
    await expect(texts(guest).last).to_have_text("afterwards")
    await pane(guest).get_by_role("button", name="Earlier replies").click()
    await expect(texts(guest)).to_have_text(
        ["root", *(f"reply {number}" for number in range(55)), "meanwhile", "afterwards"]
    )
