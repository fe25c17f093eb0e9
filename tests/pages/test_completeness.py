"""A page that frames were lost or altered on the way to: it notices, and mends what it shows.

Altered is what says which message a frame is of, and by which change: that is what the sum is made
of. Of words that were altered alone nothing here can tell; that is for TLS.
"""

import json
import random
from typing import Any

from playwright.async_api import WebSocketRoute, expect

from tests.pages.test_message_details import delete, edit, pin, react
from tests.support.chat import Frame
from tests.support.factories import MakePerson, OpenTab
from tests.support.guest import Guest
from tests.support.person import Person
from tests.support.server import Server
from tests.support.waiting import eventually
from tests.support.wire import Wire

BEAT = 46_000  # Milliseconds, a little more than one.
GRACE = 6_000
SOONER = 200  # With each look: an answer may still take some seconds of the page's time.
NUMBERED = {"chat_message", "message_changed", "reaction", "room_renamed"}
# Counts the beats of the page, by their interval.
COUNTED = """
    window.beats = 0;
    const start = window.setInterval;
    window.setInterval = (act, interval) =>
        start(() => { if (interval === 45_000) window.beats += 1; act(); }, interval);
"""
DRAWN = """items => items.map(item => [
    Number(item.dataset.messageId),
    Number(item.dataset.authorId),
    item.querySelector('.text').textContent,
    item.matches('.deleted'),
    item.querySelector('.pin-mark') !== null,
    [...item.querySelectorAll('.reaction')].map(each => each.textContent.trim()),
])"""


class FaultyWire(Wire):
    """Loses and alters, while it `is_faulty`, a third of what has the number of a change."""

    def __init__(self) -> None:
        super().__init__()
        self.random = random.Random(7)  # noqa: S311 - the same each time
        self.is_faulty = False
        self.losing: set[str] = set()
        self.faults = 0

    def _hear(self, socket: WebSocketRoute, data: str) -> None:
        frame = json.loads(data)
        is_numbered = frame["type"] in NUMBERED
        if frame["type"] in self.losing:
            self.faults += 1
        elif self.is_faulty and is_numbered and self.random.random() < 1 / 3:
            self.faults += 1
            if altered := self._altered(frame):
                super()._hear(socket, json.dumps(altered))
        else:
            super()._hear(socket, data)

    def _altered(self, frame: Frame) -> Frame | None:
        """What is left of it."""
        is_message = "message_id" in frame
        faults = ["lost", "change", *(["type", "message_id"] if is_message else [])]
        fault, by = self.random.choice(faults), self.random.choice([1, 2])
        altered = {
            "change": {"change": frame["change"] - by},
            "type": {"type": "garbled"},
            "message_id": {"message_id": frame.get("message_id", 0) + by},
        }
        return None if fault == "lost" else {**frame, **altered[fault]}

    def tell(self, **frame: Any) -> None:
        """Send the page a frame that the server has not sent so."""
        self._open[-1].send(json.dumps(frame))


async def sit_down(
    tab: OpenTab, server: Server, person: Person, room_id: int
) -> tuple[Guest, FaultyWire]:
    """Open the room's page for somebody, whose time can be moved."""
    window = await tab(server, locale="en")
    wire = await FaultyWire.of(window.context)
    assert isinstance(wire, FaultyWire)
    await window.page.clock.install()
    await window.page.add_init_script(COUNTED)
    guest = await Guest.of(window, person)
    await guest.enter(room_id)
    await guest.move_pointer()
    return guest, wire


def shown(frame: Frame) -> list[Any]:
    """What the page is to show of a message."""
    is_deleted = frame.get("is_deleted", False)
    return [
        frame["message_id"],
        frame["user_id"],
        "Message deleted" if is_deleted else frame["message"],
        is_deleted,
        frame.get("is_pinned", False),
        [f"{each['emoji']} {each['count']}" for each in frame.get("reactions", [])],
    ]


async def is_as_stored(guest: Guest, person: Person, room_id: int) -> bool:
    """Whether the page shows what is stored, and says so; what it waits for comes sooner."""
    await guest.page.clock.fast_forward(SOONER)
    stored = [shown(frame) for frame in await person.messages(room_id, limit=100)]
    change = (await person.changes(room_id, since=10**9))["change"]
    proof = await guest.page.locator("#completeness").inner_text()
    return (
        await guest.messages.evaluate_all(DRAWN) == stored
        and proof == f"Complete and current to change {change} ✓"
    )


async def do_something(chance: random.Random, room_id: int, *people: Person) -> None:
    """Let somebody post a message, or do something to one."""
    who = chance.choice(people)
    sent = await who.post(room_id, f"message {chance.random()}")
    number = chance.randint(1, sent["message_id"])
    messages = await who.messages(room_id, after=number - 1, limit=1)
    if messages[0].get("is_deleted"):
        return
    is_own = messages[0]["user_id"] == who.id
    kind = chance.choice(["edit", "delete", "react", "react", "pin", "rename"])
    if kind in ("edit", "delete") and not is_own:
        kind = "react"
    if kind == "edit":
        await edit(who, room_id, number, f"edited {chance.random()}")
    elif kind == "delete":
        await delete(who, room_id, number)
    elif kind == "react":
        await react(who, room_id, number, chance.choice("👍🎉👀"))
    elif kind == "pin":
        await pin(who, room_id, number)
    else:
        await people[0].rename_room(room_id, f"Room {chance.random()}")


