"""The picture of a room: what is known of it. Its bytes are in the storage of files."""

import secrets

from tortoise.backends.base.client import BaseDBAsyncClient

from errors import Refusal
from models.audit_entry import record_act
from models.database import atomically
from models.file import ErasedFile, File
from models.membership import Membership
from models.room import Room
from models.room_commands import check_owner


async def begin_picture(owner: Membership, size: int) -> File:
    """What is about to be stored. Nobody has it: it is deleted with its bytes after a day, unless
    it becomes the picture of a room.
    """
    return await File.create(
        room_id=owner.room_id,
        user_id=owner.user_id,
        name="picture.webp",
        size=size,
        storage_key=secrets.token_hex(16),
    )


async def set_room_picture(owner: Membership, file: File | None) -> bool:
    """Let this be the picture of the owner's room; None: it has none. The one before is erased.
    Returns whether anything has changed.

    Raises:
        Refusal: not_owner, for who is none any more; not_found, where the file has gone meanwhile.
    """
    room_id, by = owner.room_id, owner.user_id

    async def work(connection: BaseDBAsyncClient) -> bool:
        await Room.lock([room_id], connection)
        await check_owner(owner, connection)
        key = await _taken(file, connection) if file else ""
        room = Room.filter(id=room_id).using_db(connection)
        if not await room.exclude(picture=key).update(picture=key):
            return False
        action = "room_picture_set" if key else "room_picture_removed"
        await record_act(connection, action, by, room_id=room_id)
        return True

    return await atomically(work)


async def _taken(file: File, connection: BaseDBAsyncClient) -> str:
    """It is no file any more, and its bytes stay."""
    found = File.filter(id=file.id, number__isnull=True).using_db(connection)
    if not await found.delete():
        raise Refusal("not_found")
    await ErasedFile.filter(storage_key=file.storage_key).using_db(connection).delete()
    return str(file.storage_key)
