"""Words as a native speaker would put them, where a number, a time or nothing at all stands."""

from datetime import UTC, datetime, time, timedelta

import pytest
from playwright.async_api import expect

from tests.support.factories import MakePerson, OpenTab
from tests.support.guest import Guest
from tests.support.server import Server

NOON = time(12)


async def test_when_somebody_was_here(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris, vera = [await person(name) for name in ("anna", "boris", "vera")]
    room_id = await anna.create_room(boris, vera)
    observer = await anna.connect(room_id)
    chat = await boris.connect(room_id)
    await observer.expect("user_status", user_id=boris.id, is_online=True)
    await chat.close()
    await observer.expect("user_status", user_id=boris.id, is_online=False)
    details = await anna.room(room_id)
    seen = next(each["last_seen"] for each in details["members"] if each["id"] == boris.id)
    left = datetime.fromisoformat(seen)
    # Whatever the time is now: 26 hours later may be the day after tomorrow.
    tomorrow = datetime.combine(left.date() + timedelta(days=1), NOON, UTC)
    for locale, moment, words in (
        ("ru", left, "был(а) только что"),
        ("ru", left + timedelta(minutes=29), "был(а) 29 мин назад"),
        ("en", left + timedelta(minutes=29), "last seen 29 min ago"),
        ("ru", tomorrow, "был(а) вчера, "),
        ("en", tomorrow, "last seen yesterday, "),
    ):
        window = await tab(shared_server, locale=locale, timezone_id="UTC")
        await window.page.clock.set_fixed_time(moment)
        guest = await Guest.of(window, anna)
        await guest.page.goto(f"/rooms/{room_id}/")
        await expect(guest.member(boris).locator(".presence")).to_contain_text(words)
        never = "здесь ещё не был(а)" if locale == "ru" else "has not been here yet"
        await expect(guest.member(vera).locator(".presence")).to_have_text(never)


@pytest.mark.parametrize(
    ("locale", "counted"),
    [
        (
            "ru",
            {1: "1 новое сообщение", 3: "3 новых сообщения", 5: "5 новых сообщений"}
            | {21: "21 новое сообщение"},
        ),
        ("en", {1: "1 new message", 3: "3 new messages", 5: "5 new messages"}),
    ],
)
async def test_how_many_messages_are_new(
    locale: str,
    counted: dict[int, str],
    tab: OpenTab,
    person: MakePerson,
    shared_server: Server,
) -> None:
    anna, boris = await person("anna"), await person("boris")
    room_id = await anna.create_room(boris)
    for number in range(40):
        await boris.post(room_id, f"message {number}")
    await anna.http.post(f"/rooms/{room_id}/read")
    guest = await Guest.of(await tab(shared_server, locale=locale), anna)
    await guest.enter(room_id)
    await guest.messages.first.scroll_into_view_if_needed()
    button = guest.page.locator("#to-newest")
    none = "К последним сообщениям" if locale == "ru" else "To the newest messages"
    await expect(button).to_have_accessible_name(none)
    for number in range(1, max(counted) + 1):
        await boris.post(room_id, f"new {number}")
        if number in counted:
            await expect(button).to_have_accessible_name(counted[number])
    line = guest.page.locator("#unread-template, li.unread-line").first
    assert await line.evaluate("e => (e.content ?? e).textContent.trim()") == (
        "Новые сообщения" if locale == "ru" else "New messages"
    )


async def test_where_there_is_nothing(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna = await person("anna")
    room_id = await anna.create_room()
    for locale, nothing_yet, nothing_found, close, back in (
        ("ru", "Сообщений пока нет", "Нет такой комнаты", "Закрыть окно", "К полю ввода"),
        ("en", "No messages yet", "No such room", "Close a window", "Back to writing"),
    ):
        guest = await Guest.of(await tab(shared_server, locale=locale), anna)
        await guest.enter(room_id)
        await guest.move_pointer()
        await expect(guest.page.locator("#completeness")).to_have_text(nothing_yet)
        await guest.page.keyboard.press("Control+/")
        for words in (close, back):
            await expect(guest.page.locator("#shortcuts")).to_contain_text(words)
        await guest.page.keyboard.press("Escape")
        await guest.page.keyboard.press("Control+k")
        await guest.page.locator("#switcher-input").fill("nobody.of.this.name")
        await expect(guest.page.locator("#switcher-note")).to_contain_text(nothing_found)
        await guest.page.keyboard.press("Escape")
