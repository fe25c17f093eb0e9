"""How much disk messages take, and how much memory nobody: python -m benchmarks.footprint.

On SQLite, in a folder that is gone afterwards: 100,000 messages of 100 characters in 200 rooms.
"""

import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import uvloop

from benchmarks.million import Amount, fill
from benchmarks.people import SECRET_KEY
from benchmarks.processes import memory_bytes

ROOT = Path(__file__).resolve().parents[1]
AMOUNT = Amount(rooms=200, first=20_400, other=400)
PORT = 8_765
SETTLED = 5.0  # Seconds after which a server that nobody asks has done what a start leaves to do.
COMMANDS = [sys.executable, "-m", "quart", "--app", "app"]
SERVER = [sys.executable, "-m", "hypercorn", "--config", str(ROOT / "hypercorn.toml")]


def main() -> None:
    """Measure, and print."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = folder / "beseda.sqlite3"
        settings = {
            "PATH": "",
            "PYTHONPATH": str(ROOT),
            "DATABASE_URL": f"sqlite://{file}",
            "SECRET_KEY": SECRET_KEY,
        }
        _run(folder, settings, "migrate")
        print(f"an empty database: {file.stat().st_size / 1e6:.2f} MB")
        print(f"a server that nobody asks: {_idle(folder, settings) / 1e6:.0f} MB")
        uvloop.run(fill(settings["DATABASE_URL"], AMOUNT))
        count = AMOUNT.first + (AMOUNT.rooms - 1) * AMOUNT.other
        plain = file.stat().st_size
        _run(folder, settings, "search", "rebuild")
        _run(folder, settings, "vacuum")
        print(f"1,000 messages of 100 characters: {plain / count:.0f} KB")
        print(f"with the index of the search: {file.stat().st_size / count:.0f} KB")


def _run(folder: Path, settings: dict[str, str], *command: str) -> None:
    subprocess.run([*COMMANDS, *command], cwd=folder, env=settings, check=True, capture_output=True)


def _idle(folder: Path, settings: dict[str, str]) -> int:
    """The server's memory, in bytes that it shares with nobody, and its part of what is shared."""
    bind = ["-b", f"127.0.0.1:{PORT}", "app:app"]
    with (
        (folder / "log").open("wb") as log,
        subprocess.Popen([*SERVER, *bind], cwd=folder, env=settings, stderr=log) as server,
    ):
        try:
            _await_answer()
            time.sleep(SETTLED)
            return memory_bytes(server.pid)
        finally:
            server.terminate()


def _await_answer() -> None:
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/healthz"):
                return
        except OSError:
            time.sleep(0.1)


if __name__ == "__main__":
    main()
