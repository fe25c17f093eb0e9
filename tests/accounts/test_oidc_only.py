"""OIDC_ONLY: nobody logs in by anything but the provider."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from tests.accounts.test_oidc import arrive, linked, walk_again, who
from tests.support.databases import SqliteDatabases
from tests.support.factories import StartServer
from tests.support.nodes import running
from tests.support.oidc import Provider, follow, walk
from tests.support.person import PASSWORD, Person, unique
from tests.support.second_factor import run_sql
from tests.support.server import Server

ENGLISH = {"Accept-Language": "en"}


@pytest.fixture(scope="module")
async def site(folder: Path, sqlite: SqliteDatabases, acme: Provider) -> AsyncIterator[Server]:
    """A server of before, with somebody who has a password, started anew with OIDC_ONLY."""
    settings = {"DATABASE_URL": sqlite.fresh(), "RATE_LIMITS": "off"}
    async with running(folder, **settings) as node:
        await (await Person.join(node, "founder")).close()
    async with running(folder, **settings, **acme.settings, OIDC_ONLY="on") as node:
        yield node


async def refused(answer: httpx.Response) -> bool:
    """Whether the API says why."""
    return (answer.status_code, answer.json().get("code")) == (403, "oidc_only")


async def test_nobody_comes_by_a_password(site: Server) -> None:
    ((name,),) = run_sql(site, "SELECT username FROM user_account WHERE server_role = 'admin'")
    given = {"username": name, "password": PASSWORD}
    new = {"username": unique("eva"), "password": PASSWORD}
    async with Person(site) as nobody:
        http = nobody.http
        assert await refused(await http.post("/api/session", json=given))
        assert await refused(await http.post("/api/users", json=new))
        assert await refused(await http.post("/api/session/passkey", json={"credential": "{}"}))
        for path, form in (("/login", given), ("/register", new), ("/login/passkey", {})):
            answer = await http.post(path, data=form, headers=ENGLISH)
            assert answer.status_code == 403, path
            assert "other service alone" in answer.text, path
        assert (await http.get("/register")).status_code == 403
        assert (await http.get("/forgot")).status_code == 403
        page = await http.get("/login", headers=ENGLISH)
        assert 'type="password"' not in page.text
        assert "/login/passkey" not in page.text
        assert "Continue with Acme" in page.text
        assert not await who(nobody)


async def test_nobody_chooses_a_password(site: Server) -> None:
    async with await arrive(site, unique("vera")) as vera:
        run_sql(site, "UPDATE user_account SET server_role = 'admin' WHERE id = ?", vera.id)
        asked = {"password": "", "new_password": "nobody guesses this one"}
        assert await refused(await vera.http.post("/api/password", json=asked))
        assert await refused(await vera.http.post(f"/api/admin/people/{vera.id}/reset"))
        made = await vera.http.post("/api/admin/people", json={"username": unique("eva")})
        assert await refused(made)
        for path in ("/profile", "/admin/people", f"/admin/people/{vera.id}"):
            page = await vera.http.get(path)
            assert page.status_code == 200, path
            assert 'type="password"' not in page.text
            assert "/reset" not in page.text
        room = await vera.create_room()
        link = await vera.http.post("/api/invites", json={"room_id": room})
        token = link.json()["token"]
        async with Person(site) as nobody:
            page = await nobody.http.get(f"/invite/{token}", headers=ENGLISH)
            assert "Continue with Acme" in page.text
            assert 'type="password"' not in page.text
            new = {"username": unique("eva"), "password": PASSWORD}
            assert (await nobody.http.post(f"/invite/{token}", data=new)).status_code == 403
            assert await refused(
                await nobody.http.post("/api/users", json={**new, "invite": token})
            )
        await walk_again(vera, vera.username)


async def test_last_way_in_stays_though_there_is_a_password(site: Server) -> None:
    async with await arrive(site, unique("vera")) as vera:
        run_sql(site, "UPDATE user_account SET password_hash = 'x' WHERE id = ?", vera.id)
        (identity,) = await linked(vera)
        answer = await vera.http.delete(f"/api/identities/{identity}")
        assert (answer.status_code, answer.json()["code"]) == (409, "only_login")


async def test_accounts_of_a_provider_of_before_are_no_way_in(
    server: StartServer, acme: Provider
) -> None:
    node = await server(**acme.settings)
    moved = "UPDATE oidc_identity SET issuer = 'https://before.example' WHERE id = ?"
    name = unique("vera")
    async with await arrive(node, name) as vera:
        (old,) = await linked(vera)
        run_sql(node, moved, old)
        page = await walk(vera.http, "/profile/linked/new", name)
        assert page.url.path == "/profile/linked/ask"
        await follow(vera.http, await vera.http.post("/profile/linked"))
        (new,) = set(await linked(vera)) - {old}
        refused = await vera.http.delete(f"/api/identities/{new}")
        assert (refused.status_code, refused.json()["code"]) == (409, "only_login")
        assert (await vera.http.delete(f"/api/identities/{old}")).status_code == 204
        assert await linked(vera) == [new]
