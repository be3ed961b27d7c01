"""The people desk, members, ways in, moving on, audit and one's own data."""

from tests.permissions.lines import Line

LINES: list[Line] = []
