"""Where messages can be edited for a while only, no page offers what would be refused."""

import contextlib
import sqlite3

from playwright.async_api import expect

from tests.pages.test_message_editing import bar, open_menu
from tests.pages.test_message_menu import item
from tests.support.factories import MakePerson, OpenTab, StartServer
from tests.support.guest import Guest

# Of the first message; the others are new.
OLD = "UPDATE message SET created_at = '2026-01-01 00:00:00.000000+00:00' WHERE number = 1"
TOO_LATE = "This message can no longer be edited"


async def test_nothing_is_offered_too_late(
    server: StartServer, tab: OpenTab, person: MakePerson, sqlite_url: str
) -> None:
    node = await server(EDIT_SECONDS="3600", DATABASE_URL=sqlite_url)
    anna = await person("anna", on=node)
    room_id = await anna.create_room()
    for text in ("old", "new"):
        await anna.post(room_id, text)
    with contextlib.closing(sqlite3.connect(sqlite_url.removeprefix("sqlite://"))) as database:
        assert database.execute(OLD).rowcount == 1
        database.commit()
    chat = await anna.connect(room_id)
    assert (await chat.expect("ready"))["limits"]["edit_seconds"] == 3600
    anna.http.headers["Accept-Language"] = "en"
    page = f"/rooms/{room_id}/messages"
    assert f"{page}/1/edit" not in (await anna.http.get(f"{page}/1")).text
    assert f"{page}/2/edit" in (await anna.http.get(f"{page}/2")).text
    refused = await anna.http.post(f"{page}/1/edit", data={"message": "changed", "base": "1"})
    assert refused.status_code == 403
    assert TOO_LATE in refused.text
    assert "\nchanged</textarea>" in refused.text

    guest = await Guest.of(await tab(node, locale="en"), anna)
    await guest.page.clock.install()
    await guest.enter(room_id)
    await guest.composer.press("ArrowUp")
    await expect(guest.composer).to_have_value("new")
    await guest.composer.press("Escape")
    await guest.message("old").locator(".post").focus()
    await open_menu(guest, "old")
    await expect(item(guest, "Copy text")).to_be_visible()
    await expect(item(guest, "Edit")).to_be_hidden()
    await guest.page.keyboard.press("Escape")
    # What was offered in time, and is chosen too late, is said to be so.
    await open_menu(guest, "new")
    await guest.page.clock.fast_forward(3_600_000)
    await item(guest, "Edit").click()
    await expect(guest.page.locator("#toast")).to_have_text(TOO_LATE)
    await expect(bar(guest)).to_be_hidden()
    await guest.composer.press("ArrowUp")
    await expect(guest.composer).to_have_value("")
