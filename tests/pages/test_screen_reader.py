"""What a screen reader says of all that can be done in a room: word for word, in both languages."""

import pytest
from playwright.async_api import expect

from tests.pages.test_failed_send import refuse
from tests.pages.test_message_details import delete, edit, pin, react, reply
from tests.support import spoken
from tests.support.factories import MakePerson, OpenTab
from tests.support.guest import Guest
from tests.support.person import Person
from tests.support.screen_reader import ScreenReader
from tests.support.server import Server
from tests.support.wire import Wire

LOCALES = ("en", "ru")


class Walk:
    """Somebody with a screen reader in a room, and what they are told there."""

    def __init__(self, guest: Guest, reader: ScreenReader, locale: str) -> None:
        self.guest = guest
        self.page = guest.page
        self._reader = reader
        self._language = LOCALES.index(locale)

    async def reads(self, selector: str, table: str) -> None:
        """Go through all of an element."""
        await self._reader.reads(selector, self._column(table))

    async def hears(self, table: str) -> None:
        """Listen to what is announced."""
        await self._reader.hears(self._column(table))

    async def comes_to(self, table: str) -> None:
        """Listen to where the focus is now."""
        await self._reader.comes_to(self._column(table))

    async def moves(self, key: str, table: str) -> None:
        """Press a key for each line, which is what is said then."""
        for phrase in self._column(table):
            await self.page.keyboard.press(key)
            await self._reader.comes_to([phrase])

    async def chooses(self, number: int, action: str) -> None:
        """Take an item of the menu of a message."""
        await self.page.locator(f"#m{number} .post").press("Enter")
        await expect(self.page.locator("#message-menu")).to_be_visible()
        await self.page.locator(f"#message-menu [data-do={action}]").press("Enter")

    def _column(self, table: str) -> list[str]:
        rows = [line.split("|") for line in table.strip().splitlines()]
        return [row[min(self._language, len(row) - 1)].strip() for row in rows]


def first(table: str, count: int) -> str:
    """Return the first lines of a table."""
    return "\n".join(table.strip().splitlines()[:count])


async def furnished(anna: Person, boris: Person, clara: Person) -> int:
    """Return a room with everything in it, some of it new to Anna."""
    room_id = await anna.create_room(boris)
    for text in ("we meet at five", "wrong", "soup?"):
        await boris.post(room_id, text)
    await anna.post(room_id, "mine")
    await react(boris, room_id, 4, "🎉")
    for reader in (anna, boris):
        await reader.http.post(f"/rooms/{room_id}/read")
    await edit(boris, room_id, 1, "we meet at six")
    await delete(boris, room_id, 2)
    await react(boris, room_id, 4, "👍")
    await react(anna, room_id, 4, "🎉")
    for number in (3, 1):
        await pin(boris, room_id, number)
    await reply(boris, room_id, 3, f"@{anna.username} yes")
    await anna.add_member(room_id, clara)
    return room_id


@pytest.mark.parametrize("locale", LOCALES)
async def test_a_walk(tab: OpenTab, person: MakePerson, shared_server: Server, locale: str) -> None:
    anna, boris, clara = people = [await person(name) for name in ("anna", "boris", "clara")]
    room_id = await furnished(anna, boris, clara)
    window = await tab(shared_server, locale=locale)
    (await Wire.of(window.context)).refuse = refuse
    guest = await Guest.of(window, anna)
    await guest.enter(room_id)
    names = {each.username: each.username.rstrip("0123456789") for each in people}
    walk = Walk(guest, await ScreenReader.start(guest.page, names), locale)
    await what_is_there(walk)
    await what_a_message_offers(walk)
    await what_is_told_of_a_message(walk)
    await what_is_taken_away(walk)
    await what_replies_to_what(walk)
    await what_is_completed(walk)
    await what_is_edited(walk, anna, room_id)
    await what_is_deleted(walk)
    await what_is_not_sent(walk)
    await what_others_do(walk, boris, room_id)


async def what_is_there(walk: Walk) -> None:
    await walk.comes_to("textbox: Message | textbox: Сообщение")
    await walk.reads("#messages", spoken.MESSAGES)
    for fold, table in (("#pins", spoken.PINS), ("#since", spoken.SINCE)):
        summary = walk.page.locator(f"{fold} summary")
        await summary.press("Enter")
        await walk.reads(fold, table)
        await summary.press("Enter")


async def what_a_message_offers(walk: Walk) -> None:
    await walk.page.locator("#m5 .post").focus()
    await walk.comes_to(spoken.LAST)
    await walk.moves("ArrowUp", spoken.UPWARDS)
    await walk.page.locator("#m4 .post").focus()
    await expect(walk.page.locator("#m4 .message-tools")).to_be_visible()
    await walk.moves("Tab", spoken.TABBED)
    await walk.page.locator("#m4 .post").press("Enter")
    await walk.comes_to(first(spoken.MENU, 2))
    await walk.moves("ArrowDown", "menuitem: Reply | menuitem: Ответить")
    await walk.reads("#message-menu", spoken.MENU)
    await walk.moves("Home", "menuitem: React | menuitem: Поставить реакцию")
    await walk.page.keyboard.press("Enter")
    await walk.comes_to(spoken.PICKER_OPENED)
    await walk.page.keyboard.insert_text("tada")
    await walk.hears("1 found | Найдено: 1")
    await walk.reads("#emoji-picker", spoken.PICKER)
    await walk.moves("ArrowDown", "button: party popper | button: хлопушка")
    await walk.page.keyboard.press("Escape")
    await walk.comes_to("article: anna, 12:00 — mine , 🎉 2 👍 1")


