"""A bad setting stops the start with one line that names the variable."""

import socket
from pathlib import Path

import pytest

from config import BadSetting, Settings, misspelled
from tests.support.factories import StartServer
from tests.support.server import quart, run_python
from tests.support.waiting import free_port

BAD: list[tuple[str, dict[str, str]]] = [
    ("DATABASE_URL", {"DATABASE_URL": "mysql://localhost/beseda"}),
    ("DATABASE_URL", {"DATABASE_URL": "sqlite://:memory:"}),
    ("DATABASE_URL", {"DATABASE_URL": "postgres://localhost"}),
    ("DATABASE_URL", {"DATABASE_URL": "postgres://localhost:notaport/beseda"}),
    ("DATABASE_URL", {"DATABASE_URL": "postgres://anna:se/cret@localhost:5432/beseda"}),
    ("REDIS_URL", {"REDIS_URL": "http://localhost"}),
    ("REDIS_URL", {"REDIS_URL": "redis://"}),
    ("REDIS_URL", {"REDIS_URL": "redis://localhost/beseda", "SECRET_KEY": "0123456789abcdef"}),
    ("SECRET_KEY", {"REDIS_URL": "redis://localhost"}),
    ("SECRET_KEY", {"REDIS_URL": "redis://localhost", "SECRET_KEY": "                    "}),
    ("SECRET_KEY", {"SECRET_KEY": "short"}),
    ("ALLOWED_ORIGINS", {"ALLOWED_ORIGINS": "chat.example.org"}),
    ("ALLOWED_ORIGINS", {"ALLOWED_ORIGINS": "https://chat.example.org/path"}),
    ("ALLOWED_ORIGINS", {"ALLOWED_ORIGINS": "*"}),
    ("ALLOWED_ORIGINS", {"ALLOWED_ORIGINS": "https://*.example.org"}),
    ("ALLOWED_ORIGINS", {"ALLOWED_ORIGINS": "https://user@chat.example.org"}),
    ("ALLOWED_ORIGINS", {"ALLOWED_ORIGINS": "https://chat.example.org:port"}),
    ("ALLOWED_HOSTS", {"ALLOWED_HOSTS": "https://chat.example.org"}),
    ("ALLOWED_HOSTS", {"ALLOWED_HOSTS": "chat.example.org/path"}),
    ("ALLOWED_HOSTS", {"ALLOWED_HOSTS": "chat.example.org:port"}),
    ("ALLOWED_HOSTS", {"ALLOWED_HOSTS": "*"}),
    ("ALLOWED_HOSTS", {"ALLOWED_HOSTS": "*.example.org"}),
    ("ALLOWED_HOSTS", {"ALLOWED_HOSTS": "."}),
    ("ALLOWED_HOSTS", {"ALLOWED_HOSTS": "chat example org"}),
    ("LOCALE", {"LOCALE": "tlh"}),
    ("RATE_LIMITS", {"RATE_LIMITS": "maybe"}),
    ("REGISTRATION", {"REGISTRATION": "sometimes"}),
    ("PLAIN_ASGI", {"PLAIN_ASGI": "partly"}),
    ("PROXY_HOPS", {"PROXY_HOPS": "-1"}),
    ("METRICS_TOKEN", {"METRICS_TOKEN": "short"}),
    ("METRICS_TOKEN", {"METRICS_TOKEN": "sixteen letters with spaces"}),
    ("PROXY_HOPS", {"PROXY_HOPS": "many"}),
    ("MAX_CONNECTIONS", {"MAX_CONNECTIONS": "0"}),
    ("MAX_CONNECTIONS", {"MAX_CONNECTIONS": "1e9"}),
    ("MAX_MESSAGE_BYTES", {"MAX_MESSAGE_BYTES": "1"}),
    ("FILES_URL", {"FILES_URL": "ftp://files.example.org"}),
    ("FILES_URL", {"FILES_URL": "s3://files"}),
    ("FILES_URL", {"FILES_URL": "s3://a:b@files?endpoint=files.example.org"}),
    ("FILES_URL", {"FILES_URL": "s3://a:b@files?zone=eu"}),
    ("MAX_FILE_BYTES", {"MAX_FILE_BYTES": "25M"}),
    ("MAX_FILES_BYTES", {"MAX_FILES_BYTES": "-1"}),
    ("MAX_FILES_BYTES_PER_USER", {"MAX_FILES_BYTES_PER_USER": "all"}),
    ("OIDC_ISSUER", {"OIDC_ISSUER": "http://login.example.org"}),
    ("OIDC_ISSUER", {"OIDC_ISSUER": "login.example.org"}),
    ("OIDC_ISSUER", {"OIDC_ISSUER": "https://login.example.org/?realm=main"}),
    ("OIDC_ISSUER", {"OIDC_CLIENT_ID": "beseda"}),
    ("OIDC_CLIENT_ID", {"OIDC_ISSUER": "https://login.example.org"}),
    ("OIDC_NAME", {"OIDC_NAME": "two\nlines"}),
    ("OIDC_SCOPES", {"OIDC_SCOPES": "profile groups"}),
    ("OIDC_CLIENT_ID", {"OIDC_ONLY": "on"}),
    ("OIDC_LOGOUT", {"OIDC_LOGOUT": "everywhere"}),
    ("SMTP_URL", {"SMTP_URL": "mail.example.org"}),
    ("SMTP_URL", {"SMTP_URL": "smtp://"}),
    ("SMTP_URL", {"SMTP_URL": "smtp+insecure://mail.example.org"}),
    ("SMTP_URL", {"SMTP_URL": "smtp://anna@mail.example.org"}),
    ("SMTP_URL", {"SMTP_URL": "smtp://anna:se/cret@mail.example.org"}),
    ("MAIL_FROM", {"SMTP_URL": "smtp://localhost", "BASE_URL": "https://chat.example.org"}),
    ("MAIL_FROM", {"MAIL_FROM": "Beseda"}),
    ("MAIL_FROM", {"MAIL_FROM": "a@example.org\nBcc: b@example.org"}),
    ("BASE_URL", {"SMTP_URL": "smtp://localhost", "MAIL_FROM": "a@example.org"}),
    ("BASE_URL", {"BASE_URL": "http://chat.example.org"}),
    ("BASE_URL", {"BASE_URL": "https://chat.example.org/beseda"}),
    ("EDIT_SECONDS", {"EDIT_SECONDS": "1000000000"}),
    ("EDIT_SECONDS", {"EDIT_SECONDS": "9" * 30}),
]
# What only shows when it is used: each server is started with it.
UNUSABLE: list[tuple[str, dict[str, str | None]]] = [
    ("DATABASE_URL", {"DATABASE_URL": "postgres://nobody@127.0.0.1:1/beseda?minsize=few"}),
    ("DATABASE_URL", {"DATABASE_URL": "postgres://nobody@127.0.0.1:1/beseda?nonsense=1"}),
    ("DATABASE_URL", {"DATABASE_URL": "sqlite:///proc/nothing/beseda.sqlite3"}),
    ("REDIS_URL", {"REDIS_URL": "redis://127.0.0.1/0?socket_timeout=short"}),
    ("REDIS_URL", {"REDIS_URL": "redis://127.0.0.1/0?nonsense=1"}),
]


