"""Files that people have uploaded: what is known of them. Their bytes are in a storage."""

import secrets
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from tortoise import fields
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.models import Model

from errors import Refusal
from models.attached_file import AttachedFile
from models.database import atomically, execute, storable
from models.file_quotas import Quotas
from models.locks import lock_users
from models.membership import ID_MAX, Membership
from models.room import Room
from models.room_commands import check_may_write
from models.sql.fast_path import look_up
from models.sql.objects import columns, from_row
from models.user import User

NAME_MAX = 255
ALT_MAX = 1_000
# What nobody has attached to a message by then is deleted.
KEPT = timedelta(days=1)


class File(Model):
    """One file, of one message: `number` is null until it is attached. The row is there before the
    first byte is stored, so that whatever was stored is known, and found to be deleted, also after
    a kill. Whoever deletes rows leaves their keys in ErasedFile: a trigger does it, also where the
    room goes.
    """

    id = fields.BigIntField(primary_key=True)
    room: fields.ForeignKeyRelation[Room] = fields.ForeignKeyField(
        "models.Room", related_name="files"
    )
    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "models.User", related_name="files", db_index=True
    )
    number: int | None = fields.BigIntField(null=True)
    name = fields.CharField(max_length=NAME_MAX)
    content_type = fields.CharField(max_length=100, default="", db_default="")
    # In bytes; of an upload that is not complete, what was announced.
    size = fields.BigIntField()
    width: int | None = fields.IntField(null=True)
    height: int | None = fields.IntField(null=True)
    alt = fields.CharField(max_length=ALT_MAX, default="", db_default="")
    has_thumbnail = fields.BooleanField(default=False, db_default=False)
    thumbnail_bytes = fields.BigIntField(default=0, db_default=0)
    is_animated = fields.BooleanField(default=False, db_default=False)
    is_complete = fields.BooleanField(default=False, db_default=False)
    storage_key = fields.CharField(max_length=64, unique=True)
    # With a partial index, of those that are not attached (migration 0054).
    created_at: datetime = fields.DatetimeField(auto_now_add=True)

    room_id: int
    user_id: int

    class Meta:
        table = "file"
        table_description = "Files of messages, and those that wait for theirs"
        indexes = (("room_id", "number"),)

    @property
    def expires_at(self) -> datetime:
        """When it is deleted, if it belongs to no message then."""
        return self.created_at + KEPT

    def attached(self) -> AttachedFile:
        """As messages have it."""
        return AttachedFile(
            self.id,
            self.name,
            self.content_type,
            self.size,
            self.width,
            self.height,
            self.alt,
            self.has_thumbnail,
            self.is_animated,
        )

    @classmethod
    async def begin(
        cls, member: Membership, name: str, size: int, alt: str, most: Quotas
    ) -> "File":
        """A file that is about to be uploaded.

        Raises:
            Refusal: bad_field; not_a_member, room_archived, owners_only; quota.
        """
        _check_text(name, "name", 1, NAME_MAX)
        _check_text(alt, "alt", 0, ALT_MAX)
        made = {"room_id": member.room_id, "user_id": member.user_id, "name": name, "alt": alt}

        async def work(connection: BaseDBAsyncClient) -> File:
            await lock_users({member.user_id}, connection)
            await check_may_write(member, connection)
            await most.check(member.user_id, size, connection)
            key = secrets.token_hex(16)
            return await cls.create(**made, size=size, storage_key=key, using_db=connection)

        return await atomically(work)

    @classmethod
    async def own(cls, user_id: int, file_id: int) -> "File":
        """A file of theirs that belongs to no message yet, in a room that they are in.

        Raises:
            Refusal: not_found.
        """
        return await cls._one(_OWN, user_id, file_id)

    @classmethod
    async def shown_to(cls, user_id: int, file_id: int) -> "File":
        """A file that they see: of a message that they see, or their own before it is attached.

        Raises:
            Refusal: not_found.
        """
        return await cls._one(_SHOWN, user_id, file_id)

    @classmethod
    async def _one(cls, sql: str, user_id: int, file_id: int) -> "File":
        if not 0 < file_id <= ID_MAX:
            raise Refusal("not_found")
        rows = await look_up(f"SELECT {columns(cls)} {sql}", file_id, user_id)
        if not rows:
            raise Refusal("not_found")
        return from_row(cls, rows[0])

    async def store_type(self) -> None:
        """Keep what its bytes are, which are about to be stored."""
        await File.filter(id=self.id).update(**self._content())

    async def store_growth(self, most: Quotas) -> None:
        """Count what is kept of it, if it is more than was announced, before that is stored.

        Raises:
            Refusal: quota.
        """

        async def work(connection: BaseDBAsyncClient) -> None:
            await lock_users({self.user_id}, connection)
            mine = File.filter(id=self.id).using_db(connection)
            announced = await mine.first()
            if announced is None:
                return  # It was deleted meanwhile, as `complete` finds.
            more = self.size + self.thumbnail_bytes - announced.size - announced.thumbnail_bytes
            if more > 0:
                await most.check(self.user_id, more, connection)
                await mine.update(thumbnail_bytes=announced.thumbnail_bytes + more)

        await atomically(work)

    def _content(self) -> dict[str, object]:
        names = "size", "content_type", "width", "height", "has_thumbnail", "is_animated"
        return {name: getattr(self, name) for name in (*names, "thumbnail_bytes")}

    async def complete(self) -> bool:
        """Its bytes are stored. False: it was deleted meanwhile."""
        self.is_complete = True
        return bool(await File.filter(id=self.id).update(is_complete=True, **self._content()))


