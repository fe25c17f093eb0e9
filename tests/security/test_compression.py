"""Answers are compressed for the site's own pages, and for nobody else."""

import gzip
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import cycle

import brotli
import httpx
import pytest
from playwright.async_api import expect

from blueprints.compression import ENCODERS, PADDING_MAX
from commands.demo.stories import read_stories
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
        *(("same-origin", encoding) for encoding in ("deflate", "identity", "gzip;q=0, br;q=0")),
    ],
)
async def test_others_are_answered_as_it_is(reader: Person, site: str, encoding: str) -> None:
    room_id = await reader.create_room()
    for path in (f"/rooms/{room_id}/", "/rooms/", f"/api/rooms/{room_id}"):
        answer = await asked(reader, path, Sec_Fetch_Site=site, Accept_Encoding=encoding)
        assert answer.status_code == 200
        assert "Content-Encoding" not in answer.headers
        assert {"Accept-Encoding", "Sec-Fetch-Site"} <= set(answer.headers["Vary"].split(", "))


@pytest.mark.parametrize(
    ("accepted", "encoding", "unpack"),
    [
        ("gzip, deflate, br, zstd", "br", brotli.decompress),
        ("gzip, deflate", "gzip", gzip.decompress),
        ("br;q=0, gzip", "gzip", gzip.decompress),
    ],
)
async def test_length_of_what_is_compressed_is_random(
    reader: Person, accepted: str, encoding: str, unpack: Callable[[bytes], bytes]
) -> None:
    room_id = await reader.create_room()
    headers = {**OWN, "Accept-Encoding": accepted}
    lengths = set()
    for _ in range(12):
        async with reader.http.stream("GET", f"/rooms/{room_id}/", headers=headers) as answer:
            assert answer.headers["Content-Encoding"] == encoding
            packed = b"".join([part async for part in answer.aiter_raw()])
        assert int(answer.headers["Content-Length"]) == len(packed)
        assert b"</html>" in unpack(packed)
        lengths.add(len(packed))
    # Twelve of 101 lengths, of a page that is the same: two alike all twelve times are no chance.
    assert len(lengths) > 3
    # What is short stays as it is, and so does the answer to a form.
    assert "Content-Encoding" not in (await reader.http.get("/api/me", headers=headers)).headers


@pytest.mark.parametrize("size", [0, 1, 5_000, 300_000])
async def test_padding_is_as_long_as_it_should_be(size: int) -> None:
    body = bytes(number * number % 251 for number in range(size))
    for encode, unpack in (
        (ENCODERS["br"], brotli.decompress),
        (ENCODERS["gzip"], gzip.decompress),
    ):
        plain = await encode(body, 0)
        for padding in (1, 2, 63, 64, 65, PADDING_MAX):
            packed = await encode(body, padding)
            assert unpack(packed) == body
            assert 0 < len(packed) - len(plain) - padding <= 2


async def test_what_others_make_a_page_ask_for_stays_as_it_is(
    reader: Person, person: MakePerson
) -> None:
    """An open page of activity asks for its entries each time that somebody mentions its reader."""
    eve = await person("eve")
    room_id = await eve.create_room(reader)
    for number in range(8):
        await eve.post(room_id, f"@{reader.username} {number} {'guess ' * 30}")
    for path, coding in (("/activity/", "br"), ("/activity/entries", None)):
        answer = await reader.http.get(path, headers=OWN)
        assert answer.text.count("guess") > 8
        assert answer.headers.get("Content-Encoding") == coding


async def test_a_click_on_another_room_moves_little(
    tab: OpenTab, person: MakePerson, shared_server: Server
) -> None:
    """With fifty messages, no two alike, and twenty rooms in the list."""
    people = [await person(name) for name in ("anna", "boris", "vera", "gosha", "dima")]
    anna, *others = people
    said = [line.text for story in read_stories(datetime.now(UTC)) for line in story.lines]
    rooms = [await anna.create_room(*others, name=f"Room {number}") for number in range(20)]
    for room_id, text in zip(rooms, said[100:], strict=False):
        await anna.post(room_id, text)
    for text, author in zip(said[:50], cycle(people), strict=False):
        await author.post(rooms[1], text)
    chat = await anna.connect(rooms[1])
    await chat.settled()  # Read up to its end, where the page then begins.
    await chat.close()
    page = (await Guest.of(await tab(shared_server, locale="ru"), anna)).page
    await page.goto(f"/rooms/{rooms[0]}/")
    async with page.expect_response(f"**/rooms/{rooms[1]}/") as found:
        await page.locator(f'#rooms [data-room-id="{rooms[1]}"]').click()
    await expect(page.locator("#m51")).to_be_in_viewport()
    sizes = await (await found.value).request.sizes()
    assert sizes["responseBodySize"] <= 14.5 * 1024
