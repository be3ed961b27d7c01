"""The date as people write it where they do not count the years from the birth of Christ, or not in these digits.

It stands beside the ISO date for officers to read, on pages and certificates; never in an identifier or a file.
Gregorian names come from CLDR (Babel). The years of Iran and Afghanistan are reckoned by jdatetime, and those of Nepal,
which follow no rule but a table, by nepali-datetime. Decision 0031.
"""

import datetime as dt
from collections.abc import Callable

import jdatetime
import nepali_datetime
from babel import Locale
from babel.dates import format_date
from django.utils import timezone

_PERSIAN = ["فروردین", "اردیبهشت", "خرداد", "تیر", "مرداد", "شهریور", "مهر", "آبان", "آذر", "دی", "بهمن", "اسفند"]
_DARI = ["حمل", "ثور", "جوزا", "سرطان", "اسد", "سنبله", "میزان", "عقرب", "قوس", "جدی", "دلو", "حوت"]
_PASHTO = ["وری", "غویی", "غبرګولی", "چنګاښ", "زمری", "وږی", "تله", "لړم", "لیندۍ", "مرغومی", "سلواغه", "کب"]
_NEPALI = ["वैशाख", "जेठ", "असार", "साउन", "भदौ", "असोज", "कात्तिक", "मंसिर", "पुस", "माघ", "फागुन", "चैत"]

#: The zero of a language's own digits.
_ZERO = {"th": "๐", "fa": "۰", "prs": "۰", "ps": "۰", "ne": "०", "bn": "০", "my": "၀", "dz": "༠"}


def _buddhist(day: dt.date) -> str:
    return f"{day.day} {Locale.parse('th').months['format']['wide'][day.month]} พ.ศ. {day.year + 543}"


def _solar_hijri(months: list[str]) -> Callable[[dt.date], str]:
    def written(day: dt.date) -> str:
        own = jdatetime.date.fromgregorian(date=day)
        return f"{own.day} {months[own.month - 1]} {own.year}"

    return written


def _bikram_sambat(day: dt.date) -> str:
    own = nepali_datetime.date.from_datetime_date(day)
    return f"{own.year} {_NEPALI[own.month - 1]} {own.day}"


def _gregorian(language: str) -> Callable[[dt.date], str]:
    return lambda day: format_date(day, "long", locale=language)


_WRITTEN = {
    "th": _buddhist,
    "fa": _solar_hijri(_PERSIAN),
    "prs": _solar_hijri(_DARI),
    "ps": _solar_hijri(_PASHTO),
    "ne": _bikram_sambat,
    "bn": _gregorian("bn"),
    "my": _gregorian("my"),
    "dz": _gregorian("dz"),
}


def own_date(day: dt.date, language: str) -> str:
    """A day in the calendar and the digits of a language; "" where people are used to the ISO date.

    :param day: one out of reach of a calendar (1918 to 2043 in Nepal) gives "" as well
    """
    written = _WRITTEN.get(language)
    if written is None:
        return ""
    try:
        text = written(day)
    except (ValueError, OverflowError):
        return ""
    zero = ord(_ZERO[language])
    return text.translate({ord("0") + n: chr(zero + n) for n in range(10)})


def as_day(value: dt.date) -> dt.date:
    """The day of a moment, or the day itself."""
    return timezone.localtime(value).date() if isinstance(value, dt.datetime) else value


def day_text(value: dt.date, language: str) -> str:
    """The ISO date, and the own one behind it in brackets where a language has one."""
    day = as_day(value)
    own = own_date(day, language)
    return f"{day.isoformat()} ({own})" if own else day.isoformat()