async def test_what_is_lost_or_altered_at_random_is_mended(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris = await person("anna"), await person("boris")
    room_id = await anna.create_room(boris)
    for number in range(1, 6):
        await boris.post(room_id, f"message {number}")
    guest, wire = await sit_down(tab, shared_server, anna, room_id)
    chance = random.Random(3)  # noqa: S311 - the same each time
    rounds = 0
    # On a busy machine frames come when the wire is good again.
    while rounds < 2 or wire.faults <= 3:
        rounds += 1
        wire.is_faulty = True
        for _ in range(12):
            await do_something(chance, room_id, anna, boris)
        wire.is_faulty = False
        await mended_within_a_beat(guest, boris, room_id)


async def mended_within_a_beat(guest: Guest, person: Person, room_id: int) -> None:
    """The page's time stands still but for what it is put forward: however long answers take."""
    page = guest.page
    beats = await page.evaluate("beats")
    await page.clock.pause_at(await page.evaluate("Date.now() / 1000") + BEAT / 1000)
    await eventually(lambda: is_as_stored(guest, person, room_id), "a page as it is stored")
    assert await page.evaluate("beats") == beats + 1
    await page.clock.resume()


async def test_one_beat_shows_that_the_last_frame_was_lost(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    """And what was altered so that nothing is missing in the order of changes."""
    anna, boris = await person("anna"), await person("boris")
    room_id = await anna.create_room(boris)
    await boris.post(room_id, "one")
    guest, wire = await sit_down(tab, shared_server, anna, room_id)
    proof = guest.page.locator("#completeness")
    await expect(proof).to_have_text("Complete and current to change 1 ✓")
    wire.losing = {"reaction", "chat_message"}
    await react(boris, room_id, 1, "🎉")
    await eventually(lambda: lost(wire, 1), "the reaction to be lost")
    await guest.page.clock.fast_forward(BEAT)
    await guest.page.clock.fast_forward(GRACE)
    await expect(guest.page.locator("#m1 .reaction")).to_have_text("🎉 1")
    await expect(proof).to_have_text("Complete and current to change 2 ✓")

    await boris.post(room_id, "two")
    await eventually(lambda: lost(wire, 2), "the message to be lost")
    found = (await boris.messages(room_id))[1]
    # With the number of the first.
    wire.tell(**{**found, "message_id": 1})
    await expect(guest.messages.locator(".text")).to_have_text(["two"])
    wire.losing = set()
    await guest.page.clock.fast_forward(BEAT)
    await expect(guest.messages.locator(".text")).to_have_text(["one", "two"])
    await expect(proof).to_have_text("Complete and current to change 3 ✓")

    # A reaction, which has the number that its message is to have, does not hide what was before.
    wire.losing = {"message_changed"}
    await edit(boris, room_id, 2, "too")
    await eventually(lambda: lost(wire, 3), "the edit to be lost")
    wire.losing = set()
    wire.tell(type="garbled", change=4)
    await react(boris, room_id, 2, "🎉")
    await expect(guest.messages.locator(".text")).to_have_text(["one", "too"])
    await expect(guest.page.locator("#m2 .reaction")).to_have_text("🎉 1")


async def test_one_beat_shows_what_was_done_last(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    """A pin, a deletion and another name, each lost as the last frame that there was."""
    anna, boris = await person("anna"), await person("boris")
    room_id = await anna.create_room(boris)
    for text in ("one", "two"):
        await boris.post(room_id, text)
    guest, wire = await sit_down(tab, shared_server, anna, room_id)
    proof = guest.page.locator("#completeness")
    await expect(proof).to_have_text("Complete and current to change 2 ✓")

    async def mended(number: int) -> None:
        await eventually(lambda: lost(wire, number), "the frame to be lost")
        wire.losing = set()
        await guest.page.clock.fast_forward(BEAT)
        await guest.page.clock.fast_forward(GRACE)
        await expect(proof).to_have_text(f"Complete and current to change {2 + number} ✓")

    wire.losing = {"message_changed"}
    await pin(boris, room_id, 1)
    await mended(1)
    await expect(guest.page.locator("#m1 .pin-mark")).to_have_count(1)

    wire.losing = {"message_changed"}
    await delete(boris, room_id, 2)
    await mended(2)
    await expect(guest.messages.locator(".text")).to_have_text(["one", "Message deleted"])

    wire.losing = {"room_renamed"}
    await anna.rename_room(room_id, "Cellar")
    await mended(3)
    await expect(guest.page.locator("#room-name")).to_have_text("Cellar")


async def lost(wire: FaultyWire, count: int) -> bool:
    """Whether so many frames were lost."""
    return wire.faults >= count
