"""Exports that somebody asks for: one of a kind at a time; those of rooms are in the audit log."""

import msgspec
from tortoise.backends.base.client import BaseDBAsyncClient

from models.audit_entry import ActDetails, record_act
from models.database import atomically
from models.job import OWN_EXPORT, ROOM_EXPORT, AskedJob, Job
from models.locks import lock_users
from models.membership import Membership
from models.room import Room
from models.room_commands import check_owner


async def ask_for_own(user_id: int, locale: str) -> AskedJob:
    """All that somebody has left here."""

    async def work(connection: BaseDBAsyncClient) -> AskedJob:
        await lock_users({user_id}, connection)
        return await Job.ask(OWN_EXPORT, user_id, connection, payload=_payload(locale))

    return await atomically(work)


async def ask_for_room(owner: Membership, locale: str) -> AskedJob:
    """All that was said in a room of this owner's.

    Raises:
        Refusal: not_owner, for who is none any more.
    """
    room_id, user_id = owner.room_id, owner.user_id

    async def work(connection: BaseDBAsyncClient) -> AskedJob:
        await lock_users({user_id}, connection)
        await Room.lock([room_id], connection)
        await check_owner(owner, connection)
        asked = await Job.ask(
            ROOM_EXPORT, user_id, connection, room_id=room_id, payload=_payload(locale)
        )
        if asked.is_new:
            await record_act(connection, "room_exported", user_id, room_id=room_id)
        return asked

    return await atomically(work)


async def record_room_export(job: Job, messages: int, chain: str) -> None:
    """What an export had in it: by the last hash whoever has it can be shown that it is whole."""

    async def work(connection: BaseDBAsyncClient) -> None:
        details = ActDetails(messages=messages, chain=chain)
        await record_act(
            connection, "room_export_made", job.user_id, room_id=job.room_id, details=details
        )

    await atomically(work)


async def record_room_fetch(job: Job) -> None:
    """Somebody takes a room's export with them."""

    async def work(connection: BaseDBAsyncClient) -> None:
        await record_act(connection, "room_export_fetched", job.user_id, room_id=job.room_id)

    await atomically(work)


def _payload(locale: str) -> str:
    return msgspec.json.encode({"locale": locale}).decode()
