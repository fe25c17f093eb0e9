"""`quart --app app trace ROOM MESSAGE_ID`: what has become of one message."""

import asyncio
import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, TextIO

import click

from config import BadSetting, Settings, tortoise_config
from models.database import DatabaseUnusable, close_database, open_database
from models.queries.message_trace import MessageTrace, message_trace

EVENTS = ("message_posted", "message_published", "message_delivered")


@click.command("trace")
@click.argument("room", type=int)
@click.argument("message_id", type=int)
@click.option(
    "--log",
    "logs",
    type=click.File("r", encoding="utf-8", errors="replace"),
    multiple=True,
    help="A log of the servers; - for standard input. Of each process, where each has its own.",
)
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
def trace(room: int, message_id: int, logs: tuple[TextIO, ...], as_json: bool) -> None:
    """Say what has become of one message: when it was stored and by whom, and how many have read
    it; with --log also when it was received, published, and delivered to how many connections.

    The log has what is delivered where TRACE_MESSAGES is on. The text of the message is not shown.
    """
    found = asyncio.run(_stored(room, message_id))
    lines = [line for log in logs for line in lines_of(log, room, message_id)]
    if found is None and not lines:
        raise click.ClickException(f"there is no message {message_id} in the room {room}")
    told = {
        "stored": found._asdict() if found else None,
        **way(lines, found.made_change if found else None),
    }
    click.echo(json.dumps(told, default=str) if as_json else "\n".join(_shown(told)))


async def _stored(room: int, message_id: int) -> MessageTrace | None:
    try:
        await open_database(tortoise_config(Settings.from_environment()))
    except DatabaseUnusable as problem:
        raise BadSetting("DATABASE_URL", str(problem)) from None
    try:
        return await message_trace(room, message_id)
    finally:
        await close_database()


def lines_of(log: Iterable[str], room: int, message_id: int) -> Iterable[dict[str, Any]]:
    """The lines about this message. What stands before the JSON, as journalctl writes it, is passed
    over; so is what is none.
    """
    mark = f'"message_id":{message_id}'
    for line in log:
        if mark not in line or not any(event in line for event in EVENTS):
            continue
        try:
            said = json.loads(line[line.index("{") :])
        except ValueError:
            continue
        if (said.get("room"), said.get("message_id")) == (room, message_id):
            yield said


def way(lines: list[dict[str, Any]], made: int | None) -> dict[str, Any]:
    """When it was received, stored and published, and to how many it was delivered, where; `made`
    is the change of its posting, where the database knows it.
    """
    first = {event: next((x for x in lines if x["event"] == event), None) for event in EVENTS}
    posted, published, _ = (first[event] for event in EVENTS)
    # What was done to it later is delivered too, under changes of its own.
    if made is None:
        made = min((each["change"] for each in lines if "change" in each), default=None)
    delivered = [
        {"process": each["process"], "connections": each["connections"], "at": each["time"]}
        for each in lines
        if each["event"] == "message_delivered" and each["change"] == made
    ]
    return {
        "received_at": _received(posted) if posted else None,
        "committed_at": posted["time"] if posted else None,
        "by_connection": posted["connection"] if posted else None,
        "published_at": published["time"] if published else None,
        "delivered": delivered,
    }


def _received(posted: dict[str, Any]) -> str:
    after = timedelta(milliseconds=posted["duration_ms"])
    return (datetime.fromisoformat(posted["time"]) - after).isoformat().replace("+00:00", "Z")


def _shown(told: dict[str, Any]) -> Iterable[str]:
    stored = told["stored"]
    if told["received_at"]:
        came = f"by connection {told['by_connection']}" if told["by_connection"] else "by a request"
        yield f"received   {told['received_at']}, {came}"
        yield f"committed  {told['committed_at']}"
    if stored:
        who = f"@{stored['username']}" if stored["username"] else "an account that is deleted"
        yield f"stored     {stored['stored_at'].isoformat()}, by {who} ({stored['author_id']})"
    if told["published_at"]:
        yield f"published  {told['published_at']}"
    if told["delivered"]:
        count = sum(each["connections"] for each in told["delivered"])
        processes = len({each["process"] for each in told["delivered"]})
        yield f"delivered  to {count} connections, on {processes} processes:"
        for each in told["delivered"]:
            yield f"           {each['at']}  {each['process']}: {each['connections']}"
    if stored:
        state = (
            "deleted" if stored["is_deleted"] else "edited" if stored["edited_at"] else "as it was"
        )
        yield f"now        {state}, change {stored['change']}"
        others = max(0, stored["members"] - 1)
        yield f"read       by {stored['readers']} of {others} others who see it"
