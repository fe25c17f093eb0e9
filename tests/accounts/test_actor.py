"""Who acts: by which credential, and for what it is good, at every route and both sockets."""

import tempfile
from collections.abc import AsyncIterator
from dataclasses import FrozenInstanceError
from pathlib import Path

import httpx
import pytest

from models import AccessToken, Refusal, Session
from services.actor import ALL_SCOPES, Actor, Scope
from tests.support.databases import SqliteDatabases
from tests.support.person import PASSWORD, Person
from tests.support.routes import Route, all_routes
from tests.support.scoped_server import READER, ScopedServer
from tests.support.server import Server
from tests.support.sources import SOURCES, importers, shown
from tests.support.tables import opened, people

SAFE = {"GET"}
# Whoever registers or logs in has no credential yet; the others ask for a token, and change nothing
# without it.
OPEN = {
    "/api/users",
    "/api/users/passkey/options",
    "/api/session",
    "/api/invites/look",
    "/api/session/factor",
    "/api/session/passkey",
    "/api/session/passkey/options",
    "/api/password/forgotten",
    "/login",
    "/login/factor",
    "/login/passkey",
    "/register",
    "/oidc/new",
    "/oidc/backchannel-logout",
    "/reset/<token>",
    "/forgot",
    "/email/confirm/<token>",
    "/unsubscribe/<token>",
}
# Rules with one of these are read by whoever has the rest of the address.
SECRET = ("<path:", "<token>")
# Pages for administrators alone, whatever the credential is good for.
FOR_ADMINISTRATORS = {"/invites/"}
# The ways to an OpenID provider and back, of which these servers have none.
BY_PROVIDER = {
    "/oidc/callback",
    "/oidc/new",
    "/profile/linked/new",
    "/profile/linked/ask",
    "/confirm/provider",
}
# What is about mail, which these servers send none of.
BY_MAIL = {"/forgot", "/api/email"}
# A reader has asked for no export, is alone in the room, and nobody here has a picture or a file.
NOT_THERE = {
    "/profile/data/rooms/<int:room_id>/delete",
    "/rooms/<int:room_id>/members/<int:user_id>/ban",
    "/pictures/<name>.webp",
    "/files/<int:file_id>/<name>",
    "/api/files/<int:file_id>",
    "/exports/<int:job_id>",
    "/api/export",
    "/api/jobs/<int:job_id>",
    "/api/jobs/<int:job_id>/file",
}
CLOSED = FOR_ADMINISTRATORS | BY_PROVIDER | BY_MAIL | NOT_THERE
# What needs the scope of administrators too.
NEVER = ("/admin/", "/api/admin/")


@pytest.fixture
async def session(sqlite_url: str) -> AsyncIterator[Session]:
    """The login of alice, on a database that is open."""
    async with opened(sqlite_url):
        (alice,) = await people("alice")
        alice.display_name = "Alice L."
        await alice.save()
        found = await Session.of(await Session.start(alice, "a browser"))
        assert found is not None
        yield found


async def test_a_login_acts_for_its_user(session: Session) -> None:
    actor = Actor.of_session(session)
    assert (actor.user_id, actor.username, actor.display_name) == (
        session.user_id,
        "alice",
        "Alice L.",
    )
    assert actor.credential is session
    assert actor.scopes == ALL_SCOPES
    actor.require(*Scope)


async def test_a_program_acts_within_its_scopes(session: Session) -> None:
    _, secret = await AccessToken.make(session.user, "bot", {"read", "write"}, None)
    token = await AccessToken.of(secret)
    assert token is not None
    actor = Actor.of_token(token)
    assert (actor.user_id, actor.credential) == (session.user_id, token)
    assert actor.scopes == {Scope.READ, Scope.WRITE}
    with pytest.raises(Refusal, match="forbidden"):
        actor.require(Scope.ADMIN)


async def test_a_scope_that_nobody_knows_any_more_is_none(session: Session) -> None:
    token = AccessToken(user=session.user, scopes="read everything")
    assert Actor.of_token(token).scopes == {Scope.READ}


async def test_an_actor_cannot_be_given_more(session: Session) -> None:
    actor = Actor(session.user, session, frozenset({Scope.READ}))
    with pytest.raises(FrozenInstanceError):
        actor.scopes = ALL_SCOPES  # type: ignore[misc]


