"""What wins is decided by layers and selectors, and not by which style sheet comes after which."""

import pytest
from playwright.async_api import Page, expect

from tests.support.factories import MakePerson, OpenTab
from tests.support.guest import Guest
from tests.support.server import Server

# The first names the layers. Each is loaded again where it is put.
REVERSE = """async () => {
    const [tokens, ...links] = document.querySelectorAll('link[rel=stylesheet]');
    for (const link of links) {
        const isApplied = matchMedia(link.media || 'all').matches;
        const loaded = isApplied && new Promise((done) => link.addEventListener('load', done));
        tokens.after(link);
        await loaded;
    }
}"""

STYLES = """() => {
    for (const animation of document.getAnimations()) animation.cancel();
    return [...document.querySelectorAll('body, body *')].flatMap((element) =>
        [null, '::before', '::after'].map((pseudo) => {
            const style = getComputedStyle(element, pseudo);
            if (pseudo && style.content === 'none') return '';
            const names = [...style].filter((name) => !name.startsWith('--'));
            const values = names.map((name) => `${name}: ${style.getPropertyValue(name)}`);
            return `${element.className} ${pseudo} ${values.join('; ')}`;
        }));
}"""


async def styles(page: Page) -> list[str]:
    """Return the computed style of each element, and of what is drawn before and after it."""
    found: list[str] = await page.evaluate(STYLES)
    return found


@pytest.mark.parametrize("width", [390, 1280])
async def test_the_order_of_the_sheets_is_of_no_matter(
    width: int, tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris = await person("anna"), await person("boris")
    room_id = await anna.create_room(boris)
    for number in range(6):
        await (anna, boris)[number % 2].post(room_id, f"**{number}**")
    await anna.http.post(f"/rooms/{room_id}/read")
    guest = await Guest.of(await tab(shared_server, viewport={"width": width, "height": 800}), anna)
    before: list[str] = []
    for path in ("/profile", "/rooms/", "/rooms/new", f"/rooms/{room_id}/"):
        await guest.page.goto(path, wait_until="networkidle")
        # What is shown without a connection has another look, and not at once.
        await expect(guest.page.locator("html:not([data-offline])")).to_be_attached()
        if path.endswith(f"{room_id}/"):
            await guest.online()
        before = await styles(guest.page)
        await guest.page.evaluate(REVERSE)
        assert await styles(guest.page) == before, path
    await guest.page.evaluate("document.querySelector('link[href*=tokens]').remove()")
    assert await styles(guest.page) != before, "the comparison would see it"
