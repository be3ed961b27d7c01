"""Tests on paper: printing, the marking key, entering twice, handing in. For those who teach or manage classes."""

import uuid
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.permissions import Refused, Right, SignedInRequest, requires
from accounts.services import audit
from assessments.exams.sittings import classes_for_exams, one_class_for_exams
from assessments.forms.paper import EntryForm, FindForm, PrintForm, SittingForm, focus_on_error
from assessments.models import TestPaper
from assessments.paper import reads
from assessments.paper import sheets as printing
from assessments.paper.codes import pretty
from assessments.selectors import has_open_paper
from assessments.services import paper as services
from assessments.tasks import record_what_is_due
from learning.models import Class
from learning.permissions import SEES_KEYS
from learning.selectors import course_names
from lms.language_names import language_name
from lms.queue import enqueue
from lms.text import isolate

MAY = (Right.TEACH, Right.MANAGE_CLASSES)


@requires(*MAY)
@never_cache
def index(request: SignedInRequest) -> HttpResponseBase:
    """The classes with their tests, also those that are over and have papers to hand in, and where a code is typed."""
    waiting = reads.papers_seen_by(request.user).exclude(state=TestPaper.State.CLOSED)
    classes = list(
        (Class.objects.not_over() | Class.objects.filter(pk__in=waiting.values("klass")))
        .filter(pk__in=classes_for_exams(request.user))
        .select_related("course")
        .distinct()[:200]
    )
    names = course_names([each.course for each in classes], get_language())
    tests: dict[int, list[reads.PaperTest]] = {}
    for each in classes:
        if each.course_id not in tests:
            tests[each.course_id] = reads.tests_of(each)
    rows = [(each, names[each.course_id], tests[each.course_id]) for each in classes]
    return render(request, "assessments/paper/index.html", {"rows": rows, "form": FindForm()})


@requires(*MAY)
@never_cache
def find(request: SignedInRequest) -> HttpResponseBase:
    """To the paper of a code; where it fits none or several, who may be meant. Nothing is stored."""
    form = FindForm(request.GET, focus=True)
    if not form.is_valid():
        return render(request, "assessments/paper/find.html", {"form": form, "found": []}, status=422)
    exact, found = reads.find_papers(request.user, form.cleaned_data["code"])
    if exact is not None:
        return redirect("paper:one", paper=exact.uuid)
    labels = reads.labels_of(request.user, found)
    context = {
        "form": FindForm(request.GET, focus=not found),
        "found": [(each, pretty(each.code), labels[each.pk]) for each in found],
    }
    return render(request, "assessments/paper/find.html", context, status=404)


@requires(*MAY)
@never_cache
def overview(request: SignedInRequest, klass: uuid.UUID, activity: uuid.UUID) -> HttpResponseBase:
    """The papers of a class at a test, how far each is, and whom one can be printed for."""
    own = one_class_for_exams(request.user, klass)
    return _overview(request, own, reads.one_test(own, activity))


def _overview(
    request: SignedInRequest, klass: Class, test: reads.PaperTest, form: PrintForm | None = None
) -> HttpResponse:
    rows = reads.rows_of(request.user, klass, uuid.UUID(test.node.uuid))
    papers = [row.paper for row in rows if row.paper is not None]
    context = {
        "klass": klass,
        "test": test,
        "rows": [(row, pretty(row.paper.code) if row.paper else "") for row in rows],
        "papers": len(papers),
        "closed": sum(each.state == TestPaper.State.CLOSED for each in papers),
        "checked": sum(each.state == TestPaper.State.CHECKED for each in papers),
        "can_draw": any(row.can_draw for row in rows),
        "form": form or _print_form(test),
        "find": FindForm(focus="stored" in request.GET),
    }
    return render(request, "assessments/paper/overview.html", context, status=422 if form else 200)


def _print_form(test: reads.PaperTest, data: object = None) -> PrintForm:
    return PrintForm(data, languages=[(each, language_name(each)) for each in test.languages.open])


