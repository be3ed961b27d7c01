"""Prepared queries: the same rows as the queryset's, whatever it asks, in the state that the database has now."""

import datetime as dt
import uuid

import pytest
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.db.models import BigIntegerField, CharField, DateTimeField, F, JSONField, Q, SlugField, UUIDField
from django.utils import timezone

from accounts.models import Posting, User
from assessments.models import Response
from assessments.services import start_attempt
from learning.models import Course, CourseProgress, Enrolment, FrozenContent, ManifestEntry
from learning.services import enrol
from lms.prepared import Given, Prepared, PreparedUpdate
from lms.sessions import SessionStore

NUMBER, TEXT = BigIntegerField(), CharField()


def state(row, above=()):
    """Everything that a row holds, related rows that came with it included."""
    if isinstance(row, tuple):
        return row
    if row in above:  # two rows that know each other
        return repr(row)
    fields = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    cached = {name: state(each, (*above, row)) if each else None for name, each in row._state.fields_cache.items()}
    return type(row), row._state.db, row._state.adding, fields, cached


QUERIES = {
    "by a number": (lambda v: User.objects.filter(pk=v("pk", NUMBER)), lambda cast: {"pk": cast.officer.pk}),
    "by a number that nobody has": (lambda v: User.objects.filter(pk=v("pk", NUMBER)), lambda cast: {"pk": 0}),
    "by a number that no table can hold": (
        lambda v: User.objects.filter(pk=v("pk", NUMBER)),
        lambda cast: {"pk": 10**40},
    ),
    "by a uuid": (lambda v: User.objects.filter(uuid=v("u", UUIDField())), lambda cast: {"u": cast.officer.uuid}),
    "by text, related": (
        lambda v: Posting.objects.filter(user__username=v("name", TEXT)).select_related("member", "agency"),
        lambda cast: {"name": "officer"},
    ),
    "by an instant, sorted": (
        lambda v: User.objects.filter(created_at__lte=v("now", DateTimeField())).order_by("-username"),
        lambda cast: {"now": timezone.now()},
    ),
    "by an instant before everything": (
        lambda v: User.objects.filter(created_at__lte=v("now", DateTimeField())),
        lambda cast: {"now": dt.datetime(2001, 1, 1, tzinfo=dt.UTC)},
    ),
    "one value twice, with constants": (
        lambda v: User.objects.filter(Q(pk=v("pk", NUMBER)) | Q(pk__gt=v("pk", NUMBER)), is_active=True).order_by("pk"),
        lambda cast: {"pk": cast.officer.pk},
    ),
    "related rows that may be missing": (
        lambda v: Enrolment.objects.filter(course__slug=v("slug", SlugField()), ended_at=None).select_related(
            "actor__user", "course", "edition", "agency", "progress"
        ),
        lambda cast: {"slug": "t1"},
    ),
    "values with JSON": (
        lambda v: (
            ManifestEntry.objects.filter(language=v("language", TEXT))
            .order_by("activity__key")
            .values_list("activity__uuid", "content__body", "revision__outline", "revision__published_at")
        ),
        lambda cast: {"language": "en"},
    ),
    "an annotation": (
        lambda v: Course.objects.filter(slug=v("slug", SlugField())).annotate(after=F("position") + 1),
        lambda cast: {"slug": "t1"},
    ),
    "the first only": (
        lambda v: User.objects.filter(is_active=v("active", User._meta.get_field("is_active"))).order_by("pk")[:1],
        lambda cast: {"active": True},
    ),
    "one that is not there": (
        lambda v: CourseProgress.objects.filter(enrolment=v("enrolment", NUMBER)),
        lambda cast: {"enrolment": 0},
    ),
}


@pytest.mark.parametrize("name", QUERIES)
def test_a_prepared_query_gives_what_the_queryset_gives(cast, course, name):
    build, make_values = QUERIES[name]
    enrol(by=cast.officer, course=course.course)
    values = make_values(cast)
    query = Prepared(lambda: build(Given))
    expected = list(build(lambda name, field: values[name]))
    for _again in range(2):
        found = query.all(**values)
        assert [state(row) for row in found] == [state(row) for row in expected]
        assert query.first(**values) == (expected[0] if expected else None)


def test_a_prepared_query_asks_the_database_each_time_and_builds_once(cast, django_assert_num_queries):
    built = []

    def build():
        built.append(1)
        return User.objects.filter(pk=Given("pk", NUMBER))

    query = Prepared(build)
    assert query.first(pk=cast.officer.pk).full_name == "Officer Example"
    User.objects.filter(pk=cast.officer.pk).update(full_name="Another Name")
    with django_assert_num_queries(2):
        assert query.first(pk=cast.officer.pk).full_name == "Another Name"
        assert query.first(pk=cast.outsider.pk).full_name == "Outsider Example"
    assert built == [1]


@pytest.mark.parametrize("values", [{}, {"pk": 1, "more": 2}, {"other": 1}])
def test_a_value_too_few_or_too_many_is_refused(db, values):
    query = Prepared(lambda: User.objects.filter(pk=Given("pk", NUMBER)))
    with pytest.raises(TypeError, match=r"takes \['pk'\]"):
        query.all(**values)


def test_a_value_is_data_and_never_sql(cast):
    query = Prepared(lambda: User.objects.filter(username=Given("name", TEXT)))
    assert query.all(name="officer' OR '1'='1") == []
    assert query.all(name="%s") == []


@pytest.mark.django_db(transaction=True)
def test_a_query_that_locks_refuses_to_run_outside_a_transaction():
    query = Prepared(lambda: User.objects.select_for_update().filter(pk=Given("pk", NUMBER)))
    with transaction.atomic():
        assert query.all(pk=0) == []
    if connection.features.has_select_for_update:
        with pytest.raises(transaction.TransactionManagementError):
            query.all(pk=0)


@pytest.mark.parametrize("answer", [["a"], ["b", "c"], {"1": "b", "2": "“x” %s"}, None])
def test_a_prepared_update_writes_what_the_queryset_would(cast, course, answer):
    enrolment = enrol(by=cast.officer, course=course.course)
    start_attempt(by=cast.officer, enrolment=enrolment, key="pre-test", language="en")
    response = Response.objects.get()
    content = FrozenContent.objects.exclude(pk=response.content_id).first()
    update = PreparedUpdate(
        lambda: Response.objects.filter(pk=Given("pk", NUMBER)),
        answer=Given("answer", JSONField()),
        answered_at=Given("at", DateTimeField()),
        content=Given("content", TEXT),
        edits=F("edits") + 1,
    )
    now = timezone.now()
    assert update.run(pk=0, answer=answer, at=now, content=content.pk) == 0
    assert update.run(pk=response.pk, answer=answer, at=now, content=content.pk) == 1
    response.refresh_from_db()
    assert (response.answer, response.answered_at, response.edits) == (answer, now, 1)
    assert response.content == content
    if answer is None:
        assert Response.objects.filter(answer__isnull=True).exists(), "NULL, not JSON's null"


def test_a_session_is_read_as_djangos_own_store_reads_it(db):
    store = SessionStore()
    store["seen"] = {"answers": [1, 2]}
    store.create()
    assert SessionStore(store.session_key)["seen"] == {"answers": [1, 2]}
    Session.objects.update(expire_date=timezone.now() - dt.timedelta(seconds=1))
    late = SessionStore(store.session_key)
    assert late.get("seen") is None and late.session_key is None
    assert SessionStore(uuid.uuid4().hex).get("seen") is None
