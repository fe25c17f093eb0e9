"""How a request has arrived, as the server tells `quart --app app doctor`."""

import msgspec

# The header with the proof of who asks, and how long one is good.
PROOF = "Beseda-Doctor"
HTTP_PATH = "/arrival"
SOCKET_PATH = "/ws/arrival/"


class Arrival(msgspec.Struct):
    """`scheme` is "http" or "https"; `client` the address that counts as the client's, `host` what
    `Host` said, and the lists what the proxies have written. `time` is in seconds since 1970.
    """

    scheme: str
    client: str
    host: str
    forwarded_for: list[str]
    forwarded_proto: list[str]
    proxy_hops: int
    http_version: str
    version: str
    time: float