class ErasedFile(Model):
    """The key of a file whose row is gone, and whose bytes are to be erased."""

    id = fields.BigIntField(primary_key=True)
    storage_key = fields.CharField(max_length=64)

    class Meta:
        table = "erased_file"
        table_description = "Files whose bytes are to be erased"


async def discard(file: File) -> bool:
    """Delete a file that belongs to no message. False: it belongs to one by now, and stays."""
    if await File.filter(id=file.id, number__isnull=True).delete():
        return True
    return not await File.filter(id=file.id).exists()


async def discard_spare(user_id: int, file_ids: Iterable[int]) -> None:
    """Delete those of these files of somebody that belong to no message."""
    await File.filter(user_id=user_id, id__in=list(file_ids), number__isnull=True).delete()


async def discard_unattached(user_id: int, connection: BaseDBAsyncClient) -> None:
    """Delete somebody's files that belong to no message."""
    await execute(connection, "DELETE FROM file WHERE user_id = $1 AND number IS NULL", user_id)


async def discard_expired() -> None:
    """Delete what has waited for its message for too long."""
    await File.filter(number__isnull=True, created_at__lt=datetime.now(UTC) - KEPT).delete()


async def erased_files(count: int) -> list[ErasedFile]:
    """The next ones to be erased."""
    return await ErasedFile.all().order_by("id").limit(count)


async def forget_erased(erased: ErasedFile) -> None:
    """Its bytes are gone."""
    await ErasedFile.filter(id=erased.id).delete()


def _check_text(text: str, field: str, least: int, most: int) -> None:
    if not least <= len(text) <= most or not storable(text):
        raise Refusal("bad_field", problem=field)


_MEMBER = "FROM file JOIN membership ON membership.room_id = file.room_id WHERE file.id = $1"
_OWN = f"""
{_MEMBER} AND membership.user_id = $2 AND file.user_id = $2 AND file.number IS NULL
"""
# What is deleted has no row, and is asked for nevertheless: an older version, which knows of no
# files, may be serving still.
_SHOWN = f"""
{_MEMBER} AND membership.user_id = $2 AND file.is_complete AND (
    (file.number IS NULL AND file.user_id = $2) OR (
        file.number >= membership.from_number
        AND file.number > (SELECT floor FROM room WHERE room.id = file.room_id)
        AND EXISTS (SELECT 1 FROM message WHERE message.room_id = file.room_id
                    AND message.number = file.number AND message.deleted_at IS NULL)))
"""
