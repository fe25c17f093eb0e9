"""Rules of the project that no single test of behaviour would notice the breaking of."""

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypercorn.config import Config

from tests.support.server import ROOT

PACKAGES = ("blueprints", "models", "realtime", "translations")
SOURCES = sorted(
    path
    for pattern in ("*.py", *(f"{package}/**/*.py" for package in PACKAGES))
    for path in ROOT.glob(pattern)
)

# Who may import whom, of our own modules. The order is the way of a message: app → blueprints →
# realtime.actions → models and hub → broadcast, connection → frames.
ALLOWED = {
    "config": set(),
    "translations": set(),
    "models": {"translations"},
    "realtime": {"config", "models", "translations"},
    "blueprints": {"config", "models", "realtime", "translations"},
    "app": {"blueprints", "config", "models", "realtime", "translations"},
}


def module(path: Path) -> str:
    """Return the dotted name of a source file."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imports(path: Path) -> Iterator[str]:
    """Yield the dotted name of every module that the file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text(), path.name)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name}: a relative import hides what it reaches for"
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def importers(*names: str) -> set[str]:
    """Return the sources that import one of these modules or something inside it."""
    return {
        str(path.relative_to(ROOT))
        for path in SOURCES
        for found in imports(path)
        if any(found == name or found.startswith(f"{name}.") for name in names)
    }


def tracked() -> list[Path]:
    """Return the text files that git knows or would add."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    paths = [ROOT / name for name in listed.split("\0") if name]
    return [path for path in paths if path.is_file() and path.suffix not in {".png", ".ico"}]


def test_redis_is_imported_in_two_files_of_realtime() -> None:
    assert importers("redis") == {"realtime/broadcast/redis.py", "realtime/presence/redis.py"}


def test_nobody_imports_app() -> None:
    assert importers("app") == set()


def test_imports_run_one_way() -> None:
    wrong = [
        f"{module(path)} imports {found}"
        for path in SOURCES
        for found in imports(path)
        for here, there in [(module(path).split(".")[0], found.split(".")[0])]
        if there in ALLOWED and there != here and there not in ALLOWED[here]
    ]
    assert wrong == []


def test_models_know_neither_web_nor_realtime() -> None:
    web = importers("quart", "quart_auth", "hypercorn", "realtime", "blueprints", "redis")
    assert {path for path in web if path.startswith("models/")} == set()


def test_realtime_knows_no_requests() -> None:
    web = importers("quart", "quart_auth", "blueprints")
    assert {path for path in web if path.startswith("realtime/")} == set()


def test_lower_realtime_parts_do_not_reach_up() -> None:
    upper = importers("realtime.actions", "realtime.hub", "realtime.journal")
    low = ("realtime/frames.py", "realtime/connection.py", "realtime/broadcast/", "models/")
    assert {path for path in upper if path.startswith(low)} == set()


def test_no_import_hides_inside_a_function() -> None:
    hidden = [
        f"{module(path)}:{inner.lineno}"
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]
    assert hidden == []


def test_hypercorn_knows_every_key_of_its_configuration() -> None:
    """Hypercorn accepts misspelled keys without a word."""
    keys = tomllib.loads((ROOT / "hypercorn.toml").read_text()).keys()
    assert {key for key in keys if not hasattr(Config(), key)} == set()
    wanted = {"websocket_ping_interval", "keep_alive_timeout", "websocket_max_message_size"}
    assert wanted <= keys


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt", "constraints.txt"])
def test_every_requirement_is_pinned(name: str) -> None:
    lines = (ROOT / name).read_text().splitlines()
    required = [line.split("#")[0].strip() for line in lines]
    loose = [
        line
        for line in required
        if line and not line.startswith("-r ") and not re.fullmatch(r"[\w.\[\]-]+==[\w.]+", line)
    ]
    assert loose == []


def test_requirements_and_constraints_agree() -> None:
    def pins(name: str) -> dict[str, str]:
        found = re.findall(r"^([\w.-]+)==([\w.]+)", (ROOT / name).read_text(), re.MULTILINE)
        return {package.lower().replace("_", "-"): version for package, version in found}

    required = pins("requirements.txt") | pins("requirements-dev.txt")
    assert required.items() <= pins("constraints.txt").items()


def test_every_requirement_says_why() -> None:
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    assert [line for line in lines if "==" in line and "  # " not in line] == []


# Spelled in pieces, so that this file passes its own test.
HOSTS = ("pypi" + r"\.org", "pythonhosted" + r"\.org", "registry" + r"\.npmjs", "npmjs" + r"\.org")
PATHS = (r"/ro" + "ot/", r"/ho" + r"me/\w", r"/wo" + "rk/", r"/opt/" + "pypi", r"/Us" + "ers/")


def test_no_tracked_file_names_a_registry_or_a_path_of_a_machine() -> None:
    pattern = re.compile("|".join((*HOSTS, *(rf"(?<![\w.]){path}" for path in PATHS))))
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in tracked()
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if pattern.search(line)
    ]
    assert found == []


def test_nothing_made_at_run_time_is_tracked() -> None:
    made = re.compile(r"(^|/)(instance|\.venv|node_modules|__pycache__)/|\.(sqlite3|db|pem|key)$")
    assert [str(path) for path in tracked() if made.search(str(path.relative_to(ROOT)))] == []
