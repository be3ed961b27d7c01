"""The pages of this room: taking a test (`taking`), and what each part of it adds in a file of its own."""

from assessments.views.results import result
from assessments.views.taking import hand_in, overview, question, report, start

__all__ = ["hand_in", "overview", "question", "report", "result", "start"]
