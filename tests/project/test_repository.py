"""Rules for requirements, configuration and what is tracked."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from hypercorn.config import Config

from tests.support.server import ROOT


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
