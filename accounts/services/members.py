"""Writes about members and agencies."""

import csv
from pathlib import Path

from accounts.models import Member

MEMBERS_FILE = Path(__file__).parent.parent / "data" / "members.csv"


def load_members() -> int:
    """Add the members and organisations of the shipped list that are missing; entries that people edited stay.

    Returns how many were added.
    """
    with MEMBERS_FILE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    known = set(Member.objects.values_list("code", flat=True))
    missing = [Member(**row | {"languages": row["languages"].split()}) for row in rows if row["code"] not in known]
    Member.objects.bulk_create(missing)
    return len(missing)
