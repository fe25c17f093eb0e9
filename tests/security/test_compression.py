"""Answers are compressed for the site's own pages, and for nobody else."""

import gzip
import secrets

import httpx
import pytest
from playwright.async_api import expect

from tests.support.factories import MakePerson, OpenTab
from tests.support.guest import Guest
from tests.support.person import Person
from tests.support.server import Server

OWN = {"Sec-Fetch-Site": "same-origin", "Accept-Encoding": "gzip, deflate, br, zstd"}


@pytest.fixture
async def reader(person: MakePerson) -> Person:
    """Somebody who has asked for a room once."""
    return await person("anna")


async def asked(reader: Person, path: str, **headers: str) -> httpx.Response:
    """The answer to a request with these headers and no others of a browser."""
    wanted = {name.replace("_", "-"): value for name, value in headers.items()}
    return await reader.http.get(path, headers=wanted)


@pytest.mark.parametrize(
    ("site", "encoding"),
    [
        *((site, "gzip, br") for site in ("cross-site", "same-site", "none", "")),
        *(("same-origin", encoding) for encoding in ("br", "identity", "gzip;q=0, br")),
    ],
)
async def test_others_are_answered_as_it_is(reader: Person, site: str, encoding: str) -> None:
    room_id = await reader.create_room()
    for path in (f"/rooms/{room_id}/", "/rooms/", f"/api/rooms/{room_id}"):
        answer = await asked(reader, path, Sec_Fetch_Site=site, Accept_Encoding=encoding)
        assert answer.status_code == 200
        assert "Content-Encoding" not in answer.headers
        assert {"Accept-Encoding", "Sec-Fetch-Site"} <= set(answer.headers["Vary"].split(", "))


async def test_length_of_what_is_compressed_is_random(reader: Person) -> None:
    room_id = await reader.create_room()
    lengths = set()
    for _ in range(12):
        async with reader.http.stream("GET", f"/rooms/{room_id}/", headers=OWN) as answer:
            assert answer.headers["Content-Encoding"] == "gzip"
            packed = b"".join([part async for part in answer.aiter_raw()])
        assert int(answer.headers["Content-Length"]) == len(packed)
        assert b"</html>" in gzip.decompress(packed)
        lengths.add(len(packed))
    # Twelve of 101 lengths, of a page that is the same: two alike all twelve times are no chance.
    assert len(lengths) > 3
    # What is short stays as it is, and so does the answer to a form.
    assert "Content-Encoding" not in (await reader.http.get("/api/me", headers=OWN)).headers


async def test_what_others_make_a_page_ask_for_stays_as_it_is(
    reader: Person, person: MakePerson
) -> None:
    """An open page of activity asks for its entries each time that somebody mentions its reader."""
    eve = await person("eve")
    room_id = await eve.create_room(reader)
    for number in range(8):
        await eve.post(room_id, f"@{reader.username} {number} {'guess ' * 30}")
    for path, coding in (("/activity/", "gzip"), ("/activity/entries", None)):
        answer = await reader.http.get(path, headers=OWN)
        assert answer.text.count("guess") > 8
        assert answer.headers.get("Content-Encoding") == coding


async def test_a_click_on_another_room_moves_little(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    anna = await person("anna")
    rooms = [await anna.create_room(name=f"Room {number}") for number in range(20)]
    for number, room_id in enumerate(rooms):
        await anna.post(
            room_id, f"{secrets.token_hex(16)}: how the last message of {number} begins"
        )
    for number in range(50):
        await anna.post(rooms[1], f"message {number}: what people write to each other in a room")
    window = await tab(shared_server, locale="ru")
    page = (await Guest.of(window, anna)).page
    await page.goto(f"/rooms/{rooms[0]}/")
    async with page.expect_response(f"**/rooms/{rooms[1]}/") as found:
        await page.locator(f'#rooms [data-room-id="{rooms[1]}"]').click()
    await expect(page.locator("#m51")).to_be_in_viewport()
    sizes = await (await found.value).request.sizes()
    assert sizes["responseBodySize"] < 15 * 1024
