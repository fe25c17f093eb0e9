"""Spares Tortoise's migrations what ours have no use for.

Before each operation the library draws all models of the state once more, for operations that look
back, and after each it makes all the queries that somebody could ask these models. That takes 30 ms
of 50 models, twice for each of 120 operations: five of six seconds for an empty database. Ours look
back rarely, and ask in SQL.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tortoise.migrations.schema_generator.state import ModelState, State
from tortoise.migrations.schema_generator.state_apps import StateApps


class _EarlierState(State):
    """A state as it was, which draws its models when somebody looks at them."""

    def __init__(self, models: dict[tuple[str, str], ModelState], later: StateApps) -> None:
        self.models = models
        self._later = later
        self._apps: StateApps | None = None

    @property
    def apps(self) -> Any:  # type: ignore[override]
        """The models."""
        if self._apps is None:
            self._apps = self._later.clone(model_states=self.models)
        return self._apps


def _clone(state: State) -> State:
    models = {key: model.clone() for key, model in state.models.items()}
    return _EarlierState(models, state.apps)


def _make_no_queries(_: StateApps) -> None:
    pass


@contextmanager
def light_states() -> Iterator[None]:
    """For as long as migrations are applied."""
    ours: tuple[tuple[type, str, object], ...] = (
        (State, "clone", _clone),
        (StateApps, "_build_initial_querysets", _make_no_queries),
    )
    theirs = [(owner, name, getattr(owner, name)) for owner, name, _ in ours]
    for owner, name, method in ours:
        setattr(owner, name, method)
    try:
        yield
    finally:
        for owner, name, method in theirs:
            setattr(owner, name, method)
