"""The log: one JSON object a line for every action, who and where and how long; no secrets."""

import json
from pathlib import Path
from typing import Any

from tests.support.factories import MakePerson, StartServer
from tests.support.person import PASSWORD
from tests.support.server import Server, run_python
from tests.support.talk import talk
from tests.support.waiting import eventually

BODY = "секретное слово my secret words"


def lines(server: Server) -> list[dict[str, Any]]:
    """Return what has been logged; AssertionError when a line is neither JSON nor Hypercorn's."""
    found = []
    for line in server.log().splitlines():
        if line.startswith("["):  # Hypercorn's own: [time] [pid] [INFO] Running on …
            continue
        found.append(json.loads(line))
    return found


LIBRARY = """
import logging, warnings, logs
logs.configure()
logs.configure()
warnings.warn("mind this")
try:
    1 / 0
except ZeroDivisionError:
    logging.getLogger("asyncpg.pool").warning("pool %s", "lost", exc_info=True)
"""


async def test_what_libraries_log_is_one_line_too(tmp_path: Path) -> None:
    status, output = await run_python("-c", LIBRARY, cwd=tmp_path, settings={})
    warned, found = [json.loads(line) for line in output.splitlines()]
    assert (warned["library"], "mind this" in warned["message"]) == ("py.warnings", True)
    assert (status, found["event"], found["level"]) == (0, "library_log", "warning")
    assert (found["library"], found["message"]) == ("asyncpg.pool", "pool lost")
    assert "ZeroDivisionError" in found["exception"]


async def test_actions_are_logged_and_secrets_are_not(
    server: StartServer, person: MakePerson
) -> None:
    node = await server()
    two = await talk(person, on=node)
    alice, bob, room = two.alice.id, two.bob.id, two.room
    cookie = two.bob.cookie.partition("=")[2]
    await two.a.say(BODY, "secret-client-id")
    frames: list[dict[str, Any]] = [
        {"type": "edit_message", "message": f"{BODY} again"},
        {"type": "react", "emoji": "👍", "is_on": True},
        {"type": "react", "emoji": "👍", "is_on": False},
        {"type": "pin_message", "is_pinned": True},
        {"type": "pin_message", "is_pinned": False},
        {"type": "delete_message"},
    ]
    for number, frame in enumerate(frames):
        await two.a.send({"message_id": 1, "client_id": f"secret-client-id-{number}", **frame})
        await two.a.expect("done")
    await two.a.send_raw(f'{{"type": "{BODY}"')
    await two.b.send({"type": "mark_read"})
    await two.b.expect("messages_marked_read")
    await two.alice.http.post(f"/api/rooms/{room}/messages", json={"message": 7, "x": BODY})
    await two.alice.http.post("/api/session", json={"username": "x", "password": BODY})
    carol = await person("carol", on=node)
    await two.alice.add_member(room, carol)
    await two.alice.remove_member(room, carol.id)
    await two.bob.logout()
    await two.b.closed()
    await two.alice.http.delete(f"/api/rooms/{room}")
    await two.a.closed()

    async def all_gone() -> bool:
        return [line["event"] for line in lines(node)].count("disconnected") == 2

    await eventually(all_gone, "both disconnections in the log")
    logged = lines(node)
    assert all(line.keys() >= {"time", "level", "event"} for line in logged)
    expected: list[dict[str, Any]] = [
        {"event": "registered", "user": alice},
        {"event": "logged_in", "user": bob},
        {"event": "login_refused"},
        {"event": "room_created", "user": alice, "room": room},
        {"event": "connected", "user": bob, "room": room},
        {"event": "user_status", "user": bob, "is_online": True},
        {"event": "message_posted", "user": alice, "room": room, "message_id": 1},
        *(
            {"event": f"message_{kind}", "user": alice, "room": room, "message_id": 1}
            for kind in ("edited", "reacted", "unreacted", "pinned", "unpinned", "deleted")
        ),
        {"event": "refused", "user": alice, "room": room, "code": "bad_frame"},
        {"event": "marked_read", "user": bob, "room": room, "upto": 1},
        {"event": "member_added", "user": alice, "room": room, "member": carol.id},
        {"event": "member_removed", "user": alice, "room": room, "member": carol.id},
        {"event": "logged_out", "user": bob},
        {"event": "room_deleted", "user": alice, "room": room},
        {"event": "disconnected", "user": bob, "room": room},
    ]
    for fields in expected:
        assert any(fields.items() <= line.items() for line in logged), fields
    for line in logged:
        if line["event"] in {"connected", "disconnected", "message_posted"}:
            assert isinstance(line["connection"], int)
        if line["event"] in {"disconnected", "message_posted"}:
            assert line["duration_ms"] >= 0
    for secret in (BODY, "секретное", "secret-client-id", PASSWORD, cookie, cookie.split(".")[0]):
        assert secret not in node.log()
        assert json.dumps(secret)[1:-1] not in node.log()