async def what_is_told_of_a_message(walk: Walk) -> None:
    for number, action, table in (
        (1, "showVersions", spoken.VERSIONS),
        (4, "showReaders", spoken.READERS),
        (4, "showReactions", spoken.REACTIONS),
    ):
        await walk.chooses(number, action)
        await walk.comes_to(first(table, 1))
        await walk.reads("#readers", table)
        await walk.page.keyboard.press("Escape")
        await expect(walk.page.locator(f"#m{number} .post")).to_be_focused()


async def what_is_taken_away(walk: Walk) -> None:
    await walk.chooses(3, "react")
    await walk.comes_to(spoken.PICKER_OPENED)
    await walk.page.keyboard.insert_text("tada")
    await walk.page.keyboard.press("Enter")
    reaction = walk.page.locator("#m3 .reaction")
    await expect(reaction).to_have_attribute("aria-pressed", "true")
    await reaction.press("Enter")
    # The last one is gone with all that held it: the focus is at the message.
    await walk.comes_to(spoken.UPWARDS.splitlines()[2])


async def what_replies_to_what(walk: Walk) -> None:
    await walk.page.keyboard.press("r")
    await walk.hears("Reply to boris soup? | Ответ: boris soup?")
    await walk.comes_to("textbox: Message | textbox: Сообщение")
    await walk.reads("#composer-context", spoken.REPLYING)
    await walk.page.keyboard.press("Escape")
    await walk.page.locator("#m3 .replies").press("Enter")
    field = "textbox: Reply in the thread | textbox: Ответить в ветке"
    await walk.comes_to(f"{first(spoken.THREAD, 1)}\n{field}")
    await walk.reads("dialog.thread", spoken.THREAD)
    await walk.page.keyboard.press("Escape")
    await walk.comes_to("link: 1 reply | link: 1 ответ")


async def what_is_completed(walk: Walk) -> None:
    await walk.guest.composer.press("@")
    await walk.hears("3 suggestions | 3 подсказки")
    field = "textbox: Message, @ | textbox: Сообщение, @"
    await walk.comes_to(f"{field}\noption: boris")
    await walk.page.keyboard.press("ArrowDown")
    await walk.comes_to(f"{field}\noption: clara")
    await walk.reads("#composer-suggestions", spoken.SUGGESTIONS)
    await walk.page.keyboard.press("Escape")
    await walk.comes_to(field)
    await walk.guest.composer.fill("")


async def what_is_edited(walk: Walk, anna: Person, room_id: int) -> None:
    await walk.guest.composer.press("ArrowUp")
    await walk.hears("Editing mine | Правка mine")
    await walk.comes_to("textbox: Message, mine | textbox: Сообщение, mine")
    await walk.reads("#composer-context", spoken.EDITING)
    await edit(anna, room_id, 4, "from my phone")
    await walk.guest.sees("from my phone")
    await walk.page.keyboard.press("End")
    await walk.page.keyboard.insert_text("!")
    await walk.page.keyboard.press("Enter")
    await walk.comes_to(first(spoken.CONFLICT, 1))
    await walk.reads("#unsent", spoken.CONFLICT)
    await walk.moves("Tab", "\n".join(spoken.CONFLICT.splitlines()[-3:]))
    await walk.page.keyboard.press("Enter")
    await walk.comes_to("textbox: Message | textbox: Сообщение")


async def what_is_deleted(walk: Walk) -> None:
    await walk.chooses(4, "delete")
    await walk.comes_to(
        "article: anna, 12:00 — Message deleted | article: anna, 12:00 — Сообщение удалено"
    )
    await walk.moves("Tab", "button: Undo | button: Отменить")
    await walk.page.keyboard.press("Enter")
    await walk.comes_to(
        "article: anna, 12:00 — from my phone , edited , 🎉 2 👍 1"
        "| article: anna, 12:00 — from my phone , изменено , 🎉 2 👍 1"
    )
    await walk.hears(
        "Deleted in ten seconds: until then it can be undone"
        "| Будет удалено через десять секунд: пока это можно отменить"
    )


async def what_is_not_sent(walk: Walk) -> None:
    await walk.guest.say("unlucky")
    await expect(walk.guest.message("unlucky")).to_have_attribute("data-state", "failed")
    await walk.reads("#messages .message[data-state=failed]", spoken.UNSENT)
    await walk.hears(
        "Not sent: unlucky Text contains characters that cannot be stored"
        "| Не отправлено: unlucky В тексте есть знаки, которые нельзя сохранить"
    )


async def what_others_do(walk: Walk, boris: Person, room_id: int) -> None:
    """New messages are announced; for the rest one looks, and is not interrupted."""
    chat = await boris.connect(room_id)
    await chat.send({"type": "typing", "is_typing": True})
    await expect(walk.guest.typing).to_contain_text(boris.username)
    await edit(boris, room_id, 1, "we meet at seven")
    await react(boris, room_id, 3, "😮")
    await delete(boris, room_id, 5)
    await expect(walk.page.locator("#m5")).to_have_class("message deleted")
    await boris.post(room_id, "hello")
    await walk.hears("boris: hello")
