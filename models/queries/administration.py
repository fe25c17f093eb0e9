"""What administrators see of accounts and rooms: no words of anybody's messages."""

from datetime import datetime

from msgspec import Struct
from tortoise.timezone import now

from models.database import moment
from models.names import username_key
from models.passwords import NO_HASH
from models.queries.people import PersonRow, like_condition, like_patterns
from models.room import Room
from models.sql.fast_path import Row, as_stored, scan
from models.sql.values import marks, padded

PAGE = 50
FIRST = 2**63 - 1  # The cursor of the first page: ids count down from there.
# Of an account that an import has made: nobody can log in to it yet.
UNCLAIMED = f"""
account.state = '' AND account.password_hash = '{NO_HASH}'
AND EXISTS (SELECT 1 FROM import_item
            WHERE import_item.kind = 'person' AND import_item.local_id = account.id)
AND NOT EXISTS (SELECT 1 FROM passkey WHERE passkey.user_id = account.id)
AND NOT EXISTS (SELECT 1 FROM oidc_identity WHERE oidc_identity.user_id = account.id)
"""
# Which accounts: the conditions that are asked for by name.
STATES = {
    "all": "TRUE",
    "waiting": "account.state = 'waiting'",
    "disabled": "account.state = 'disabled'"
    " AND (account.state_until IS NULL OR account.state_until > $2)",
    "imported": UNCLAIMED,
    "admins": "account.server_role = 'admin'",
}
# What is left of a deleted one is no account.
_THERE = "account.state <> 'deleted'"


class AccountRow(Struct, frozen=True):
    """An account, with how many living logins it has, and how many rooms it owns."""

    id: int
    username: str
    display_name: str
    server_role: str
    state: str
    state_reason: str
    state_until: datetime | None
    created_at: datetime
    last_seen: datetime | None
    login_count: int
    owned_count: int
    has_factor: bool

    @property
    def shown_name(self) -> str:
        """What others see."""
        return self.display_name or self.username


class AdministeredRoom(Struct, frozen=True):
    """A room, as somebody sees it who need not be in it; `message_count` has deleted ones too."""

    id: int
    name: str
    created_at: datetime
    last_message_at: datetime | None
    archived_at: datetime | None
    message_count: int
    member_count: int
    owners: list[PersonRow]


async def accounts(text: str, state: str, before: int = FIRST) -> list[AccountRow]:
    """A page and one more of the accounts that are called like this, in this state (a key of
    STATES), the latest first, from below the id `before` on.
    """
    patterns = like_patterns(text)
    if text.strip() and not patterns:
        return []
    where, values = f"{_THERE} AND {STATES[state]}", list(patterns)
    if patterns:
        named = like_condition("account.display_name", patterns, first=4)
        where += f" AND (account.username_key LIKE $3 ESCAPE '!' OR {named})"
        values.insert(0, _key(text))
    return await _accounts(f"{where} AND account.id < $1", before, *values)


async def account(user_id: int) -> AccountRow | None:
    """One account."""
    found = await _accounts(f"{_THERE} AND account.id = $1", user_id)
    return found[0] if found else None


async def rooms(text: str, before: int = FIRST) -> list[AdministeredRoom]:
    """The same of rooms, without conversations of two: those are nobody else's business."""
    patterns = like_patterns(text)
    if text.strip() and not patterns:
        return []
    where = "room.id < $1"
    if patterns:
        where += f" AND ({like_condition('room.name', patterns, first=2)})"
    return await _rooms(where, before, *patterns)


async def administered_room(room_id: int) -> AdministeredRoom | None:
    """One room; None for a conversation of two as well."""
    found = await _rooms("room.id = $1", room_id)
    return found[0] if found else None


def _key(text: str) -> str:
    key = username_key(text.strip().removeprefix("@"))
    for sign in "!%_":
        key = key.replace(sign, f"!{sign}")
    return f"{key}%"


async def _accounts(where: str, position: int, *values: object) -> list[AccountRow]:
    moment_ = as_stored(now())
    sql = _ACCOUNTS.format(where=where, limit=PAGE + 1)
    return [_account(row) for row in await scan(sql, position, moment_, *values)]


def _account(row: Row) -> AccountRow:
    times = (moment(each) for each in row[6:9])
    return AccountRow(*(*row[:6], *times, *row[9:11], bool(row[11])))


async def _rooms(where: str, *values: object) -> list[AdministeredRoom]:
    rows = await scan(_ROOMS.format(where=where, limit=PAGE + 1), *values)
    owners = await _owners([row[0] for row in rows])
    return [
        AdministeredRoom(
            row[0],
            row[1],
            moment(row[2]),
            moment(row[3]),
            moment(row[4]),
            row[5],
            row[6],
            owners.get(row[0], []),
        )
        for row in rows
    ]


async def _owners(room_ids: list[int]) -> dict[int, list[PersonRow]]:
    if not room_ids:
        return {}
    ids = padded(room_ids)
    found: dict[int, list[PersonRow]] = {}
    for room_id, *person in await scan(_OWNERS.format(ids=marks(len(ids))), *ids):
        found.setdefault(room_id, []).append(PersonRow(*person))
    return found


_ACCOUNTS = """
SELECT account.id, account.username, account.display_name, account.server_role, account.state,
       account.state_reason, account.state_until, account.created_at, account.last_seen,
       (SELECT COUNT(*) FROM session
        WHERE session.user_id = account.id AND session.expires_at > $2) AS login_count,
       (SELECT COUNT(*) FROM membership JOIN room ON room.id = membership.room_id
        WHERE membership.user_id = account.id AND membership.role = 'owner'
          AND room.kind = 'room') AS owned_count,
       account.has_factor
FROM user_account AS account WHERE {where} ORDER BY account.id DESC LIMIT {limit}
"""
_ROOMS = (
    """
SELECT room.id, room.name, room.created_at, room.last_message_at, room.archived_at, room.revision,
       (SELECT COUNT(*) FROM membership WHERE membership.room_id = room.id) AS member_count
"""
    f"FROM room WHERE room.kind = '{Room.ROOM}'"
    " AND {where} ORDER BY room.id DESC LIMIT {limit}"
)
_OWNERS = """
SELECT membership.room_id, person.id, person.username, person.display_name
FROM membership JOIN user_account AS person ON person.id = membership.user_id
WHERE membership.role = 'owner' AND membership.room_id IN ({ids}) ORDER BY person.username_key
"""
