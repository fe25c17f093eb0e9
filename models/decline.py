"""Who has said no to whom: of that a new room, or another, is no way around."""

from datetime import timedelta

from tortoise import fields
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.models import Model
from tortoise.timezone import now

from errors import Refusal
from models.database import fetch
from models.sql.fast_path import as_stored
from models.sql.values import marks, padded
from models.user import User


class Decline(Model):
    """`user` has declined an invitation of `by`. It belongs to no room: whoever was declined could
    delete that, and ask again.
    """

    COOLDOWN = timedelta(days=30)

    id = fields.BigIntField(primary_key=True)
    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "models.User", related_name="declines"
    )
    by: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "models.User", related_name="declined_by", db_index=True
    )
    at = fields.DatetimeField()

    class Meta:
        table = "decline"
        table_description = "Who has said no to whom"
        unique_together = (("user", "by"),)

    @classmethod
    async def record(cls, user_id: int, by_id: int, connection: BaseDBAsyncClient) -> None:
        """`user_id` says no to `by_id`, once or again."""
        await fetch(_NOTE, user_id, by_id, as_stored(now()), connection=connection)

    @classmethod
    async def check(cls, users: list[User], by_id: int, connection: BaseDBAsyncClient) -> None:
        """Whether `by_id` may bring these people in, or ask them; under the lock of their row.

        Raises:
            Refusal: invitation_declined.
        """
        if not users:
            return
        people = {user.id: user for user in users}
        ids = padded(list(people))
        sql = _LATELY.format(ids=marks(len(ids) + 2).removeprefix("$1, $2, "))
        since = as_stored(now() - cls.COOLDOWN)
        for (user_id,) in await fetch(sql, by_id, since, *ids, connection=connection):
            username = people[user_id].username
            raise Refusal("invitation_declined", username=username, num=cls.COOLDOWN.days)


_NOTE = """
INSERT INTO decline (user_id, by_id, at) VALUES ($1, $2, $3)
ON CONFLICT (user_id, by_id) DO UPDATE SET at = excluded.at RETURNING id
"""
# The second half is for what a process of the version before this table has noted meanwhile.
_LATELY = """
SELECT user_id FROM decline WHERE by_id = $1 AND at > $2 AND user_id IN ({ids})
UNION
SELECT user_id FROM invitation WHERE by_id = $1 AND declined_at > $2 AND user_id IN ({ids})
"""
