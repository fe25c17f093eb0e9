"""One member stops reading: what do the others feel of it?"""

import socket

from benchmarks.people import Place, layout
from benchmarks.scenarios.fanout import MANUAL
from benchmarks.scenarios.steady import note_latencies, speak
from benchmarks.stage import Stage, Theatre

ROOM = 50
RATE, LENGTH = 40.0, 2_048  # 4 KB in UTF-8.
SECONDS = 2.0
BUFFER = 2_048  # Bytes that the kernel takes for somebody who does not read.


async def stalled(theatre: Theatre) -> None:
    """50 in a room, 40 messages of 4 KB a second; without and with a 51st who reads nothing."""
    async with theatre.stage(layout(1, ROOM + 1)) as stage:
        for _ in range(theatre.repeat):
            _, before = await _talk(theatre, stage, "without a stalled member", stalls=False)
            grown, after = await _talk(theatre, stage, "with a stalled member", stalls=True)
            theatre.note("with a stalled member: times p99", after / before)
            theatre.note("with a stalled member: KB grown", grown / 1024)


async def _talk(theatre: Theatre, stage: Stage, what: str, stalls: bool) -> tuple[int, float]:
    """Bytes grown, and the 99th percentile in milliseconds."""
    place = stage.places[0]
    async with stage.crowd(query=MANUAL) as crowd:
        deaf = _stop_reading(stage, place.people[-1].cookie, place.id) if stalls else None
        members = await crowd.come([Place(place.id, place.people[:-1])])
        await speak(crowd, members, RATE, 0.5, LENGTH)
        crowd.tally.latencies = []
        with stage.meter() as meter:
            await speak(crowd, members, RATE, SECONDS * min(1.0, theatre.scale), LENGTH)
        if deaf:
            deaf.close()
        await stage.verify(crowd)
    _, p99 = note_latencies(theatre, what, crowd.tally.latencies)
    theatre.note_others(what, meter)
    return meter.grown, p99


def _stop_reading(stage: Stage, cookie: str, room_id: int) -> socket.socket:
    """Shake hands, and never read again."""
    deaf = socket.socket()
    deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
    deaf.connect(("127.0.0.1", stage.servers[0].port))
    deaf.sendall(
        f"GET /ws/chat/{room_id}/ HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        f"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nCookie: {cookie}\r\n\r\n".encode()
    )
    deaf.recv(16)  # The handshake's answer has begun: that is all it wants to know.
    return deaf
