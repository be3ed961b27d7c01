"""Whether the audit log is whole: every entry there, unchanged, following on the one before (decision 0021).

Reads in a stream, so that a log of millions of entries needs no more memory than one of ten.
"""

import datetime as dt
from dataclasses import dataclass, field

from django.conf import settings
from django.db.models import Max, Subquery
from django.utils import timezone

from accounts.chain import FIELDS, GENESIS, digest_of
from accounts.models import AuditCheck, AuditEvent, AuditHead, AuditSegment

CHUNK = 2000
#: More differences than these are counted, not told: whoever has seen so many knows enough.
TOLD = 1000
#: What a check of the daily task keeps of them.
KEPT = 20


@dataclass(frozen=True)
class Expected:
    """What somebody kept elsewhere: that the log once had so many entries, and the digest of the last of them."""

    count: int
    digest: str


@dataclass
class Verdict:
    """What a verification found. Count and digest are those of the head: what to keep elsewhere when it is whole."""

    count: int = 0
    digest: str = GENESIS
    #: The last entry that was sealed and pruned.
    pruned: int = 0
    differences: list[str] = field(default_factory=list)
    total: int = 0

    @property
    def is_whole(self) -> bool:
        return self.total == 0

    def add(self, difference: str) -> None:
        self.total += 1
        if self.total <= TOLD:
            self.differences.append(difference)


def verify_audit(*, expected: Expected | None = None) -> Verdict:
    """Go through the whole log and compare.

    Entries written meanwhile are left to the next time; when a stretch is pruned meanwhile, it begins anew.
    """
    while True:
        sealed = _last_sealed()
        verdict = _verify(expected)
        if verdict.is_whole or _last_sealed() == sealed:
            return verdict


def check_audit() -> AuditCheck:
    """Verify the log, compare with the last check that found it whole, and keep the result."""
    before = next((each for each in AuditCheck.objects.all()[:400] if not each.differences), None)
    verdict = verify_audit(expected=Expected(before.count, before.digest) if before else None)
    return AuditCheck.objects.create(count=verdict.count, digest=verdict.digest, differences=verdict.differences[:KEPT])


def _last_sealed() -> int | None:
    last: int | None = AuditSegment.objects.aggregate(last=Max("last"))["last"]
    return last


def _verify(expected: Expected | None) -> Verdict:
    verdict = Verdict()
    # One statement, so that no entry can come between the head and the newest number.
    newest = Subquery(AuditEvent.objects.order_by("-number").values("number")[:1])
    head = AuditHead.objects.filter(pk=1).values_list("count", "digest", newest).first()
    if head:
        verdict.count, verdict.digest = head[:2]
        if head[2] is not None and head[2] > verdict.count:
            verdict.add(f"The head knows of {verdict.count} entries, but there is an entry {head[2]}.")
    else:
        verdict.count, verdict.digest = AuditEvent.objects.aggregate(last=Max("number"))["last"] or 0, ""
        if verdict.count or AuditSegment.objects.exists():
            verdict.add("The head of the log is missing.")
        else:
            verdict.digest = GENESIS
    found: dict[int, str] = {0: GENESIS}
    number, digest = _read_segments(verdict, expected, found)
    number, digest = _read_entries(verdict, expected, found, number, digest)
    if number < verdict.count:
        verdict.add(f"{_missing(number + 1, verdict.count)} at the end of the log.")
    elif head and digest != verdict.digest:
        verdict.add(f"The digest of the head is not that of entry {number}, the last.")
    if expected:
        _compare(verdict, expected, found)
    return verdict


def _read_segments(verdict: Verdict, expected: Expected | None, found: dict[int, str]) -> tuple[int, str]:
    """Go through what was pruned; returns after which number the entries begin, and what the first follows on."""
    number, digest = 0, GENESIS
    # An entry says of each pruning. It is pruned itself one day, so only the younger segments are held against theirs.
    young = timezone.now() - dt.timedelta(days=settings.AUDIT_MONTHS * 365 / 12 - 1)
    for segment in AuditSegment.objects.order_by("first").iterator(chunk_size=CHUNK):
        if segment.first != number + 1 or segment.previous != digest:
            verdict.add(f"The sealed segment {segment} does not follow on entry {number}.")
        if segment.sealed_at > young and not AuditEvent.objects.filter(
            action="audit.pruned",
            target=f"accounts.auditsegment:{segment.first}-{segment.last}",
            details__digest=segment.digest,
        ):
            verdict.add(f"The sealed segment {segment} was not made by pruning: no entry says so.")
        number, digest = segment.last, segment.digest
        if expected and number == expected.count:
            found[number] = digest
    verdict.pruned = number
    return number, digest


def _read_entries(
    verdict: Verdict, expected: Expected | None, found: dict[int, str], number: int, digest: str
) -> tuple[int, str]:
    """Go through the entries up to the head; returns number and digest of the last."""
    fields = (*FIELDS, "previous", "digest")
    rows = AuditEvent.objects.filter(number__lte=verdict.count).order_by("number", "pk").values(*fields)
    for row in rows.iterator(chunk_size=CHUNK):
        here = row["number"]
        if here <= number:
            where = "stands in a sealed segment and is still there" if here <= verdict.pruned else "stands there twice"
            verdict.add(f"Entry {here} {where}.")
            continue
        if here > number + 1:
            verdict.add(f"{_missing(number + 1, here - 1)}.")
        elif row["previous"] != digest:
            verdict.add(f"Entry {here} does not follow on entry {number}: the link between them is broken.")
        if digest_of(row, row["previous"]) != row["digest"]:
            verdict.add(f"Entry {here} was changed: its content does not give its digest.")
        number, digest = here, row["digest"]
        if expected and number == expected.count:
            found[number] = digest
    return number, digest


def _compare(verdict: Verdict, expected: Expected, found: dict[int, str]) -> None:
    """Hold the log against what was kept elsewhere."""
    if expected.count > verdict.count:
        verdict.add(f"The log had {expected.count} entries when the digest was kept, and has {verdict.count} now.")
    elif expected.count in found:
        if found[expected.count] != expected.digest:
            verdict.add(f"Entry {expected.count} does not have the digest that was kept: the log was written anew.")
    elif expected.count <= verdict.pruned:
        verdict.add(
            f"Entry {expected.count} lies inside a pruned segment, so the digest that was kept proves nothing any "
            "more: use a newer one."
        )


def _missing(first: int, last: int) -> str:
    return f"Entry {first} is missing" if first == last else f"Entries {first} to {last} are missing"
