"""What this process is called among the others."""

import os
import secrets

# Containers all have the process 1; what is forked has this too.
_STARTED = secrets.token_hex(4)


def process_name() -> str:
    """A name that no other has, nor had."""
    return f"{_STARTED}{os.getpid():x}"
