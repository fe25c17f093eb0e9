"""Pages without barriers: axe finds nothing, by day and by night, on a desk and on a phone."""

import re

import pytest
from playwright.async_api import expect

from tests.support.axe import barriers
from tests.support.factories import MakePerson, OpenTab
from tests.support.guest import Guest
from tests.support.second_factor import run_sql
from tests.support.server import Server

SCHEMES = ["light", "dark"]


async def test_axe_would_find_something(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    await person("anna")  # Where nobody has an account there is no form to log in.
    window = await tab(shared_server)
    await window.page.goto("/login")
    assert await barriers(window.page) == []
    await window.page.evaluate("document.querySelector('label[for=password]').remove()")
    assert any(barrier.startswith("label:") for barrier in await barriers(window.page))


@pytest.mark.parametrize("scheme", SCHEMES)
async def test_axe_finds_nothing_before_the_login(
    scheme: str, tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    await person("anna")
    window = await tab(shared_server, color_scheme=scheme)
    guest = Guest(window)
    window.allow("401|404|HTTP Authentication failed")
    for path in ("/login", "/register", "/no/such/page"):
        await guest.page.goto(path)
        assert await barriers(guest.page) == [], path
    await guest.page.goto("/login")
    await guest.login("somebody.else")
    await expect(guest.page.locator(".form-error")).to_be_visible()
    assert await barriers(guest.page) == []


@pytest.mark.parametrize("scheme", SCHEMES)
async def test_axe_finds_nothing_in_the_rooms(
    scheme: str, tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris = await person("anna"), await person("boris")
    guest = await Guest.of(await tab(shared_server, color_scheme=scheme), anna)
    await guest.page.goto("/rooms/")
    assert await barriers(guest.page) == [], "without rooms"
    room_id = await anna.create_room(boris)
    await anna.create_room(name="Another one")
    for number in range(12):
        await (anna, boris)[number // 3 % 2].post(room_id, f"{number}: https://example.org/")
    for path in ("/rooms/", "/rooms/new", "/profile"):
        await guest.page.goto(path)
        assert await barriers(guest.page) == [], path
    await guest.enter(room_id)
    await guest.say("mine")
    await guest.sees("mine")
    assert await barriers(guest.page) == [], "an open room"
    await guest.page.keyboard.press("Control+/")
    await expect(guest.page.locator("#shortcuts")).to_be_visible()
    assert await barriers(guest.page) == [], "the shortcuts"
    await guest.page.keyboard.press("Escape")
    await guest.page.keyboard.press("Control+k")
    await expect(guest.page.locator("#switcher li").first).to_be_visible()
    assert await barriers(guest.page) == [], "the switcher"
    await guest.page.keyboard.press("Escape")
    await guest.page.locator("#bell").click()
    await expect(guest.page.locator("#attention")).to_be_visible()
    assert await barriers(guest.page) == [], "the bell"
    await guest.page.keyboard.press("Escape")
    await guest.message("mine").locator(".post").press("Enter")
    await expect(guest.page.locator("#message-menu")).to_be_visible()
    assert await barriers(guest.page) == [], "the menu of a message"
    await guest.page.locator("#message-menu [data-do=showReaders]").click()
    await expect(guest.page.locator("#readers")).to_be_visible()
    assert await barriers(guest.page) == [], "who has read it"
    await guest.page.keyboard.press("Escape")
    for summary in await guest.page.locator("#people summary").all():
        await summary.click()
        assert await barriers(guest.page) == [], await summary.inner_text()


@pytest.mark.parametrize("scheme", SCHEMES)
async def test_axe_finds_nothing_on_a_phone(
    scheme: str, tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris = await person("anna"), await person("boris")
    room_id = await anna.create_room(boris)
    await boris.post(room_id, "news")
    size = {"width": 390, "height": 844}
    guest = await Guest.of(await tab(shared_server, viewport=size, color_scheme=scheme), anna)
    await guest.enter(room_id)
    assert await barriers(guest.page) == [], "the room"
    await guest.page.locator("button.people-toggle").click()
    await expect(guest.member(boris)).to_be_visible()
    assert await barriers(guest.page) == [], "its people"


# On 1280 × 800 with the text twice as large, and the narrowest screen that pages must fit.
@pytest.mark.parametrize(("width", "height"), [(640, 400), (320, 568)])
async def test_large_text_and_narrow_screens_lose_nothing(
    width: int, height: int, tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna = await person("anna")
    room_id = await anna.create_room()
    size = {"width": width, "height": height}
    guest = await Guest.of(await tab(shared_server, viewport=size), anna)
    await guest.enter(room_id)
    await guest.say("in view")
    await guest.sees("in view")
    for line in (guest.message("in view"), guest.composer):
        await expect(line).to_be_in_viewport(ratio=1)
    bell = guest.page.locator("#attention")
    await guest.page.locator("#bell").click()
    await expect(bell).to_be_in_viewport(ratio=1)
    await bell.get_by_role("button").click()
    await expect(bell).to_be_hidden()
    dialog = guest.page.locator("#shortcuts")
    await expect(dialog).to_be_in_viewport(ratio=1)
    await dialog.get_by_role("switch").scroll_into_view_if_needed()
    await expect(dialog.get_by_role("switch")).to_be_in_viewport(ratio=1)


async def test_forced_colours_leave_every_shape(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna = await person("anna")
    room_id = await anna.create_room()
    await anna.post(room_id, "seen by its outline")
    guest = await Guest.of(await tab(shared_server, forced_colors="active"), anna)
    await guest.enter(room_id)
    for shape in (".bubble", ".sidebar .avatar", ".person .avatar"):
        await expect(guest.page.locator(shape).first).to_have_css("outline-style", "solid")
    # The focus is an outline as well, and the one that shows.
    await guest.page.keyboard.press("Tab")
    await guest.page.locator(".post").first.focus()
    await expect(guest.page.locator(".bubble").first).to_have_css("outline-offset", "2px")


async def test_nothing_moves_for_those_who_ask_for_stillness(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna = await person("anna")
    room_id = await anna.create_room()
    await anna.post(room_id, "still")
    guest = await Guest.of(await tab(shared_server, reduced_motion="reduce"), anna)
    for path in ("/rooms/", f"/rooms/{room_id}/", "/profile"):
        await guest.page.goto(path)
        moving = await guest.page.evaluate(
            """() => [...document.querySelectorAll('*')].filter(element => {
                const { transitionDuration, animationDuration } = getComputedStyle(element);
                return Math.max(...`${transitionDuration},${animationDuration}`.split(',').map(
                    duration => parseFloat(duration))) > 0.001;
            }).map(element => element.outerHTML.slice(0, 80))"""
        )
        assert moving == [], path


@pytest.mark.parametrize("scheme", SCHEMES)
async def test_fields_are_found_by_their_edges(
    scheme: str, tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    """WCAG 1.4.11: three to one, against the field's own ground and what is around it."""
    anna = await person("anna")
    room_id = await anna.create_room()
    window = await tab(shared_server, color_scheme=scheme)
    seen: set[str] = set()

    async def have_edges() -> None:
        edges = await window.page.evaluate(EDGES)
        assert min((contrast for _, contrast in edges), default=0) >= 3, (window.page.url, edges)
        seen.update(kind for kind, _ in edges)

    for path in ("/login", "/register"):
        await window.page.goto(path)
        await have_edges()
    await Guest.of(window, anna)
    rooms = ("/rooms/new", "/rooms/public/", f"/rooms/{room_id}/files/new", f"/rooms/{room_id}/")
    for path in ("/profile", "/search/?q=nothing&has=link", *rooms):
        await window.page.goto(path)
        await have_edges()
    await window.page.locator("#bell").click()
    await have_edges()
    run_sql(shared_server, "UPDATE user_account SET server_role = 'admin' WHERE id = ?", anna.id)
    boris = await person("boris")
    pages = ("people", f"people/{boris.id}/disable", f"rooms/{room_id}/archive", "rooms")
    for name in (*pages, "settings", "audit", "retention"):
        await window.page.goto(f"/admin/{name}")
        await have_edges()
    assert seen >= {"text", "password", "search", "select-one", "checkbox", "textarea", "date"}


# Of each field its kind, and the least contrast of its border; of a group of choices the same.
# What the browser draws by itself has no border to ask for; a switch may be filled like its edge.
EDGES = """() => {
    const canvas = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
    const luminance = (colour) => {
        canvas.clearRect(0, 0, 1, 1);
        canvas.fillStyle = colour;
        canvas.fillRect(0, 0, 1, 1);
        const [red, green, blue, alpha] = canvas.getImageData(0, 0, 1, 1).data;
        const linear = [red, green, blue].map(value => value / 255).map(
            value => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
        );
        return { alpha, value: 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] };
    };
    const ground = (element) => {
        const found = luminance(getComputedStyle(element).backgroundColor);
        return found.alpha === 255 ? found.value : ground(element.parentElement);
    };
    const contrast = (one, other) =>
        (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    const others = ['hidden', 'file', 'submit', 'button'];
    const isBox = ({ type }) => ['checkbox', 'radio'].includes(type);
    const isDrawn = (field) => !isBox(field) || getComputedStyle(field).appearance === 'none';
    return [...document.querySelectorAll('input, select, textarea, .segments')]
        .filter(field => !field.matches('input') || !others.includes(field.type))
        .filter(field => field.checkVisibility() && !field.closest('dialog') && isDrawn(field))
        .map(field => {
            const { borderTopColor, borderTopWidth } = getComputedStyle(field);
            const edge = luminance(borderTopColor).value;
            const around = contrast(edge, ground(field.parentElement));
            const inside = isBox(field) ? around : contrast(edge, ground(field));
            const least = parseFloat(borderTopWidth) ? Math.min(around, inside) : 0;
            return [field.type ?? '', least];
        });
}"""


async def test_focus_is_seen_in_forced_colours(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna = await person("anna")
    room_id = await anna.create_room()
    guest = await Guest.of(await tab(shared_server, forced_colors="active"), anna)
    await guest.enter(room_id)
    await guest.page.keyboard.press("Control+k")
    search = guest.page.locator("#switcher-input")
    await expect(search).to_be_focused()
    await expect(search).to_have_css("outline", re.compile("solid 3px"))
    await guest.page.keyboard.press("Escape")
    for field in (guest.composer, guest.page.get_by_role("combobox").first):
        await field.focus()
        await expect(field).to_have_css("outline", re.compile("solid 3px"))
        await field.blur()
