"""Beseda served by uvicorn, which knows nothing of Hypercorn."""

from tests.support.server import PYTHON, Server


class UvicornServer(Server):
    """One uvicorn process; its WebSockets are those of the package websockets."""

    def _command(self) -> list[str]:
        bind = ("--host", "127.0.0.1", "--port", str(self.port))
        return [PYTHON, "-m", "uvicorn", *bind, "--ws", "websockets-sansio", "app:app"]
