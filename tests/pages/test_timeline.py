"""Where a room opens, what moves and what does not, and how much of it a page holds."""

import asyncio
import re
from datetime import timedelta

from playwright.async_api import Route, expect

from tests.support.archive import fill
from tests.support.factories import MakePerson, OpenTab, StartServer
from tests.support.guest import Guest
from tests.support.server import Server
from tests.support.waiting import eventually
from tests.support.wire import Wire

HISTORY = re.compile(r"/api/rooms/\d+/messages\?")
MOST = 400


async def scroll(guest: Guest, pixels: int) -> None:
    """Turn the wheel over the messages."""
    await guest.page.locator("#scroller").hover()
    await guest.page.mouse.wheel(0, pixels)


async def distance(guest: Guest) -> float:
    """Return how far the timeline is from its end, in pixels."""
    found: float = await guest.page.evaluate("-document.getElementById('scroller').scrollTop")
    return found


async def test_opens_at_the_first_unread_message(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris = await person("anna"), await person("boris")
    room_id = await anna.create_room(boris)
    for number in range(1, 131):
        await anna.post(room_id, f"message {number}")
        if number == 60:
            await boris.http.post(f"/rooms/{room_id}/read")
    guest = await Guest.of(await tab(shared_server), boris)
    await guest.enter(room_id)
    line = guest.page.locator("li.unread-line")
    await expect(line).to_be_in_viewport()
    await expect(guest.page.locator("li.unread-line + .message")).to_have_id("m61")
    await expect(guest.message("message 61")).to_be_in_viewport()
    await expect(guest.page.locator("#to-newest")).to_be_visible()

    # Reading on loads what is newer, and the others hear how far it went.
    async def at_the_end() -> bool:
        await scroll(guest, 2000)
        return await guest.page.locator("#to-newest").is_hidden()

    await eventually(at_the_end, "the end")
    assert await guest.ids() == list(range(41, 131))

    async def is_read() -> bool:
        return bool((await anna.messages(room_id, limit=1))[-1]["is_read"])

    await eventually(is_read, "the last to be read")
    # The line stays for this visit, and is gone at the next.
    await guest.say("read it all")
    await guest.sees("read it all")
    await expect(line).to_be_attached()
    await guest.enter(room_id)
    await expect(line).to_have_count(0)
    await expect(guest.message("read it all")).to_be_in_viewport()


async def test_stays_at_the_end_only_when_it_is_near(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris = await person("anna"), await person("boris")
    room_id = await anna.create_room(boris)
    for number in range(1, 41):
        await anna.post(room_id, f"message {number}")
    guest = await Guest.of(await tab(shared_server), anna)
    await guest.enter(room_id)
    await scroll(guest, -80)
    await eventually(lambda: is_at(guest, 80), "the wheel to turn")
    await boris.post(room_id, "nearby")
    await expect(guest.message("nearby")).to_be_in_viewport()
    await eventually(lambda: is_at(guest, 0), "the end")

    await scroll(guest, -400)
    await eventually(lambda: is_at(guest, 400), "the wheel to turn")
    before = await height(guest, "message 30")
    for text in ("far", "and further"):
        await boris.post(room_id, text)
    pill = guest.page.locator("#to-newest")
    await expect(pill).to_have_text("2")
    await expect(guest.message("and further")).not_to_be_in_viewport()
    assert abs(await height(guest, "message 30") - before) < 2
    await pill.click()
    await expect(guest.message("and further")).to_be_in_viewport()
    await expect(pill).to_be_hidden()


async def height(guest: Guest, text: str) -> float:
    """Return where on the screen a message is, in pixels from its top."""
    box = await guest.message(text).bounding_box()
    assert box is not None
    return box["y"]


async def is_at(guest: Guest, pixels: int) -> bool:
    """Whether the timeline is so far from its end."""
    return abs(await distance(guest) - pixels) < 2


async def test_ten_thousand_messages(
    server: StartServer, tab: OpenTab, person: MakePerson, sqlite_url: str
) -> None:
    node = await server(DATABASE_URL=sqlite_url)
    anna, boris = await person("anna", on=node), await person("boris", on=node)
    room_id = await anna.create_room(boris)
    await fill(sqlite_url, room_id, [anna.id], 10_000, timedelta(minutes=3))
    guest = await Guest.of(await tab(node, locale="en"), anna)
    await guest.enter(room_id)
    await guest.move_pointer()
    proof = guest.page.locator("#completeness")
    await expect(proof).to_have_text("Complete and current to change 10,000 ✓")

    async def is_full() -> bool:
        await scroll(guest, -4000)
        assert await guest.messages.count() <= MOST
        return await guest.page.locator("#messages[data-partial]").count() > 0

    await eventually(is_full, "the newest to be let go of")

    async def says_what_it_holds() -> bool:
        text, ids = await proof.inner_text(), await guest.ids()
        is_dense = ids == list(range(ids[0], ids[0] + MOST))
        return is_dense and text == f"Messages #{ids[0]} to #{ids[-1]} of 10000"

    await eventually(says_what_it_holds, "a stretch without a hole")
    # What is said now is counted, and there when it is asked for.
    await boris.post(room_id, "over there")
    await expect(guest.page.locator("#to-newest")).to_have_text("1")
    await expect(guest.message("over there")).to_have_count(0)
    await guest.page.locator("#to-newest").click()
    await expect(guest.message("over there")).to_be_in_viewport()
    await expect(proof).to_have_text("Complete and current to change 10,001 ✓")
    # One's own words are always seen.
    await guest.page.goto(f"/rooms/{room_id}/?at=5000")
    await guest.online()
    await guest.say("here I am")
    await guest.sees("here I am")
    await expect(guest.message("here I am")).to_be_in_viewport()
    await guest.page.goto(f"/rooms/{room_id}/?at=5000")
    await guest.online()
    guest.tab.allow("net::ERR_|WebSocket")
    await guest.tab.context.set_offline(offline=True)
    await guest.say("and here")
    await expect(guest.message("and here")).to_have_attribute("data-state", "pending")
    await expect(guest.message("and here")).to_be_in_viewport()


async def test_a_message_has_an_address(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna = await person("anna")
    room_id = await anna.create_room()
    for number in range(1, 131):
        await anna.post(room_id, f"message {number}")
    guest = await Guest.of(await tab(shared_server), anna)
    await guest.page.goto(f"/rooms/{room_id}/?at=40")
    await guest.online()
    await expect(guest.page.locator(".highlighted")).to_have_id("m40")
    await expect(guest.page.locator("#m40")).to_be_in_viewport(ratio=1)
    assert await guest.ids() == list(range(20, 90))
    # On the page itself such an address leads there without another page.
    await guest.page.evaluate("window.isTheSame = true")
    await guest.say(f"see {shared_server.url}/rooms/{room_id}/?at=5")
    await guest.page.locator("#messages .text a").click()
    await expect(guest.page.locator(".highlighted")).to_have_id("m5")
    await expect(guest.page.locator("#m5")).to_be_in_viewport(ratio=1)
    assert await guest.page.evaluate("window.isTheSame")
    # Without a script there are links to what is around.
    plain = await Guest.of(await tab(shared_server, java_script_enabled=False), anna)
    await plain.page.goto(f"/rooms/{room_id}/?at=40")
    await plain.page.locator("#newer").click()
    await expect(plain.messages.first).to_have_id("m90")
    await expect(plain.page.locator("#newer")).to_be_hidden()


async def test_a_hole_is_named_and_mended(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris = await person("anna"), await person("boris")
    room_id = await anna.create_room(boris)
    window = await tab(shared_server, locale="en")
    wire = await Wire.of(window.context)
    guest = await Guest.of(window, anna)
    await guest.enter(room_id)
    await boris.post(room_id, "one")
    await guest.sees("one")
    may_answer = asyncio.Event()

    async def hold(route: Route) -> None:
        await may_answer.wait()
        await route.continue_()

    await guest.page.route(HISTORY, hold)
    wire.is_mute = True
    for text in ("two", "three"):
        await boris.post(room_id, text)
    await eventually(lambda: unmuted(wire, 2), "the frames that are lost")
    await boris.post(room_id, "four")
    await guest.move_pointer()
    proof = guest.page.locator("#completeness")
    await expect(proof).to_have_text("Fetching what is missing: #2 to #4…")
    may_answer.set()
    await expect(proof).to_have_text("Complete and current to change 4 ✓")
    assert await guest.texts() == ["one", "two", "three", "four"]
    await wire.cut()
    await expect(proof).to_contain_text("as far as is known without a connection")


async def test_repair_ends_where_the_page_is_led_away(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris = await person("anna"), await person("boris")
    room_id = await anna.create_room(boris)
    await boris.post(room_id, f"see {shared_server.url}/rooms/{room_id}/?at=60")
    window = await tab(shared_server, locale="en")
    wire = await Wire.of(window.context)
    guest = await Guest.of(window, anna)
    await guest.enter(room_id)
    may_answer = asyncio.Event()

    async def hold(route: Route) -> None:
        await may_answer.wait()
        await route.continue_()

    await guest.page.route(re.compile(r"/messages\?after=1&"), hold)
    wire.is_mute = True
    for number in range(2, 131):
        await boris.post(room_id, f"message {number}")
    await eventually(lambda: unmuted(wire, 129), "the frames that are lost")
    await boris.post(room_id, "the last")
    await guest.move_pointer()
    proof = guest.page.locator("#completeness")
    await expect(proof).to_have_text("Fetching what is missing: #2 to #131…")
    await guest.page.locator("#messages .text a").click()
    await expect(guest.page.locator("#m60")).to_be_in_viewport()
    async with guest.page.expect_response(re.compile(r"/messages\?after=1&")) as late:
        may_answer.set()
    await (await late.value).finished()
    await expect(proof).to_have_text("Messages #40 to #109 of 131")
    # What is said now finds a page that does not follow.
    await boris.post(room_id, "and one more")
    await expect(proof).to_have_text("Messages #40 to #109 of 132")


async def test_more_was_missed_than_is_sent_again(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris = await person("anna"), await person("boris")
    room_id = await anna.create_room(boris)
    window = await tab(shared_server, locale="en")
    wire = await Wire.of(window.context)
    guest = await Guest.of(window, anna)
    await guest.enter(room_id)
    await boris.post(room_id, "before")
    await guest.sees("before")
    await guest.page.evaluate("window.isTheSame = true")
    await wire.cut()
    chat = await boris.connect(room_id)
    for number in range(1, 1002):
        await chat.send({"type": "chat_message", "message": f"message {number}"})
    await chat.expect("message_sent", message="message 1001")
    wire.is_cut = False
    await guest.online()
    # It goes on where it was, and says how much there is to read.
    await expect(guest.page.locator("#to-newest")).to_have_text("99+")
    await expect(guest.message("before")).to_be_in_viewport()
    await guest.page.locator("#to-newest").click()
    await expect(guest.message("message 1001")).to_be_in_viewport()
    await guest.move_pointer()
    proof = guest.page.locator("#completeness")
    await expect(proof).to_have_text("Complete and current to change 1,002 ✓")
    assert await guest.page.evaluate("window.isTheSame")


async def unmuted(wire: Wire, lost: int) -> bool:
    """Let frames through again once so many were kept back."""
    wire.is_mute = wire.kept_back < lost
    return not wire.is_mute


async def test_days_are_those_of_the_reader_and_close_messages_are_one_group(
    server: StartServer, tab: OpenTab, person: MakePerson, sqlite_url: str
) -> None:
    node = await server(DATABASE_URL=sqlite_url)
    anna, boris = await person("anna", on=node), await person("boris", on=node)
    room_id = await anna.create_room(boris)
    await fill(sqlite_url, room_id, [anna.id], 49, timedelta(hours=1))
    zones = ("Pacific/Kiritimati", "Pacific/Pago_Pago")
    guests = [
        await Guest.of(await tab(node, timezone_id=zone, locale="en"), anna) for zone in zones
    ]
    for guest in guests:
        await guest.enter(room_id)
        # Between two messages an hour apart there is a heading exactly where the local day changes.
        wrong = await guest.page.evaluate(
            """() => [...document.querySelectorAll(".message")].filter((item) => {
                const before = item.previousElementSibling;
                const last = document.getElementById(`m${item.dataset.messageId - 1}`);
                const day = (one) => new Date(one.querySelector("time").dateTime).toDateString();
                return before.matches(".day") !== (!last || day(last) !== day(item));
            }).length"""
        )
        assert wrong == 0
        await expect(guest.page.locator(".day h2").last).to_have_text(re.compile("day$"))
    for author in (boris, boris, anna):
        await author.post(room_id, "quickly")
    quick = guests[0].message("quickly")
    await expect(quick).to_have_count(3)
    found = [await quick.nth(n).evaluate("e => e.matches('.continued')") for n in range(3)]
    assert found == [False, True, False]


async def test_emoji_are_as_big_live_as_after_a_reload(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    texts = [
        "🎉",
        "👍🏽 ❤️",
        "👩‍👩‍👧 🇷🇺",
        "1️⃣",
        "☎️",
        "🏴󠁧󠁢󠁳󠁣󠁴󠁿",
        "😀😀😀😀😀",
        "😀😀😀😀😀😀",
        "1",
        "™",
        "✓",
        "ok 🎉",
    ]
    anna = await person("anna")
    guest = await Guest.of(await tab(shared_server), anna)
    room_id = await anna.create_room()
    await guest.enter(room_id)
    for text in texts:
        await guest.say(text)
        await guest.sees(text)
    big = "items => items.map(item => item.matches('.jumbo'))"
    live = await guest.messages.evaluate_all(big)
    assert live == [True] * 7 + [False] * 5
    page = (await anna.http.get(f"/rooms/{room_id}/")).text
    assert [
        " jumbo" in each for each in re.findall(r'<li class="(message own[^"]*)"', page)
    ] == live