@require_POST
@requires(*MAY)
def print_them(request: SignedInRequest, klass: uuid.UUID, activity: uuid.UUID) -> HttpResponseBase:
    """Draw papers for the officers that are ticked."""
    own = one_class_for_exams(request.user, klass)
    test = reads.one_test(own, activity)
    form = _print_form(test, request.POST)
    people = [each for each in map(_uuid, request.POST.getlist("officer")) if each]
    if not people:
        form.add_error(None, _("Tick at least one officer."))
    if not form.is_valid():
        return _overview(request, own, test, form)
    try:
        done = services.print_papers(
            by=request.user, klass=own, activity=activity, language=form.cleaned_data["language"], enrolments=people
        )
    except services.EntryRefused as refusal:
        form.add_error(None, str(refusal))
        return _overview(request, own, test, form)
    for enrolment, reason in done.refused:
        messages.warning(request, f"{isolate(getattr(enrolment, 'label', '–'))}: {reason}")
    if done.papers:
        messages.success(request, _("The papers are drawn. Open the sheets and print them."))
    if len(people) > services.MOST_AT_ONCE:
        words = _("At most %(most)s papers at once; press again for the next ones.")
        messages.warning(request, words % {"most": services.MOST_AT_ONCE})
    return redirect("paper:overview", klass=klass, activity=activity)


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def _papers(request: SignedInRequest, klass: Class, activity: uuid.UUID) -> list[TestPaper]:
    """The papers of a test, or the one that is asked for."""
    found = reads.papers_seen_by(request.user).filter(klass=klass, attempt__activity__uuid=activity)
    if asked := request.GET.get("paper"):
        one = _uuid(asked)
        found = found.filter(uuid=one) if one else found.none()
    papers = list(found)
    if not papers:
        raise Http404(_("There is no paper here."))
    return papers


def _require_no_own_paper(request: SignedInRequest, klass: Class) -> None:
    """The papers of others may ask what one's own asks."""
    if has_open_paper(request.user, klass.course):
        raise Refused(_("You have a test of this course open yourself. Hand it in first."))


def _pdf(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return response


@requires(*MAY)
@never_cache
def sheets(request: SignedInRequest, klass: uuid.UUID, activity: uuid.UUID) -> HttpResponseBase:
    """The sheets of the papers that are not handed in, or of one, as a PDF. Each look is written down."""
    own = one_class_for_exams(request.user, klass)
    test = reads.one_test(own, activity)
    _require_no_own_paper(request, own)
    papers = [each for each in _papers(request, own, activity) if each.state != TestPaper.State.CLOSED]
    if not papers:
        raise Http404(_("There is no paper here."))
    content = printing.print_papers(papers, reads.labels_of(request.user, papers), test.node.purpose)
    _write_down(request, "paper.sheets_opened", own, papers)
    return _pdf(content, "papers")


@requires(*MAY)
@requires(*SEES_KEYS)
@never_cache
def key(request: SignedInRequest, klass: uuid.UUID, activity: uuid.UUID) -> HttpResponseBase:
    """The marking key of the papers as a PDF, for those who may see keys and have no test of this course open."""
    own = one_class_for_exams(request.user, klass)
    test = reads.one_test(own, activity)
    _require_no_own_paper(request, own)
    papers = _papers(request, own, activity)
    content = printing.print_key(papers, test.node.purpose, get_language())
    _write_down(request, "paper.key_printed", own, papers)
    return _pdf(content, "key")


def _write_down(request: SignedInRequest, action: str, klass: Class, papers: list[TestPaper]) -> None:
    audit(
        by=request.user,
        action=action,
        target=f"learning.class:{klass.uuid}",
        details={"papers": [str(each.uuid) for each in papers]},
    )


@require_POST
@requires(*MAY)
def hand_in(request: SignedInRequest, klass: uuid.UUID, activity: uuid.UUID) -> HttpResponseBase:
    """Hand in what is checked."""
    own = one_class_for_exams(request.user, klass)
    done = services.hand_in_papers(by=request.user, klass=own, activity=activity)
    for each, reason in done.refused:
        messages.error(request, f"{isolate(pretty(each.code))}: {reason}")
    if done.papers:
        enqueue(record_what_is_due)
        messages.success(request, _("The checked papers are handed in. Officers see their results now."))
    return redirect("paper:overview", klass=klass, activity=activity)


@requires(*MAY)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: SignedInRequest, paper: uuid.UUID) -> HttpResponseBase:
    """One paper: the next entry, or how it stands when there is none."""
    own = reads.one_paper(request.user, paper)
    step = services.step_of(own)
    entries = {each.number: each for each in own.entries.select_related("entered_by")}
    if step and step != len(entries) + 1:
        # It was entered between the two reads.
        return redirect("paper:one", paper=paper)
    about: dict[str, object] = {"step": step, "last": max(entries, default=0)}
    is_mine = step == 2 and entries[1].entered_by.user_id == request.user.pk
    if not step or is_mine:
        return _paper_page(request, own, {**about, "is_mine": is_mine, "is_settled": 3 in entries})
    questions = reads.questions_of(own.attempt)
    given: dict[str, str] = {}
    if step > 1:
        # An essay is compared with the sheet, not typed again: two typists never agree on it.
        long = {place.field for each in questions for place in each.places if place.lines > 1}
        given = {field: text for field, text in entries[step - 1].given.items() if field in long}
    if step == 3:
        questions = reads.apart(questions, entries[1].given, entries[2].given)
    data = request.POST if request.method == "POST" else None
    form = EntryForm(data, questions=questions, given=given, focus=step != 1)
    sitting = SittingForm(data, prefix="sat", initial=_last_sitting(request, own)) if step == 1 else None
    if request.method == "POST" and form.is_valid() and (sitting is None or sitting.is_valid()):
        times = services.Sitting(sitting.cleaned_data["begins"], sitting.cleaned_data["ends"]) if sitting else None
        try:
            step_shown = _step(request)
            done = services.enter_paper(by=request.user, paper=own, given=form.given, step=step_shown, sitting=times)
        except services.WrongSitting as refusal:
            assert sitting is not None
            sitting.add_error("begins", str(refusal))
        except services.EntryRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            if sitting:
                request.session["paper_zone"] = sitting.cleaned_data["time_zone"]
            messages.success(request, _after(done, step_shown))
            # The next sheet of the pile is typed from there.
            return redirect(f"{reverse('paper:overview', args=[own.klass.uuid, own.attempt.activity.uuid])}?stored")
    focus_on_error(sitting, form)
    read = [
        (
            question,
            [
                (place, field, [entries[n].given.get(place.field, "") for n in (1, 2)] if step == 3 else None)
                for place, field in fields
            ],
        )
        for question, fields in form.rows
    ]
    return _paper_page(request, own, {**about, "form": form, "sitting": sitting, "read": read})


