"""The pages of those who manage classes: classes, who teaches, seats, and who may take a course."""

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.models import Member
from accounts.permissions import Right, SignedInRequest, requires
from accounts.services import audit
from learning import selectors, services
from learning.forms import ClassForm, CourseAccessForm, EndForm, NamesForm, SeatsForm, TrainerForm
from learning.models import Class, Course
from learning.views.looking import names_reason

_FIELDS = ("title", "starts_on", "ends_on", "places", "languages", "note")


@requires(Right.MANAGE_CLASSES)
@never_cache
def overview(request: SignedInRequest) -> HttpResponseBase:
    """All classes: those that run or are to come, then those that are over."""
    page = Paginator(selectors.classes_managed(request.user), 50).get_page(request.GET.get("page"))
    shown = list(page.object_list)
    names = selectors.course_names([klass.course for klass in shown], get_language())
    rows = [(klass, names[klass.course_id]) for klass in shown]
    return render(
        request,
        "learning/classes.html",
        {
            "page": page,
            "current": [row for row in rows if not row[0].is_over],
            "over": [row for row in rows if row[0].is_over],
        },
    )


def _sent(request: SignedInRequest) -> QueryDict | None:
    """What a form sent, also when every box was empty; None for whoever only looks."""
    return request.POST if request.method == "POST" else None


def _course_choices(request: SignedInRequest) -> list[tuple[int, str]]:
    courses = list(selectors.courses_managed(request.user))
    names = selectors.course_names(courses, get_language())
    return [(course.pk, f"{course.code} {names[course.pk].title}") for course in courses]


@requires(Right.MANAGE_CLASSES)
def new(request: SignedInRequest) -> HttpResponseBase:
    """Make a class."""
    form = ClassForm(_sent(request), courses=_course_choices(request))
    if request.method == "POST" and form.is_valid():
        klass = services.make_class(
            by=request.user, course=form.cleaned_data["course"], **{name: form.cleaned_data[name] for name in _FIELDS}
        )
        messages.success(request, _("The class is made. Now say who teaches, and give the members seats."))
        return redirect("learning:class", klass=klass.uuid)
    return render(request, "learning/class_form.html", {"form": form}, status=422 if form.errors else 200)


@requires(Right.MANAGE_CLASSES)
@never_cache
def detail(request: SignedInRequest, klass: uuid.UUID) -> HttpResponseBase:
    """One class: its days, who teaches, seats by member, and who is in, as far as the member shares it."""
    return _detail(request, selectors.one_class(request.user, klass), TrainerForm(initial=_today()))


def _today() -> dict[str, object]:
    return {"starts_on": timezone.localdate()}


def _detail(
    request: SignedInRequest,
    klass: Class,
    trainer_form: TrainerForm,
    end_form: EndForm | None = None,
    status: int = 200,
) -> HttpResponseBase:
    reason = names_reason(request)
    rows = selectors.people_in_class(request.user, klass, names=bool(reason))
    page = Paginator(rows, 50).get_page(request.GET.get("page"))
    people = list(page.object_list)
    if reason:
        _audit_names(request, klass, people, reason)
    room = selectors.room_of(klass.course, klass)
    members = Member.objects.filter(Q(pk__in=room.given) | Q(pk__in=room.used))
    return render(
        request,
        "learning/class.html",
        {
            "klass": klass,
            "name": selectors.course_names([klass.course], get_language())[klass.course_id],
            "languages": klass.languages,
            "trainers": selectors.trainers_of(request.user, [klass])[klass.pk],
            "trainer_form": trainer_form,
            "end_form": end_form or EndForm(),
            "room": room,
            "seats": [
                (each, room.given.get(each.pk, 0), room.used[each.pk], room.waiting[each.pk]) for each in members
            ],
            "page": page,
            "people": selectors.standings(people, get_language()) if people else [],
            "names_form": NamesForm(auto_id="id_names_%s"),
            "names_reason": reason,
            "any_names": any(
                each.member is not None and each.member.sharing == Member.Sharing.NAMES for each in people
            ),
        },
        status=status,
    )


def _audit_names(request: SignedInRequest, klass: Class, people: list, reason: str) -> None:
    """One line for each member whose names were among the page."""
    shared = [each for each in people if each.member is not None and each.member.sharing == Member.Sharing.NAMES]
    for member in {each.member for each in shared}:
        audit(
            by=request.user,
            action="officers.seen",
            target=f"learning.class:{klass.uuid}",
            member=member,
            reason=reason,
            details={
                "course": klass.course.code,
                "enrolments": [str(each.uuid) for each in shared if each.member == member],
                "people": [str(each.person_uuid) for each in shared if each.member == member and each.person_uuid],
            },
        )


@requires(Right.MANAGE_CLASSES)
def change(request: SignedInRequest, klass: uuid.UUID) -> HttpResponseBase:
    """Change what is said of a class."""
    found = selectors.one_class(request.user, klass)
    form = ClassForm(_sent(request), instance=found, courses=[])
    if request.method == "POST" and form.is_valid():
        services.change_class(by=request.user, klass=found, **{name: form.cleaned_data[name] for name in _FIELDS})
        messages.success(request, _("The class is changed."))
        return redirect("learning:class", klass=klass)
    context = {"form": form, "klass": selectors.one_class(request.user, klass)}
    return render(request, "learning/class_form.html", context, status=422 if form.errors else 200)


