"""What administrators see of the server itself."""

from msgspec import Struct

from protocol.encoding import Timestamp


class ConnectionView(Struct, kw_only=True):
    """A WebSocket. `process` and `number` name it; `room_id` is None for the one beside every page.
    What it has cost is None where the system does not say: bytes to the peer and from it, and the
    time to it and back. What waits is in frames, and in bytes with what the kernel has.
    """

    process: str
    number: int
    user_id: int
    username: str
    room_id: int | None
    since: float
    address: str
    agent: str
    is_program: bool
    waiting_frames: int
    waiting_bytes: int
    sent_bytes: int | None
    received_bytes: int | None
    round_trip_ms: float | None


class SlowQueryView(Struct):
    """A query that took long: its SQL without values; `at` is in seconds since 1970."""

    at: float
    milliseconds: float
    sql: str


class ProcessView(Struct, kw_only=True):
    """One process. Rates are those of the last seconds; `loop_lag_ms` is how late the latest of
    some timers was, just now; `is_redis_connected` is None without Redis.
    """

    process: str
    host: str
    pid: int
    version: str
    started: float
    room_connections: int
    lobby_connections: int
    people: int
    rooms: int
    messages_per_second: float
    deliveries_per_second: float
    cpu_percent: float
    memory_bytes: int
    loop_lag_ms: float
    messages_waiting: int
    is_redis_connected: bool | None
    is_draining: bool
    slow_queries: list[SlowQueryView]
    connections: list[ConnectionView]


class DatabaseView(Struct):
    """The database: which one, and its size in bytes."""

    kind: str
    version: str
    bytes: int


class RedisView(Struct):
    """Redis: how it does; `error` says why it does not answer."""

    version: str | None = None
    milliseconds: float | None = None
    memory_bytes: int | None = None
    clients: int | None = None
    error: str | None = None


class IndexView(Struct):
    """How many messages can be found, of how many."""

    indexed: int
    messages: int


class SystemView(Struct, kw_only=True):
    """All of it."""

    version: str
    processes: list[ProcessView]
    database: DatabaseView
    redis: RedisView | None
    index: IndexView
    last_backup_at: Timestamp | None
