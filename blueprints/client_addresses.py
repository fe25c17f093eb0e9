"""Who asks, as far as an address tells."""

from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

# What one household or machine has of IPv6: it can take another address for each request.
IPV6_PREFIX = 64


def parsed(text: str) -> IPv4Address | IPv6Address | None:
    """The address without its zone, that of IPv4 where it is in IPv6's form; None for none."""
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


@lru_cache(maxsize=4_096)
def network(address: str | None) -> str:
    """What is counted as one address: an IPv4 address, or the /64 of an IPv6 one; "" for what is
    no address, as a misconfigured proxy may tell.
    """
    found = parsed(address or "")
    if isinstance(found, IPv6Address):
        return str(ip_network((found, IPV6_PREFIX), strict=False))
    return str(found or "")


def plain(address: str | None) -> str:
    """The address itself, as it is logged; "-" for what is none."""
    return str(parsed(address or "") or "-")
