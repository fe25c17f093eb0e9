"""What somebody owns alone is not there for others, be they administrators: by every route."""

import re
from pathlib import Path

from models import ModerationNotice
from tests.accounts.test_rights import result
from tests.files.test_tus import VERSION
from tests.support.factories import MakePerson
from tests.support.owned_routes import ADMINISTERED, ANYBODY, ELSEWHERE, OTHERS, OWN, ROUTES, make
from tests.support.person import Person
from tests.support.route_rights import NOT_FOUND, Found
from tests.support.routes import all_routes
from tests.support.second_factor import run_sql
from tests.support.server import Server
from tests.support.tables import opened

PART = {**VERSION, "Content-Type": "application/offset+octet-stream", "Upload-Offset": "0"}


def names(rule: str) -> list[str]:
    return re.findall(r"<(?:[a-z]+:)?(\w+)>", rule)


async def ask(who: Person, method: str, path: str) -> Found:
    """As its owner would."""
    if path.startswith("/api/files/"):
        content = b"1. Go" if method == "PATCH" else None
        return result(await who.http.request(method, path, headers=PART, content=content))
    if path.startswith("/api/") and method == "PATCH":
        return result(await who.http.patch(path, json={"label": "Mine"}))
    form = {"label": "Mine"} if method == "POST" else None
    return result(await who.http.request(method, path, data=form))


async def test_every_route_of_that_kind_is_in_the_table(tmp_path: Path) -> None:
    there = [each for each in await all_routes(tmp_path) if not each.websocket]
    routes = [each for each in there if not each.rule.startswith(ELSEWHERE)]
    assert {name for each in routes for name in names(each.rule)} - OWN - OTHERS == set()
    own = {(each.method, each.rule) for each in routes if OWN.intersection(names(each.rule))}
    assert own == ROUTES.keys()


async def test_nobody_else_finds_it(person: MakePerson, shared_server: Server) -> None:
    anna, boris, root = [await person(name) for name in ("anna", "boris", "root")]
    run_sql(shared_server, "UPDATE user_account SET server_role = 'admin' WHERE id = ?", root.id)
    await anna.create_room(boris)
    wrong: dict[tuple[str, str, str], Found] = {}
    async with opened(shared_server.database_url):
        for (method, rule), expected in ROUTES.items():
            (name,) = OWN.intersection(names(rule))
            number = await make(name, anna, is_whole=method == "GET")
            path = rule.replace(f"<int:{name}>", str(number)).replace("<name>", "plan.txt")
            others = [boris] if name in ADMINISTERED else [boris, root]
            nothing = ANYBODY.get((method, rule), NOT_FOUND)
            for who, answer in (*((each, nothing) for each in others), (anna, expected)):
                if who is anna and name == "notice_id":
                    assert await ModerationNotice.exists(id=number)
                if (found := await ask(who, method, path)) != answer:
                    wrong[(who.username, method, rule)] = found
    assert wrong == {}