async def serving(folder: Path, settings: dict[str, str | None]) -> list[str]:
    """Run Hypercorn with settings that must end it; return what it says, line by line.

    The exit status is Hypercorn's own, and 0 even where its worker has failed.
    """
    bind = f"127.0.0.1:{free_port()}"
    _, output = await run_python(
        "-m", "hypercorn", "-b", bind, "app:app", cwd=folder, settings=settings
    )
    return output.splitlines()


@pytest.mark.parametrize(("name", "settings"), BAD, ids=str)
def test_bad_setting_is_named_in_one_line(name: str, settings: dict[str, str]) -> None:
    assert Settings.from_environment({}) == Settings(), "without any nothing is wrong"
    with pytest.raises(BadSetting) as error:
        Settings.from_environment(settings)
    (line,) = str(error.value).splitlines()
    assert line.startswith(f"beseda: {name}: ")


def test_bad_url_is_explained_without_its_password() -> None:
    """What Python says has in it what it took for the port."""
    for url, hint in (
        ("postgres://anna:se/cret@localhost:5432/beseda", "in a password write %2F for /"),
        ("sqlite://:memory:", "must name a file"),
    ):
        with pytest.raises(BadSetting) as error:
            Settings.from_environment({"DATABASE_URL": url})
        assert hint in str(error.value)
        assert "'se'" not in str(error.value)


