"""A notification that the system shows goes with its message, and says what that says now."""

from datetime import UTC, datetime, timedelta

from playwright.async_api import expect

from models import Message
from tests.pages.test_message_details import delete, edit
from tests.support.factories import MakePerson, OpenTab
from tests.support.guest import Guest
from tests.support.server import Server
from tests.support.tables import opened
from tests.support.waiting import eventually

# Nobody looks at the page. What the system shows, by tag; another one takes the place of the first.
SYSTEM = """
    window.system = new Map();
    window.bodies = () => [...system.values()].map(({ body }) => body);
    window.titles = () => [...system.values()].map(({ title }) => title);
    document.hasFocus = () => false;
    localStorage.notify = 'on';
    window.Notification = class extends EventTarget {
        static permission = 'granted';
        constructor(title, { body, tag }) {
            super();
            Object.assign(this, { title, body, tag });
            const before = system.get(tag);
            system.set(tag, this);
            before?.dispatchEvent(new Event('close'));
        }
        close() {
            if (system.get(this.tag) === this) system.delete(this.tag);
            this.dispatchEvent(new Event('close'));
        }
    };
"""


async def test_what_is_shown_follows_its_message(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris = await person("anna"), await person("boris")
    room = await anna.create_room(boris)
    window = await tab(shared_server, locale="en")
    await window.context.add_init_script(SYSTEM)
    page = (await Guest.of(window, anna)).page
    await page.goto("/rooms/", wait_until="networkidle")

    async def shows(*texts: str) -> None:
        async def is_shown() -> bool:
            return bool(await page.evaluate("bodies()") == list(texts))

        await eventually(is_shown, f"what is shown to be {texts}")

    await boris.post(room, "we meet at five")
    await shows("we meet at five")
    await edit(boris, room, 1, "we meet at six")
    await shows("we meet at six")
    await boris.post(room, "with soup")
    await shows("with soup")
    # The first one is shown no more, whatever becomes of it; what follows is of oneself.
    await delete(boris, room, 1)
    await anna.post(room, "fine")
    await expect(page.locator(f'[data-room-id="{room}"]')).to_contain_text("fine")
    await shows("with soup")
    await delete(boris, room, 2)
    await shows()

    await boris.post(room, "removed with all of his")
    await shows("removed with all of his")
    path = f"/api/rooms/{room}/members/{boris.id}/messages/remove"
    assert (await anna.http.post(path, json={})).json() == {"count": 1}
    await shows()

    await boris.post(room, "old")
    await shows("old")
    async with opened(shared_server.database_url):
        at = datetime.now(UTC) - timedelta(days=40)
        await Message.filter(room_id=room).update(created_at=at)
    rule = {"days": 30, "sure": True}
    assert (await anna.http.put(f"/api/rooms/{room}/retention", json=rule)).is_success
    await shows()

    await boris.post(room, "put away")
    await shows("put away")
    await page.evaluate("system.forEach(each => each.close())")
    await edit(boris, room, 6, "not shown again")
    await expect(page.locator(f'[data-room-id="{room}"]')).to_contain_text("not shown again")
    await page.evaluate("fetch('/api/rooms').then(answer => answer.text())")
    await shows()


async def test_a_mention_that_is_taken_back_is_shown_as_none(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    """The message of it is still one, and not where mentions alone are told of."""
    anna, boris = await person("anna"), await person("boris")
    room = await anna.create_room(boris)
    window = await tab(shared_server, locale="en")
    await window.context.add_init_script(SYSTEM)
    page = (await Guest.of(window, anna)).page
    await page.goto("/rooms/", wait_until="networkidle")

    async def shows(*shown: str) -> None:
        """A title, and a text; or nothing."""

        async def is_so() -> bool:
            return bool(await page.evaluate("[...titles(), ...bodies()]") == list(shown))

        await eventually(is_so, f"what is shown to be {shown}")

    mention, plain = f"{boris.username} mentioned you in Kitchen", f"{boris.username} · Kitchen"
    await boris.post(room, f"@{anna.username}, soup?")
    await shows(mention, f"@{anna.username}, soup?")
    for title, text in ((plain, "soup?"), (mention, "@all soup?")):
        await edit(boris, room, 1, text)
        await shows(title, text)

    await anna.http.put(f"/api/rooms/{room}/level", json={"level": "mentions"})
    item = page.locator(f'#rooms [data-room-id="{room}"]')
    await expect(item).to_have_attribute("data-level", "")
    await boris.post(room, f"@{anna.username}, bread?")
    await shows(mention, f"@{anna.username}, bread?")
    await edit(boris, room, 2, "bread?")
    await shows()
