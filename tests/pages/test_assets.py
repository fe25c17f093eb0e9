"""Static files on the wire: what may be kept, what is asked for again, and in how few bytes."""

import asyncio
import gzip
import re
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from blueprints.asset import minified
from tests.support.factories import MakePerson, StartServer
from tests.support.server import ROOT, Server
from tests.support.sources import PACKAGES
from tests.support.waiting import DEADLINE, deadline

STATIC = ROOT / "static"
NAMES = sorted(path.relative_to(STATIC).as_posix() for path in STATIC.rglob("*.*"))
FOR_EVER = "public, max-age=31536000, immutable"
OTHER = "0123456789ab"


def client(server: Server) -> httpx.AsyncClient:
    """Somebody without a login who takes files as they are, unless asked otherwise."""
    headers = {"Accept-Encoding": "identity"}
    return httpx.AsyncClient(base_url=server.url, trust_env=False, headers=headers)


@pytest.fixture
async def web(shared_server: Server) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the shared server."""
    async with client(shared_server) as opened:
        yield opened


def as_served(name: str) -> bytes:
    """Return the file as browsers get it."""
    return minified(name, (STATIC / name).read_bytes())


def linked(page: str) -> list[str]:
    """Return the static addresses that the page names, in order, but for that of its icons."""
    return re.findall(r'(?:src|href|data-\w+)="(/static/[^"#]+)"', page)


def named(addresses: list[str], name: str) -> str:
    """Return the address that ends so."""
    return next(address for address in addresses if address.endswith(f"/{name}"))


async def version(web: httpx.AsyncClient) -> str:
    """Return the version that the pages name; AssertionError when they name several."""
    found = {path.split("/")[2] for path in linked((await web.get("/login")).text)}
    assert len(found) == 1
    return found.pop()


async def test_every_file_is_served_and_kept(web: httpx.AsyncClient) -> None:
    current = await version(web)
    for name in NAMES:
        answer = await web.get(f"/static/{current}/{name}")
        assert (answer.status_code, answer.content) == (200, as_served(name)), name
        assert answer.headers["cache-control"] == FOR_EVER
        assert answer.headers["content-type"].endswith("; charset=utf-8"), name
        assert "content-security-policy" in answer.headers
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "set-cookie" not in answer.headers


def test_comments_stay_at_home() -> None:
    script = b'/** Why. */\nconst a = `  // ${"x"}`; // how\nconst b = /"\\//.test(a);\n'
    assert minified("a.js", script) == b'let a=`  // ${"x"}`;let b=/"\\//.test(a);'
    assert minified("a.css", b"/* Why. */\na {\n  color: red;\n}\n") == b"a{color:red}"
    assert minified("a.svg", b"<!-- -->") == b"<!-- -->"


def test_constants_and_parameters_are_short() -> None:
    script = b"""export const a = [1];
