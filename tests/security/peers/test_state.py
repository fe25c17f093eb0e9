"""The lifespan's state, which all connections of a process share."""

from tests.support.exchange import Exchange


async def test_a_stream_leaves_nothing_in_the_state_of_all() -> None:
    """A stream left there would be seen, and kept alive, by every later request."""
    exchange = await Exchange.of([])
    assert exchange.stream is not None, "it is in the state of its own scope"
    assert exchange.state == {}