@require_POST
@requires(Right.MANAGE_CLASSES)
def end(request: SignedInRequest, klass: uuid.UUID) -> HttpResponseBase:
    """End a class at once."""
    found = selectors.one_class(request.user, klass)
    form = EndForm(request.POST)
    if not form.is_valid():
        return _detail(request, found, TrainerForm(initial=_today()), form, status=422)
    back = services.end_class(by=request.user, klass=found, reason=form.cleaned_data["reason"])
    messages.success(
        request,
        ngettext(
            "The class has ended. %(n)d open nomination went back.",
            "The class has ended. %(n)d open nominations went back.",
            back,
        )
        % {"n": back},
    )
    return redirect("learning:class", klass=klass)


@require_POST
@requires(Right.MANAGE_CLASSES)
def trainer_add(request: SignedInRequest, klass: uuid.UUID) -> HttpResponseBase:
    """Let somebody teach the class."""
    found = selectors.one_class(request.user, klass)
    form = TrainerForm(request.POST)
    if form.is_valid():
        try:
            services.add_trainer(by=request.user, klass=found, **form.cleaned_data)
        except (services.NotATrainer, services.TeachesAlready) as refusal:
            form.add_error("username", str(refusal))
        except services.WrongDays as refusal:
            form.add_error("ends_on", str(refusal))
        else:
            messages.success(request, _("Saved: the trainer finds the class under “My classes”."))
            return redirect("learning:class", klass=klass)
    return _detail(request, found, form, status=422)


@require_POST
@requires(Right.MANAGE_CLASSES)
def trainer_end(request: SignedInRequest, klass: uuid.UUID, trainer: uuid.UUID) -> HttpResponseBase:
    """Let somebody teach the class no longer."""
    found = selectors.one_class(request.user, klass).trainers.select_related("klass__course").filter(uuid=trainer)
    row = found.first()
    if row is None:
        raise Http404(_("There is no such trainer in this class."))
    services.end_trainer(by=request.user, trainer=row)
    messages.success(request, _("Saved: this person teaches the class no longer."))
    return redirect("learning:class", klass=klass)


# --- seats


@requires(Right.MANAGE_CLASSES)
@never_cache
def class_seats(request: SignedInRequest, klass: uuid.UUID) -> HttpResponseBase:
    """The seats of each member in a class."""
    found = selectors.one_class(request.user, klass)
    return _seats(request, found.course, found, reverse("learning:class", args=[klass]))


@requires(Right.MANAGE_CLASSES)
@never_cache
def course_seats(request: SignedInRequest, course: str) -> HttpResponseBase:
    """The seats of each member in a course without a class."""
    return _seats(request, selectors.one_course(request.user, course), None, reverse("learning:courses"))


def _seats(request: SignedInRequest, course: Course, klass: Class | None, back: str) -> HttpResponseBase:
    room = selectors.room_of(course, klass)
    today = timezone.localdate()
    present = Q(valid_to=None) | Q(valid_to__gte=today)
    members = Member.objects.filter(present | Q(pk__in=room.given) | Q(pk__in=room.used))
    form = SeatsForm(_sent(request), members=members, given=room.given)
    if request.method == "POST" and form.is_valid():
        moved = services.set_seats(by=request.user, course=course, klass=klass, numbers=form.numbers())
        messages.success(
            request,
            ngettext(
                "The seats are set. %(n)d officer came in from the waiting list.",
                "The seats are set. %(n)d officers came in from the waiting list.",
                moved,
            )
            % {"n": moved},
        )
        return redirect(back)
    rows = [
        (form[f"seats-{each.code}"], each, room.used[each.pk], room.waiting[each.pk], room.proposed[each.pk])
        for each in form.members
    ]
    context = {
        "form": form,
        "rows": rows,
        "klass": klass,
        "course": course,
        "name": selectors.course_names([course], get_language())[course.pk],
        "room": room,
        "back": back,
    }
    return render(request, "learning/seats.html", context, status=422 if form.errors else 200)


# --- who may take a course


@requires(Right.MANAGE_CLASSES)
@never_cache
def courses(request: SignedInRequest) -> HttpResponseBase:
    """All courses: who may take them, for which members they are listed, how many seats are given and used."""
    found = list(selectors.courses_managed(request.user))
    names = selectors.course_names(found, get_language())
    rows = []
    for course in found:
        room = selectors.room_of(course, None)
        rows.append((course, names[course.pk], sum(room.given.values()), sum(room.used.values())))
    return render(request, "learning/courses.html", {"rows": rows})


@requires(Right.MANAGE_CLASSES)
def course_access(request: SignedInRequest, course: str) -> HttpResponseBase:
    """Say who may take a course."""
    found = selectors.one_course(request.user, course)
    form = CourseAccessForm(_sent(request), instance=found)
    if request.method == "POST" and form.is_valid():
        services.set_access(
            by=request.user,
            course=found,
            access=form.cleaned_data["access"],
            open_to=form.cleaned_data["open_to"],
        )
        messages.success(request, _("Saved. Whoever is enrolled stays enrolled."))
        return redirect("learning:courses")
    name = selectors.course_names([found], get_language())[found.pk]
    context = {"form": form, "course": found, "name": name}
    return render(request, "learning/course_access.html", context, status=422 if form.errors else 200)
