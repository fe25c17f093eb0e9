"""How this process is, at the moment in which somebody asks."""

import asyncio
import heapq
import os
import resource
import socket
import time
from collections import deque
from pathlib import Path
from typing import NamedTuple

from config import VERSION
from cooperative import in_slices
from models import slow_queries
from protocol.system_views import ConnectionView, ProcessView, SlowQueryView
from realtime.broadcast import Broadcast
from realtime.connection import LOBBY, Connection
from realtime.hub import Hub
from realtime.metrics import metrics
from realtime.process_name import process_name

# Of one process, those that cost most; all of them would be megabytes.
CONNECTIONS = 200
WINDOW_SECONDS = 0.2
TICK_SECONDS = 0.02
# Rates are of a time between these two.
RATE_SECONDS = 2.0, 60.0


class _Sample(NamedTuple):
    at: float
    cpu: float
    stored: int
    delivered: int


class ProcessState:
    """Nothing is measured before somebody asks."""

    def __init__(self, hub: Hub, broadcast: Broadcast, *, has_redis: bool) -> None:
        self._hub = hub
        self._broadcast = broadcast
        self._has_redis = has_redis
        self._started = time.time()
        self._samples: deque[_Sample] = deque(maxlen=20)

    async def view(self, user_id: int | None) -> ProcessView:
        """How it is. Of the connections those of this user, or of everybody."""
        before, late = self._earlier(), await _lateness()
        now = _sample()
        self._samples.append(now)
        before = before or self._samples[0]
        took = max(now.at - before.at, 1e-3)
        gauges = metrics.gauges
        return ProcessView(
            process=process_name(),
            host=socket.gethostname(),
            pid=os.getpid(),
            version=VERSION,
            started=self._started,
            room_connections=self._hub.size,
            lobby_connections=len(self._hub.lobby.connections()),
            people=int(gauges["users_connected"]()),
            rooms=len(self._hub.open_rooms()),
            messages_per_second=(now.stored - before.stored) / took,
            deliveries_per_second=(now.delivered - before.delivered) / took,
            cpu_percent=100 * (now.cpu - before.cpu) / took,
            memory_bytes=_memory(),
            loop_lag_ms=1e3 * late,
            messages_waiting=int(gauges["messages_waiting"]()),
            is_redis_connected=self._broadcast.connected if self._has_redis else None,
            is_draining=bool(gauges["draining"]()),
            slow_queries=[SlowQueryView(*each) for each in reversed(slow_queries.latest)],
            connections=await self._connections(user_id),
        )

    def _earlier(self) -> _Sample | None:
        """What the rates are counted from: the oldest question of the last minute, or this one."""
        now = _sample()
        self._samples = deque((s for s in self._samples if now.at - s.at < RATE_SECONDS[1]), 20)
        oldest = self._samples[0] if self._samples else now
        return oldest if now.at - oldest.at >= RATE_SECONDS[0] else now

    async def _connections(self, user_id: int | None) -> list[ConnectionView]:
        everybody = self._hub.rights.connections()
        asked = [each for each in everybody if user_id in (None, each.user_id)]
        # In slices: of 10,000 connections the kernel is asked what each has cost.
        views = [_view(each) async for each in in_slices(asked)]
        return heapq.nsmallest(CONNECTIONS, views, _dearest_first)


def _dearest_first(view: ConnectionView) -> tuple[int, int, str]:
    return -view.waiting_bytes, -(view.sent_bytes or 0), str(view.since)


async def _lateness() -> float:
    """How late the latest of some timers rings, in seconds."""
    loop, late = asyncio.get_running_loop(), 0.0
    for _ in range(round(WINDOW_SECONDS / TICK_SECONDS)):
        due = loop.time() + TICK_SECONDS
        await asyncio.sleep(TICK_SECONDS)
        late = max(late, loop.time() - due)
    return late


def _sample() -> _Sample:
    counters = metrics.counters
    counts = counters["messages_stored"], counters["messages_delivered"]
    return _Sample(time.monotonic(), time.process_time(), *counts)


def _memory() -> int:
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()
    except OSError:  # No Linux: the most that it ever was.
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _view(connection: Connection) -> ConnectionView:
    peer = connection.peer
    traffic = peer.traffic()
    frames, size = connection.waiting
    return ConnectionView(
        process=process_name(),
        number=connection.number,
        user_id=connection.user_id,
        username=connection.username,
        room_id=None if connection.room_id == LOBBY else connection.room_id,
        since=peer.since,
        address=peer.address,
        agent=peer.agent,
        is_program=connection.token_id != 0,
        waiting_frames=frames,
        waiting_bytes=size + (traffic.waiting if traffic else 0),
        sent_bytes=traffic.sent if traffic else None,
        received_bytes=traffic.received if traffic else None,
        round_trip_ms=traffic.round_trip_ms if traffic else None,
    )
