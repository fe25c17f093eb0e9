"""What is so for the whole server: its name, and how people come to it."""

from typing import Literal

from msgspec import UNSET, Struct, UnsetType
from msgspec.structs import replace
from tortoise.backends.base.client import BaseDBAsyncClient

from config import Settings
from models import Refusal, Room, SiteSettings
from models.administration import check_administrator
from models.audit_entry import ActDetails, record_act
from models.database import atomically, storable
from models.locks import lock_users
from models.second_factors import Ways, check_has_factor
from models.site_settings import store_setting

NAME_MAX = 60


class SiteState(Struct, frozen=True):
    """The settings that hold at this moment."""

    name: str
    registration: str
    members_invite: bool
    admins_need_factor: bool
    limits_new_accounts: bool


class SiteChanges(Struct, frozen=True):
    """Some of them, as they are to be."""

    site_name: str | UnsetType = UNSET
    registration: Literal["open", "invite", "approval", "closed"] | UnsetType = UNSET
    members_invite: bool | UnsetType = UNSET
    admins_need_factor: bool | UnsetType = UNSET
    limits_new_accounts: bool | UnsetType = UNSET

    def checked(self) -> "SiteChanges":
        """As they are stored. Raises Refusal: bad_site_name."""
        if self.site_name is UNSET:
            return self
        name = " ".join(self.site_name.split())
        if not 1 <= len(name) <= NAME_MAX or not name.isprintable() or not storable(name):
            raise Refusal("bad_site_name", max=NAME_MAX)
        return replace(self, site_name=name)


class Site:
    """The settings that administrators can change while the server runs. They are read from the
    database whenever they are asked for, so that no process goes on by old ones.
    """

    NAME = "Beseda"

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @property
    def ways(self) -> Ways:
        """By what people log in."""
        return Ways(self._settings.oidc_issuer or "", not self._settings.oidc_only)

    def require_passwords(self) -> None:
        """Whether people log in by passwords and passkeys here. Raises Refusal: oidc_only."""
        if self._settings.oidc_only:
            raise Refusal("oidc_only")

    async def state(self) -> SiteState:
        """What has been chosen, else what the environment says, else the default."""
        chosen = await SiteSettings.load()
        return SiteState(
            name=self.NAME if chosen.site_name is UNSET else chosen.site_name,
            registration=(
                self._settings.registration if chosen.registration is UNSET else chosen.registration
            ),
            members_invite=chosen.members_invite is True,
            admins_need_factor=chosen.admins_need_factor is True,
            limits_new_accounts=chosen.limits_new_accounts is True,
        )

    async def change(self, changes: SiteChanges, actor_id: int) -> None:
        """Store what an administrator has chosen. What is so already is no act.

        Raises:
            Refusal: bad_site_name; own_factor_first; not_admin, where they are none any more.
        """
        checked = changes.checked()

        async def work(connection: BaseDBAsyncClient) -> None:
            await lock_users({actor_id}, connection)
            await check_administrator(actor_id, connection)
            if checked.admins_need_factor is True:
                await check_has_factor(actor_id, connection)
            chosen = await SiteSettings.load()
            for name in SiteChanges.__struct_fields__:
                value = getattr(checked, name)
                if value not in (UNSET, getattr(chosen, name)):
                    await store_setting(name, value, connection)
                    details = ActDetails(setting=name, value=value)
                    await record_act(connection, "setting_changed", actor_id, details=details)

        await atomically(work)

    async def is_new(self) -> bool:
        """Whether nothing has been set up: the place has no name of its own, and no room."""
        chosen = await SiteSettings.load()
        return chosen.site_name is UNSET and not await Room.exists()
