"""Says in one line that a port cannot be had, where Hypercorn would show a stack trace.

python -m scripts.port 8000
"""

import socket
import sys


def main() -> None:
    """Try to take the port on 127.0.0.1 and give it back; exit with a line where that fails."""
    port = sys.argv[1]
    try:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", int(port)))
    except (OSError, OverflowError, ValueError) as error:
        problem = error.strerror if isinstance(error, OSError) else "no number of a port"
        sys.exit(f"beseda: port {port}: {problem}. Choose another one: make run PORT=8001")


if __name__ == "__main__":
    main()
