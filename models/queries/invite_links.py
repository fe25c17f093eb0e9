"""What is so of the links by which people come: whether they are good, and who came by which."""

from datetime import datetime
from enum import StrEnum
from typing import Self

from msgspec import Struct
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.timezone import now

from models.database import fetch, moment
from models.queries.people import PersonRow
from models.sql.fast_path import Row, scan
from models.sql.values import marks, padded
from models.user import User

LISTED_MAX = PAGE = 50


class LinkState(StrEnum):
    """Whether people can come by a link, and if not, why."""

    GOOD = "good"
    USED_UP = "used_up"
    EXPIRED = "expired"
    # Or whoever has made it may no longer make such a link.
    REVOKED = "revoked"


class LinkRow(Struct, frozen=True):
    """A link with who has made it, and what they may do at this moment. `maker_role` is their role
    in its room, None where they are not in it; `room_name` is None for a link to the server.
    `maker_is_admin` is false of an administrator who has yet to set up the factor that they need.
    """

    id: int
    room_id: int | None
    room_name: str | None
    maker: PersonRow
    maker_is_admin: bool
    maker_may_log_in: bool
    maker_role: str | None
    members_invite: bool
    uses_max: int | None
    uses: int
    expires_at: datetime | None
    revoked_at: datetime | None
    created_at: datetime

    @classmethod
    def of(cls, row: Row) -> Self:
        """One of the rows of `_LINKS`."""
        id_, room_id, room_name, maker_id, username, display_name, *rest = row
        server_role, lacks_factor, state, until, role, members_invite, *counted = rest
        uses_max, uses, *times = counted
        user = User(state=state, state_until=moment(until))
        maker = PersonRow(maker_id, username, display_name)
        is_admin = server_role == User.ADMIN and not lacks_factor
        numbers = (uses_max, uses, *(moment(each) for each in times))
        about = (is_admin, user.may_log_in, role, members_invite == "true")
        return cls(id_, room_id, room_name, maker, *about, *numbers)

    @property
    def state(self) -> LinkState:
        """Whether it is good at this moment."""
        if self.revoked_at is not None:
            return LinkState.REVOKED
        if self.expires_at is not None and self.expires_at <= now():
            return LinkState.EXPIRED
        if self.uses_max is not None and self.uses >= self.uses_max:
            return LinkState.USED_UP
        return LinkState.GOOD if self._maker_may else LinkState.REVOKED

    @property
    def invites_to_server(self) -> bool:
        """Whether its maker may bring people to the server, also where nobody comes unasked."""
        return self.maker_is_admin or self.members_invite

    @property
    def _maker_may(self) -> bool:
        if not self.maker_may_log_in or (self.expires_at is None and not self.maker_is_admin):
            return False
        return self.invites_to_server if self.room_id is None else self.maker_role == "owner"


class LinkUse(Struct, frozen=True):
    """Somebody who came by a link."""

    link_id: int
    person: PersonRow
    at: datetime


async def find_link(
    token_digest: str, connection: BaseDBAsyncClient | None = None
) -> LinkRow | None:
    """The link with this token, good or not."""
    rows = await fetch(f"{_LINKS} WHERE token_digest = $1", token_digest, connection=connection)
    return LinkRow.of(rows[0]) if rows else None


async def link_by_id(link_id: int) -> LinkRow | None:
    """The link with this id."""
    rows = await fetch(f"{_LINKS} WHERE invite_link.id = $1", link_id)
    return LinkRow.of(rows[0]) if rows else None


async def links_of_room(room_id: int) -> list[LinkRow]:
    """The latest links into a room, also those that are no longer good."""
    return await _listed("invite_link.room_id = $1", room_id)


async def links_to_server(made_by: int | None) -> list[LinkRow]:
    """The latest links to the server: everybody's, or those that this user has made."""
    if made_by is None:
        return await _listed("invite_link.room_id IS NULL")
    return await _listed("invite_link.room_id IS NULL AND made_by_id = $1", made_by)


async def links_before(cursor: int, room_id: int | None) -> list[LinkRow]:
    """A page of everybody's links, to the server and into rooms, or into this room alone: those
    with a lower id than `cursor`, and one more than a page has.
    """
    here = "" if room_id is None else "AND invite_link.room_id = $2"
    values = (cursor,) if room_id is None else (cursor, room_id)
    sql = f"{_LINKS} WHERE invite_link.id < $1 {here} ORDER BY invite_link.id DESC LIMIT {PAGE + 1}"
    return [LinkRow.of(row) for row in await scan(sql, *values)]


async def uses_of(link_ids: list[int]) -> dict[int, list[LinkUse]]:
    """Who came by each of these links, the latest first; of each the latest fifty."""
    if not link_ids:
        return {}
    ids = padded(link_ids)
    found: dict[int, list[LinkUse]] = {}
    for link_id, at, *person in await scan(_USES.format(ids=marks(len(ids))), *ids):
        use = LinkUse(link_id, PersonRow(*person), moment(at))
        found.setdefault(link_id, []).append(use)
    return found


async def may_invite_to_server(user: User, connection: BaseDBAsyncClient | None = None) -> bool:
    """Whether somebody may bring people to the server: administrators, and everybody where that is
    set so.
    """
    if user.is_admin:
        return True
    sql = "SELECT value FROM site_setting WHERE name = 'members_invite'"
    return list(await fetch(sql, connection=connection)) == [("true",)]


async def _listed(where: str, *values: object) -> list[LinkRow]:
    rows = await scan(f"{_LINKS} WHERE {where} {_LATEST}", *values)
    return [LinkRow.of(row) for row in rows]


_LINKS = """
SELECT invite_link.id, invite_link.room_id, room.name AS room_name,
       maker.id AS maker_id, maker.username, maker.display_name, maker.server_role,
       COALESCE(needed.value, 'false') = 'true' AND NOT maker.has_factor AS lacks_factor,
       maker.state, maker.state_until, membership.role, site_setting.value,
       invite_link.uses_max, invite_link.uses,
       invite_link.expires_at, invite_link.revoked_at, invite_link.created_at
FROM invite_link
JOIN user_account AS maker ON maker.id = invite_link.made_by_id
LEFT JOIN room ON room.id = invite_link.room_id
LEFT JOIN membership ON membership.room_id = invite_link.room_id
    AND membership.user_id = invite_link.made_by_id
LEFT JOIN site_setting ON site_setting.name = 'members_invite'
LEFT JOIN site_setting AS needed ON needed.name = 'admins_need_factor'
"""
_LATEST = f"ORDER BY invite_link.id DESC LIMIT {LISTED_MAX}"
_USES = f"""
SELECT link_id, at, user_id, username, display_name FROM (
    SELECT invite_use.link_id, invite_use.at, invite_use.user_id,
           user_account.username, user_account.display_name,
           ROW_NUMBER() OVER (PARTITION BY link_id ORDER BY invite_use.id DESC) AS place
    FROM invite_use JOIN user_account ON user_account.id = invite_use.user_id
    WHERE link_id IN ({{ids}})
) AS uses WHERE place <= {LISTED_MAX} ORDER BY link_id, place
"""
