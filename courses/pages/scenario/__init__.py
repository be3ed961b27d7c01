"""The branching scenario on the authors' side: what of it is frozen, and the graph that its author looks at."""

from courses.pages.scenario.drawing import Drawing, draw, graphs_of
from courses.pages.scenario.part import mark_borrowed, part_of_scenario

__all__ = ["Drawing", "draw", "graphs_of", "mark_borrowed", "part_of_scenario"]
