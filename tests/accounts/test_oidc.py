"""Logging in by an OpenID provider: a real one, which the tests start."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from tests.support.databases import SqliteDatabases
from tests.support.factories import StartServer
from tests.support.nodes import running
from tests.support.oidc import Provider, callback_of, follow, kept_cookies, walk
from tests.support.person import Person, unique
from tests.support.second_factor import let_pass, run_sql
from tests.support.server import Server

LOGIN = "/oidc/login"


@pytest.fixture(scope="module")
async def site(folder: Path, sqlite: SqliteDatabases, acme: Provider) -> AsyncIterator[Server]:
    """A server with an administrator, where people log in by the provider."""
    settings = {**acme.settings, "OIDC_ADMIN_GROUP": "chiefs", "RATE_LIMITS": "off"}
    async with running(folder, DATABASE_URL=sqlite.fresh(), **settings) as node:
        await (await Person.join(node, "founder")).close()
        yield node


async def arrive(site: Server, name: str, **fields: str) -> Person:
    """Somebody who comes by the provider for the first time, and takes the name offered."""
    person = Person(site)
    page = await walk(person.http, LOGIN, name)
    assert page.url.path == "/oidc/new"
    assert f'value="{name}"' in page.text
    answer = await person.http.post("/oidc/new", data={"username": name, **fields})
    assert answer.status_code == httpx.codes.SEE_OTHER, answer.text
    await follow(person.http, answer)
    person.id = await who(person)
    person.username = name
    return person


async def who(person: Person) -> int:
    """As whom they are logged in; 0: as nobody."""
    answer = await person.http.get("/api/session")
    return int(answer.json()["id"]) if answer.is_success else 0


async def role(person: Person) -> bool:
    """Whether they administer the server."""
    return (await person.http.get("/api/admin/people")).is_success


async def test_whole_way(site: Server) -> None:
    """With OIDC_ISSUER, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET."""
    name = unique("vera")
    async with await arrive(site, name) as vera:
        room = await vera.create_room()
        await vera.logout()
        assert not await who(vera)
        page = await walk(vera.http, f"{LOGIN}?next=/rooms/{room}/", name)
        assert (page.url.path, await who(vera)) == (f"/rooms/{room}/", vera.id)


async def test_logs_in_elsewhere_to_the_same_account(site: Server) -> None:
    name = unique("vera")
    async with await arrive(site, name) as vera, Person(site) as phone:
        await walk(phone.http, LOGIN, name)
        assert await who(phone) == vera.id


async def test_name_is_no_proof(site: Server) -> None:
    """Whoever has the name of an account there is nobody here."""
    async with await Person.join(site, "oleg") as oleg, Person(site) as other:
        page = await walk(other.http, LOGIN, oleg.username)
        assert page.url.path == "/oidc/new"
        assert f'value="{oleg.username}2"' in page.text, "their name is taken"
        taken = await other.http.post("/oidc/new", data={"username": oleg.username})
        assert taken.status_code == 422
        assert not await who(other)


async def test_account_is_made_once(site: Server) -> None:
    """The cookie of who has come is good once, and for one browser."""
    name = unique("vera")
    async with Person(site) as vera, Person(site) as thief:
        await walk(vera.http, LOGIN, name)
        kept = kept_cookies(vera.http)
        await vera.http.post("/oidc/new", data={"username": name})
        again = await as_if(site, kept, "/oidc/new", username=unique("eva"))
        assert again.status_code == 401
        without = await thief.http.post("/oidc/new", data={"username": unique("eva")})
        assert without.status_code == 401
        assert not await who(thief)


async def test_registration_closed(server: StartServer, acme: Provider) -> None:
    node = await server(**acme.settings, REGISTRATION="closed")
    async with Person(node) as vera:
        page = await walk(vera.http, LOGIN, unique("vera"))
        assert page.status_code == 403
        assert not await who(vera)


@pytest.mark.parametrize("mode", ["invite", "approval"])
async def test_registration_by_mode(server: StartServer, acme: Provider, mode: str) -> None:
    """The provider vouches for people; whom an administrator approves still waits."""
    node = await server(**acme.settings, REGISTRATION=mode)
    name = unique("vera")
    async with await Person.join(node, "founder"), Person(node) as vera:
        await walk(vera.http, LOGIN, name)
        page = await follow(vera.http, await vera.http.post("/oidc/new", data={"username": name}))
        assert bool(await who(vera)) == (mode == "invite"), page.text
        if mode == "approval":
            page = await walk(vera.http, LOGIN, name)
            assert page.status_code == 403
            assert not await who(vera)


async def test_first_account_is_the_administrators(server: StartServer, acme: Provider) -> None:
    async with await arrive(await server(**acme.settings), unique("vera")) as vera:
        assert await role(vera)


async def test_public_client(server: StartServer, acme: Provider) -> None:
    settings = {**acme.settings, "OIDC_CLIENT_ID": "public", "OIDC_CLIENT_SECRET": None}
    async with await arrive(await server(**settings), unique("vera")) as vera:
        assert vera.id


async def test_on_postgres(server: StartServer, acme: Provider, postgres_url: str) -> None:
    node = await server(**acme.settings, DATABASE_URL=postgres_url, OIDC_ADMIN_GROUP="chiefs")
    name = unique("vera")
    async with await Person.join(node, "founder"), await arrive(node, name) as vera:
        assert not await role(vera)
        await acme.set_groups(name, "chiefs")
        await walk_again(vera, name)
        assert await role(vera)
        await acme.set_groups(name)
        await walk_again(vera, name)
        assert not await role(vera)


async def walk_again(person: Person, name: str) -> None:
    """Log out and in."""
    await person.logout()
    await walk(person.http, LOGIN, name)
    assert await who(person) == person.id


async def test_group_gives_and_takes_the_role(site: Server, acme: Provider) -> None:
    name = unique("vera")
    await acme.set_groups(name, "chiefs", "staff")
    async with await arrive(site, name) as vera:
        assert await role(vera)
        await acme.set_groups(name, "staff")
        await walk_again(vera, name)
        assert not await role(vera)
    acts = run_sql(site, "SELECT action, reason FROM audit_entry WHERE user_id = ?", vera.id)
    assert ("administrator_made", "OIDC_ADMIN_GROUP") in acts
    assert acts[-1] == ("administrator_unmade", "OIDC_ADMIN_GROUP")


async def test_group_takes_no_role_that_it_has_not_given(site: Server) -> None:
    name = unique("vera")
    async with await arrive(site, name) as vera:
        run_sql(site, "UPDATE user_account SET server_role = 'admin' WHERE id = ?", vera.id)
        await walk_again(vera, name)
        assert await role(vera)


async def test_last_administrator_stays(server: StartServer, acme: Provider) -> None:
    node = await server(**acme.settings, OIDC_ADMIN_GROUP="chiefs")
    name = unique("vera")
    await acme.set_groups(name, "chiefs")
    async with await Person.join(node, "founder") as founder, await arrive(node, name) as vera:
        run_sql(node, "UPDATE user_account SET server_role = '' WHERE id = ?", founder.id)
        await acme.set_groups(name)
        await walk_again(vera, name)
        assert await role(vera), "somebody has to be administrator"
        run_sql(node, "UPDATE user_account SET server_role = 'admin' WHERE id = ?", founder.id)
        await walk_again(vera, name)
        assert not await role(vera), "it was only put off"


async def test_scopes_and_groups_claim(server: StartServer, acme: Provider) -> None:
    """The claim `teams` comes with a scope of its own, and is a text instead of a list."""
    name = unique("vera")
    settings = {**acme.settings, "OIDC_SCOPES": "openid profile teams"}
    settings |= {"OIDC_GROUPS_CLAIM": "teams", "OIDC_ADMIN_GROUP": f"of {name}"}
    node = await server(**settings)
    async with await Person.join(node, "founder"), await arrive(node, name) as vera:
        assert await role(vera)


async def test_name_of_the_button(site: Server, server: StartServer, acme: Provider) -> None:
    unnamed = await server(**{**acme.settings, "OIDC_NAME": None})
    host = acme.issuer.removeprefix("http://")
    for node, name in ((site, "Acme"), (unnamed, host)):
        async with Person(node) as nobody:
            for path in ("/login", "/register"):
                page = await nobody.http.get(path, headers={"Accept-Language": "en"})
                assert f"Continue with {name}" in page.text


async def test_disabled_account_is_refused(site: Server) -> None:
    name = unique("vera")
    async with await arrive(site, name) as vera:
        run_sql(site, "UPDATE user_account SET state = 'disabled' WHERE id = ?", vera.id)
        await vera.http.delete("/api/session")
        page = await walk(vera.http, LOGIN, name)
        assert page.status_code == 403
        assert not await who(vera)


async def test_linking_and_unlinking(site: Server) -> None:
    name = unique("there")
    async with await Person.join(site, "oleg") as oleg, Person(site) as phone:
        page = await walk(oleg.http, "/profile/linked/new", name)
        assert page.url.path == "/profile/linked/ask"
        assert name in page.text
        assert not await linked(oleg), "nothing is linked before they have said so"
        page = await follow(oleg.http, await oleg.http.post("/profile/linked"))
        (identity,) = await linked(oleg)
        await walk(phone.http, LOGIN, name)
        assert await who(phone) == oleg.id
        await oleg.http.post(f"/profile/linked/{identity}/unlink")
        assert not await linked(oleg)
        acts = run_sql(site, "SELECT action FROM audit_entry WHERE actor_id = ?", oleg.id)
        assert acts == [("identity_linked",), ("identity_unlinked",)]
        await phone.logout()
        page = await walk(phone.http, LOGIN, name)
        assert page.url.path == "/oidc/new"


async def test_what_is_linked_is_linked_once(site: Server) -> None:
    name = unique("vera")
    async with await arrive(site, name), await Person.join(site, "oleg") as oleg:
        await walk(oleg.http, "/profile/linked/new", name)
        assert (await oleg.http.post("/profile/linked")).status_code == 409
        assert not await linked(oleg)


async def test_only_way_in_is_not_unlinked(site: Server) -> None:
    async with await arrive(site, unique("vera")) as vera:
        (identity,) = await linked(vera)
        refused = await vera.http.delete(f"/api/identities/{identity}")
        assert (refused.status_code, refused.json()["code"]) == (409, "only_login")
        page = await vera.http.post(f"/profile/linked/{identity}/unlink")
        assert page.status_code == 409
        chosen = await vera.http.post(
            "/api/password", json={"password": "", "new_password": "nobody guesses this one"}
        )
        assert chosen.status_code == 204, chosen.text
        assert (await vera.http.delete(f"/api/identities/{identity}")).status_code == 204
        await vera.logout()
        await vera.login(password="nobody guesses this one")


async def test_others_are_not_unlinked(site: Server) -> None:
    async with await arrive(site, unique("vera")) as vera, await Person.join(site) as oleg:
        (identity,) = await linked(vera)
        assert (await oleg.http.delete(f"/api/identities/{identity}")).status_code == 404


async def test_without_a_password_nobody_logs_in_by_one(site: Server) -> None:
    async with await arrive(site, unique("vera")) as vera, Person(site) as other:
        for password in ("", "none", "anything else"):
            given = {"username": vera.username, "password": password}
            answer = await other.http.post("/api/session", json=given)
            assert (answer.status_code, answer.json()["code"]) == (401, "bad_credentials")


async def test_confirming_by_the_provider(site: Server) -> None:
    """Whoever has no password shows anew at the provider who they are; somebody else's login there
    confirms nothing.
    """
    name = unique("vera")
    async with await arrive(site, name) as vera:
        let_pass(site, vera)
        page = await follow(vera.http, await vera.http.get("/profile/linked/new"))
        assert page.url.path == "/confirm"
        assert 'type="password"' not in page.text
        asked = {"password": "", "new_password": "nobody guesses this one"}
        refused = await vera.http.post("/api/password", json=asked)
        assert (refused.status_code, refused.json()["code"]) == (403, "confirmation_required")
        page = await walk(vera.http, "/confirm/provider?next=/profile", unique("eva"))
        assert page.status_code == 401
        assert (await vera.http.post("/api/password", json=asked)).status_code == 403
        page = await walk(vera.http, "/confirm/provider?next=/profile", name)
        assert page.url.path == "/profile"
        assert (await vera.http.post("/api/password", json=asked)).status_code == 204


async def test_redirects_stay_on_the_site(site: Server) -> None:
    name = unique("vera")
    async with await arrive(site, name) as vera:
        for target in ("https://evil.example/", "//evil.example/", "/\\evil.example"):
            await vera.logout()
            page = await walk(vera.http, f"{LOGIN}?next={target}", name)
            assert (page.url.host, page.url.path) == ("127.0.0.1", "/rooms/")


async def test_stolen_callback_is_good_in_no_other_browser(site: Server) -> None:
    name = unique("vera")
    async with await arrive(site, name) as vera, Person(site) as thief:
        await vera.logout()
        stolen = await callback_of(vera.http, LOGIN, name)
        assert (await thief.http.get(stolen)).status_code == 401
        await thief.http.get(LOGIN)  # With a cookie of their own as well.
        assert (await thief.http.get(stolen)).status_code == 401
        assert not await who(thief)


async def test_callback_is_good_once(site: Server) -> None:
    name = unique("vera")
    async with await arrive(site, name) as vera:
        await vera.logout()
        address = await callback_of(vera.http, LOGIN, name)
        kept = kept_cookies(vera.http)
        await vera.http.get(address)
        assert await who(vera) == vera.id
        assert (await as_if(site, kept, address)).status_code == 401


async def test_linking_needs_the_login_that_began_it(site: Server) -> None:
    """Whoever makes somebody's browser come back with their own account there links nothing."""
    async with await Person.join(site, "oleg") as oleg, await Person.join(site, "eva") as eva:
        address = await callback_of(eva.http, "/profile/linked/new", unique("eva"))
        assert (await oleg.http.get(address)).status_code == 401
        await eva.http.get(address)
        kept = {name: value for name, value in kept_cookies(eva.http).items() if "oidc" in name}
        oleg.http.cookies.update(kept)
        assert (await oleg.http.post("/profile/linked")).status_code == 401
        foreign = {"Origin": "https://evil.example"}
        answer = await eva.http.post("/profile/linked", headers=foreign)
        assert answer.status_code == 403
        assert not await linked(oleg)
        assert not await linked(eva)


