"""Whether a job of many certificates grows: sets 10,000 in one process, and prints its memory on the way.

    SULUH_DEMO=1 PYTHONPATH=script .venv/bin/python -m benchmark.many_certificates [HOW_MANY]

Minutes of processor time. Asks no database.
"""

import datetime as dt
import os
import sys
import time
from pathlib import Path

import django


def main(most: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings")
    django.setup()

    from certificates.documents import text_of
    from certificates.models import Award
    from certificates.rendering import render

    languages = ("en", "id", "ur", "km", "ar", "th", "my", "bn")
    began = time.process_time()
    for number in range(1, most + 1):
        award = Award(
            number=f"SLH-{number:04}-{number:04}-{number:04}",
            kind=Award.Kind.COMPLETION,
            holder_name=f"Officer {number} {chr(0x0E01 + number % 40)}{chr(0x1780 + number % 30)}",
            edition=1,
            revision=1,
            language=languages[number % len(languages)],
            is_specimen=number % 2 == 0,
            issued_at=dt.datetime(2026, 11, 23, tzinfo=dt.UTC) + dt.timedelta(seconds=number),
            valid_until=dt.date(2028, 11, 23),
            snapshot={"course": f"Course {number}", "code": "C1", "design_minutes": 220, "pass_mark": 80},
        )
        address = f"https://learn.example.org/verify/{award.number}#{number:0190}"
        render(text_of(award, address=address, found={}, with_english=number % 3 == 0))
        if number in (1, 100, 1_000, most // 2, most):
            spent = (time.process_time() - began) / number * 1000
            print(f"{number:6} certificates  {_resident_mb():5.0f} MB  {spent:5.1f} ms of CPU each", flush=True)


def _resident_mb() -> float:
    """Memory of this process that is in use, as Linux counts it."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
