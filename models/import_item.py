"""What has been imported from another chat, so that a second run adds nothing."""

from collections.abc import Iterable
from hashlib import blake2b
from typing import Literal

from tortoise import fields
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.models import Model

ItemKind = Literal["person", "room", "message"]

SOURCE_MAX = 40
KEY_LENGTH = 40
PART = 500  # Keys in one query.


class ImportItem(Model):
    """One thing of the source, and what it is here: an account, a room, a message by its number.

    It refers to nothing: a deleted room is not made again by the next run. It is stored in the
    transaction that stores what it stands for.

    Attributes:
        upto: of a room, the number of the last message that was imported into it: a room whose
            latest number is another one has been written in since.
        is_done: a person has the name that others see; a room has its members.
    """

    id = fields.BigIntField(primary_key=True)
    source = fields.CharField(max_length=SOURCE_MAX)
    kind = fields.CharField(max_length=8)
    external_key = fields.CharField(max_length=KEY_LENGTH)
    local_id = fields.BigIntField()
    upto = fields.BigIntField(default=0, db_default=0)
    is_done = fields.BooleanField(default=False, db_default=False)

    class Meta:
        table = "import_item"
        table_description = "What was imported from other chats"
        unique_together = (("source", "kind", "external_key"),)

    @classmethod
    async def known(
        cls,
        source: str,
        kind: ItemKind,
        keys: Iterable[str],
        connection: BaseDBAsyncClient | None = None,
    ) -> "dict[str, ImportItem]":
        """Those of these that have been imported."""
        found: dict[str, ImportItem] = {}
        asked = sorted(set(keys))
        for start in range(0, len(asked), PART):
            some = cls.filter(
                source=source, kind=kind, external_key__in=asked[start : start + PART]
            )
            for item in await (some.using_db(connection) if connection else some):
                found[item.external_key] = item
        return found


def external_key(*parts: str) -> str:
    """What something of the source is known by: a digest, for in Mattermost's ids are the names of
    people, and of whoever deletes their account no name is to stay.
    """
    key = "/".join(parts).encode(errors="surrogatepass")
    return blake2b(key, digest_size=KEY_LENGTH // 2).hexdigest()
