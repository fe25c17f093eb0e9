"""What calls for attention: the banner, the words for those who hear the page, bell, shortcuts."""

import re

from playwright.async_api import Page, expect

from tests.support.factories import MakePerson, OpenTab
from tests.support.guest import Guest
from tests.support.server import Server
from tests.support.waiting import eventually
from tests.support.wire import Wire

# After the first failure it is tried again within the better part of a minute.
PATIENT = "Math.random = () => 100"
TIMES = """() => {
    const banner = document.getElementById('connection');
    window.times = {};
    new MutationObserver(() => {
        if (banner.dataset.state !== 'online') times.lost ??= Date.now();
        if (banner.classList.contains('is-shown')) times.shown ??= Date.now();
    }).observe(banner, { attributes: true });
}"""
# What a page would show, hear and be asked; `looked` tells whether somebody looks at it.
SENSES = """
    window.shown = [];
    window.asked = 0;
    window.tones = 0;
    window.looked = true;
    document.hasFocus = () => looked;
    window.Notification = class extends EventTarget {
        static get permission() { return localStorage.permission ?? 'default'; }
        static async requestPermission() {
            asked += 1;
            return (localStorage.permission = 'granted');
        }
        constructor(title, options) {
            super();
            shown.push({ title, body: options.body });
        }
        close() {}
    };
    // There is no loudspeaker here.
    AudioContext.prototype.resume = async () => undefined;
    const { start } = AudioScheduledSourceNode.prototype;
    OscillatorNode.prototype.start = function (at) {
        tones += 1;
        start.call(this, at);
    };
"""


