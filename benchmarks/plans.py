"""How SQLite answers what Beseda asks in its hot paths: python -m benchmarks.plans URL ROOM USER.

Serves the app in this process, visits what is visited most, and prints the plan of every query.
Exit status 1 when one of them reads all messages.
"""

import re
import sqlite3
import sys
from typing import Any

import uvloop

from app import create_app
from benchmarks.people import SECRET_KEY, cookie
from config import Settings

QUERY = re.compile(r"\s*(WITH|SELECT|UPDATE|INSERT|DELETE)\b", re.IGNORECASE)
# The whole table, or the whole of one of its indexes.
WHOLE = re.compile(r"^SCAN message\b")


async def visit(database_url: str, room_id: int, user_id: int) -> list[str]:
    """Every statement that this took, with its values in it."""
    statements: list[str] = []
    _listen(statements)
    app = create_app(Settings(database_url=database_url, secret_key=SECRET_KEY))
    headers = {"Cookie": cookie(user_id), "Host": "localhost"}
    async with app.test_app() as served:
        client = served.test_client()
        del statements[:]  # What the start asked.
        for path in (
            "/rooms/",
            f"/rooms/{room_id}/",
            f"/api/rooms/{room_id}",
            f"/api/rooms/{room_id}/messages",
            f"/api/rooms/{room_id}/messages?before=500",
        ):
            await client.get(path, headers=headers)
        async with client.websocket(f"/ws/chat/{room_id}/?after=1", headers=headers) as socket:
            await socket.send('{"type":"chat_message","message":"hello","client_id":"planned"}')
            while "message_sent" not in str(await socket.receive()):
                pass
    return statements


def explain(path: str, statements: list[str]) -> list[tuple[str, list[str]]]:
    """Each different query with its plan."""
    plans: dict[tuple[str, ...], str] = {}
    connection = sqlite3.connect(path)
    for statement in filter(QUERY.match, statements):
        rows = connection.execute(f"EXPLAIN QUERY PLAN {statement}")
        plan = tuple(row[3] for row in rows)
        plans.setdefault((*plan, re.sub(r"\d+|'[^']*'", "", statement)[:60]), statement)
    connection.close()
    return [(" ".join(query.split()), list(plan[:-1])) for plan, query in plans.items()]


def main() -> None:
    """Print, and judge."""
    url, room_id, user_id = sys.argv[1:]
    path = url.removeprefix("sqlite://")
    scans = 0
    for query, plan in explain(path, uvloop.run(visit(url, int(room_id), int(user_id)))):
        print(query[:200], *(f"    {step}" for step in plan), sep="\n")
        scans += any(WHOLE.match(step) for step in plan)
    if scans:
        sys.exit(f"{scans} queries read all messages")


def _listen(statements: list[str]) -> None:
    """Hear every statement of every connection from now on."""
    connect = sqlite3.connect

    def connect_and_listen(*args: Any, **kwargs: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(*args, **kwargs)
        connection.set_trace_callback(statements.append)
        return connection

    sqlite3.connect = connect_and_listen  # type: ignore[assignment]


if __name__ == "__main__":
    main()