async def test_provider_away_is_said_and_the_chat_serves(server: StartServer) -> None:
    settings = {"OIDC_ISSUER": "http://localhost:1", "OIDC_CLIENT_ID": "beseda"}
    node = await server(**settings)
    async with await Person.join(node, "oleg") as oleg, Person(node) as vera:
        assert (await oleg.http.get("/rooms/")).is_success
        for _ in range(2):
            page = await vera.http.get(LOGIN)
            assert page.status_code == 503
            assert "form" in page.text, "the others still log in"
    assert node.log().count('"oidc_unavailable"') == 1, "it is said once"


async def test_without_a_provider_there_is_nothing(server: StartServer) -> None:
    node = await server()
    async with Person(node) as nobody:
        assert (await nobody.http.get(LOGIN)).status_code == 404
        assert LOGIN not in (await nobody.http.get("/login")).text


async def as_if(site: Server, cookies: dict[str, str], address: str, **form: str) -> httpx.Response:
    """GET, or POST a form, by another browser that has these cookies. It logs nobody in."""
    async with Person(site) as thief:
        thief.http.cookies.update(cookies)
        method = "POST" if form else "GET"
        answer = await thief.http.request(method, address, data=form or None)
        assert not await who(thief)
        return answer


async def linked(person: Person) -> list[int]:
    """The ids of what is linked to their account."""
    answer = await person.http.get("/api/identities")
    return [each["id"] for each in answer.json()["identities"]]


async def test_last_passkey_of_who_has_nothing_else_stays(site: Server) -> None:
    async with await arrive(site, unique("vera")) as vera:
        (identity,) = await linked(vera)
        made = "INSERT INTO passkey (user_id, credential_id, public_key, label, created_at)"
        run_sql(site, f"{made} VALUES (?, ?, 'k', 'Desk', '2026-01-01')", vera.id, vera.username)
        ((passkey,),) = run_sql(site, "SELECT id FROM passkey WHERE user_id = ?", vera.id)
        assert (await vera.http.delete(f"/api/identities/{identity}")).status_code == 204
        refused = await vera.http.delete(f"/api/passkeys/{passkey}")
        assert (refused.status_code, refused.json()["code"]) == (409, "only_login")
        assert run_sql(site, "SELECT id FROM passkey WHERE user_id = ?", vera.id)


async def test_way_that_is_too_long_is_forgotten(site: Server) -> None:
    name = unique("vera")
    async with await arrive(site, name) as vera:
        await vera.logout()
        page = await walk(vera.http, f"{LOGIN}?next=/{'x' * 5000}", name)
        assert (page.status_code, await who(vera)) == (200, vera.id)