def _step(request: SignedInRequest) -> int:
    """Which entry the page was about."""
    text = request.POST.get("step", "")
    return int(text) if text in ("1", "2", "3") else 0


def _last_sitting(request: SignedInRequest, paper: TestPaper) -> dict[str, object]:
    """The sitting of the paper of the same test that was entered last in this class, because a class sits together."""
    zone = str(request.session.get("paper_zone", ""))
    sat = paper.klass.test_papers.filter(sat_from__isnull=False, attempt__activity=paper.attempt.activity_id)
    last = sat.order_by("-entries__entered_at").first()
    if last is None or last.sat_from is None or last.sat_until is None:
        return {"time_zone": zone} if zone else {}
    begins, ends = (at.astimezone(ZoneInfo(zone or "UTC")) for at in (last.sat_from, last.sat_until))
    return {"day": begins.date(), "begins": begins.time(), "ends": ends.time(), "time_zone": zone or "UTC"}


def _after(paper: TestPaper, step: int) -> str:
    if step == 3:
        return _("Hand it in from the list of the class.")
    return {
        TestPaper.State.ONCE: _("Stored. Now a second person reads the same paper."),
        TestPaper.State.DIFFERS: _("Stored. The two entries differ: open the paper again and settle it."),
    }.get(TestPaper.State(paper.state)) or _("Stored. Both entries agree. Hand it in from the list.")


def _paper_page(request: SignedInRequest, paper: TestPaper, more: dict[str, object]) -> HttpResponse:
    label = reads.labels_of(request.user, [paper])[paper.pk]
    context = {"paper": paper, "code": pretty(paper.code), "label": label, **more}
    problems = [more.get("form"), more.get("sitting")]
    has_errors = any(getattr(each, "errors", None) for each in problems)
    return render(request, "assessments/paper/one.html", context, status=422 if has_errors else 200)


@require_POST
@requires(*MAY)
def undo(request: SignedInRequest, paper: uuid.UUID) -> HttpResponseBase:
    """Take the last entry back."""
    own = reads.one_paper(request.user, paper)
    try:
        services.undo_entry(by=request.user, paper=own, step=_step(request))
    except services.EntryRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The last entry is taken back."))
    return redirect("paper:one", paper=paper)


@require_POST
@requires(*MAY)
def withdraw(request: SignedInRequest, paper: uuid.UUID) -> HttpResponseBase:
    """Withdraw a paper that was not sat."""
    own = reads.one_paper(request.user, paper)
    klass, activity = own.klass.uuid, own.attempt.activity.uuid
    try:
        services.withdraw_paper(by=request.user, paper=own)
    except services.EntryRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("paper:one", paper=paper)
    messages.success(request, _("The paper is withdrawn. The officer can take the test on screen, or on a new paper."))
    return redirect("paper:overview", klass=klass, activity=activity)
