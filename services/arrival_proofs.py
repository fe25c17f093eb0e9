"""Proofs that it is the operator's own command that asks how a request has arrived.

Whoever can sign has the server's key. A proof is good for a minute, and once: what passes a proxy
may be in its log.
"""

import hmac
import secrets
import time

SECONDS = 60.0
PURPOSE = b"beseda arrival "


def make_proof(key: str) -> str:
    """A new one: when it was made, a random part, and the signature."""
    said = f"{int(time.time())}.{secrets.token_hex(16)}"
    return f"{said}.{_signature(key, said)}"


class ArrivalProofs:
    """Those that this process has seen."""

    def __init__(self) -> None:
        self._seen: dict[str, float] = {}

    def is_good(self, key: str, proof: str) -> bool:
        """Whether it is signed with the key, of this minute, and not seen before."""
        said, _, signature = proof.rpartition(".")
        if not hmac.compare_digest(signature.encode(), _signature(key, said).encode()):
            return False
        now, made = time.time(), float(said.partition(".")[0])
        if abs(now - made) > SECONDS or said in self._seen:
            return False
        self._seen = {each: until for each, until in self._seen.items() if until > now}
        self._seen[said] = now + 2 * SECONDS
        return True


def _signature(key: str, said: str) -> str:
    return hmac.digest(key.encode(), PURPOSE + said.encode(), "sha256").hex()
