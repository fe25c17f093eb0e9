"""nginx and Caddy as the documents print them: pages, API, sockets, and what clients forge."""

import asyncio
import re

import httpx
import pytest

from tests.deployment.conftest import Deployment
from tests.support.factories import MakePerson, OpenTab
from tests.support.guest import Guest
from tests.support.person import PASSWORD, Person, unique
from tests.support.waiting import DEADLINE, deadline

H2C = (
    "GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: Upgrade, HTTP2-Settings\r\n"
    "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n"
)


async def test_form_login_and_pages(deployment: Deployment, person: MakePerson) -> None:
    """As a browser does it, with the Origin of a site on a port of its own."""
    front = deployment.front
    alice = await person("alice", on=front)
    form = {"username": alice.username, "password": PASSWORD}
    browser = {"Origin": front.url, "Sec-Fetch-Site": "same-origin"}
    async with Person(front) as visitor:
        page = await visitor.http.get("/login")
        assert (page.status_code, "<form" in page.text) == (200, True)
        entered = await visitor.http.post("/login", data=form, headers=browser)
        assert entered.status_code == 303
        rooms = await visitor.http.get(entered.headers["location"], follow_redirects=True)
        script = re.search(r'src="(/static/[^"]+\.js)"', rooms.text)
        assert script
        assert (await visitor.http.get(script[1])).status_code == 200
    is_secure = front.certificate is not None
    assert ("__Host-beseda=" in entered.headers["set-cookie"]) == is_secure
    assert ("strict-transport-security" in page.headers) == is_secure


@pytest.mark.parametrize("deployment", ["nginx"], indirect=True)
async def test_browser(deployment: Deployment, tab: OpenTab) -> None:
    """Chromium registers, makes a room and talks: forms, cookie, scripts and both sockets."""
    guest = Guest(await tab(deployment.front, ignore_https_errors=True))
    await guest.register(unique("anna"))
    await guest.make_room("Kitchen")
    await guest.online()
    await guest.say("through nginx")
    await guest.sees("through nginx")
    given = {(each["name"], each["secure"]) for each in await guest.tab.context.cookies()}
    assert given == {("__Host-beseda", True), ("beseda_device", True)}


async def test_api_and_both_sockets(deployment: Deployment, person: MakePerson) -> None:
    front = deployment.front
    alice, bob = await person("alice", on=front), await person("bob", on=front)
    room = await alice.create_room(bob)
    for origin in (front.url, None):
        a = await alice.connect(room, origin=origin)
        b = await bob.connect(room, origin=origin)
        lobby = await bob.open("/ws/", origin)
        for chat in (a, b, lobby):
            await chat.expect("ready")
        sent = await a.say("through the proxy")
        assert (await b.expect("chat_message"))["message_id"] == sent["message_id"]
        await lobby.expect("room_activity", room_id=room)
    assert await alice.refused(room, origin="https://evil.example") == 403
    other_scheme = front.url.replace("https", "http") if front.certificate else front.ws_url
    assert await alice.refused(room, origin=other_scheme) == 403
    too_long = await alice.http.post(f"/api/rooms/{room}/messages", json={"message": "x" * 70_000})
    assert (too_long.status_code, too_long.json()["code"]) == (413, "too_large")


async def test_forged_address_is_not_believed(deployment: Deployment) -> None:
    front = deployment.front
    trust = front.tls or True
    async with httpx.AsyncClient(base_url=front.url, trust_env=False, verify=trust) as web:
        for number in range(40):
            headers = {"X-Forwarded-For": f"198.51.100.{number}", "Forwarded": "for=198.51.100.1"}
            guess = {"username": "somebody", "password": f"guess {number}"}
            answer = await web.post("/api/session", json=guess, headers=headers)
            if answer.status_code == 429:
                return
    raise AssertionError("40 guesses were let through")


async def test_forged_scheme_and_host_are_not_believed(
    deployment: Deployment, person: MakePerson
) -> None:
    front = deployment.front
    alice = await person("alice", on=front)
    form = {"username": alice.username, "password": PASSWORD}
    other = "http" if front.certificate else "https"
    async with Person(front) as visitor:
        for forged in ({"X-Forwarded-Proto": other}, {"X-Forwarded-Host": "evil.example"}):
            entered = await visitor.http.post("/api/session", json=form, headers=forged)
            assert entered.status_code == 200
            assert ("Secure" in entered.headers["set-cookie"]) == bool(front.certificate)
        headers = {"X-Forwarded-Host": "evil.example", "Origin": "https://evil.example"}
        refused = await visitor.http.post("/api/session", json=form, headers=headers)
    assert refused.status_code == 403


async def test_other_names_are_not_answered(deployment: Deployment) -> None:
    front = deployment.front
    trust = front.tls or True
    async with httpx.AsyncClient(base_url=front.url, trust_env=False, verify=trust) as web:
        answer = await web.get("/login", headers={"Host": "evil.example"})
    if deployment.kind == "caddy":
        # It serves nothing under a name that it has no block for, and says so with an empty page.
        assert (answer.status_code, answer.text) == (200, "")
    else:
        assert (answer.status_code, "bad_host" in answer.text) == (400, True)


@pytest.mark.parametrize("path", ["/healthz", "/ws/"])
async def test_no_tunnel_opens(deployment: Deployment, path: str) -> None:
    """An `Upgrade` that the proxy passes on and the server takes is a way past the proxy."""
    front = deployment.front
    reader, writer = await asyncio.open_connection("127.0.0.1", front.port, ssl=front.tls)
    writer.write(H2C.format(path=path, port=front.port).encode())
    async with deadline(DEADLINE, "an answer"):
        line = (await reader.readline()).decode()
    writer.transport.abort()
    assert re.match("HTTP/1.1 (200|400|404)", line), line


@pytest.mark.parametrize("deployment", ["nginx"], indirect=True)
async def test_plain_http_leads_to_https(deployment: Deployment) -> None:
    async with httpx.AsyncClient(trust_env=False) as web:
        answer = await web.get(f"http://127.0.0.1:{deployment.front.plain_port}/rooms/7/")
    assert answer.status_code == 301
    assert answer.headers["location"] == "https://127.0.0.1/rooms/7/"
