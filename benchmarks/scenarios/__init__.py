"""What is measured, one module for each question."""

from collections.abc import Awaitable, Callable

from benchmarks.scenarios.churn import churn
from benchmarks.scenarios.connections import connections
from benchmarks.scenarios.digests import digests
from benchmarks.scenarios.edits import edits
from benchmarks.scenarios.fanout import fanout, growth
from benchmarks.scenarios.inflight import inflight
from benchmarks.scenarios.ingest import ingest
from benchmarks.scenarios.million import million
from benchmarks.scenarios.pages import history, pages
from benchmarks.scenarios.reactions import reactions
from benchmarks.scenarios.redis import redis
from benchmarks.scenarios.resume import resume
from benchmarks.scenarios.rooms import rooms
from benchmarks.scenarios.scrape import scrape
from benchmarks.scenarios.search import search
from benchmarks.scenarios.stalled import stalled
from benchmarks.scenarios.steady import steady
from benchmarks.scenarios.two import two
from benchmarks.scenarios.uploads import uploads
from benchmarks.stage import Theatre

Scenario = Callable[[Theatre], Awaitable[None]]

# Those that the references can run too: they only need the protocol.
COMPARED: dict[str, Scenario] = {
    "fanout": fanout,
    "ingest": ingest,
    "steady": steady,
    "connections": connections,
    "churn": churn,
}
USUAL: dict[str, Scenario] = {
    **COMPARED,
    "edits": edits,
    "reactions": reactions,
    "resume": resume,
    "digests": digests,
    "growth": growth,
    "stalled": stalled,
    "history": history,
    "pages": pages,
    "uploads": uploads,
    "rooms": rooms,
    "redis": redis,
}
# Those that take long or much: only where they are asked for.
SCENARIOS: dict[str, Scenario] = {
    **USUAL,
    "inflight": inflight,
    "million": million,
    "scrape": scrape,
    "search": search,
    "two": two,
}
