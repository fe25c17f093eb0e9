"""The other processes of this server: what they are told, and what of theirs is believed."""

from collections.abc import Callable

import structlog

from realtime import envelope
from realtime.broadcast import Broadcast
from realtime.envelope import Envelope, HubNews, SystemNews
from realtime.envelope_signer import BadEnvelope, EnvelopeSigner
from realtime.metrics import metrics
from realtime.throttled_log import ThrottledLog
from realtime.tracing import tracing

log = structlog.get_logger(__name__)


def _ignore(_: SystemNews) -> None:
    """Nobody listens."""


class Peers:
    """Publishes envelopes signed, and hands on those that are signed, whole and possible."""

    def __init__(self, broadcast: Broadcast, secret: str) -> None:
        """`secret`: what all processes share; "" for a process that is alone."""
        self.broadcast = broadcast
        self._signer = EnvelopeSigner(secret)
        self._throttled = ThrottledLog(log)
        self._has_untrusted = False
        # What is asked and told for the page of the system is no business of the hub.
        self.on_system_news: Callable[[SystemNews], None] = _ignore

    def publish(self, told: Envelope) -> None:
        """Tell it, on its channel, in parts where it is long."""
        if self.broadcast.has_peers:
            tracing.published(told)
            for part in envelope.parts(told):
                channel = envelope.channel_of(part)
                self.broadcast.publish(channel, self._signer.encode(channel, part))

    def receive(self, channel: str, payload: bytes, handle: Callable[[HubNews], None]) -> None:
        """Call `handle` with the envelope, or note that it is none. Never raises."""
        try:
            told = self._signer.decode(channel, payload)
            if isinstance(told, SystemNews):
                self.on_system_news(told)
            else:
                handle(told)
            metrics.count("envelopes_received")
        except BadEnvelope as bad:
            # Not news of ours, or of another version of ours during a deploy.
            self._has_untrusted = True
            metrics.count(f"envelopes_refused:{bad.reason}")
            self._throttled.warning("envelope_refused", bad.reason, problem=str(bad)[:200])
        except Exception as error:  # Whoever listens for us must not end by it.
            metrics.count("envelopes_refused:failed")
            self._throttled.warning("envelope_failed", type(error).__name__, problem=str(error))

    def pop_untrusted(self) -> bool:
        """Whether something was heard since the last call that may have been news, and could not be
        believed: a process of an older version, or somebody who should not be there.
        """
        had_untrusted, self._has_untrusted = self._has_untrusted, False
        return had_untrusted
