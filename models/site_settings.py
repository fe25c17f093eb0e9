"""Settings of the whole server that administrators change while it runs."""

from datetime import datetime
from typing import Any, Self

import msgspec
from msgspec import UNSET, Struct, UnsetType
from tortoise import fields
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.models import Model

from models.audit_entry import ActDetails, record_act
from models.database import atomically, fetch
from models.sql.fast_path import look_up


class SiteSetting(Model):
    """One setting: its name, and its value as JSON. What has no row is as the environment says,
    or by default.
    """

    NAME_MAX = 40

    name = fields.CharField(max_length=NAME_MAX, primary_key=True)
    value = fields.TextField()

    class Meta:
        table = "site_setting"
        table_description = "Settings that administrators change"


class SiteSettings(Struct, frozen=True):
    """All of them; UNSET where nobody has chosen."""

    site_name: str | UnsetType = UNSET
    registration: str | UnsetType = UNSET
    #: Whether whoever is not an administrator may make links by which new people come.
    members_invite: bool | UnsetType = UNSET
    #: Whether administrators have their rights only with a second factor.
    admins_need_factor: bool | UnsetType = UNSET

    #: Whether new accounts post links, and many mentions, only so often.
    limits_new_accounts: bool | UnsetType = UNSET

    #: For how many days messages are kept at most; None: for ever.
    retention_days: int | UnsetType | None = UNSET

    @classmethod
    async def load(cls) -> Self:
        """The settings of this moment: one short query."""
        rows = await look_up("SELECT name, value FROM site_setting")
        stored = {name: msgspec.json.decode(value) for name, value in rows}
        known = {name: stored[name] for name in cls.__struct_fields__ if name in stored}
        return msgspec.convert(known, cls)


async def last_backup_at() -> datetime | None:
    """When the latest backup was made, where what makes them has said so."""
    rows = await look_up("SELECT value FROM site_setting WHERE name = $1", "last_backup_at")
    return msgspec.json.decode(rows[0][0], type=datetime) if rows else None


async def store_setting(name: str, value: Any, connection: BaseDBAsyncClient) -> None:
    """Set one; the name is a field of SiteSettings."""
    sql = (
        "INSERT INTO site_setting (name, value) VALUES ($1, $2)"
        " ON CONFLICT (name) DO UPDATE SET value = excluded.value RETURNING name"
    )
    await fetch(sql, name, msgspec.json.encode(value).decode(), connection=connection)


async def change_setting(name: str, value: Any, actor_id: int | None) -> None:
    """Set one, with its entry of the audit log."""

    async def work(connection: BaseDBAsyncClient) -> None:
        await store_setting(name, value, connection)
        details = ActDetails(setting=name, value=value)
        await record_act(connection, "setting_changed", actor_id, details=details)

    await atomically(work)
