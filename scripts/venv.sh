#!/usr/bin/env bash
# Makes the virtual environment $1 with the interpreter $2, or says in one line what is missing.
set -euo pipefail

if ! command -v "$2" >/dev/null; then
    echo "Beseda needs Python 3.11 or later: no $2 on this machine (install the package python3, or set PYTHON)." >&2
    exit 1
fi
if ! "$2" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    echo "Beseda needs Python 3.11 or later: $2 is $("$2" -V 2>&1); set PYTHON to a newer one." >&2
    exit 1
fi
if ! "$2" -c 'import ensurepip, venv' 2>/dev/null; then
    echo "$2 cannot make virtual environments: install the package python3-venv." >&2
    exit 1
fi
"$2" -m venv "$1"
