"""The lines of the permission table, a file for each part of the product; tests/test_permission_table.py asks them.

A file holds `LINES` and, where they need rows of their own, `prepare(world)`, which makes them.
"""

from types import ModuleType

from tests.permissions import courses, entry, people

FILES: tuple[ModuleType, ...] = (courses, entry, people)
