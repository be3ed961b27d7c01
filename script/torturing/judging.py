"""After a round: what the database holds, against what was acknowledged."""

from collections import defaultdict
from typing import Any

from torturing import Failure
from torturing.clients import Message
from torturing.world import Paper


def judge(paper: Paper, messages: list[Message]) -> dict[str, int]:
    """Compare. Returns what happened, counted.

    Raises:
        Failure: something is lost, counts twice, or is not what it must be.
    """
    from django.http import QueryDict

    from assessments.answering.merging import fingerprint
    from assessments.models import Attempt, StrayAnswer
    from assessments.services import receipt_code
    from assessments.types import TYPES

    attempt = Attempt.objects.get(pk=paper.attempt.pk)
    rows = {each.position: each for each in attempt.responses.select_related("version__item")}
    counts: dict[str, int] = defaultdict(int)

    def answer_of(message: Message) -> Any:
        version = rows[message.position].version
        data = QueryDict(mutable=True)
        for name, value in message.fields:
            data.appendlist(name, value)
        kind = TYPES[version.item.type]
        return kind.normalise(version.structure, kind.read(version.structure, data, f"q{message.position}"))

    by_position: dict[int, list[Message]] = defaultdict(list)
    for message in messages:
        by_position[message.position].append(message)
    for position, row in rows.items():
        own = by_position[position]
        acknowledged: dict[int, tuple[Any, str, str]] = {}
        for message in own:
            for ack in message.acks:
                counts[ack["state"]] += 1
                if "edits" not in ack or ack["state"] != "recorded":
                    continue
                said = (answer_of(message), ack["receipt"], ack["hash"])
                _must(acknowledged.setdefault(ack["edits"], said) == said, position, "one save, two answers")
        for edits, (answer, receipt, digest) in acknowledged.items():
            _must(edits <= row.edits, position, f"save {edits} was acknowledged and is lost (there are {row.edits})")
            _must(edits != row.edits or answer == row.answer, position, "another answer is there than acknowledged")
            _must(receipt == receipt_code(attempt.uuid, position, edits, answer), position, "a receipt that is wrong")
            _must(digest == fingerprint(str(attempt.uuid), position, edits, answer), position, "a hash that is wrong")
        sent = [message for message in own if message.sent]
        _must(row.edits <= len(sent), position, f"{row.edits} saves of {len(sent)} answers: something counted twice")
        _must(row.answer is None or row.answer in [answer_of(each) for each in sent], position, "nobody's answer")
        _in_order(row, own, answer_of)
        _kept(row, own, list(StrayAnswer.objects.filter(response=row)), answer_of)
        counts["saves"] += row.edits
    counts["strays"] = StrayAnswer.objects.filter(response__attempt=attempt).count()
    _graded(attempt, list(rows.values()))
    _recorded(attempt, list(rows.values()))
    return dict(counts)


def _must(holds: bool, position: int, words: str) -> None:
    if not holds:
        raise Failure(f"question {position}: {words}")


def _in_order(row: Any, own: list[Message], answer_of: Any) -> None:
    """A device ends with the highest number that was taken from it; alone it ends with its last answer."""
    sequences = row.sequences or {}
    if row.device:
        last = [each for each in own if each.device == row.device and each.sequence == sequences[row.device]]
        _must([answer_of(each) for each in last] == [row.answer], row.position, "an older answer of the same device")
    in_time = [each for each in own if all(ack["state"] != "late" for ack in each.acks)]
    if in_time and len({each.device for each in own}) == 1 and own[0].device and len(in_time) == len(own):
        newest = max(own, key=lambda each: each.sequence)
        _must(row.answer == answer_of(newest), row.position, "one device alone, and its last answer does not count")


def _kept(row: Any, own: list[Message], strays: list[Any], answer_of: Any) -> None:
    """What was refused is kept, once."""
    numbered = [(each.device, each.sequence) for each in strays if each.device]
    _must(len(set(numbered)) == len(numbered), row.position, "an answer that does not count is kept twice")
    plain = [(str(each.answer), each.why) for each in strays if not each.device]
    _must(len(set(plain)) == len(plain), row.position, "an answer of a form is kept twice")
    for message in own:
        if not any(ack["state"] != "recorded" for ack in message.acks):
            continue
        kept = (
            (message.device, message.sequence) in numbered
            if message.device
            else answer_of(message) in [each.answer for each in strays if not each.device]
        )
        _must(kept, row.position, "an answer was refused and is not kept")


def _graded(attempt: Any, rows: list[Any]) -> None:
    from assessments.grading import grade, stored
    from assessments.services.submitting import answered

    if attempt.submitted_at is None:
        raise Failure("the test was handed in and is open")
    paper = [answered(row, None) for row in rows]
    pure = grade(paper, attempt.pass_mark)
    found = (attempt.right, attempt.total, attempt.score, attempt.points, attempt.passed)
    wanted = (pure.right, pure.total, stored(pure.score), pure.points, pure.passed)
    if found != wanted:
        raise Failure(f"graded {found} instead of {wanted}")
    for row, each in zip(rows, paper, strict=True):
        right = each.is_right if each.counts else None
        _must(row.is_right == right, row.position, f"graded {row.is_right} instead of {right}")


def _recorded(attempt: Any, rows: list[Any]) -> None:
    import uuid

    from assessments.models import Attempt
    from certificates.models import Award
    from xapi.models import Statement

    wanted = {uuid.uuid5(attempt.uuid, f"answer {row.position}") for row in rows if row.answered_at}
    # Whether a person has to mark what decides, `_graded` has compared.
    if attempt.passed is not None:
        wanted.add(uuid.uuid5(attempt.uuid, "result"))
    found = Statement.objects.filter(registration=attempt.enrolment.uuid, occurred_at__gte=attempt.started_at)
    about_it = [each.uuid for each in found if each.verb.rsplit("/", 1)[-1] in ("answered", "passed", "failed")]
    if sorted(about_it) != sorted(wanted):
        missing, more = wanted - set(about_it), len(about_it) - len(wanted)
        raise Failure(f"the record lacks {sorted(map(str, missing))} and holds {more:+d} statements of the test")
    if Attempt.objects.filter(enrolment=attempt.enrolment_id, activity=attempt.activity_id).count() != 1:
        raise Failure("there are two attempts")
    awards = Award.objects.filter(enrolment=attempt.enrolment_id).count()
    if awards > int(bool(attempt.passed)):
        raise Failure(f"{awards} certificates")
