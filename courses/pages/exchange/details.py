"""What sorts a course, what it asks for and who made it: read and written, all of it optional."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from courses.pages.exchange.bundle import Bundle, Details, Language
from courses.pages.exchange.reading import Fields
from learning.tags import ACHIEVEMENT_AREAS, STRATEGY_AREAS, SUBJECTS, CourseLevel

VOCABULARIES: dict[str, Mapping[str, Any]] = {
    "subjects": SUBJECTS,
    "achievement_areas": ACHIEVEMENT_AREAS,
    "strategy_areas": STRATEGY_AREAS,
}
TAGS = 250


def read_details(course: Fields, rules: Fields | None) -> Details:
    """The details in the fields of ``course.yaml``."""
    level = course.text("course_level", required=False)
    if level and level not in CourseLevel.values:
        course.as_choice(course.entries["course_level"], "“course_level”", CourseLevel.values)
    codes = {name: _codes(course, name, known) for name, known in VOCABULARIES.items()}
    tags = course.texts("tags", required=False)
    if any("," in tag for tag in tags) or len(", ".join(tags)) > TAGS:
        course.complain(f"“tags” are words without commas, {TAGS} characters in all.", course.place("tags"))
    return Details(
        course_level=level,
        **codes,
        tags=tags,
        authors=course.texts("authors", required=False),
        prerequisites=_once(course, "prerequisites"),
        review_due_on=_date(course, "review_due_on"),
        requires_pretest=rules.boolean("requires_pretest") if rules else False,
        follow_up_days=rules.integer("follow_up_days", most=1_000, required=False) if rules else 0,
    )


def _codes(course: Fields, name: str, known: Mapping[str, Any]) -> tuple[str, ...]:
    found = [course.as_choice(node, f"an entry of “{name}”", known) for node in course.items(name, required=False)]
    return tuple(code for code in known if code in found)


def _once(course: Fields, name: str) -> tuple[str, ...]:
    found: list[str] = []
    for node in course.items(name, required=False):
        text = course.as_text(node, f"an entry of “{name}”")
        if text in found:
            course.complain(f"“{text}” stands in “{name}” twice.", node.place)
        elif text:
            found.append(text)
    return tuple(sorted(found))


def _date(course: Fields, name: str) -> str:
    text = course.text(name, required=False)
    if text:
        try:
            return dt.date.fromisoformat(text).isoformat()
        except ValueError:
            course.complain(
                f"“{name}” is “{text}”, which is no date; write one such as 2027-03-31.", course.place(name)
            )
    return ""


def write_details(details: Details) -> dict[str, Any]:
    """The fields for ``course.yaml``, without what is empty; those of the rules come from `write_rules`."""
    fields: dict[str, Any] = {"course_level": details.course_level}
    fields |= {name: list(getattr(details, name)) for name in (*VOCABULARIES, "tags", "authors", "prerequisites")}
    fields["review_due_on"] = details.review_due_on
    return {name: value for name, value in fields.items() if value}


def write_rules(details: Details) -> dict[str, Any]:
    """The fields for the rules, without those that ask for nothing."""
    fields = {"requires_pretest": details.requires_pretest, "follow_up_days": details.follow_up_days}
    return {name: value for name, value in fields.items() if value}


def details_of(page: Any, slugs: Mapping[str, str]) -> Details:
    """The details of a course page; `slugs` are those of all courses by uuid."""
    due = page.review_due_on
    return Details(
        course_level=page.course_level,
        subjects=tuple(page.subjects),
        achievement_areas=tuple(page.achievement_areas),
        strategy_areas=tuple(page.strategy_areas),
        tags=tuple(tags_in(page.tags)),
        authors=tuple(line.strip() for line in page.authors.splitlines() if line.strip()),
        prerequisites=tuple(sorted(slugs.get(each, each) for each in page.prerequisites)),
        review_due_on=due.isoformat() if due else "",
        requires_pretest=page.requires_pretest,
        follow_up_days=page.follow_up_days,
    )


def tags_in(text: str) -> list[str]:
    """The tags of a course page, which stand in one line."""
    return [tag for each in text.split(",") if (tag := each.strip())]


def wanted_details(bundle: Bundle, language: Language, courses: Mapping[str, str]) -> dict[str, Any]:
    """The fields of a course page; `courses` gives the uuid for every name of a prerequisite."""
    details = bundle.details
    return {
        "course_level": details.course_level,
        **{name: list(getattr(details, name)) for name in VOCABULARIES},
        "tags": ", ".join(details.tags),
        "authors": "\n".join(details.authors),
        "prerequisites": sorted(courses.get(name, name) for name in details.prerequisites),
        "review_due_on": dt.date.fromisoformat(details.review_due_on) if details.review_due_on else None,
        "requires_pretest": details.requires_pretest,
        "follow_up_days": details.follow_up_days,
        "credits": language.credits,
    }
