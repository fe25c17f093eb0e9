"""What a server process uses: memory, file descriptors, workers."""

import psutil  # type: ignore[import-untyped]

from tests.support.server import Server

MIB = 1 << 20


def workers(server: Server) -> list[psutil.Process]:
    """Return the processes that serve: the server's own, or with --workers its children."""
    parent = psutil.Process(server.pid)
    if "--workers" not in server.arguments:
        return [parent]
    family = parent.children()
    return [child for child in family if "resource_tracker" not in " ".join(child.cmdline())]


def memory(server: Server) -> int:
    """Return the resident memory of all workers in bytes."""
    return sum(int(worker.memory_info().rss) for worker in workers(server))


def descriptors(server: Server) -> int:
    """Return the number of file descriptors that all workers have open."""
    return sum(int(worker.num_fds()) for worker in workers(server))


def sockets(worker: psutil.Process, server: Server) -> int:
    """Return the number of TCP connections that peers have to this worker."""
    found = worker.net_connections(kind="tcp")
    return sum(c.status != psutil.CONN_LISTEN and c.laddr.port == server.port for c in found)
