"""Fixtures of the tests of accounts."""

from collections.abc import AsyncIterator

import pytest

from tests.support.oidc import Provider, provider


@pytest.fixture(scope="module")
async def acme() -> AsyncIterator[Provider]:
    """The provider of a module."""
    async with provider() as started:
        yield started
