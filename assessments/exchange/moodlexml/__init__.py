"""Moodle XML, in and out. What the format is: https://docs.moodle.org/en/Moodle_XML_format."""

from assessments.exchange.moodlexml.reading import read
from assessments.exchange.moodlexml.writing import write

__all__ = ["read", "write"]