async def test_lost_connection_and_what_was_missed(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris = await person("anna"), await person("boris")
    room_id = await anna.create_room(boris)
    window = await tab(shared_server)
    await window.context.add_init_script(PATIENT)
    wire = await Wire.of(window.context)
    guest = await Guest.of(window, anna)
    await guest.enter(room_id)
    await guest.page.evaluate(TIMES)
    waiting = guest.page.locator("#waiting")
    await expect(waiting).to_be_hidden()

    await wire.cut()
    await expect(guest.connection).to_have_class(re.compile("is-shown"))
    times = await guest.page.evaluate("times")
    # The page looks at it a moment before it is written down.
    assert times["shown"] - times["lost"] > 4_900
    await expect(guest.connection).to_contain_text("No connection")
    await expect(guest.connection).to_contain_text(re.compile(r"next try in \d+ s"))
    for text in ("one", "two"):
        await guest.say(text)
    await expect(waiting).to_have_text("2 waiting")
    for number in range(5):
        await boris.post(room_id, f"news {number}")

    wire.is_cut = False
    await guest.connection.get_by_role("button", name="Try now").click()
    await expect(guest.connection).to_contain_text("Caught up: 5 new messages")
    await expect(waiting).to_be_hidden()
    await expect(guest.page.locator("#news")).to_have_text(f"5 new messages, from {boris.username}")
    await expect(guest.connection).not_to_have_class(re.compile("is-shown"))


async def test_those_who_hear_the_page_hear_others_once(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris = await person("anna"), await person("boris")
    room_id = await anna.create_room(boris)
    await boris.post(room_id, "before")
    guest = await Guest.of(await tab(shared_server), anna)
    await guest.enter(room_id)
    await expect(guest.page.locator("[role=log], :has(#messages)[aria-live]")).to_have_count(0)
    await guest.page.evaluate(
        """() => {
            window.heard = [];
            const region = document.getElementById('news');
            new MutationObserver(() => heard.push(region.innerText)).observe(
                region, { childList: true }
            );
        }"""
    )
    news = guest.page.locator("#news")
    await guest.say("mine")
    await guest.sees("mine")
    for text in ("first", "second"):
        await boris.post(room_id, text)
        await expect(news).to_have_text(f"{boris.username}: {text}")
    assert await guest.page.evaluate("heard") == [
        f"{boris.username}: {text}" for text in ("first", "second")
    ]


async def test_bell_tells_of_what_nobody_saw_and_in_one_tab_only(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris = await person("anna"), await person("boris")
    room_id = await anna.create_room(boris)
    window = await tab(shared_server)
    await window.context.add_init_script(SENSES)
    guest = await Guest.of(window, anna)
    pages = (guest.page, await window.context.new_page())
    await guest.enter(room_id)
    await pages[1].goto("/rooms/")
    told: list[str] = []

    async def tell(text: str) -> None:
        """Return when both pages have heard of it, and the one that may tell has looked around."""
        await boris.post(room_id, text)
        told.append(text)
        for page in pages:
            unread = page.locator(f'[data-room-id="{room_id}"] .unread-count')
            await expect(unread).to_have_text(str(len(told)))
            for _ in range(2):
                await page.evaluate("navigator.locks.query()")

    await look_away(*pages)
    await tell("Nobody has asked for this")
    assert await total(pages, "asked") == 0
    await guest.page.locator("#bell").click()
    await expect(guest.page.locator("#notify")).to_be_checked()
    assert await total(pages, "asked") == 1

    await tell("psst")
    await eventually(lambda: reaches(pages, "shown.length", 1), "one notification")
    await pages[1].evaluate("looked = true, dispatchEvent(new Event('focus'))")
    await tell("I see it")
    await look_away(pages[1])
    await tell("again")
    await eventually(lambda: reaches(pages, "shown.length", 2), "another one")
    assert await total(pages, "tones") == 0
    await guest.page.locator("#sound").click()
    await eventually(lambda: reaches(pages, "tones", 2), "the sound, to try it")
    await tell("ding")
    await eventually(lambda: reaches(pages, "tones", 4), "the sound")
    await guest.page.locator("#sound").click()
    await anna.http.put(f"/api/rooms/{room_id}/mute", json={"is_muted": True})
    for page in pages:
        await expect(page.locator(f'[data-room-id="{room_id}"]')).to_have_attribute(
            "data-muted", ""
        )
    await tell("into a muted room")
    await anna.http.put(f"/api/rooms/{room_id}/mute", json={"is_muted": False})
    for page in pages:
        await expect(page.locator(f'[data-room-id="{room_id}"]')).not_to_have_attribute(
            "data-muted", ""
        )
    await boris.http.patch("/api/profile", json={"display_name": "Борис"})
    await tell("the last one")
    await eventually(lambda: reaches(pages, "shown.length", 4), "the last notification")
    assert await total(pages, "tones") == 4
    shown = [each for page in pages for each in await page.evaluate("shown")]
    before, since = f"{boris.username} · Kitchen", f"Борис (@{boris.username}) · Kitchen"
    titles = {each["body"]: each["title"] for each in shown}
    assert titles == dict.fromkeys(("psst", "again", "ding"), before) | {"the last one": since}


async def look_away(*pages: Page) -> None:
    for page in pages:
        await page.evaluate("looked = false, dispatchEvent(new Event('blur'))")


async def total(pages: tuple[Page, ...], count: str) -> int:
    return sum([int(await page.evaluate(count)) for page in pages])


async def reaches(pages: tuple[Page, ...], count: str, wanted: int) -> bool:
    found = await total(pages, count)
    assert found <= wanted
    return found == wanted


async def test_keyboard_shortcuts_are_shown(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna = await person("anna")
    guest = await Guest.of(await tab(shared_server), anna)
    await guest.enter(await anna.create_room())
    dialog = guest.page.locator("#shortcuts")
    await guest.composer.press("?")
    await expect(guest.composer).to_have_value("?")
    await expect(dialog).to_be_hidden()
    await guest.composer.press("Control+/")
    await expect(dialog).to_be_visible()
    await guest.page.keyboard.press("Escape")
    await expect(dialog).to_be_hidden()
    await expect(guest.composer).to_be_focused()

    await guest.page.goto("/rooms/")
    await guest.page.keyboard.press("?")
    await expect(dialog).to_be_visible()
    await dialog.locator("#shortcuts-single").click()
    await guest.page.keyboard.press("Escape")
    await guest.page.keyboard.press("?")
    await expect(dialog).to_be_hidden()
    await guest.page.keyboard.press("Control+/")
    await expect(dialog).to_be_visible()


async def test_a_phone_is_offered_no_keys(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna = await person("anna")
    room_id = await anna.create_room()
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    for options, offered in ((phone, 0), ({}, 1)):
        guest = await Guest.of(await tab(shared_server, locale="en", **options), anna)
        await guest.enter(room_id)
        await guest.page.locator("#bell").click()
        panel = guest.page.locator("#attention")
        await expect(panel.get_by_role("switch", name="With a sound")).to_be_visible()
        await expect(panel.get_by_role("button", name="Keyboard shortcuts")).to_have_count(offered)
