"""Beseda started in this process, without a server."""

from quart import Quart
from quart.testing import TestApp

from tests.support.waiting import START_DEADLINE


def started(app: Quart) -> TestApp:
    """Return what starts and ends it, as `app.test_app()` does, which waits for 6 seconds alone.

    What was not started in time is not put away: its threads ended the whole run once.
    """
    return TestApp(app, round(START_DEADLINE), round(START_DEADLINE))
