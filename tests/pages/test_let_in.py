"""Whoever is let into a room hears of it, wherever they are."""

import httpx
from playwright.async_api import expect

from tests.support.factories import MakePerson, OpenTab
from tests.support.guest import Guest
from tests.support.server import Server
from tests.support.waiting import eventually

# Nobody looks at the page, and the system would show what it is given.
NOTIFIED = """
    window.shown = [];
    document.hasFocus = () => false;
    localStorage.notify = 'on';
    window.Notification = class extends EventTarget {
        static permission = 'granted';
        constructor(title) { super(); shown.push(title); }
        close() {}
    };
"""


async def test_being_let_in_is_said(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris = await person("anna"), await person("boris")
    own = await anna.create_room(name="Anna's own")
    window = await tab(shared_server, locale="en")
    guest = await Guest.of(window, anna)
    toast = guest.page.locator("#toast")
    for path in ("/rooms/", "/profile", f"/rooms/{own}/"):
        await guest.page.goto(path, wait_until="networkidle")
        room_id = await boris.create_room(anna, name=f"For {path}")
        await expect(toast).to_have_text(f"You have been added to the room “For {path}”")
        await expect(toast).to_have_attribute("role", "status")
        link = guest.page.locator(f'#rooms [data-room-id="{room_id}"]')
        await expect(link).to_contain_text(f"For {path}")
    await expect(toast).to_be_empty()

    # Not of what one does oneself, in another window: making a room, accepting an invitation.
    said = await guest.page.evaluate_handle(
        """() => {
            const said = [];
            const toast = document.getElementById('toast');
            new MutationObserver(() => said.push(toast.textContent)).observe(
                toast, { childList: true }
            );
            return said;
        }"""
    )
    made = await anna.create_room(name="Another of hers")
    await expect(guest.page.locator(f'#rooms [data-room-id="{made}"]')).to_be_visible()
    left = await boris.create_room(anna, name="Left and back")
    await expect(toast).to_contain_text("Left and back")
    await anna.remove_member(left, anna.id)
    await boris.invite(left, anna)
    await expect(guest.page.locator(f'#rooms [data-room-id="{left}"]')).to_be_visible()
    await boris.direct(anna)
    await boris.post(own_direct := await boris.direct(anna), "hello")
    await expect(guest.page.locator(f'#rooms [data-room-id="{own_direct}"]')).to_be_visible()
    await expect(toast).to_be_empty()
    texts: list[str] = await said.evaluate("said => said.filter(Boolean)")
    assert texts == ["You have been added to the room “Left and back”"]


async def test_the_system_says_it_where_nobody_looks(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris = await person("anna"), await person("boris")
    window = await tab(shared_server, locale="en")
    await window.context.add_init_script(NOTIFIED)
    guest = await Guest.of(window, anna)
    await guest.page.goto("/rooms/", wait_until="networkidle")
    room_id = await boris.create_room(name="Den")
    answer = await boris.http.post(
        f"/api/rooms/{room_id}/members", json={"username": anna.username}
    )
    assert answer.status_code == httpx.codes.CREATED

    async def shown() -> bool:
        return bool(await guest.page.evaluate("shown.length"))

    await eventually(shown, "the notification")
    assert await guest.page.evaluate("shown") == ["You have been added to the room “Den”"]
