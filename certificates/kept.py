"""What everybody asks for and what is made of many rows: kept for a short while by all processes together.

It is dropped when it changed. Should that be missed, because it was being made at that very moment, then its life is
over after a minute at the latest.
"""

import time
from collections.abc import Callable

from django.core.cache import cache
from django.db import transaction

from certificates.credentials.status import PURPOSES

#: The signed list that devices take along.
REVOCATIONS = "certificates.revocation_list"
#: By what a device knows that its page is that of today: the keys stand on it.
DEVICE_VERSION = "certificates.device_version"
#: Whatever was withdrawn is said after so many seconds at the latest.
FRESH = 60


def kept(name: str, make: Callable[[], str], *, seconds: int = FRESH) -> str:
    """What is kept under a name, made anew when it is older than so many seconds.

    Its age is its own and not the cache's: what was kept while the clock stood ahead would else live until then.
    """
    now = time.time()
    found = cache.get(name)
    # Anything else was kept by a version before this one.
    if isinstance(found, tuple) and 0 <= now - found[0] < seconds:
        return str(found[1])
    made = make()
    cache.set(name, (now, made), timeout=seconds)
    return made


def name_of_status_list(number: int, purpose: str) -> str:
    """Under which name a signed status list is kept."""
    return f"certificates.status:{number}:{purpose}"


def drop_lists(*, status_list: int | None = None) -> None:
    """Once the change is committed, make the lists anew for whoever asks next.

    Arguments:
        status_list: the number of the status list that the change is in; None where it is one of keys.
    """
    names = [REVOCATIONS]
    if status_list is None:
        names.append(DEVICE_VERSION)
    else:
        names += [name_of_status_list(status_list, purpose) for purpose in PURPOSES]
    # Robust: a cache that is away must not make a change look failed that is done. The list is then late by a minute.
    transaction.on_commit(lambda: cache.delete_many(names), robust=True)
