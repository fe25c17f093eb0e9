"""How many bytes of files are kept."""

from tortoise.backends.base.client import BaseDBAsyncClient

from errors import Refusal
from models.database import execute, fetch, is_sqlite


class Quotas:
    """How many bytes of files there may be, with the smaller pictures, of one person and in all;
    None: any number.
    """

    def __init__(self, of_user: int | None, of_server: int | None) -> None:
        self._of_user = of_user
        self._of_server = of_server

    async def check(self, user_id: int, size: int, connection: BaseDBAsyncClient) -> None:
        """Whether there is room for so many bytes more, under the lock of the user. Until the end
        of the transaction nobody else asks the same: of the server as a whole by a lock of its own.

        Raises:
            Refusal: quota.
        """
        if self._of_user is not None:
            used = await fetch(f"{_USED} WHERE user_id = $1", user_id, connection=connection)
            if int(used[0][0]) + size > self._of_user:
                raise Refusal("quota")
        if self._of_server is not None:
            if not is_sqlite(connection):
                await execute(connection, "SELECT pg_advisory_xact_lock($1)", _SERVER_LOCK)
            used = await fetch(_USED, connection=connection)
            if int(used[0][0]) + size > self._of_server:
                raise Refusal("quota")


_USED = "SELECT COALESCE(SUM(size + thumbnail_bytes), 0) AS used FROM file"
_SERVER_LOCK = 0x66696C65  # Any number that nobody else locks.
