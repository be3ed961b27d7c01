"""How long certificates are valid. Pure: no database."""

import calendar
import datetime as dt

#: So long before its end a certificate may be renewed, and the new period begins where the one before ends (domain
#: rules §4.2).
RENEWAL_DAYS = 90


def months_later(day: dt.date, months: int) -> dt.date:
    """The same day so many months later, or the last day of that month where it has no such day."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return dt.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
