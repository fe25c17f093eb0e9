"""The tables of docs/protocol.md have every call of the JSON API and every frame, and no other."""

import re
from pathlib import Path
from typing import get_args

from protocol.client_frames import Ping, RoomFrame
from protocol.lobby_frames import LobbyFrame
from protocol.server_frames import ServerFrame
from tests.project.test_docs import PROTOCOL
from tests.support.routes import all_routes

CALL = re.compile(r"^    (GET|POST|PUT|PATCH|DELETE) +(/api/\S+)(.*)$", re.MULTILINE)


def shape(path: str) -> str:
    """The address, whatever its parts are called."""
    return re.sub(r"<[^>]+>", "<>", path)


def documented_calls() -> list[tuple[str, str]]:
    """Method and address of each line; a line may name DELETE beside its own method."""
    section = PROTOCOL.split("\n## JSON API")[1].split("\n## ")[0]
    calls = []
    for method, path, rest in CALL.findall(section):
        calls.append((method, shape(path)))
        if re.search(r"; DELETE \w+", rest):
            calls.append(("DELETE", shape(path)))
    return calls


async def test_every_call_is_in_the_table_once_and_every_line_is_a_call(tmp_path: Path) -> None:
    routes = {
        (each.method, shape(each.rule))
        for each in await all_routes(tmp_path)
        if each.rule.startswith("/api/")
    }
    calls = documented_calls()
    assert {each for each in calls if calls.count(each) > 1} == set()
    assert set(calls) == routes


def rows(heading: str) -> set[str]:
    """The frames that the first table of a section names."""
    section = PROTOCOL.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    first = re.findall(r"^\| (`\w+`(?:, `\w+`)*) \|", section, re.MULTILINE)
    return {name for cell in first for name in re.findall(r"`(\w+)`", cell)}


def tags(union: object) -> set[str]:
    """The types of the frames of a union of structs."""
    return {str(each.__struct_config__.tag) for each in get_args(union)}


def test_tables_of_frames_have_each_frame_and_no_other() -> None:
    assert rows("Frames from the client") == tags(RoomFrame)
    lobby = rows("The lobby")
    assert rows("Frames from the server") | lobby == tags(ServerFrame)
    # Some come in rooms and in the lobby; those of the lobby alone are in its own table.
    assert lobby >= tags(LobbyFrame) >= lobby - rows("Frames from the server")
    assert f'{{"type": "{Ping.__struct_config__.tag}"}}' in PROTOCOL
