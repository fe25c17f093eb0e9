"""All routes of administrators, tried by everybody else, and by those who are one without what they
need for it.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from tests.support.databases import SqliteDatabases
from tests.support.nodes import running
from tests.support.person import Person
from tests.support.rights_scene import program
from tests.support.routes import Route, all_routes
from tests.support.second_factor import run_sql
from tests.support.server import Server

# The first page leads to people, and an act that is not asked about to whom it is done to. Nothing
# is removed everywhere, and nobody is invited.
OTHERWISE = {
    **dict.fromkeys(("/admin/", "/admin/people/1/1", "/admin/rooms/1/1"), 303),
    **dict.fromkeys(("/api/admin/jobs/1", "/admin/invites/1/revoke"), 404),
}


@pytest.fixture(scope="module")
async def node(folder: Path, sqlite: SqliteDatabases) -> AsyncIterator[Server]:
    """A server of its own, so that it is known who is the administrator."""
    async with running(folder, DATABASE_URL=sqlite.fresh()) as server:
        yield server


@pytest.fixture(scope="module")
async def admin(node: Server) -> AsyncIterator[Person]:
    """Who has come first."""
    async with await Person.join(node, "admin") as person:
        yield person


def is_admins(route: Route) -> bool:
    """Whether it is for administrators."""
    return route.rule.startswith(("/admin/", "/api/admin/"))


async def test_nobody_else_gets_in(tmp_path: Path, node: Server, admin: Person) -> None:
    """All routes, asked by everybody who is no administrator."""
    routes = [each for each in await all_routes(tmp_path) if is_admins(each)]
    assert len(routes) > 20
    calls = [each for each in routes if each.rule.startswith("/api/")]
    writing = [each for each in calls if each.method != "GET"]
    owner, member = await Person.join(node, "owner"), await Person.join(node, "member")
    await owner.create_room(member)
    bot, reader = await program(admin, "read", "write"), await program(admin, "read", "admin")
    nobody = Person(node)
    assert await let_in(owner, routes, "not_admin") == []
    assert await let_in(member, routes, "not_admin") == []
    assert await let_in(bot, calls, "forbidden") == []
    assert await let_in(reader, writing, "forbidden") == []
    assert await let_in(nobody, routes, "unauthorized") == []
    people = await reader.http.get("/api/admin/people")
    assert people.status_code == httpx.codes.OK
    for each in (owner, member, bot, reader, nobody):
        await each.close()


async def test_an_administrator_without_the_factor_is_none(
    tmp_path: Path, node: Server, admin: Person
) -> None:
    """Where it is wanted; the pages lead to where one is set up."""
    routes = [each for each in await all_routes(tmp_path) if is_admins(each)]
    calls = [each for each in routes if each.rule.startswith("/api/")]
    pages = {each.path.replace("audit.1", "audit.csv") for each in routes if each.method == "GET"}
    run_sql(node, "INSERT INTO site_setting (name, value) VALUES ('admins_need_factor', 'true')")
    try:
        assert await let_in(admin, calls, "factor_required") == []
        for path in pages - {each.path for each in calls}:
            answer = await admin.http.get(path)
            found = answer.status_code, answer.headers.get("location")
            assert found == (303, "/profile#factors"), path
    finally:
        run_sql(node, "DELETE FROM site_setting WHERE name = 'admins_need_factor'")
    await admin.create_room()
    statuses = {path: (await admin.http.get(path)).status_code for path in pages}
    assert {path: found for path, found in statuses.items() if found != 200} == OTHERWISE


async def let_in(who: Person, routes: list[Route], code: str) -> list[tuple[Route, int]]:
    """Return the routes that did not refuse somebody with this code."""
    found = []
    for route in routes:
        answer = await who.http.request(route.method, route.path)
        if route.rule.startswith("/api/"):
            is_refused = answer.json()["code"] == code
        elif code == "unauthorized":
            is_refused = answer.headers.get("location", "").startswith("/login")
        else:
            is_refused = (
                answer.status_code == httpx.codes.FORBIDDEN and f'data-code="{code}"' in answer.text
            )
        if not is_refused:
            found.append((route, answer.status_code))
    return found
