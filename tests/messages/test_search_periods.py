"""The terms of a period are those of all its messages, and of no month beside it."""

import random
from datetime import UTC, datetime, timedelta

from models.search_document import Text, document_terms, in_period

FIRST, DAYS = datetime(1985, 1, 1, tzinfo=UTC), 365 * 44
DAY = timedelta(days=1)
NOW = datetime(2026, 12, 1, tzinfo=UTC)
OLDEST = datetime(1990, 1, 1, tzinfo=UTC)  # What is older counts as of then.
TERMS_MAX = 60


def test_terms_of_periods() -> None:
    dice = random.Random(1)  # noqa: S311 - repeatable, not secret
    for _ in range(2_000):
        since, until, moment = [FIRST + timedelta(days=dice.randrange(DAYS)) for _ in range(3)]
        ends = dice.choice(
            [(since, None), (None, until), (min(since, until), max(since, until) + DAY)]
        )
        terms = {term for (term,) in in_period(*ends, NOW)}
        found = not terms.isdisjoint(document_terms(Text(1, 1, "", None, str(moment))))
        low, high = ends[0] or OLDEST, ends[1] or datetime(2027, 12, 31, tzinfo=UTC)
        last = high - timedelta(microseconds=1)
        assert found == (month(low) <= month(moment) <= month(last)), (ends, moment)
        assert len(terms) <= TERMS_MAX


def month(moment: datetime) -> tuple[int, int]:
    """Which one it counts as."""
    return max(moment, OLDEST).timetuple()[:2]
