"""An owner lets the messages of a room go after 30 days, and another page forgets them."""

from datetime import UTC, datetime, timedelta

from playwright.async_api import expect

from models import Message, Room, User
from models.database import atomically
from models.expired_messages import PART, delete_part, removing
from models.retention import RaiseFloor
from models.sql.message_store import store
from models.stored_message import Post
from tests.support.axe import barriers
from tests.support.factories import MakePerson, OpenTab
from tests.support.guest import Guest
from tests.support.server import Server
from tests.support.tables import opened

PHONE = {"width": 390, "height": 844}


async def test_old_messages_go_from_the_open_page(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris = await person("anna"), await person("boris")
    room = await anna.create_room(boris)
    await anna.post(room, "old and pinned")
    await anna.post(room, "old too")
    assert (await anna.http.put(f"/api/rooms/{room}/pins/1")).is_success
    sent = {"message": "an answer", "reply_to": 2}
    assert (await anna.http.post(f"/api/rooms/{room}/messages", json=sent)).is_success
    async with opened(shared_server.database_url):
        at = datetime.now(UTC) - timedelta(days=40)
        await Message.filter(room_id=room, number__lte=2).update(created_at=at)
    guest = await Guest.of(await tab(shared_server, locale="en", viewport=PHONE), boris)
    await guest.enter(room)
    await expect(guest.messages).to_have_count(3)
    owner = (await Guest.of(await tab(shared_server, locale="en", viewport=PHONE), anna)).page
    await owner.goto(f"/rooms/{room}/settings")
    await owner.locator("[aria-labelledby=retention-title] a").click()
    await owner.get_by_label("Delete messages after so many days").fill("30")
    assert await barriers(owner) == []
    await owner.get_by_role("button", name="Save").click()
    await expect(owner.get_by_role("alert")).to_contain_text("2 messages will be deleted")
    assert await barriers(owner) == []
    assert await owner.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    await expect(guest.messages).to_have_count(3)
    await owner.get_by_role("button", name="Delete and save").click()
    await expect(owner.locator(".saved")).to_have_text("Saved")
    page = guest.page
    await expect(guest.messages).to_have_count(1)
    await expect(page.locator("#beginning")).to_have_text("Earlier messages have expired.")
    quote = guest.message("an answer").locator(".quote-text")
    await expect(quote).to_have_text("This message has expired")
    await expect(page.locator("#pins")).to_be_hidden()
    await expect(page.locator("#messages .event").last).to_contain_text("how long messages are")
    await guest.move_pointer()
    await expect(page.locator("#completeness")).to_have_attribute("data-state", "complete")
    await page.goto(f"/rooms/{room}/?at=1")
    await expect(page.locator("#beginning")).to_contain_text(
        "This message has expired. Earlier messages have expired."
    )
    await expect(quote).to_have_text("This message has expired")
    await guest.move_pointer()
    await expect(page.locator("#completeness")).to_have_attribute("data-state", "complete")


async def test_page_says_how_much_is_deleted(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    """Of what has expired, as the rows say, whichever process deletes them; then it is over."""
    anna = await person("anna")
    room, count = await anna.create_room(), PART + 5
    done, path = f"{PART} of {count} removed", f"/api/rooms/{room}/retention"
    async with opened(shared_server.database_url):
        await store([Post(room, anna.id, anna.username, "old", f"c{n}") for n in range(count)])
        await Room.filter(id=room).update(retention_days=30)
        await User.filter(id=anna.id).update(server_role=User.ADMIN)
        await atomically(RaiseFloor(room, count, 30).store)
        assert await delete_part(room, count)
        owner = (await Guest.of(await tab(shared_server, locale="en", viewport=PHONE), anna)).page
        for where in ("/admin/jobs", "/admin/retention", f"/rooms/{room}/retention"):
            await owner.goto(where)
            await expect(owner.get_by_text(done)).to_be_visible()
        assert await barriers(owner) == []
        shown = owner.get_by_label("Expired messages are being deleted")
        await expect(shown).to_have_js_property("value", PART)
        found = (await anna.http.get(path)).json()
        assert [found[name] for name in ("state", "progress", "total")] == ["running", PART, count]
        # What had expired before and is left counts as well.
        await store([Post(room, anna.id, anna.username, "old too", "d")])
        await atomically(RaiseFloor(room, count + 1, 30).store)
        left = await removing(room)
        assert (left.progress, left.total) == (0, 6)
        await expect(owner.get_by_text("0 of 6 removed")).to_be_visible()
        assert not await delete_part(room, count + 1)
    await expect(shown).to_have_count(0)
    assert (await anna.http.get(path)).json()["state"] == "done"
