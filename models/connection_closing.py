"""What is kept of it when an administrator closes a connection of somebody."""

from tortoise.backends.base.client import BaseDBAsyncClient

from models.audit_entry import record_act
from models.database import atomically


async def record_closing(actor_id: int, user_id: int, reason: str) -> None:
    """Its entry of the audit log."""

    async def work(connection: BaseDBAsyncClient) -> None:
        await record_act(connection, "connection_closed", actor_id, user_id=user_id, reason=reason)

    await atomically(work)
