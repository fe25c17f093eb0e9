"""Pictures of rooms: set by owners, shown to members alone, and gone when they are replaced."""

import io
from pathlib import Path

import pytest
from PIL import Image
from playwright.async_api import expect

from models import ErasedFile, File
from tests.support.axe import barriers
from tests.support.factories import MakePerson, OpenTab, StartServer
from tests.support.frames import check
from tests.support.guest import Guest
from tests.support.person import Person
from tests.support.photographs import SECRET, photograph
from tests.support.server import Server
from tests.support.tables import opened
from tests.support.talk import talk
from tests.support.uploading import stored_files
from tests.support.waiting import eventually

RUSSIAN = {
    "viewport": {"width": 390, "height": 780},
    "has_touch": True,
    "is_mobile": True,
    "locale": "ru-RU",
    "color_scheme": "dark",
}


async def put(person: Person, room: int, data: bytes = b"") -> tuple[int, str]:
    """Give the room a picture; return the status, and what it is called or what was wrong."""
    data = data or photograph("JPEG")
    answer = await person.http.put(f"/api/rooms/{room}/picture", content=data)
    return answer.status_code, answer.json().get("picture") or answer.json()["code"]


async def test_members_are_told_and_see_it(
    person: MakePerson, server: StartServer, database_url: str
) -> None:
    """In both sizes; with another one, or with the room, it is gone from the disk."""
    node = await server(DATABASE_URL=database_url)
    two = await talk(person, node)
    stranger = await person("carol", on=node)
    lobby = await two.bob.lobby()
    status, name = await put(two.alice, two.room)
    assert (status, name.startswith(f"{two.room}-")) == (200, True)
    frame = check(await lobby.expect("room_changed"))
    assert frame["room"]["picture"] == name
    assert (await two.bob.room(two.room))["picture"] == name
    for size in (64, 256):
        path = f"/pictures/{name}-{size}.webp"
        shown = await two.bob.http.get(path)
        assert shown.headers["content-type"] == "image/webp"
        assert SECRET.encode() not in shown.content
        with Image.open(io.BytesIO(shown.content)) as made:
            assert (made.format, made.size) == ("WEBP", (size, size))
        assert (await stranger.http.get(path)).status_code in (403, 404)
    _, other = await put(two.alice, two.room)
    assert other != name
    assert (await two.bob.http.get(f"/pictures/{name}-64.webp")).status_code == 404
    await left(node, {other}, "the one before")
    await two.alice.remove_member(two.room, two.bob.id)
    assert (await two.bob.http.get(f"/pictures/{other}-64.webp")).status_code in (403, 404)
    assert (await two.alice.http.delete(f"/api/rooms/{two.room}")).status_code == 204
    await left(node, set(), "that of a deleted room")
    async with opened(database_url):
        assert (await File.all().count(), await ErasedFile.all().count()) == (0, 0)


async def left(node: Server, names: set[str], what: str) -> None:
    keys = {name.partition("-")[2] for name in names}
    expected = {f"{key}{end}" for key in keys for end in ("", ".thumbnail")}

    async def is_so() -> bool:
        return stored_files(node) == expected

    await eventually(is_so, what)


async def test_what_is_refused(person: MakePerson, shared_server: Server) -> None:
    two = await talk(person, shared_server)
    assert await put(two.bob, two.room) == (403, "not_owner")
    assert await put(two.alice, two.room, b"GIF89a") == (422, "bad_picture")
    assert await put(two.alice, two.room, b"\x89PNG\r\n\x1a\n1") == (422, "bad_picture")
    direct = await two.alice.http.post("/api/direct", json={"username": two.bob.username})
    assert (await put(two.alice, direct.json()["id"]))[1] == "forbidden"
    assert "picture" not in await two.alice.room(two.room)
    removed = await two.alice.http.delete(f"/api/rooms/{two.room}/picture")
    assert removed.status_code == 204, "it has none already"


@pytest.mark.parametrize("options", [{}, RUSSIAN], ids=["desk", "phone"])
async def test_on_the_pages(
    person: MakePerson,
    shared_server: Server,
    tab: OpenTab,
    tmp_path: Path,
    options: dict[str, object],
) -> None:
    """Set and removed in the settings without JavaScript; seen at once by who is in the room."""
    anna, boris = await person("anna"), await person("boris")
    room = await anna.create_room(boris)
    guest = await Guest.of(await tab(shared_server, **options), boris)
    await guest.enter(room)
    face = guest.page.locator("#room-face")
    await expect(face).to_be_hidden()
    owner = await Guest.of(await tab(shared_server, **options, java_script_enabled=False), anna)
    owner.tab.allow("422")
    page = owner.page
    photo, none = tmp_path / "photo.jpg", tmp_path / "none.png"
    photo.write_bytes(photograph("JPEG"))
    none.write_bytes(b"none")
    card = page.locator("#picture-of-room")
    await page.goto(f"/rooms/{room}/settings")
    for path, said in ((none, "alert"), (photo, "status")):
        await card.locator("input[type=file]").set_input_files(path)
        await card.locator("button").first.click()
        await expect(card.locator(f"[role={said}]")).to_be_visible()
    await expect(card.locator(".avatar img")).to_have_js_property("naturalWidth", 256)
    await expect(face).to_be_visible()
    await expect(face.locator("img")).to_have_js_property("naturalWidth", 64)
    listed = guest.page.locator(f'#rooms [data-room-id="{room}"] .avatar img')
    await expect(listed).to_have_count(1)
    assert not await barriers(guest.page)
    assert not await guest.page.evaluate("document.documentElement.scrollWidth > innerWidth")
    await guest.page.reload()
    await expect(face.locator("img")).to_have_js_property("naturalWidth", 64)
    await card.locator("button").nth(1).click()
    await expect(face).to_be_hidden()
    await expect(listed).to_have_count(0)
