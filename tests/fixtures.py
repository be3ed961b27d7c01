"""Files of third parties, of which the project has no copy: where they are. Tests are left out without them."""

import os
from pathlib import Path

import pytest

FIXTURES = Path(os.environ.get("SULUH_FIXTURES", "../shared/fixtures"))


def needs_fixtures(folder: str) -> pytest.MarkDecorator:
    """Leave a test out where this folder of theirs is not there."""
    why = f"no folder {FIXTURES / folder}: set SULUH_FIXTURES to the fixtures of others"
    return pytest.mark.skipif(not (FIXTURES / folder).is_dir(), reason=why)
