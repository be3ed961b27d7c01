"""So many requests of one address in a time, without keeping the address."""

import ipaddress
import math
import time

from django.core.cache import caches
from django.utils.crypto import salted_hmac

from lms.origin import current_address

#: What one household or office is given of IPv6: whoever has it, has all its addresses.
_HOUSEHOLD = 64


def seconds_to_wait(what: str, *, limit: int, seconds: int, cost: int = 1) -> int:
    """Count a request of this address, and say how long it has to wait; 0 when it may go on now.

    The store holds a count under a keyed hash of the address and of the running span of time: nobody reads an address
    from it, or sees that two spans had the same visitor. Two requests at the very same moment may count as one.

    Arguments:
        what: the kind of request that is counted.
        limit: the most in a span; 0 for no limit.
        seconds: how long a span is.
        cost: how many this request counts for. What is refused is not counted.
    """
    if limit <= 0:
        return 0
    now = time.time()
    span = int(now // seconds)
    said = f"{what}\n{span}\n{household(current_address())}"
    key = f"limit.{salted_hmac('suluh.limits', said, algorithm='sha256').hexdigest()[:40]}"
    # A store of its own: however many are counted, no count of wrong sign-ins is put out for them.
    counts = caches["limits"]
    count = counts.get(key, 0) + cost
    if count > limit:
        return math.ceil((span + 1) * seconds - now) or 1
    counts.set(key, count, timeout=seconds)
    return 0


def household(address: str) -> str:
    """The address, or the network of an address of IPv6; what is none stays as it is."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((found, _HOUSEHOLD), strict=False))
    return str(found)
