"""What a page, an answer of the API and a static file cost."""

import msgspec

from benchmarks.checks import Violation
from benchmarks.http import browser
from benchmarks.people import layout
from benchmarks.scenarios.fanout import MANUAL
from benchmarks.stage import Stage, Theatre

MESSAGES = 300
PAGE = 50
REQUESTS = 100


async def history(theatre: Theatre) -> None:
    """Fifty messages from the end and from the middle of a room, by the JSON API."""
    async with theatre.stage(layout(1, 20)) as stage:
        await fill(stage, MESSAGES)
        path = f"/api/rooms/{stage.places[0].id}/messages"
        async with browser(stage.servers[0].port, stage.places[0].people[0].cookie) as visitor:
            _check(await visitor.get(path), last=MESSAGES)
            _check(await visitor.get(f"{path}?before=151"), last=150)
        await measure(theatre, stage, "history at the end", path)
        await measure(theatre, stage, "history in the middle", f"{path}?before=151")


async def pages(theatre: Theatre) -> None:
    """A room with fifty messages to show, the list of rooms, and a style sheet."""
    rooms = [list(range(20)) for _ in range(20)]  # Twenty people, all of them in twenty rooms.
    async with theatre.stage(rooms) as stage:
        await fill(stage, PAGE)
        room = f"/rooms/{stage.places[0].id}/"
        await measure(theatre, stage, "room page", room)
        await measure(theatre, stage, "list of rooms", "/rooms/")
        await measure(theatre, stage, "static file", "/static/favicon.svg")


async def fill(stage: Stage, messages: int) -> None:
    """Let one person of the first room send so many messages."""
    async with stage.crowd(query=MANUAL) as crowd:
        place = stage.places[0]
        speaker = await crowd.connect(place.people[1], place.id)
        crowd.add(speaker)
        await crowd.talk([speaker], messages, window=20)


async def measure(theatre: Theatre, stage: Stage, what: str, path: str) -> None:
    """Milliseconds of the server's processor for each GET of `path`."""
    requests = theatre.times(REQUESTS, least=10)
    for turn in range(theatre.repeat + 1):
        # A new one each time: Hypercorn ends a connection after a thousand requests.
        async with browser(stage.servers[0].port, stage.places[0].people[0].cookie) as visitor:
            with stage.meter() as meter:
                for _ in range(requests):
                    await visitor.get(path)
        if turn:  # The first warms up.
            theatre.note(f"{what}: ms", 1e3 * meter.cpu / requests)
            theatre.note_others(what, meter)


def _check(body: bytes, last: int) -> None:
    numbers = [message["message_id"] for message in msgspec.json.decode(body)["messages"]]
    if numbers != list(range(last - PAGE + 1, last + 1)):
        raise Violation(f"history before {last + 1}: {numbers}")
