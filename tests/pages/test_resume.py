"""A page that was away: what it missed comes by `since`, whatever kind of change it was."""

import json
import re

from playwright.async_api import BrowserContext, WebSocketRoute, expect

from tests.support.factories import MakePerson, OpenTab
from tests.support.guest import Guest
from tests.support.person import Person
from tests.support.server import Server
from tests.support.waiting import eventually
from tests.support.wire import Wire


class Stream(Wire):
    """A wire that keeps the addresses of its sockets and loses frames of the types in `losing`;
    an `is_old` one leaves the numbers of changes away, as servers did that had none.
    """

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.losing: set[str] = set()
        self.lost = 0
        self.is_old = False

    @classmethod
    async def of_tab(cls, window: BrowserContext) -> "Stream":
        wire = cls()
        await window.route_web_socket(re.compile("/ws/chat/"), wire._handle)
        return wire

    async def _handle(self, socket: WebSocketRoute) -> None:
        self.addresses.append(socket.url)
        await super()._handle(socket)

    def _hear(self, socket: WebSocketRoute, data: str) -> None:
        frame = json.loads(data)
        if frame["type"] in self.losing:
            self.lost += 1
            return
        if self.is_old:
            frame.pop("change", None)
        super()._hear(socket, json.dumps(frame))

    def tell(self, **frame: object) -> None:
        """Send the page a frame that the server does not know of."""
        self._open[-1].send(json.dumps(frame))


async def sit_down(
    tab: OpenTab, server: Server, person: Person, room_id: int, *, is_old: bool = False
) -> tuple[Guest, Stream]:
    """Open the room's page for somebody, with a stream that can be interfered with."""
    window = await tab(server, locale="en")
    stream = await Stream.of_tab(window.context)
    stream.is_old = is_old
    guest = await Guest.of(window, person)
    await guest.enter(room_id)
    return guest, stream


async def change_everything(owner: Person, other: Person, newcomer: Person, room_id: int) -> None:
    """Rename the room, let somebody in, appoint somebody, and post."""
    path = f"/api/rooms/{room_id}"
    answers = [
        await owner.http.patch(path, json={"name": "Attic"}),
        await owner.http.post(f"{path}/members", json={"username": newcomer.username}),
        await owner.http.patch(f"{path}/members/{other.id}", json={"role": "owner"}),
    ]
    assert all(answer.is_success for answer in answers), answers
    await owner.post(room_id, "while you were away")


async def sees_everything(guest: Guest, newcomer: Person, proof: str) -> None:
    """Wait until the page shows what `change_everything` has changed, and says what it has."""
    await guest.sees("while you were away")
    await expect(guest.page.locator("#room-name")).to_have_text("Attic")
    await expect(guest.page).to_have_title(re.compile("^Attic · "))
    await expect(guest.member(newcomer)).to_be_attached()
    owners = guest.page.locator("details.for-owners").first
    await expect(owners).to_have_js_property("hidden", False)
    await expect(guest.page.locator("#completeness")).to_have_text(proof)


async def test_title_members_and_role_follow_after_an_absence(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris, clara = [await person(name) for name in ("anna", "boris", "clara")]
    room_id = await anna.create_room(boris, name="Cellar")
    guest, stream = await sit_down(tab, shared_server, boris, room_id)
    owners = guest.page.locator("details.for-owners").first
    await expect(owners).to_have_js_property("hidden", True)
    # What it shows afterwards came over the socket, not by asking again.
    await guest.page.route(re.compile(rf"/api/rooms/{room_id}"), lambda route: route.abort())
    guest.tab.allow("net::ERR_FAILED")
    await stream.cut()
    await change_everything(anna, boris, clara, room_id)
    stream.is_cut = False
    await guest.online()
    await sees_everything(guest, clara, "Complete and current to change 4 ✓")
    first, *_, last = [re.search(r"since=(\d+)", each) for each in stream.addresses]
    assert first is not None
    assert last is not None
    assert int(last[1]) == int(first[1])


async def test_the_same_from_a_server_without_numbers(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris, clara = [await person(name) for name in ("anna", "boris", "clara")]
    room_id = await anna.create_room(boris, name="Cellar")
    guest, stream = await sit_down(tab, shared_server, boris, room_id, is_old=True)
    await stream.cut()
    await change_everything(anna, boris, clara, room_id)
    stream.is_cut = False
    await guest.online()
    await sees_everything(guest, clara, "Messages #1 to #1 of 1")
    assert "since=" in stream.addresses[0]
    assert stream.addresses[-1].endswith("&after=0")


async def test_a_change_that_is_lost_is_resumed(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris = await person("anna"), await person("boris")
    room_id = await anna.create_room(boris, name="Cellar")
    guest, stream = await sit_down(tab, shared_server, boris, room_id)
    stream.losing = {"room_renamed"}
    await anna.http.patch(f"/api/rooms/{room_id}", json={"name": "Attic"})

    async def is_lost() -> bool:
        return stream.lost == 1

    await eventually(is_lost, "the frame to be lost")
    stream.losing = set()
    await expect(guest.page.locator("#room-name")).to_have_text("Cellar")
    await anna.post(room_id, "what follows")
    await guest.sees("what follows")
    await expect(guest.page.locator("#room-name")).to_have_text("Attic")
    await guest.move_pointer()
    proof = guest.page.locator("#completeness")
    await expect(proof).to_have_text("Complete and current to change 2 ✓")
    assert len(stream.addresses) == 2


async def test_a_changed_message_is_shown_in_its_place(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna, boris = await person("anna"), await person("boris")
    room_id = await anna.create_room(boris)
    for text in ("one", "two", "three"):
        await boris.post(room_id, text)
    guest, stream = await sit_down(tab, shared_server, anna, room_id)
    found = (await boris.messages(room_id))[1]
    assert found["message"] == "two"
    # By an older change than the one that is shown it says nothing.
    stream.tell(**{**found, "type": "message_changed", "message": "nothing"})
    newer = {"message": "*2*", "html": "<p><em>2</em></p>", "change": found["change"] + 100}
    stream.tell(**{**found, **newer, "type": "message_changed", "from": 1})
    await expect(guest.messages.locator(".text")).to_have_text(["one", "2", "three"])
    assert await guest.ids() == [1, 2, 3]
