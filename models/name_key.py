"""Whose names look like which: a row for each key of a username and of a display name."""

from collections.abc import Iterable
from typing import Any

from tortoise import fields
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.models import Model

from models.database import fetch
from models.names import KEY_LENGTH, display_keys, name_keys
from models.sql.values import flat, padded, rows

BATCH = 250
# Whoever registers by the version before, which still serves while this one starts, has no keys.
# So many of the latest are looked at when somebody else registers.
LATEST = 1_000


class NameKey(Model):
    """One of the keys of a name (see names.py).

    A key of a username is one person's: for those `display_of` is 0, and the table has a key but
    once. A key of a display name may be that of many people, for whom it is their own id: there are
    two people called Иван Петров in one company.
    """

    id = fields.BigIntField(primary_key=True)
    key = fields.CharField(max_length=KEY_LENGTH)
    display_of = fields.BigIntField(default=0)
    user: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.User", related_name="name_keys", db_index=True
    )

    class Meta:
        table = "name_key"
        table_description = "Which names look alike"
        unique_together = (("key", "display_of"),)

    @classmethod
    async def are_held(
        cls, keys: Iterable[str], *, but: int = 0, of_usernames: bool = False
    ) -> bool:
        """Whether one of these is a key of the username of somebody else than `but`, or of their
        display name.
        """
        await fill_name_keys(latest=LATEST)
        held = cls.filter(key__in=list(keys)).exclude(user_id=but)
        return await (held.filter(display_of=0) if of_usernames else held).exists()

    @classmethod
    async def claim(cls, user_id: int, keys: Iterable[str], connection: BaseDBAsyncClient) -> None:
        """Store the keys of a username.

        Raises:
            IntegrityError: one of them is somebody else's.
        """
        made = [cls(key=key, user_id=user_id) for key in keys]
        await cls.bulk_create(made, using_db=connection)

    @classmethod
    async def show(cls, user_id: int, keys: Iterable[str], connection: BaseDBAsyncClient) -> None:
        """Store the keys of a display name, in the place of those of the last one."""
        await cls.filter(display_of=user_id).using_db(connection).delete()
        made = [cls(key=key, user_id=user_id, display_of=user_id) for key in keys]
        await cls.bulk_create(made, using_db=connection)


async def fill_name_keys(*, latest: int | None = None) -> None:
    """Store the keys of everybody who has none, or of those among the latest so many. Of people
    whose usernames look alike already, the first one has them. May be run again, and while others
    do.
    """
    # Ids are given out in order, and become visible in almost any.
    after = 0 if latest is None else await _highest() - latest
    while people := await fetch(_WITHOUT, after):
        made = [key for person in people for key in _keys_of(*person)]
        for start in range(0, len(made), BATCH):
            part = padded(made[start : start + BATCH])
            values = rows(len(part), "VARCHAR", "BIGINT", "BIGINT")
            await fetch(f"{_INSERT} VALUES {values} ON CONFLICT DO NOTHING", *flat(part))
        after = people[-1][0]


async def _highest() -> int:
    ((highest,),) = await fetch("SELECT COALESCE(MAX(id), 0) FROM user_account")
    return int(highest)


def _keys_of(id_: int, username: str, display_name: str) -> list[tuple[str, int, int]]:
    of_username = [(key, 0, id_) for key in name_keys(username)]
    return of_username + [(key, id_, id_) for key in display_keys(display_name)]


_WITHOUT = f"""
SELECT id, username, display_name FROM user_account
WHERE id > $1
  AND (NOT EXISTS (SELECT 1 FROM name_key
                   WHERE name_key.user_id = user_account.id AND display_of = 0)
       OR display_name <> ''
      AND NOT EXISTS (SELECT 1 FROM name_key
                      WHERE name_key.user_id = user_account.id AND display_of <> 0))
ORDER BY id LIMIT {BATCH}
"""
_INSERT = "INSERT INTO name_key (key, display_of, user_id)"
