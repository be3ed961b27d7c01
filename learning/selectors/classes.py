"""Reads of classes: for those who manage them, for those who teach, and for those who sit in them."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Case, CharField, Count, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce
from django.http import Http404
from django.utils.translation import gettext as _

from accounts.models import Member, Posting, User
from accounts.permissions import Right, Viewer, has_right
from accounts.selectors import name_for
from learning.models import Class, ClassTrainer, Course, Enrolment
from learning.selectors.centre import Standing, catalogue, standings


@dataclass(frozen=True)
class CourseName:
    """What a course is called, and the language of that; its code where nothing is published."""

    title: str
    language: str


def course_names(courses: Iterable[Course], language: str) -> dict[int, CourseName]:
    """What courses are called in the best language, by primary key. Public, like the catalogue."""
    published = {text.course.pk: CourseName(text.title, text.language) for text in catalogue(language)}
    return {course.pk: published.get(course.pk, CourseName(course.code, "")) for course in courses}


def classes_managed(viewer: Viewer) -> QuerySet[Class]:
    """All classes with how many sit in each, for those who manage classes; nothing for others."""
    if not has_right(viewer, Right.MANAGE_CLASSES):
        return Class.objects.none()
    counted = Count("enrolments", filter=Q(enrolments__ended_at=None))
    return Class.objects.select_related("course").annotate(people=counted).order_by("-starts_on", "-pk")


def one_class(viewer: Viewer, class_uuid: uuid.UUID) -> Class:
    """One class for those who manage classes.

    Raises:
        Http404: there is none, or the viewer does not manage classes.
    """
    klass = classes_managed(viewer).filter(uuid=class_uuid).first()
    if klass is None:
        raise Http404(_("There is no such class."))
    return klass


def courses_managed(viewer: Viewer) -> QuerySet[Course]:
    """All courses, for those who manage classes; nothing for others."""
    if not has_right(viewer, Right.MANAGE_CLASSES):
        return Course.objects.none()
    return Course.objects.prefetch_related("open_to")


def one_course(viewer: Viewer, slug: str) -> Course:
    """One course for those who manage classes.

    Raises:
        Http404: there is none, or the viewer does not manage classes.
    """
    course = courses_managed(viewer).filter(slug=slug).first()
    if course is None:
        raise Http404(_("There is no course at this address."))
    return course


def known_by_name(person: str) -> Q:
    """The condition on rows with a `member` under which the RSO may know their person by name: see `label_outside`."""
    serves = Posting.objects.current().filter(user=OuterRef(f"{person}__user"), member__isnull=False)
    return (
        Q(**{f"{person}__user__is_restricted": False}, member__sharing=Member.Sharing.NAMES)
        & Exists(serves.filter(member=OuterRef("member")))
        & ~Exists(serves.exclude(member__sharing=Member.Sharing.NAMES))
    )


def label_outside(person: str, *, names: bool) -> Case | Coalesce:
    """By what the RSO may know a person of a row, worked out in the query so that no other name is ever fetched.

    The name, where it is asked for, the row's member shares names, the person still serves that member and none that
    shares no names, and the identity is not restricted; the learner code otherwise.

    Arguments:
        person: the lookup of the person's key on the queried model, which has a `member`.
    """
    code = Coalesce(F(f"{person}__user__learner_code"), Value("–"), output_field=CharField())
    if not names:
        return code
    return Case(
        When(known_by_name(person), then=F(f"{person}__user__full_name")), default=code, output_field=CharField()
    )


def people_in_class(viewer: Viewer, klass: Class, *, names: bool) -> QuerySet[Enrolment]:
    """Who sits in a class, each with a `label`, for those who manage classes or teach this one; nothing for others.

    Arguments:
        names: whether names are asked for; they come only where the member shares them (see `label_outside`).
    """
    teaches = has_right(viewer, Right.TEACH) and _taught_now(viewer).filter(pk=klass.pk).exists()
    if not (teaches or has_right(viewer, Right.MANAGE_CLASSES)):
        return Enrolment.objects.none()
    return (
        Enrolment.objects.filter(klass=klass, ended_at=None)
        .select_related("member", "progress")
        .annotate(label=label_outside("actor", names=names), person_uuid=F("actor__user__uuid"))
        .order_by("member__name", "label", "pk")
    )


def trainers_of(viewer: Viewer, classes: Sequence[Class]) -> dict[int, list[tuple[ClassTrainer, str]]]:
    """Who teaches each class or is to, with the name by which the viewer may know them; by primary key of the class.

    For classes that the viewer may see: which ones is up to the caller.
    """
    found: dict[int, list[tuple[ClassTrainer, str]]] = {klass.pk: [] for klass in classes}
    for each in ClassTrainer.objects.not_over().filter(klass__in=classes).select_related("actor__user"):
        found[each.klass_id].append((each, name_for(viewer, each.actor.user, ())))
    return found


@dataclass(frozen=True)
class OwnClass:
    """A class in which the viewer sits."""

    klass: Class
    course: CourseName
    slug: str
    trainers: list[str]


def own_classes(user: User, language: str) -> list[OwnClass]:
    """The classes in which the viewer sits that are not over, with who teaches them."""
    classes = list(
        Class.objects.not_over()
        .filter(enrolments__actor__user=user, enrolments__ended_at=None)
        .select_related("course")
        .distinct()
    )
    if not classes:
        return []
    names = course_names([klass.course for klass in classes], language)
    trainers = trainers_of(user, classes)
    return [
        OwnClass(
            klass=klass,
            course=names[klass.course_id],
            slug=klass.course.slug,
            trainers=[name for _trainer, name in trainers[klass.pk]],
        )
        for klass in classes
    ]


def _taught_now(viewer: Viewer) -> QuerySet[Class]:
    """The classes that the viewer teaches or is to teach."""
    if not isinstance(viewer, User):
        return Class.objects.none()
    return Class.objects.filter(
        Exists(ClassTrainer.objects.not_over().filter(klass=OuterRef("pk"), actor__user=viewer))
    )


def classes_taught_by(viewer: Viewer) -> QuerySet[Class]:
    """The classes that somebody with the right to teach teaches or is to teach; nothing for others."""
    return _taught_now(viewer) if has_right(viewer, Right.TEACH) else Class.objects.none()


@dataclass(frozen=True)
class TaughtClass:
    """A class that the viewer teaches: who is in, each enrolment with its `label`, and how far. No scores."""

    klass: Class
    course: CourseName
    people: list[Standing]


def taught_classes(viewer: User, language: str) -> list[TaughtClass]:
    """The classes that the viewer teaches or is to teach, with those who sit in them."""
    if not has_right(viewer, Right.TEACH):
        return []
    classes = list(_taught_now(viewer).select_related("course"))
    names = course_names([klass.course for klass in classes], language)
    people = {klass.pk: list(people_in_class(viewer, klass, names=True)) for klass in classes}
    return [
        TaughtClass(
            klass=klass,
            course=names[klass.course_id],
            people=standings(people[klass.pk], language) if people[klass.pk] else [],
        )
        for klass in classes
    ]
