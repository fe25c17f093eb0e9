"""All messages of one person removed everywhere: what the job has to know, and what it has done."""

from datetime import datetime

import msgspec
from tortoise.backends.base.client import BaseDBAsyncClient

from models.audit_entry import AuditEntry
from models.database import atomically
from models.job import REMOVAL, Job
from models.locks import lock_users
from models.moderation_notice import MESSAGES_REMOVED, ModerationNotice


class RemovalOrder(msgspec.Struct, frozen=True):
    """Who has asked for it, and which messages: those since then, None: all."""

    actor_id: int
    reason: str = ""
    since: datetime | None = None


async def ask_removal(user_id: int, order: RemovalOrder) -> Job:
    """The job, which is to be done now; or one of the same person that is not over yet."""

    async def work(connection: BaseDBAsyncClient) -> Job:
        await lock_users({user_id}, connection)
        payload = msgspec.json.encode(order).decode()
        return (await Job.ask(REMOVAL, user_id, connection, payload=payload)).job

    return await atomically(work)


def order_of(job: Job) -> RemovalOrder:
    """What was asked for."""
    return msgspec.json.decode(job.payload, type=RemovalOrder)


async def removed_by(job: Job) -> tuple[int, int]:
    """How many messages it has removed, in how many rooms: as the audit log has it, whichever
    processes have worked on it.
    """
    acts = await AuditEntry.filter(
        action="messages_removed",
        user_id=job.user_id,
        actor_id=order_of(job).actor_id,
        at__gte=job.created_at,
    )
    counts = [msgspec.json.decode(act.details).get("messages", 0) for act in acts]
    return sum(counts), len({act.room_id for act in acts})


async def tell_removal(job: Job) -> None:
    """Tell whoever had written them, once: the job may be done again from its beginning."""
    order, (count, _) = order_of(job), await removed_by(job)
    about = {"user_id": job.user_id, "kind": MESSAGES_REMOVED, "room_name": ""}
    told = ModerationNotice.filter(**about).filter(noted_at__gte=job.created_at)
    if count and job.user_id != order.actor_id and not await told.exists():
        await ModerationNotice.tell(
            job.user_id, MESSAGES_REMOVED, amount=count, reason=order.reason
        )
