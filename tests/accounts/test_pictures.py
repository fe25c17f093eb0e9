"""Pictures of people: what is taken, what becomes of it, and who sees it."""

import io
from contextlib import ExitStack
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import httpx
import pytest
from PIL import Image

from blueprints.request_parsers import UPLOAD_SECONDS
from models import Refusal
from services import picture_worker
from services.picture_process import PictureProcess
from services.pictures import IN_HAND_MAX, UPLOAD_MAX, Pictures
from tests.support.factories import MakePerson
from tests.support.talk import talk

if TYPE_CHECKING:
    from services.actor import Actor
    from services.profiles import Profiles

EXIF_ORIENTATION = 0x0112


def picture(kind: str = "PNG", size: tuple[int, int] = (90, 60), mode: str = "RGB") -> bytes:
    """Return a file of this kind, red at its left and blue at its right."""
    image = Image.new(mode, size, "red")
    image.paste("blue", (size[0] // 2, 0, *size))
    exif = Image.Exif()
    exif[EXIF_ORIENTATION] = 3  # Upside down.
    exif[0x010F] = "Secret camera"
    written = io.BytesIO()
    image.save(written, kind, exif=exif)
    return written.getvalue()


def bomb() -> bytes:
    """Return a small file that asks for gigabytes."""
    written = io.BytesIO()
    Image.new("1", (30_000, 30_000)).save(written, "PNG")
    return written.getvalue()


async def put(http: httpx.AsyncClient, data: bytes) -> httpx.Response:
    return await http.put("/api/profile/picture", content=data)


async def test_a_picture_is_made_small_and_told(person: MakePerson) -> None:
    two = await talk(person)
    answers = [await put(two.bob.http, picture(kind)) for kind in ("PNG", "JPEG", "WEBP")]
    names = [each.json()["picture"] for each in answers]
    assert len(set(names)) == len(names)
    told = [(await two.a.expect("user_changed"))["picture"] for _ in names]
    assert told == names
    members = (await two.alice.room(two.room))["members"]
    assert [each.get("picture") for each in members if each["id"] == two.bob.id] == names[-1:]
    for size in (64, 256):
        shown = await two.alice.http.get(f"/pictures/{names[-1]}-{size}.webp")
        assert shown.headers["content-type"] == "image/webp"
        assert shown.headers["cache-control"] == "private, max-age=31536000, immutable"
        assert shown.headers["x-content-type-options"] == "nosniff"
        assert b"Secret" not in shown.content
        with Image.open(io.BytesIO(shown.content)) as made:
            assert (made.format, made.size) == ("WEBP", (size, size))
            red, _, blue = made.convert("RGB").getpixel((2, 2))  # type: ignore[misc]
            assert blue > red, "turned as its file says"
    page = (await two.alice.http.get(f"/rooms/{two.room}/")).text
    assert page.count(f"/pictures/{names[-1]}-64.webp") >= 1
    gone = await two.alice.http.get(f"/pictures/{names[0]}-64.webp")
    assert gone.status_code == 404, "the one before"
    async with httpx.AsyncClient(base_url=two.alice.server.url, trust_env=False) as stranger:
        assert (await stranger.get(f"/pictures/{names[-1]}-64.webp")).status_code in (303, 401)
    assert (await two.bob.http.delete("/api/profile/picture")).status_code == 204
    assert "picture" not in await two.a.expect("user_changed")
    assert (await two.alice.http.get(f"/pictures/{names[-1]}-64.webp")).status_code == 404


async def test_what_is_no_picture(person: MakePerson) -> None:
    anna = await person("anna")
    gif = io.BytesIO()
    Image.new("P", (9, 9)).save(gif, "GIF")
    whole = picture()
    for data, code in (
        (b"", "bad_picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "bad_picture"),
        (gif.getvalue(), "bad_picture"),
        (whole[: len(whole) // 2], "bad_picture"),
        (bomb(), "bad_picture"),
        (b"\x89PNG\r\n\x1a\n" + bytes(5 << 20), "picture_too_large"),
        (b"\x89PNG\r\n\x1a\n" + bytes(6 << 20), "too_large"),
    ):
        answer = await put(anna.http, data)
        assert answer.json()["code"] == code
    assert (await anna.http.get("/api/profile")).json()["picture"] == ""
    for name in ("../secret_key", "x-64", f"{'0' * 32}-65"):
        assert (await anna.http.get(f"/pictures/{name}.webp")).status_code == 404


def test_one_at_a_time() -> None:
    """Of one person: bodies of 5 MiB wait in memory, and others wait for them."""
    pictures = Pictures(cast("Profiles", None), PictureProcess())
    people = [cast("Actor", SimpleNamespace(user_id=number)) for number in range(IN_HAND_MAX + 1)]
    with ExitStack() as places:
        for each in people[1:]:
            places.enter_context(pictures.place(each))
            with pytest.raises(Refusal, match="overloaded"), pictures.place(each):
                pass
        with pytest.raises(Refusal, match="overloaded"), pictures.place(people[0]):
            pass
    with pictures.place(people[0]), pictures.place(people[1]):
        pass
    assert IN_HAND_MAX == 32


async def test_without_scripts(person: MakePerson) -> None:
    """By a form, as large as a telephone's camera makes them."""
    anna = await person("anna")
    noise = io.BytesIO()
    Image.effect_noise((3_000, 2_000), 90).convert("RGB").save(noise, "JPEG", quality=80)
    assert len(noise.getvalue()) > 1 << 20
    sent = {"picture": ("me.jpg", noise.getvalue(), "image/jpeg")}
    saved = await anna.http.post("/profile/picture", files=sent)
    assert saved.status_code == 303, saved.text
    assert "-256.webp" in (await anna.http.get("/profile")).text
    wrong = await anna.http.post("/profile/picture", files={"picture": ("a.txt", b"hello")})
    assert wrong.status_code == 422
    assert "PNG" in wrong.text
    await anna.http.post("/profile/picture/remove")
    assert "-256.webp" not in (await anna.http.get("/profile")).text


def test_numbers() -> None:
    """As SECURITY.md and docs/protocol.md have them."""
    assert picture_worker.MEMORY_MAX == 768 << 20
    assert picture_worker.SECONDS_MAX == 10
    assert picture_worker.PIXELS_MAX == 40_000_000
    assert UPLOAD_MAX == 5 << 20
    assert UPLOAD_SECONDS == 60
