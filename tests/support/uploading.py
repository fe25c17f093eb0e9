"""Files, as people upload and fetch them."""

from pathlib import Path
from typing import Any

import httpx

from tests.support.person import Person
from tests.support.photographs import plan
from tests.support.server import Server

PNG = plan()
View = dict[str, Any]


async def upload(
    person: Person, room: int, data: bytes = PNG, name: str = "plan.png", **query: str
) -> View:
    """POST a file; return its view."""
    answer = await sent(person, room, data, name, **query)
    assert answer.status_code == 201, answer.text
    view: View = answer.json()
    return view


async def sent(
    person: Person, room: int, data: bytes = PNG, name: str = "plan.png", **query: str
) -> httpx.Response:
    """The same, however it is answered."""
    path = f"/api/rooms/{room}/files"
    return await person.http.post(path, params={"name": name, **query}, content=data)


async def posted(person: Person, room: int, *files: View, text: str = "") -> httpx.Response:
    """Post a message with these files."""
    body = {"message": text, "files": [each["id"] for each in files]}
    return await person.http.post(f"/api/rooms/{room}/messages", json=body)


def stored_files(server: Server) -> set[str]:
    """The names of all files that lie in the server's folder, whole or not."""
    folder = server.folder / "instance" / "files"
    return {path.name for path in folder.rglob("*") if path.is_file()} if folder.exists() else set()


def mode_of(path: Path) -> int:
    """Who may read it."""
    return path.stat().st_mode & 0o777
