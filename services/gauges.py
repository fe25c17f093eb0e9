"""What is known anyway is read when somebody asks for it, and counted nowhere."""

from realtime.broadcast import Broadcast
from realtime.hub import Hub
from realtime.journal import Journal
from realtime.lobby.lobby import Lobby
from realtime.metrics import metrics
from realtime.presence.tracker import PresenceTracker
from services.connections import Connections


def register_gauges(
    hub: Hub,
    lobby: Lobby,
    tracker: PresenceTracker,
    journal: Journal,
    broadcast: Broadcast,
    connections: Connections,
) -> None:
    gauge = metrics.gauge
    gauge("connections:room", lambda: hub.size)
    gauge("connections:lobby", lambda: len(lobby.connections()))
    gauge("users_connected", lambda: tracker.size)
    gauge("rooms_open", lambda: len(hub.open_rooms()))
    gauge("messages_waiting", lambda: journal.size)
    gauge("draining", lambda: connections.is_draining)
    gauge("redis_up", lambda: broadcast.connected)
    gauge("envelopes_published", lambda: broadcast.published)
    gauge("envelopes_dropped", lambda: broadcast.dropped)