for (const each of a) {
  const text = "a const b";
  each.then((it) => text, async (it) => it, (b, c) => (d) => b);
}
"""
    assert minified("a.js", script) == (
        b'export let a=[1];for(let each of a){let text="a const b";'
        b"each.then(it=>text,async(it)=>it,(b,c)=>d=>b)}"
    )


def test_no_loop_is_empty() -> None:
    """Its semicolon is taken away where a block ends with it."""
    empty = re.compile(r"\b(?:while|for)\s*\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)\s*;")
    assert empty.search("while (a(b(c))) ;")
    assert [name for name in NAMES if empty.search((STATIC / name).read_text())] == []


def test_tokens_are_short_and_each_has_a_name_of_its_own() -> None:
    sheets = {name: (STATIC / name).read_text() for name in NAMES if name.endswith(".css")}
    tokens = {token for each in sheets.values() for token in re.findall(r"--[a-z][\w-]*", each)}
    short = {token: minified("a.css", f"a{{{token}:1}}".encode()) for token in tokens}
    assert len(set(short.values())) == len(tokens) > 40
    assert max(len(each) for each in short.values()) == len("a{--AB2:1}")
    css = minified("a.css", b"a {\n  margin: 0.5rem 10.05rem var(--gap-1);\n}\n").decode()
    assert re.fullmatch(r"a\{margin:\.5rem 10\.05rem var\(--\w{3}\)\}", css)


def test_private_names_are_short_and_no_others() -> None:
    script = b"""class A {
  #count = 0;
  async #load() {
    this.#count += other.#count + this.count;
    query("#count, #load");
  }
}
"""
    assert minified("a.js", script) == (
        b'class A{#a=0;async#b(){this.#a+=other.#a+this.count;query("#count, #load")}}'
    )


@pytest.mark.parametrize("prefix", ["", f"{OTHER}/"], ids=["none", "another"])
async def test_other_versions_are_asked_for_again(web: httpx.AsyncClient, prefix: str) -> None:
    path = f"/static/{prefix}js/entries/room.js"
    answer = await web.get(path)
    assert answer.status_code == 200
    assert answer.content == as_served("js/entries/room.js")
    assert answer.headers["cache-control"] == "no-cache"
    again = await web.get(path, headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("br", "br"),
        ("gzip", "gzip"),
        ("gzip;q=1, br;q=0.5", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("br;q=0, *", "gzip"),
        ("*", "br"),
        ("identity", None),
        ("identity;q=1, br;q=0.5", None),
        ("br;q=0, gzip;q=0", None),
        ("*;q=0", None),
        ("deflate", None),
        ("", None),
    ],
)
async def test_encodings(web: httpx.AsyncClient, accepted: str, encoding: str | None) -> None:
    path = f"/static/{await version(web)}/css/base.css"
    answer = await web.get(path, headers={"Accept-Encoding": accepted})
    content = as_served("css/base.css")
    assert answer.headers.get("content-encoding") == encoding
    assert answer.headers["vary"] == "Accept-Encoding"
    assert answer.content == content, "as httpx has unpacked it"
    size = int(answer.headers["content-length"])
    assert size == len(content) if encoding is None else size <= len(gzip.compress(content))


async def test_not_modified_and_head(web: httpx.AsyncClient) -> None:
    path = f"/static/{await version(web)}/js/entries/room.js"
    tags = set()
    for accepted in ("br", "gzip", "identity"):
        headers = {"Accept-Encoding": accepted}
        whole = await web.get(path, headers=headers)
        head = await web.head(path, headers=headers)
        assert (head.status_code, head.content) == (200, b"")
        tag = whole.headers["etag"]
        tags.add(tag)
        for sent in (tag, f"W/{tag}", f'"x", {tag}', "*"):
            kept = await web.get(path, headers={**headers, "If-None-Match": sent})
            assert (kept.status_code, kept.content) == (304, b""), sent
            assert kept.headers["etag"] == tag
            assert kept.headers["cache-control"] == FOR_EVER
            assert kept.headers["vary"] == "Accept-Encoding"
        for name in ("content-length", "content-type", "cache-control", "etag", "vary"):
            assert head.headers[name] == whole.headers[name], name
    assert len(tags) == 3
    other = await web.get(path, headers={"If-None-Match": '"of-another-file"'})
    assert other.status_code == 200


async def test_foreign_front_ends_may_vary_too(server: StartServer) -> None:
    origin = "https://app.example.org"
    async with client(await server(ALLOWED_ORIGINS=origin)) as web:
        answer = await web.get("/static/js/entries/room.js", headers={"Origin": origin})
    assert answer.headers["access-control-allow-origin"] == origin
    assert {"accept-encoding", "origin"} == set(answer.headers["vary"].lower().split(", "))


@pytest.mark.parametrize(
    "path",
    [
        "nothing", "js/", "js", "/js/net/api.js", "js/net/api.js/", "js/net/API.js",
        "js/net/api.js%00", f"{OTHER}/nothing", f"{OTHER}/", f"{OTHER}/{OTHER}/js/net/api.js",
        "nothing/js/net/api.js",
        "../app.py", "%2e%2e/app.py", "..%2fapp.py", "js/../../app.py", "..\\app.py", "..%5capp.py",
        f"{OTHER}/../../app.py", f"{OTHER}/%2e%2e/app.py", "//etc/passwd", "%2fetc/passwd",
    ],
)  # fmt: skip
async def test_nothing_else_is_served(shared_server: Server, path: str) -> None:
    found, _ = await ask(shared_server, "/static/js/entries/room.js")
    assert found == 200
    status, answer = await ask(shared_server, f"/static/{path}")
    assert status in (404, 308)
    assert "cache-control: no-store" in answer
    assert "create_app" not in answer
    assert "root:" not in answer


async def ask(server: Server, target: str) -> tuple[int, str]:
    """GET exactly this target, which a client would tidy up; (status, headers and body)."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(f"GET {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
    async with deadline(DEADLINE, target):
        answer = (await reader.read()).decode()
    writer.close()
    return int(answer.split()[1]), answer


async def test_pages_name_only_what_may_be_kept(person: MakePerson) -> None:
    anna = await person("anna")
    room = await anna.create_room()
    named: set[str] = set()
    for path in ("/rooms/", "/rooms/new", f"/rooms/{room}/", "/profile", "/nothing"):
        page = (await anna.http.get(path)).text
        addresses = linked(page)
        assert len(addresses) == len(set(addresses)), f"{path} names a file twice"
        icons = re.findall(r'<use href="(/static/[^"#]+/icons\.svg)#[a-z-]+"/>', page)
        assert len(set(icons)) == 1
        assert page.count("/static/") == len(addresses) + len(icons)
        named.update(addresses, icons)
    for address in named:
        answer = await anna.http.get(address)
        assert (answer.status_code, answer.headers["cache-control"]) == (200, FOR_EVER), address


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A copy of Beseda, whose static files may be changed."""
    parts = (*PACKAGES, "templates", "static")
    for part in parts:
        shutil.copytree(ROOT / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__"))
    for module in ROOT.glob("*.py"):
        shutil.copy(module, tmp_path)
    return tmp_path


async def test_a_page_of_before_a_deploy_still_runs(server: StartServer, copied: Path) -> None:
    running = await server(PYTHONPATH=str(copied))
    script = copied / "static/js/entries/password.js"
    async with client(running) as web:
        before = linked((await web.get("/login")).text)
        script.write_text("another()")
        (copied / "static/js/lib/page.js").unlink()
        for address in before:
            answer = await web.get(address)
            assert (answer.status_code, answer.headers["cache-control"]) == (200, FOR_EVER)
            assert answer.text != "another()", "it serves what it has read at its start"
        await running.restart()
    async with client(running) as web:
        after = linked((await web.get("/login")).text)
        assert set(before) & set(after) == set()
        old = await web.get(named(before, "password.js"))
        gone = await web.get(named(before, "page.js"))
        new = await web.get(named(after, "password.js"))
    assert (old.text, old.headers["cache-control"]) == ("another()", "no-cache")
    assert (gone.status_code, gone.headers["cache-control"]) == (404, "no-store")
    assert (new.text, new.headers["cache-control"]) == ("another()", FOR_EVER)


async def test_changes_show_at_once_in_development(server: StartServer, copied: Path) -> None:
    async with client(await server(PYTHONPATH=str(copied), QUART_DEBUG="1")) as web:
        first = await version(web)
        (copied / "static/js/entries/password.js").write_text("changed()")
        second = await version(web)
        assert second != first
        answer = await web.get(f"/static/{second}/js/entries/password.js")
        assert (answer.text, answer.headers["cache-control"]) == ("changed()", FOR_EVER)
