"""What people do with files who mean harm, and what happens when the server dies in between."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import httpx

from models import ErasedFile, File
from tests.support.factories import MakePerson, StartServer
from tests.support.person import Person
from tests.support.server import Server
from tests.support.tables import opened
from tests.support.uploading import PNG, posted, sent, stored_files, upload
from tests.support.waiting import eventually

SCRIPT = b"<script>fetch('/api/profile')</script>"
# What would run, or be taken for something else, by its name, its type, or its first bytes.
HARMFUL = {
    "page.html": (b"<!doctype html><html>" + SCRIPT, "text/plain", "inline"),
    "picture.svg": (b"<svg xmlns='http://www.w3.org/2000/svg'>" + SCRIPT, "text/plain", "inline"),
    "feed.xml": (b"<?xml version='1.0'?><x/>", "text/plain", "inline"),
    "script.js": (b"alert(1)", "text/plain", "inline"),
    "png-and-page.html": (PNG + SCRIPT, "image/png", "inline"),
    "pdf-and-page.html": (b"%PDF-1.7" + SCRIPT, "application/pdf", "inline"),
    "page-behind-zeros.html": (bytes(10) + SCRIPT, "application/octet-stream", "attachment"),
    "utf-16.html": ("\ufeff<html>".encode("utf-16"), "application/octet-stream", "attachment"),
    "archive.jar": (b"PK\x03\x04" + bytes(30), "application/zip", "attachment"),
    "program.exe": (b"MZ" + bytes(200), "application/octet-stream", "attachment"),
    "empty": (b"", "application/octet-stream", "attachment"),
}
HEADERS = {
    "content-security-policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "private, no-cache",
}


async def test_nothing_runs(person: MakePerson) -> None:
    anna = await person("anna")
    room = await anna.create_room()
    for name, (data, content_type, kind) in HARMFUL.items():
        view = await upload(anna, room, data, name)
        assert view["content_type"] == content_type, name
        ranges: list[dict[str, str]] = [{}, {"Range": "bytes=0-3"}] if data else [{}]
        for headers in ranges:
            answer = await anna.http.get(view["url"], headers=headers)
            assert answer.headers["content-type"].partition(";")[0] == content_type
            assert answer.headers["content-disposition"].startswith(f"{kind}; "), name
            assert {key: answer.headers[key] for key in HEADERS} == HEADERS
        renamed = await anna.http.get(f"/files/{view['id']}/page.html")
        assert renamed.headers["content-disposition"].endswith(f"''{name}")
    refused = await sent(anna, room, b"GIF89a=1;alert(1)", "gif-and-script.js")
    assert refused.json()["code"] == "broken_picture"


async def test_paths_lead_nowhere(person: MakePerson) -> None:
    """Neither by a file's name nor by its number; and a number says nothing to who sees nothing."""
    anna, stranger = await person("anna"), await person("stranger")
    view = await upload(anna, await anna.create_room(), name="../../secret_key")
    number = view["id"]
    for path in (
        f"/files/{number}/../../instance/secret_key",
        f"/files/{number}/..%2F..%2Fsecret_key",
        f"/files/{number}/",
        f"/files/{number}",
        "/files/../instance/secret_key",
        f"/files/{'9' * 40}/x",
        "/files/-1/x",
        "/files/0/x",
    ):
        answer = await anna.http.get(path)
        assert b"secret" not in answer.content.replace(b"secret_key", b""), path
        assert answer.status_code == 404 or answer.content == PNG
    missing = await stranger.http.get(f"/files/{10**9}/x")
    hidden = await stranger.http.get(f"/files/{number}/x")
    assert (missing.status_code, hidden.status_code) == (404, 404)
    for path in (f"/api/files/{number}", f"/api/files/{10**9}"):
        assert (await stranger.http.get(path)).json()["code"] == "not_found"
    assert (await anna.http.get(f"/api/files/{number}")).json() == view


async def test_killed_in_between(
    person: MakePerson, server: StartServer, database_url: str
) -> None:
    """In the middle of an upload, and of the sweeper's work: folder and table agree afterwards.
    Each picture has its thumbnail.
    """
    node = await server(DATABASE_URL=database_url)
    anna = await person("anna", on=node)
    room = await anna.create_room()
    kept = await upload(anna, room)
    await posted(anna, room, kept, text="kept")
    gone = [await upload(anna, room, name=f"{number}") for number in range(3)]
    await posted(anna, room, *gone)
    async with cut_in_the_middle(anna, room):
        await eventually(lambda: are(node, 9), "the beginning of an upload")
        assert (await anna.http.delete(f"/api/rooms/{room}/messages/2")).status_code == 204
        await node.kill()
    assert len(stored_files(node)) == 9, "nothing is erased yet"
    async with opened(database_url):
        assert await ErasedFile.all().count() == 3
        await File.filter(is_complete=False).update(created_at=datetime(2026, 1, 1, tzinfo=UTC))
    await node.start()
    await eventually(lambda: are(node, 2), "the sweeper")
    assert (await anna.http.get(kept["url"])).content == PNG
    async with opened(database_url):
        assert await ErasedFile.all().count() == 0
        assert [each.is_complete for each in await File.all()] == [True]


async def are(node: Server, count: int) -> bool:
    """Whether so many files lie in the folder."""
    return len(stored_files(node)) == count


@asynccontextmanager
async def cut_in_the_middle(anna: Person, room: int) -> AsyncIterator[None]:
    """While somebody uploads a file that does not come to its end."""

    async def parts() -> AsyncIterator[bytes]:
        yield bytes(1 << 20)
        await asyncio.Event().wait()

    path, length = f"/api/rooms/{room}/files", {"Content-Length": str(2 << 20)}
    sending = asyncio.create_task(anna.http.post(path, content=parts(), headers=length))
    yield
    sending.cancel()
    with contextlib.suppress(asyncio.CancelledError, httpx.TransportError):
        await sending
