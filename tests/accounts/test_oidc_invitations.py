"""Coming by an invitation with an account of an OpenID provider."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from tests.accounts.test_oidc import LOGIN, who
from tests.support.databases import SqliteDatabases
from tests.support.factories import StartServer
from tests.support.nodes import running
from tests.support.oidc import Provider, follow, walk
from tests.support.person import Person, unique
from tests.support.second_factor import run_sql
from tests.support.server import Server


@pytest.fixture(scope="module")
async def site(folder: Path, sqlite: SqliteDatabases, acme: Provider) -> AsyncIterator[Server]:
    """A server to which nobody comes unasked, with an administrator."""
    settings = {**acme.settings, "REGISTRATION": "invite", "RATE_LIMITS": "off"}
    async with running(folder, DATABASE_URL=sqlite.fresh(), **settings) as node:
        await (await Person.join(node, "founder")).close()
        yield node


async def owner_of_a_room(site: Server) -> tuple[Person, int]:
    """Somebody who came by the provider, with a room of theirs."""
    person = await at_the_name(site, unique("oleg"), LOGIN)
    answer = await person.http.post("/oidc/new", data={"username": person.username})
    assert answer.status_code == httpx.codes.SEE_OTHER
    return person, await person.create_room()


async def at_the_name(site: Server, name: str, start: str) -> Person:
    """Somebody new, who has come back from the provider and is asked what they are called."""
    person = Person(site)
    page = await walk(person.http, start, name)
    assert page.url.path == "/oidc/new"
    person.username = name
    return person


async def link_to(owner: Person, room: int, uses: int = 1) -> str:
    """The token of an invitation's link."""
    answer = await owner.http.post("/api/invites", json={"room_id": room, "uses": uses})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["token"])


async def test_who_is_new_lands_in_the_room(site: Server) -> None:
    """By an owner's link, to a server to which that alone brings nobody: the provider vouches."""
    oleg, room = await owner_of_a_room(site)
    token = await link_to(oleg, room)
    async with oleg, Person(site) as nobody:
        page = await nobody.http.get(f"/invite/{token}", headers={"Accept-Language": "en"})
        start = f"{LOGIN}?next=/invite/{token}"
        assert f'href="{start}"' in page.text
        name = unique("vera")
        async with await at_the_name(site, name, start) as vera:
            page = await vera.http.get("/oidc/new", headers={"Accept-Language": "en"})
            assert "Kitchen" in page.text
            taken = await vera.http.post("/oidc/new", data={"username": oleg.username})
            assert taken.status_code == 422
            came = await vera.http.post("/oidc/new", data={"username": name})
            page = await follow(vera.http, came)
            assert page.url.path == f"/rooms/{room}/"
            acts = "SELECT action FROM audit_entry WHERE user_id = ? ORDER BY id"
            found = [action for (action,) in run_sql(site, acts, await who(vera))]
            assert found == ["identity_linked", "invite_used"]


async def test_who_has_an_account_is_asked(site: Server) -> None:
    """Nobody is put into a room by an address that somebody else has sent them."""
    oleg, room = await owner_of_a_room(site)
    eva, _ = await owner_of_a_room(site)
    token = await link_to(oleg, room)
    async with oleg, eva:
        await eva.logout()
        page = await walk(eva.http, f"{LOGIN}?next=/invite/{token}", eva.username)
        assert page.url.path == f"/invite/{token}"
        assert (await eva.http.get(f"/api/rooms/{room}")).status_code == 403
        page = await follow(eva.http, await eva.http.post(f"/invite/{token}"))
        assert page.url.path == f"/rooms/{room}/"


async def test_link_that_is_used_up_brings_nobody(site: Server) -> None:
    oleg, room = await owner_of_a_room(site)
    token, names = await link_to(oleg, room), [unique("vera"), unique("eva")]
    start = f"{LOGIN}?next=/invite/{token}"
    vera, eva = [await at_the_name(site, name, start) for name in names]
    async with oleg, vera, eva:
        assert (await vera.http.post("/oidc/new", data={"username": names[0]})).is_redirect
        late = await eva.http.post("/oidc/new", data={"username": names[1]})
        assert late.status_code == 410
        assert not await who(eva)
        assert not run_sql(site, "SELECT 1 FROM user_account WHERE username = ?", names[1])


@pytest.mark.parametrize("mode", ["approval", "closed"])
async def test_by_the_rules_of_the_invitation(
    server: StartServer, acme: Provider, mode: str
) -> None:
    """Whom an owner invites waits, whom an administrator invites does not; or nobody comes."""
    node = await server(**acme.settings)
    async with await Person.join(node, "founder") as founder, await Person.join(node) as oleg:
        room, theirs = await oleg.create_room(), await founder.create_room()
        tokens = [await link_to(oleg, room), await link_to(founder, theirs)]
        changed = await founder.http.patch("/api/admin/settings", json={"registration": mode})
        assert changed.is_success
        came = []
        for token in tokens:
            async with Person(node) as vera:
                page = await walk(vera.http, f"{LOGIN}?next=/invite/{token}", unique("vera"))
                if page.status_code == 200:
                    await vera.http.post("/oidc/new", data={"username": unique("vera")})
                came.append(bool(await who(vera)))
    assert came == [False, mode == "approval"]


async def test_on_postgres(server: StartServer, acme: Provider, postgres_url: str) -> None:
    node = await server(**acme.settings, DATABASE_URL=postgres_url, REGISTRATION="invite")
    async with await Person.join(node, "founder") as founder:
        room = await founder.create_room()
        name, token = unique("vera"), await link_to(founder, room)
        async with await at_the_name(node, name, f"{LOGIN}?next=/invite/{token}") as vera:
            came = await vera.http.post("/oidc/new", data={"username": name})
            assert (await follow(vera.http, came)).url.path == f"/rooms/{room}/"
