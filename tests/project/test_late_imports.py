"""Imports stand at the head of a file, but for a few that a start can do without."""

import ast
import subprocess
import sys

from tests.support.server import ROOT
from tests.support.sources import SOURCES, functions, module, parsed

# What takes long to import, and most processes never use: who imports it when it is needed.
LATE = {
    "app imports realtime.broadcast.redis",
    "app imports realtime.presence.redis",
    "blueprints.rate_limits imports blueprints.shared_limits",
    "commands.doctor imports commands.doctor.public_check",
    "commands.doctor.parts_check imports realtime.broadcast.redis_state",
    "commands.doctor.parts_check imports services.oidc_provider",
    "commands.doctor.parts_check imports services.smtp",
    "commands.keeping.postgres_source imports asyncpg",
    "commands.keeping.target imports asyncpg",
    "models.migrate imports asyncpg",
    "models.passwords imports zxcvbn",
    "services.mailer imports services.smtp",
    "services.oidc imports services.oidc_provider",
    "services.passkeys imports services.webauthn",
    "services.storage imports services.storage.s3",
    "services.system imports realtime.broadcast.redis_state",
}


def test_no_other_import_hides_inside_a_function() -> None:
    hidden = {
        f"{module(path)} imports {name}"
        for path in SOURCES
        for function in functions(parsed(path))
        for inner in ast.walk(function)
        if isinstance(inner, ast.Import | ast.ImportFrom)
        for name in modules_of(inner)
    }
    assert hidden == LATE


def modules_of(node: ast.Import | ast.ImportFrom) -> list[str]:
    """Return the modules that this statement imports from."""
    if isinstance(node, ast.ImportFrom):
        return [node.module or ""]
    return [alias.name for alias in node.names]


def test_what_is_imported_late_is_not_imported_at_the_start() -> None:
    script = "import app, sys; print(*{name.partition('.')[0] for name in sys.modules})"
    settings = {"SECRET_KEY": "x" * 32, "PATH": ""}
    answer = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=settings, capture_output=True, check=True
    )
    loaded = set(answer.stdout.decode().split())
    assert "tortoise" in loaded
    late = {"PIL", "aiosmtplib", "asyncpg", "httpx2", "joserfc", "redis", "webauthn", "zxcvbn"}
    assert loaded.isdisjoint(late)
