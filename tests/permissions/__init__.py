"""The lines of the permission table, a file for each part of the product; tests/test_permission_table.py asks them.

A file holds `LINES` and, where they need rows of their own, `prepare(world)`, which makes them.
"""

import pkgutil
from importlib import import_module
from types import ModuleType


def files() -> list[ModuleType]:
    """Every file of lines in this folder, by name."""
    names = sorted(found.name for found in pkgutil.iter_modules(__path__) if found.name not in ("lines", "world"))
    return [import_module(f"{__name__}.{name}") for name in names]
