"""What Beseda is to reach on an ordinary machine: figure → (at most or at least, value)."""

AT_MOST, AT_LEAST = "≤", "≥"

GOALS: dict[str, tuple[str, float]] = {
    "fanout: µs per delivery": (AT_MOST, 7),
    "fanout compressed: µs per delivery": (AT_MOST, 7),
    "ingest: µs per message": (AT_MOST, 120),
    "ingest: messages per s": (AT_LEAST, 6_000),
    "reactions at once: frames per reader": (AT_MOST, 99),
    "resume: ms of CPU": (AT_MOST, 50),
    "idle: KB per connection": (AT_MOST, 30),
    "connect: ms per connection": (AT_MOST, 1.2),
    "churn: ms per visit": (AT_MOST, 4),
    "steady: µs per message": (AT_MOST, 500),
    "steady: p50 ms": (AT_MOST, 2),
    "steady: p99 ms": (AT_MOST, 4),
    "with Redis, fanout: times memory": (AT_MOST, 1.25),
    "with Redis, ingest: times memory": (AT_MOST, 1.25),
    "uploads: MB more at the peak": (AT_MOST, 60),
    "room page: ms": (AT_MOST, 8),
    "history at the end: ms": (AT_MOST, 3),
    "history in the middle: ms": (AT_MOST, 3),
}


def is_met(figure: str, value: float) -> bool:
    """Whether the value reaches the figure's goal; True where there is none."""
    sign, goal = GOALS.get(figure, (AT_MOST, float("inf")))
    return value <= goal if sign == AT_MOST else value >= goal
