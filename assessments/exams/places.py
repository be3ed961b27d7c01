"""Where an exam may be sat: ranges of addresses. Pure, without a database."""

import ipaddress
import re
from collections.abc import Iterable

MOST_RANGES = 20
_Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class NotARange(ValueError):
    """One of the ranges is none; the argument is what was written."""


def read_ranges(text: str) -> list[str]:
    """Address ranges as somebody types them, in their usual form, each once; parted by spaces, commas or lines.

    One address alone is a range of one. Source: RFC 4632 (IPv4) and RFC 4291 §2.3 (IPv6) notation.

    Raises:
        NotARange: one of them is not a range, or they are too many.
    """
    found: dict[str, None] = {}
    for word in re.split(r"[\s,;،、]+", text.strip()):
        if not word:
            continue
        try:
            network: _Network = ipaddress.ip_network(word, strict=False)
        except ValueError as error:
            raise NotARange(word) from error
        found[str(network)] = None
    if len(found) > MOST_RANGES:
        raise NotARange(str(len(found)))
    return list(found)


def is_inside(address: str, ranges: Iterable[str]) -> bool:
    """Whether an address lies in one of the ranges; everywhere does when there are none, an unknown one in none."""
    wanted = list(ranges)
    if not wanted:
        return True
    try:
        own = ipaddress.ip_address(address.split("%", 1)[0])
    except ValueError:
        return False
    # A server that listens on IPv6 sees an IPv4 visitor as ::ffff:192.0.2.7 (RFC 4291 §2.5.5.2).
    if isinstance(own, ipaddress.IPv6Address) and own.ipv4_mapped is not None:
        own = own.ipv4_mapped
    return any(own in ipaddress.ip_network(each) for each in wanted)
