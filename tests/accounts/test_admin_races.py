"""Administrators who act at the same moment, and a log too long to be held at once."""

import asyncio
from datetime import UTC, datetime

import pytest
from tortoise import connections

from config import Settings
from models import AuditEntry, Refusal, Session, User
from models.administration import disable, enable, end_logins, set_server_role
from models.audit_entry import ActDetails
from models.queries.audit_log import AuditFilter
from services.actor import Actor
from services.audit_log import AuditLog
from services.rate_limits import RateLimits
from tests.support.tables import opened, people

MANY = 5_000


async def admins_of(*names: str) -> list[User]:
    """Store administrators."""
    found = await people(*names)
    await User.all().update(server_role=User.ADMIN)
    for each in found:
        each.server_role = User.ADMIN
    return found


@pytest.mark.parametrize("act", ["demote", "disable", "both"])
async def test_one_of_two_is_left(database_url: str, act: str) -> None:
    """Each takes the other's right at once, ten times."""
    async with opened(database_url):
        anna, boris = await admins_of("anna", "boris")
        for turn in range(10):
            first = disable if act == "disable" else set_server_role
            second = set_server_role if act == "demote" else disable
            done = await asyncio.gather(
                _take(first, boris, anna), _take(second, anna, boris), return_exceptions=True
            )
            refused = [each for each in done if isinstance(each, Refusal)]
            assert [each.code for each in refused] == ["not_admin"], (turn, done)
            left = await User.filter(server_role=User.ADMIN, state="")
            assert len(left) == 1
            await User.all().update(server_role=User.ADMIN, state="")
        assert await AuditEntry.all().count() == 10


async def _take(act: object, whose: User, by: User) -> None:
    if act is disable:
        await disable(whose, by.id)
    else:
        await set_server_role(whose, "", by.id)


async def test_of_three_the_last_stays(database_url: str) -> None:
    """Everybody leaves by themselves at once."""
    async with opened(database_url):
        admins = await admins_of("anna", "boris", "clara")
        done = await asyncio.gather(
            *(set_server_role(each, "", each.id) for each in admins), return_exceptions=True
        )
        assert [each.code for each in done if isinstance(each, Refusal)] == ["last_administrator"]
        assert await User.filter(server_role=User.ADMIN).count() == 1


async def test_who_is_none_any_more_does_nothing(database_url: str) -> None:
    async with opened(database_url):
        _, boris, clara = await admins_of("anna", "boris", "clara")
        await set_server_role(boris, "", None)
        token = await Session.start(clara)
        for act in (
            set_server_role(clara, "", boris.id),
            disable(clara, boris.id),
            enable(clara, boris.id),
            end_logins(clara, boris.id),
        ):
            with pytest.raises(Refusal, match="not_admin"):
                await act
        assert await Session.of(token) is not None
        assert [each.action for each in await AuditEntry.all()] == ["administrator_unmade"]


async def test_an_export_holds_nobody_up(database_url: str) -> None:
    """Thousands of entries, some at a time: in between others have their turn."""
    async with opened(database_url):
        (anna,) = await admins_of("anna")
        await connections.get("default").execute_query(_FILL.format(many=MANY), [_now()])
        session = await Session.of(await Session.start(anna))
        assert session is not None
        log = AuditLog(RateLimits.from_settings(Settings(rate_limits=False)))
        others = Turns()
        sizes, turns = [], []
        async with others:
            async for rows in log.export(Actor.of_session(session), AuditFilter()):
                sizes.append(len(rows))
                turns.append(others.count)
                assert rows[0].actor == "anna"
                assert rows[0].details == ActDetails()
        assert (sum(sizes), max(sizes)) == (MANY, 500)
        assert len(set(turns)) == len(turns), "others had a turn before each part"


class Turns:
    """Counts how often another task has its turn."""

    count = 0

    async def __aenter__(self) -> None:
        self._task = asyncio.create_task(self._take())

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()

    async def _take(self) -> None:
        while True:
            await asyncio.sleep(0)
            self.count += 1


def _now() -> object:
    now = datetime.now(UTC)
    is_sqlite = connections.get("default").capabilities.dialect == "sqlite"
    return str(now) if is_sqlite else now


_FILL = """
WITH RECURSIVE numbers(number) AS (
    SELECT 1 UNION ALL SELECT number + 1 FROM numbers WHERE number < {many})
INSERT INTO audit_entry (at, action, actor_id, user_id, room_id)
SELECT $1, 'disabled', 1, number, NULL FROM numbers
"""
