"""The types of the fixtures that are factories."""

from collections.abc import Awaitable
from typing import Any, Protocol

from tests.support.browser import Tab
from tests.support.person import Person
from tests.support.server import Server


class StartServer(Protocol):
    """`await server(*hypercorn_arguments, **environment)`: a started server, stopped after the
    test.
    """

    def __call__(self, *arguments: str, **settings: str | None) -> Awaitable[Server]: ...


class MakePerson(Protocol):
    """`await person("alice")`: somebody registered and logged in, on the shared server unless
    `on` names another.
    """

    def __call__(
        self, name: str = "somebody", *, on: Server | None = None
    ) -> Awaitable[Person]: ...


class OpenTab(Protocol):
    """`await tab(server, **context_options)`: a browser window of its own; closed, and checked,
    after the test.
    """

    def __call__(self, server: Server, **options: Any) -> Awaitable[Tab]: ...