@pytest.mark.parametrize(
    ("scopes", "needed", "is_enough"),
    [
        ({Scope.READ, Scope.WRITE}, [Scope.WRITE], True),
        ({Scope.READ}, [Scope.READ], True),
        ({Scope.READ}, [], True),
        ({Scope.READ}, [Scope.WRITE], False),
        ({Scope.READ}, [Scope.READ, Scope.WRITE], False),
        (set(), [Scope.READ], False),
        (set(), [], True),
    ],
)
async def test_every_scope_that_is_needed_is_asked_for(
    session: Session, scopes: set[Scope], needed: list[Scope], is_enough: bool
) -> None:
    actor = Actor(session.user, session, frozenset(scopes))
    if is_enough:
        actor.require(*needed)
        return
    with pytest.raises(Refusal, match="forbidden"):
        actor.require(*needed)


@pytest.fixture(scope="module")
async def scoped(folder: Path, sqlite: SqliteDatabases) -> AsyncIterator[Server]:
    """A server at which some logins may only read."""
    server = ScopedServer(Path(tempfile.mkdtemp(dir=folder)), {"DATABASE_URL": sqlite.fresh()})
    await server.start()
    yield server
    await server.stop()
    assert "Traceback" not in server.log()


@pytest.fixture
async def owner(scoped: Server) -> AsyncIterator[Person]:
    """Somebody who may do everything, in a room of theirs with a message in it."""
    async with await Person.join(scoped, "owner") as person:
        yield person


async def reader_of(person: Person) -> Person:
    """Return the same person with a credential that is good for reading alone."""
    reader = Person(person.server)
    reader.http.headers["User-Agent"] = READER
    await reader.login(person.username)
    return reader


@pytest.fixture
async def reader(owner: Person) -> AsyncIterator[Person]:
    """The owner, who may only read by this login."""
    async with await reader_of(owner) as person:
        yield person


def is_for_writing(route: Route) -> bool:
    """Whether a credential needs the scope for it."""
    return route.method not in SAFE and not route.websocket and route.rule not in OPEN


async def test_no_route_writes_for_a_reader(
    tmp_path: Path, scoped: Server, owner: Person, reader: Person
) -> None:
    room = await owner.create_room()
    routes = [each for each in await all_routes(tmp_path) if is_for_writing(each)]
    assert len(routes) > 30
    let_in = []
    for route in routes:
        path = route.path.replace("/1", f"/{room}", 1)
        answer = await reader.http.request(route.method, path)
        error = answer.json()["code"] if route.rule.startswith("/api/") else "forbidden"
        if (answer.status_code, error) != (httpx.codes.FORBIDDEN, "forbidden"):
            let_in.append((route, answer.status_code))
    assert let_in == []
    assert (await owner.room(room))["name"] == "Kitchen"
    assert [each["id"] for each in await owner.rooms()] == [room]
    again = Person(scoped)
    await again.login(owner.username, PASSWORD)
    await again.close()


async def test_every_route_that_reads_is_open_to_a_reader(
    tmp_path: Path, owner: Person, reader: Person
) -> None:
    room = await owner.create_room()
    await owner.http.patch(f"/api/rooms/{room}", json={"visibility": "public"})
    await owner.post(room, "hello")
    routes = [each for each in await all_routes(tmp_path) if each.method in SAFE]
    routes = [each for each in routes if not each.rule.startswith(NEVER)]
    refused = []
    for route in routes:
        is_secret = any(part in route.rule for part in SECRET)
        is_closed = is_secret or route.rule in {"/metrics", "/arrival", *CLOSED}
        if not route.websocket and not is_closed:
            answer = await reader.http.get(route.path.replace("/1", f"/{room}", 1))
            if answer.status_code >= httpx.codes.BAD_REQUEST:
                refused.append((route, answer.status_code))
    assert refused == []


async def test_a_reader_hears_of_rooms_but_talks_in_none(owner: Person, reader: Person) -> None:
    room = await owner.create_room()
    lobby = await reader.lobby()
    assert await reader.refused(room) == httpx.codes.FORBIDDEN
    chat = await owner.connect(room)
    await chat.say("hello")
    await lobby.expect("room_activity", room_id=room)


def test_credentials_are_looked_at_in_one_place() -> None:
    """The login's cookie and the program's token are read there, and nowhere else."""
    cookies, tokens = {"blueprints/login_cookie.py"}, {"blueprints/context.py"}
    assert importers("quart_auth") == cookies | tokens
    assert {shown(path) for path in SOURCES if "Session.of(" in path.read_text()} == tokens
    assert {shown(path) for path in SOURCES if "Actor.of_session(" in path.read_text()} == tokens
    assert {shown(path) for path in SOURCES if "AccessToken.of(" in path.read_text()} == tokens
    assert {shown(path) for path in SOURCES if "Actor.of_token(" in path.read_text()} == tokens
