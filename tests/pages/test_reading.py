"""Reading: whose words these are, and that they stay where they are read."""

from datetime import timedelta

from playwright.async_api import expect

from tests.support.archive import fill
from tests.support.factories import MakePerson, OpenTab, StartServer
from tests.support.guest import Guest
from tests.support.server import Server

# The ids of the messages above which their author is named.
NAMED = """items => items.filter(item => !item.matches('.continued'))
    .map(item => Number(item.dataset.messageId))"""


async def named(guest: Guest) -> list[int]:
    found: list[int] = await guest.messages.evaluate_all(NAMED)
    return found


async def test_a_long_run_names_its_author_again(
    server: StartServer, tab: OpenTab, person: MakePerson, sqlite_url: str
) -> None:
    node = await server(DATABASE_URL=sqlite_url)
    anna, boris = await person("anna", on=node), await person("boris", on=node)
    room_id = await anna.create_room(boris)
    await fill(sqlite_url, room_id, [boris.id], 120, timedelta(seconds=1))
    await anna.http.post(f"/rooms/{room_id}/read")
    guest = await Guest.of(await tab(node), anna)
    await guest.enter(room_id)
    assert await guest.ids() == list(range(71, 121))
    assert await named(guest) == [71, 80, 90, 100, 110, 120]
    # What is loaded later makes one run of both pages, and renames nothing in between.
    for top in (71, 21):
        await guest.page.locator(f"#m{top}").scroll_into_view_if_needed()
    await expect(guest.page.locator("#m1")).to_be_attached()
    assert await named(guest) == [1, *range(10, 121, 10)]
    # What is said now goes on with it; a short run is not split by a number.
    for number in range(121, 132):
        author = anna if number in (126, 129) else boris
        await author.post(room_id, f"message {number}")
    await guest.sees("message 131")
    assert await named(guest) == [1, *range(10, 121, 10), 126, 127, 129, 130]
    plain = await Guest.of(await tab(node, java_script_enabled=False), anna)
    await plain.page.goto(f"/rooms/{room_id}/?before=121")
    assert await named(plain) == [71, 80, 90, 100, 110, 120]


async def test_a_permalink_names_the_author(
    server: StartServer, tab: OpenTab, person: MakePerson, sqlite_url: str
) -> None:
    node = await server(DATABASE_URL=sqlite_url)
    anna, boris = await person("anna", on=node), await person("boris", on=node)
    room_id = await anna.create_room(boris)
    await fill(sqlite_url, room_id, [boris.id], 60, timedelta(seconds=1))
    link = f"{node.url}/rooms/{room_id}/?at=33"
    await boris.post(room_id, f"first {link} and {link[:-2]}28")
    for scripts in (True, False):
        guest = await Guest.of(await tab(node, java_script_enabled=scripts), anna)
        await guest.page.goto(f"/rooms/{room_id}/?at=27")
        author = guest.page.locator("#m27 .author")
        await expect(author).to_be_in_viewport(ratio=1)
        await expect(author).to_have_text(boris.username)
        assert await author.evaluate("e => e.getBoundingClientRect().height") > 10
    # On the page itself too: and what is not pointed at any more is as it was.
    guest = await Guest.of(await tab(node), anna)
    await anna.http.post(f"/rooms/{room_id}/read")
    await guest.enter(room_id)
    before = await named(guest)
    links = guest.message(f"first {link} and {link[:-2]}28").locator(".text a")
    await links.first.click()
    await expect(guest.page.locator("#m33 .author")).to_be_in_viewport(ratio=1)
    assert await named(guest) == sorted([*before, 33])
    await links.last.click()
    await expect(guest.page.locator("#m28 .author")).to_be_in_viewport(ratio=1)
    assert await named(guest) == sorted([*before, 28])


async def test_what_is_read_stays_where_it_is(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris = await person("anna"), await person("boris")
    room_id = await anna.create_room(boris)
    for number in range(1, 41):
        await boris.post(room_id, f"message {number}")
    await anna.http.post(f"/rooms/{room_id}/read")
    guest = await Guest.of(await tab(shared_server), anna)
    await guest.enter(room_id)
    place = guest.page.locator("#m12")
    await place.scroll_into_view_if_needed()
    top = "e => e.getBoundingClientRect().top"
    before = await place.evaluate(top)
    # A line's height is no whole number of pixels, and what is scrolled is.
    height = await guest.page.locator("#m40").evaluate("e => e.getBoundingClientRect().height")
    assert height % 1
    drifts = []
    for number in range(41, 81):
        await boris.post(room_id, f"message {number}")
        await guest.sees(f"message {number}")
        drifts.append(abs(await place.evaluate(top) - before))
    assert max(drifts) < 1, drifts


async def test_typing_is_not_read_aloud(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris = await person("anna"), await person("boris")
    room_id = await anna.create_room(boris)
    guest = await Guest.of(await tab(shared_server), anna)
    await guest.enter(room_id)
    chat = await boris.connect(room_id)
    await chat.send({"type": "typing", "is_typing": True})
    await expect(guest.typing).to_contain_text(boris.username)
    # It can be found by who looks for it; it is no live region, nor in one.
    live = "[aria-live]:not([aria-live=off]), [role=status], [role=alert], [role=log], output"
    assert await guest.typing.evaluate(f"e => e.closest('{live}')") is None


async def test_the_line_above_what_is_new_is_heard(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris = await person("anna"), await person("boris")
    room_id = await anna.create_room(boris)
    for number in range(1, 5):
        await boris.post(room_id, f"message {number}")
        if number == 2:
            await anna.http.post(f"/rooms/{room_id}/read")
    guest = await Guest.of(await tab(shared_server, locale="en"), anna)
    await guest.enter(room_id)
    line = (await guest.page.locator("li.unread-line").inner_text()).strip()
    assert line
    await guest.page.keyboard.press("Shift+Tab")
    for number, heard in (
        (4, "message 4"),
        (3, f"{line} , message 3"),
        (2, "message 2"),
        (1, "Today , message 1"),
    ):
        post = guest.page.locator(f"#m{number} .post")
        await expect(post).to_be_focused()
        await expect(post).to_have_accessible_description(heard)
        await guest.page.keyboard.press("ArrowUp")
