"""All messages of one person removed everywhere: what the job has to know, and what it has done."""

from datetime import datetime

import msgspec
from tortoise.backends.base.client import BaseDBAsyncClient

from errors import Refusal
from models.administration import check_administrator
from models.audit_entry import AuditEntry
from models.database import atomically
from models.job import REMOVAL, Job
from models.locks import lock_users
from models.moderation_notice import MESSAGES_REMOVED, ModerationNotice


class RemovalOrder(msgspec.Struct, frozen=True):
    """Who has asked for it, and which messages: those since then, None: all. `is_told`: whoever had
    written them has been told.
    """

    actor_id: int
    reason: str = ""
    since: datetime | None = None
    is_told: bool = False


async def ask_removal(user_id: int, order: RemovalOrder) -> Job:
    """The job, which is to be done now; or one of the same person that is not over yet, and takes
    all of that.

    Raises:
        Refusal: not_admin, where the actor is none any more; removal_open, where that one takes
            only later messages.
    """

    async def work(connection: BaseDBAsyncClient) -> Job:
        await lock_users({user_id, order.actor_id}, connection)
        await check_administrator(order.actor_id, connection)
        payload = msgspec.json.encode(order).decode()
        job = (await Job.ask(REMOVAL, user_id, connection, payload=payload)).job
        first = order_of(job).since
        if first is not None and (order.since is None or order.since < first):
            raise Refusal("removal_open")
        return job

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
    """Tell whoever had written them, once: the job may be done again from its beginning, and keeps
    that they were told.
    """
    order, (count, _) = order_of(job), await removed_by(job)
    if not count or order.is_told or job.user_id == order.actor_id:
        return
    payload = msgspec.json.encode(msgspec.structs.replace(order, is_told=True)).decode()

    async def work(connection: BaseDBAsyncClient) -> None:
        untold = Job.filter(id=job.id, payload=job.payload).using_db(connection)
        if await untold.update(payload=payload):
            about = job.user_id, MESSAGES_REMOVED, connection
            await ModerationNotice.tell(*about, amount=count, reason=order.reason)

    await atomically(work)
