"""A file that is sent by a form, without JavaScript."""

import re

import httpx

from tests.support.factories import MakePerson, OpenTab
from tests.support.guest import Guest
from tests.support.person import Person
from tests.support.photographs import photograph
from tests.support.server import Server
from tests.support.uploading import upload

TEXT = "Смотри:\r\n--x\r\n"
DISPOSITION = "Content-Disposition: form-data; name="
FORM = {"Content-Type": "multipart/form-data; boundary=x"}


async def test_in_a_browser(person: MakePerson, shared_server: Server, tab: OpenTab) -> None:
    anna = await person("anna")
    room = await anna.create_room()
    page = (await Guest.of(await tab(shared_server, java_script_enabled=False), anna)).page
    await page.goto(f"/rooms/{room}/")
    await page.get_by_role("link", name="Attach files").click()
    await page.get_by_label("Message").fill("Look:\n--x")
    await page.get_by_label("What the picture shows").fill("A gradient")
    photo = photograph("JPEG", (1600, 1200))
    name = 'лето "2026"; filename=x.jpg'
    file = {"name": name, "mimeType": "image/jpeg", "buffer": photo}
    await page.set_input_files("#file", file)  # type: ignore[arg-type]
    await page.get_by_role("button", name="Send").click()
    assert re.search(r"/rooms/\d+/#end$", page.url)
    (message,) = await anna.messages(room)
    assert message["message"] == "Look:\n--x"
    (found,) = message["files"]
    assert (found["name"], found["alt"]) == (name, "A gradient")
    assert (found["width"], found["height"]) == (1600, 1200)
    assert await page.get_by_role("img", name="A gradient").is_visible()


async def send(anna: Person, room: int, **form: bytes | str) -> httpx.Response:
    """As a browser does it; a large file comes in many parts."""
    file = form.pop("file")
    path = f"/rooms/{room}/files/new"
    return await anna.http.post(path, data=form, files={"file": ("a.bin", file)})


async def test_whatever_is_sent(person: MakePerson) -> None:
    anna = await person("anna")
    room = await anna.create_room()
    large = bytes(range(256)) * 20_000 + b"\r\n--x--\r\n"
    sent = await send(anna, room, message=TEXT, alt="", client_id="a", file=large)
    assert sent.status_code == 303, sent.text
    again = await send(anna, room, message=TEXT, alt="", client_id="a", file=large)
    assert again.status_code == 303
    (message,) = await anna.messages(room)
    assert message["message"] == "Смотри:\n--x\n"
    (found,) = message["files"]
    assert (await anna.http.get(found["url"])).content == large
    next_ids = [(await upload(anna, room))["id"] for _ in range(2)]
    assert next_ids == [found["id"] + 2, found["id"] + 3], "the second time had a file as well"
    there = [await anna.http.get(f"/api/files/{found['id'] + n}") for n in (1, 2, 3)]
    assert [each.status_code for each in there] == [404, 200, 200], "which nobody needs"
    nothing = {"message": "kept", "alt": "<b>", 'file"; filename="': ""}
    parts = (f'--x\r\n{DISPOSITION}"{name}"\r\n\r\n{text}' for name, text in nothing.items())
    content = "\r\n".join((*parts, "--x--\r\n")).encode()
    path = f"/rooms/{room}/files/new"
    empty = await anna.http.post(path, content=content, headers=FORM)
    assert empty.status_code == 422
    assert "kept</textarea>" in empty.text
    assert 'value="&lt;b&gt;"' in empty.text
    too_large = await send(anna, room, message="x", alt="", client_id="b", file=bytes(25 << 20 | 1))
    assert too_large.status_code == 413
    long = await send(anna, room, message="x" * 5_000, alt="", client_id="b", file=b"x")
    assert long.status_code == 422


async def test_what_is_no_form(person: MakePerson) -> None:
    anna = await person("anna")
    path = f"/rooms/{await anna.create_room()}/files/new"
    for body in (
        b"",
        b"--x",
        b"garbage",
        b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n' + bytes(200_000),
        b"--x\r\n" + b"a" * 100_000,
        b"--x\r\n" + b';filename="' * 5_000 + b"\r\n\r\n",  # More than is said of a file.
    ):
        answer = await anna.http.post(path, content=body, headers=FORM)
        assert answer.status_code == 400, body[:40]
    cut = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nabc'
    answer = await anna.http.post(path, content=cut, headers=FORM)
    assert answer.status_code in (303, 400)