async def test_bad_setting_stops_a_command_with_one_line(tmp_path: Path) -> None:
    status, output = await quart("migrate", tmp_path, {"DATABASE_URL": "mysql://localhost/x"})
    assert status != 0
    (line,) = output.splitlines()
    assert line.startswith("beseda: DATABASE_URL: ")


async def test_bad_setting_stops_the_server_with_one_line(tmp_path: Path) -> None:
    (line,) = await serving(tmp_path, {"LOCALE": "tlh"})
    assert line.startswith("beseda: LOCALE: ")


@pytest.mark.parametrize(("name", "settings"), UNUSABLE, ids=str)
async def test_unusable_setting_stops_the_server_with_one_line(
    tmp_path: Path, name: str, settings: dict[str, str | None]
) -> None:
    (line,) = await serving(tmp_path, settings)
    assert line.startswith(f"beseda: {name}: ")


async def test_port_that_is_taken_is_said_in_one_line(tmp_path: Path) -> None:
    """By `make run`, before Hypercorn shows a stack trace."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        status, output = await run_python("-m", "scripts.port", port, cwd=tmp_path, settings={})
    assert (status, len(output.splitlines())) == (1, 1)
    assert output.startswith(f"beseda: port {port}: Address already in use")
    status, output = await run_python("-m", "scripts.port", port, cwd=tmp_path, settings={})
    assert (status, output) == (0, "")


def test_misspelled_settings_are_found() -> None:
    meant = {
        "ALLOWED_ORIGIN": "ALLOWED_ORIGINS",
        "allowed_hosts": "ALLOWED_HOSTS",
        "BESEDA_LOCALE": "LOCALE",
        "DATABASE_URI": "DATABASE_URL",
        "PROXY_HOP": "PROXY_HOPS",
        "RATE_LIMIT": "RATE_LIMITS",
    }
    # What systems, shells and containers set is none of ours.
    usual = ("PATH", "HOME", "LANG", "LC_ALL", "PWD", "USER", "PORT", "HOSTNAME", "TZ", "SECRET")
    orchestrated = (
        "BESEDA_PORT",
        "BESEDA_SERVICE_HOST",
        "REDIS_PORT",
        "POSTGRES_URL",
        "BESEDA_PYTHON",
    )
    right = {name.upper(): "" for name in Settings.__dataclass_fields__}
    given = {**dict.fromkeys((*meant, *usual, *orchestrated), ""), **right}
    assert misspelled(given) == meant


async def test_misspelled_setting_is_named_in_the_log(server: StartServer) -> None:
    node = await server(ALLOWED_HOST="chat.example.org")
    assert '"name":"ALLOWED_HOST","hint":"is ALLOWED_HOSTS meant?"' in node.log()


async def test_database_out_of_reach_stops_the_server_with_one_line(tmp_path: Path) -> None:
    url = f"postgres://nobody@127.0.0.1:{free_port()}/beseda"
    (line,) = await serving(tmp_path, {"DATABASE_URL": url})
    assert line.startswith("beseda: DATABASE_URL: ")


async def test_lone_process_makes_its_secret_key_once(server: StartServer) -> None:
    node = await server(SECRET_KEY=None)
    key = node.folder / "instance" / "secret_key"
    made = key.read_text()
    assert len(made.strip()) >= 32
    assert key.stat().st_mode & 0o077 == 0, "others can read the key"
    await node.restart()
    assert key.read_text() == made


async def test_good_settings_of_every_kind_start(server: StartServer, redis_url: str) -> None:
    await server(
        REDIS_URL=redis_url,
        ALLOWED_ORIGINS="https://chat.example.org, http://localhost:5173",
        LOCALE="en",
        RATE_LIMITS="on",
        REGISTRATION="closed",
    )
