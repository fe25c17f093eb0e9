"""A long run, from the command line: python -m tests.chaos --seconds 600 [--gap 4] [--seed N]."""

import argparse
import asyncio
import secrets
import shutil
import sys
import tempfile
from pathlib import Path

from tests.chaos.disturbances import GAP
from tests.chaos.run import run
from tests.chaos.world import database


async def _main(options: argparse.Namespace) -> int:
    say = sys.stdout.write
    say(f"seed {options.seed}, {options.seconds:g} s of disturbances on {options.database}\n")
    sys.stdout.flush()
    folder = _folder()
    async with database(options.database, folder) as url:
        verdict = await run(
            folder, url, seed=options.seed, seconds=options.seconds, gap=options.gap
        )
    say("\n".join(verdict.lines()) + "\n")
    if verdict.is_good:
        say("all promises kept\n")
        shutil.rmtree(folder)
    else:
        say(f"PROMISES BROKEN; the servers' logs are in {folder}\n")
    return 0 if verdict.is_good else 1


def _folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="beseda-"))
    # PostgreSQL runs as another user when the tests run as root.
    folder.chmod(0o755)
    return folder


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60, help="of disturbances")
    parser.add_argument("--gap", type=float, default=GAP, help="seconds between two, on average")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    parser.add_argument("--database", choices=["postgres", "sqlite"], default="postgres")
    return parser.parse_args()


sys.exit(asyncio.run(_main(_options())))
