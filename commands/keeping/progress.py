"""A bar for what takes longer than a look."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import click


class Progress:
    """Is told how much has been done since it was last."""

    def __init__(self, bar: Any) -> None:
        self._bar = bar
        self._done = 0

    def __call__(self, count: int) -> None:
        self._bar.update(count)
        self._done += count

    def reach(self, done: int, length: int) -> None:
        """So much is done, of so much."""
        self._bar.length = length
        self(done - self._done)


@contextmanager
def progress(label: str, counts: Sequence[int] = ()) -> Iterator[Progress]:
    """A bar on standard error, which without a terminal is its label. `counts`: of the parts."""
    with click.progressbar(length=sum(counts), label=label, file=sys.stderr) as bar:
        yield Progress(bar)
