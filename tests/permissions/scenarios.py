"""The graph of a branching scenario, on the authors' side; playing one is a part of its lesson."""

from courses.pages.models import CoursePage, LessonPage
from tests.permissions.lines import MISSING, OK, REFUSED, Line, World, signed_in
from tests.scenarios import block, night_bus


def prepare(world: World) -> None:
    """A lesson that is not published gets a scenario in its draft."""
    course = CoursePage.objects.get(course__slug="t3")
    page = LessonPage.objects.descendant_of(course).get(key="m1-l2")
    page.body = [*page.body.raw_data, block(night_bus())]
    page.save_revision()
    world.more["scenario"] = page


def graph(world: World) -> dict:
    return {"page": world.more["scenario"].pk, "block": "story"}


def no_graph(world: World) -> dict:
    return {"page": world.more["scenario"].pk, "block": "none"}


LINES = [
    Line("scenario_graph", "get", signed_in(REFUSED, trainer=OK, admin=OK), graph),
    Line(
        "scenario_graph", "get", signed_in(REFUSED, trainer=MISSING, admin=MISSING), no_graph, note="that there is not"
    ),
]
