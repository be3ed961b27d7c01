"""Proposals of a machine for what nobody translated yet."""

from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import audit
from courses.pages.models import SegmentTranslation
from courses.pages.rights import require_translating
from courses.pages.translating.machine import is_sent, machine, translated
from courses.pages.translating.segments import Segment
from courses.pages.translating.sheets import State, sheets_in, source_of
from learning.models import Course


class NoMachine(Exception):
    """This site has no machine translation."""

    def __init__(self) -> None:
        super().__init__(_("Machine translation is off on this site."))


@dataclass(frozen=True)
class Proposed:
    """What came of asking a machine.

    Attributes:
        count: new proposals.
        left: texts for which there was no time; asking again goes on with them.
        kept_back: texts of tests, which are never sent.
        unusable: texts whose tags the machine did not keep.
    """

    count: int
    left: int
    kept_back: int
    unusable: int


def propose_by_machine(*, by: User, course: Course, unit: str, language: str) -> Proposed:
    """Fill what is not translated in a unit with proposals of a machine: marked, and never accepted by themselves.

    Not one transaction: nobody waits for the machine's answer but the person who asked.

    Raises:
        accounts.permissions.Refused: the person may not write courses.
        NoMachine: it is off.
        courses.pages.translating.machine.MachineFailed: it gave no answer. Nothing was changed.
        Http404: no such unit or language.
    """
    require_translating(by)
    plug_in = machine()
    if plug_in is None:
        raise NoMachine
    source = source_of(course)
    source.unit(unit)
    if language not in dict(settings.LANGUAGES) or language == source.language:
        raise Http404
    (sheet,) = sheets_in(source, language, [unit])
    missing = [
        line.segment
        for line in sheet.lines
        if line.state == State.MISSING and line.own is None and not line.segment.is_neutral
    ]
    wanted = [segment for segment in missing if is_sent(segment)]
    answers = translated(plug_in, wanted, source.language, language) if wanted else []
    usable = [(segment, text) for segment, text in answers if text]
    count = _keep(by, course, unit, language, usable, plug_in.name)
    return Proposed(
        count=count,
        left=len(wanted) - len(answers),
        kept_back=len(missing) - len(wanted),
        unusable=len(answers) - len(usable),
    )


@transaction.atomic
def _keep(by: User, course: Course, unit: str, language: str, answers: list[tuple[Segment, str]], name: str) -> int:
    """Write proposals where nobody typed anything in the meantime. They are nobody's words, so nobody is named."""
    known = {"course": course, "language": language}
    there = set(SegmentTranslation.objects.select_for_update().filter(**known).values_list("place", "words_digest"))
    new = [
        SegmentTranslation(
            **known,
            place=segment.place,
            words_digest=segment.words_digest,
            digest=segment.digest,
            source=segment.source,
            text=text,
            origin=SegmentTranslation.Origin.MACHINE,
        )
        for segment, text in answers
        if (segment.place, segment.words_digest) not in there
    ]
    # Somebody may type the first words of a text this very moment: theirs stay.
    SegmentTranslation.objects.bulk_create(new, ignore_conflicts=True)
    if new:
        audit(
            by=by,
            action="translation.machine",
            target=f"learning.course:{course.uuid}",
            details={"unit": unit, "language": language, "count": len(new), "machine": name},
        )
    return len(new)
