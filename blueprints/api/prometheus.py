"""The metrics under the names that Prometheus knows them by; the table in docs/metrics.md has the
same.
"""

import asyncio
import platform
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
from prometheus_client import ProcessCollector, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)

from config import VERSION
from models.database import check_database
from realtime.metrics import Histogram, Metrics, metrics

DATABASE_SECONDS = 1.0

# The name in realtime/metrics.py (with the label of what follows its colon), and what it means.
COUNTERS: dict[str, tuple[str | None, str]] = {
    "messages_stored": (None, "Messages stored."),
    "message_changes": ("kind", "Edits, deletions, reactions and pins stored."),
    "messages_refused": ("code", "Messages, and changes of them, not stored, by error code."),
    "messages_delivered": (None, "Messages handed to connections, each connection counted."),
    "frames_received": (None, "Frames that clients have sent."),
    "frames_refused": ("code", "Frames of clients that were answered with an error, by its code."),
    "connections_opened": (None, "WebSockets that were let in."),
    "connections_closed": ("code", "WebSockets that have ended, by close code; by_peer: theirs."),
    "handshakes_refused": ("code", "WebSockets that were not let in, by error code."),
    "passing_frames_shed": (None, "Typing, presence and read marks that slow peers did not get."),
    "resumes": ("outcome", "Connections to rooms by what was replayed to them."),
    "gap_repairs": (
        None,
        "Times that messages were read from the database because a notification was lost.",
    ),
    "envelopes_published": (None, "What was told to other processes."),
    "envelopes_dropped": (None, "What could not be told to other processes."),
    "envelopes_received": (None, "What other processes have told."),
    "envelopes_refused": ("reason", "What came by Redis and was not believed, by reason."),
    "registrations": (None, "Accounts made."),
    "logins": (None, "Logins."),
    "logins_refused": (None, "Logins with a wrong name or password."),
    "mails_sent": (None, "Mails handed to the mail server."),
    "mails_given_up": (None, "Mails that the mail server did not take."),
    "factors_refused": (None, "Second factors that were wrong."),
    "http_requests": ("status", "HTTP requests answered, by class of status."),
    "http_rate_limited": (None, "HTTP requests answered with 429."),
    "http_metrics_refused": (None, "Requests for these metrics without the token."),
}
GAUGES: dict[str, tuple[str | None, str]] = {
    "connections": ("kind", "Open WebSockets in rooms and in the lobby."),
    "users_connected": (None, "People with a WebSocket here."),
    "rooms_open": (None, "Rooms that somebody is in here."),
    "messages_waiting": (None, "Messages that wait to be stored: the journal's depth."),
    "draining": (None, "1 from the moment on that the process is about to end."),
    "redis_up": (None, "1 while Redis is listened to; without REDIS_URL there is none."),
}
HISTOGRAMS = {
    "message_delivery": "From the arrival of a message to its delivery here.",
    "journal_batch": "Storing what was waiting, in one transaction.",
    "event_loop_lag": "How late a timer is that rings ten times a second.",
    "http_request_duration": "From the arrival of an HTTP request to its answer.",
}
DATABASE_UP = "1 when the database answered, just now, within a second."
PROCESS_UP = "0 for a worker process that did not answer."
INFO = "What runs here."

Sample = tuple[str, dict[str, str], float]
Family = tuple[str, str, str, list[Sample]]  # Name, meaning, type, samples.

_process = ProcessCollector(registry=None)
_decoder = msgspec.json.Decoder(list[Family])


async def own_metrics(*, has_redis: bool) -> bytes:
    """The metrics of this process, as JSON, for whichever of the other workers was asked."""
    database_up = await _is_database_up()
    found = [*metric_families(metrics), _gauge("database_up", DATABASE_UP, database_up), _info()]
    # It counts the open files one by one: with many connections that is no work for the loop.
    found += await asyncio.to_thread(lambda: list(_process.collect()))
    if not has_redis:
        found = [each for each in found if each.name != "beseda_redis_up"]
    return msgspec.json.encode([_serializable(each) for each in found])


def metric_families(source: Metrics) -> Iterator[Metric]:
    """What was counted, with zeros for what has not happened yet where it has no label."""
    values = source.snapshot()
    for name, (label, meaning) in COUNTERS.items():
        counter = CounterMetricFamily(f"beseda_{name}", meaning, labels=[label] if label else [])
        yield _filled(counter, name, label, values)
    for name, (label, meaning) in GAUGES.items():
        gauge = GaugeMetricFamily(f"beseda_{name}", meaning, labels=[label] if label else [])
        yield _filled(gauge, name, label, values)
    for name, meaning in HISTOGRAMS.items():
        if histogram := source.histograms.get(name):
            yield _histogram(f"beseda_{name}_seconds", meaning, histogram)


def exposition(answers: dict[str, bytes | None]) -> bytes:
    """The answers of all processes in Prometheus' text format, each sample with its `process`."""
    merged: dict[str, Metric] = {}
    up = GaugeMetricFamily("beseda_process_up", PROCESS_UP, labels=["process"])
    for process, answer in answers.items():
        up.add_metric([process], 0.0 if answer is None else 1.0)
        for name, meaning, kind, samples in _decoder.decode(answer) if answer else ():
            metric = merged.setdefault(name, Metric(name, meaning, kind))
            for sample, labels, value in samples:
                metric.add_sample(sample, {**labels, "process": process}, value)
    return generate_latest(_Registry([up, *merged.values()]))


class _Registry:
    """What generate_latest takes for a registry."""

    def __init__(self, found: Iterable[Metric]) -> None:
        self._found = found

    def collect(self) -> Iterable[Metric]:
        return self._found


def _filled(family: Any, name: str, label: str | None, values: dict[str, float]) -> Metric:
    if label is None:
        family.add_metric([], values.get(name, 0))
    else:
        for full, value in values.items():
            if full.startswith(f"{name}:"):
                family.add_metric([full.partition(":")[2]], value)
    filled: Metric = family
    return filled


def _histogram(name: str, meaning: str, histogram: Histogram) -> Metric:
    family = HistogramMetricFamily(name, meaning)
    total, buckets = 0, []
    bounds = [*(f"{bound:g}" for bound in histogram.bounds), "+Inf"]
    for bound, count in zip(bounds, histogram.counts, strict=True):
        total += count
        buckets.append((bound, total))
    family.add_metric([], buckets, histogram.sum)
    return family


def _gauge(name: str, meaning: str, value: float) -> Metric:
    return GaugeMetricFamily(f"beseda_{name}", meaning, value=value)


def _info() -> Metric:
    family = GaugeMetricFamily("beseda_build_info", INFO, labels=["version", "python"])
    family.add_metric([VERSION, platform.python_version()], 1)
    return family


async def _is_database_up() -> bool:
    try:
        await check_database(DATABASE_SECONDS)
    except Exception:
        return False
    return True


def _serializable(metric: Metric) -> Family:
    samples = [(each.name, each.labels, float(each.value)) for each in metric.samples]
    return metric.name, metric.documentation, metric.type, samples
