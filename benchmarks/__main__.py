"""Measure Beseda under load, and check that nothing is lost meanwhile; print a table.

Without names of scenarios: all but `inflight`, `million`, `scrape`, `search` and `two`, which take
long or much.
"""

import argparse
import contextlib
import sys
import tempfile
import time
import traceback
from pathlib import Path

import uvloop

from benchmarks import report
from benchmarks.backends import Backends
from benchmarks.checks import Violation
from benchmarks.scenarios import COMPARED, SCENARIOS, USUAL
from benchmarks.scenarios.churn import storm
from benchmarks.stage import TARGETS, Theatre


def main() -> None:
    """Run what was asked for; exit status 1 when a promise was broken."""
    options = _options()
    results = report.Results()
    failures: list[str] = []
    kept: Path | None = options.keep
    if kept:
        kept.mkdir(parents=True, exist_ok=True)
    with (
        contextlib.nullcontext(kept) if kept else tempfile.TemporaryDirectory() as folder,
        Backends(Path(folder), options.database, is_kept=bool(kept)) as backends,
    ):
        for name in options.scenarios or USUAL:
            for target in options.target or TARGETS:
                if target != report.BESEDA and name not in COMPARED:
                    continue
                theatre = _theatre(target, backends, Path(folder), options)
                if failure := _attempt(theatre, name, options.minutes):
                    failures.append(failure)
                results.setdefault(target, {}).update(theatre.samples)
    print(report.table(results))
    if options.json:
        report.save(options.json, results, _plain(options), failures)
    if failures:
        sys.exit("\n".join(f"FAILED {failure}" for failure in failures))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    add = parser.add_argument
    add("scenarios", nargs="*", metavar="scenario", help=", ".join(SCENARIOS))
    add("--target", action="append", choices=TARGETS, help="all, unless some are named")
    add(
        "--database",
        metavar="URL",
        help="instead of fresh SQLite files; `postgres` for an own server",
    )
    add("--keep", type=Path, metavar="FOLDER", help="for databases that the next run uses again")
    add("--redis", action="store_true", help="with a Redis of our own, counted apart")
    add("--repeat", type=int, default=3, metavar="N", help="measure so often; the median counts")
    add("--scale", type=float, default=1.0, metavar="X", help="so many times the usual load")
    add("--minutes", type=float, help="churn for so long, and watch the memory")
    add("--port", type=int, help="of the server; free ones unless given")
    add("--json", type=Path, metavar="FILE", help="everything that was measured")
    options = parser.parse_args()
    if unknown := set(options.scenarios) - set(SCENARIOS):
        parser.error(f"unknown: {', '.join(sorted(unknown))}; there are {', '.join(SCENARIOS)}")
    return options


def _theatre(target: str, backends: Backends, folder: Path, options: argparse.Namespace) -> Theatre:
    return Theatre(
        target,
        backends,
        folder,
        with_redis=options.redis,
        repeat=options.repeat,
        scale=options.scale,
        port=options.port,
    )


def _attempt(theatre: Theatre, name: str, minutes: float | None) -> str | None:
    """Run one scenario on one server; what went wrong, if anything."""
    print(f"{name}: {theatre.target} … ", end="", file=sys.stderr, flush=True)
    began = time.monotonic()
    try:
        uvloop.run(_play(theatre, name, minutes))
    except Violation as violation:
        return f"{name}: {theatre.target}: {violation}"
    except Exception as error:
        traceback.print_exc()
        return f"{name}: {theatre.target}: {error!r}"
    finally:
        print(f"{time.monotonic() - began:.0f} s", file=sys.stderr)
    return None


async def _play(theatre: Theatre, name: str, minutes: float | None) -> None:
    if name == "churn" and minutes:
        await storm(theatre, minutes)
    else:
        await SCENARIOS[name](theatre)


def _plain(options: argparse.Namespace) -> dict[str, object]:
    return {
        name: value if isinstance(value, int | float | list | None) else str(value)
        for name, value in vars(options).items()
    }


if __name__ == "__main__":
    main()
