"""The settings of the journeys' site while the demo is loaded beside a second database: one of the shipped courses."""

import os
from pathlib import Path

from lms.settings import *  # noqa: F403

CURRICULUM_DIR = Path(os.environ["SULUH_JOURNEYS_CURRICULUM"])
