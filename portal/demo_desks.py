"""What waits on the desks of the demo: officers, classes, nominations, a registration, offers, look-alike accounts.

Made by the services of real work, in the name of the demo people, so that the audit log tells it as it happened.
"""

import datetime as dt
import secrets

from django.db import transaction
from django.utils import timezone

from accounts.models import Agency, Member, Posting, User
from accounts.services import (
    ask_erasure,
    choose_policy,
    give_codes,
    make_invitation,
    make_officer,
    register,
    set_restricted,
)
from accounts.services.moving import offer_transfer
from courses.pages.review_desk import all_units
from courses.pages.services.reviewing import return_unit, sign_check, submit_unit
from learning.models import AnnexText, Class, Course, Nomination
from learning.selectors import boxes_of
from learning.services import (
    accept_nominations,
    add_trainer,
    approve_annex_text,
    make_class,
    propose_nominations,
    return_nominations,
    save_annex_draft,
    set_seats,
    submit_annex_text,
)

Rank = Posting.RankBand

#: Who the coordinators brought in: coordinator, agency, rank band, name. All are invented. Two of them are one person.
OFFICERS = (
    ("coordinator", "Border police", Rank.SENIOR, "Ratna Kusuma"),
    ("coordinator", "Social services", Rank.SENIOR, "Ratna Kusuma"),
    ("coordinator", "Border police", Rank.ENTRY, "Bayu Pratama"),
    ("coordinator", "Border police", Rank.ENTRY, "Indah Permata"),
    ("coordinator", "Social services", Rank.SUPERVISOR, "Hendra Wijaya"),
    ("coordinator", "Social services", Rank.CIVILIAN, "Maya Anggraini"),
    ("coordinator", "Border police", Rank.SUPERVISOR, "Yusuf Ramadhan"),
    ("coordinator", "Border police", Rank.ENTRY, "Sukarno"),
    ("coordinator2", "Labour inspection", Rank.SUPERVISOR, "อารีย์ พงษ์ไทย"),
    ("coordinator2", "Labour inspection", Rank.ENTRY, "วิชัย แสงทอง"),
    ("coordinator2", "Labour inspection", Rank.ENTRY, "นภา รุ่งเรือง"),
)
RUNNING, COMING = "Border posts, evening class", "Day class, first intake"


@transaction.atomic
def fill_desks() -> bool:
    """Put something on each desk; False when it was done before. Needs the demo people and a published course."""
    courses = list(Course.objects.filter(editions__isnull=False).distinct().order_by("position", "code"))
    if not courses or Class.objects.filter(title=RUNNING).exists():
        return False
    names = ("coordinator", "coordinator2", "rso", "officer", "officer2")
    by = {name: User.objects.get(username=name) for name in names}
    members = {name: Member.objects.get(code=code) for name, code in (("coordinator", "ID"), ("coordinator2", "TH"))}
    choose_policy(
        by=by["coordinator"],
        member=members["coordinator"],
        sharing=Member.Sharing.NAMES,
        takes_registrations=True,
    )
    choose_policy(
        by=by["coordinator2"],
        member=members["coordinator2"],
        sharing=Member.Sharing.CODES,
        takes_registrations=False,
    )
    people = _bring_in(by, members)
    _classes(by, members, people, courses)
    _entry(by["coordinator"], members["coordinator"], people)
    _reviews(courses[0])
    _annex(by, members, courses)
    return True


def _reviews(course: Course) -> None:
    """Two modules that wait for the reviewers, of which one is signed in part, and one that came back."""
    trainer, reviewer = (User.objects.get(username=name) for name in ("trainer", "reviewer"))
    units = [unit for unit in all_units(course) if not unit.is_course]
    source = [unit for unit in units if not unit.is_translation]
    translated = [unit for unit in units if unit.is_translation]
    waiting = [*source[:1], *translated[-1:]]
    returned = source[1:2]
    for unit in [*waiting, *returned]:
        submit_unit(by=trainer, course=course, key=unit.key, language=unit.language)
    for unit in source[:1]:
        for number in (1, 2):
            sign_check(
                by=reviewer,
                course=course,
                key=unit.key,
                language=unit.language,
                number=number,
                digest=unit.digest,
            )
    for unit in returned:
        lesson = unit.text["lessons"][0]
        return_unit(
            by=reviewer,
            course=course,
            key=unit.key,
            language=unit.language,
            number=3,
            digest=unit.digest,
            comment="Say before the case that nobody decides alone.",
            notes={f"{lesson['key']}/body.{lesson['blocks'][0]['id']}": "Refer, do not decide: say so here, too."},
        )


def _agency(member: Member, name: str) -> Agency:
    kind = {"Border police": "border", "Social services": "social", "Labour inspection": "labour"}[name]
    return Agency.objects.get_or_create(member=member, name=name, defaults={"kind": kind})[0]


def _bring_in(by: dict[str, User], members: dict[str, Member]) -> dict[str, list[User]]:
    people: dict[str, list[User]] = {name: [] for name in members}
    for coordinator, agency, rank_band, name in OFFICERS:
        member = members[coordinator]
        people[coordinator].append(
            make_officer(
                by=by[coordinator],
                member=member,
                agency=_agency(member, agency),
                full_name=name,
                rank_band=rank_band,
                language="id" if member.code == "ID" else "",
            )
        )
    return people


def _classes(
    by: dict[str, User], members: dict[str, Member], people: dict[str, list[User]], courses: list[Course]
) -> None:
    """A class that runs and one that is to come; somebody learns there, waits, was returned, or is to be decided on."""
    today = timezone.localdate()
    rso, (own, other) = by["rso"], members.values()
    running = make_class(
        by=rso,
        course=courses[0],
        title=RUNNING,
        starts_on=today - dt.timedelta(days=14),
        ends_on=today + dt.timedelta(days=42),
        places=20,
        languages=["id", "en"],
        note="Tuesdays and Thursdays, 19:00 to 20:30",
    )
    coming = make_class(
        by=rso,
        course=courses[-1],
        title=COMING,
        starts_on=today + dt.timedelta(days=21),
        ends_on=today + dt.timedelta(days=80),
        places=12,
        languages=["en"],
    )
    for klass, seats in ((running, {own: 2, other: 2}), (coming, {own: 3, other: 2})):
        set_seats(by=rso, course=klass.course, klass=klass, numbers=seats)
        add_trainer(by=rso, klass=klass, username="trainer", starts_on=klass.starts_on)

    mine, theirs = people["coordinator"], people["coordinator2"]
    made = _propose(by["coordinator"], running, mine[2:7])
    accept_nominations(
        by=rso, course=running.course, klass=running, member=own, nominations=[n.uuid for n in made[:3]], wait=True
    )
    return_nominations(
        by=rso,
        course=running.course,
        klass=running,
        member=own,
        nominations=[made[3].uuid],
        reason="The evening class is for border posts. Please choose the day class.",
    )
    guests = _propose(by["coordinator2"], running, [by["officer2"], theirs[2]])
    accept_nominations(by=rso, course=running.course, klass=running, member=other, nominations=[n.uuid for n in guests])
    _propose(by["coordinator"], coming, [by["officer"], mine[0]])
    _propose(by["coordinator2"], coming, theirs[:2])


def _propose(coordinator: User, klass: Class, people: list[User]) -> list[Nomination]:
    return propose_nominations(by=coordinator, course=klass.course, klass=klass, people=[each.uuid for each in people])


def _annex(by: dict[str, User], members: dict[str, Member], courses: list[Course]) -> None:
    """Both members have filled the first country box that a course has; one of them waits with a change. Invented."""
    boxes = boxes_of(courses)
    course = next((each for each in courses if each.pk in boxes), None)
    if course is None:
        return
    box, today = boxes[course.pk][0], timezone.localdate()
    contact = {"name": "Referral desk (invented)", "hours": "", "languages": "", "tested_on": today.isoformat()}

    def write(coordinator: str, number: str, text: str, *, asks_again: bool = False) -> AnnexText:
        draft = save_annex_draft(
            by=by[coordinator],
            member=members[coordinator],
            course=course,
            lesson=box.lesson,
            block=box.block,
            language="en",
            text=text,
            contacts=[contact | {"number": number}],
            valid_from=today,
            asks_again=asks_again,
        )
        return submit_annex_text(by=by[coordinator], text=draft)

    reviewer = User.objects.get(username="reviewer")
    for coordinator, number in (("coordinator", "0000 01"), ("coordinator2", "0000 02")):
        text = write(coordinator, number, "Invented for the demo: the desk answers day and night. Say where you are.")
        approve_annex_text(by=reviewer, text=text)
    write("coordinator2", "0000 03", "Invented for the demo: the desk has a new number.", asks_again=True)


def _entry(coordinator: User, member: Member, people: dict[str, list[User]]) -> None:
    """Ways in that are open, offers that wait for an answer, and what else a coordinator meets."""
    mine, theirs = people["coordinator"], people["coordinator2"]
    border, social = _agency(member, "Border police"), _agency(member, "Social services")
    # Nobody signs in to these accounts: the passwords are thrown away.
    for name, agency in (("Galih Setiawan", border), ("Fitri Handayani", social)):
        register(member=member, agency=agency, full_name=name, password=secrets.token_urlsafe(18), language="id")
    make_invitation(
        by=coordinator,
        member=member,
        agency=social,
        uses=25,
        last_day=timezone.localdate() + dt.timedelta(days=30),
    )
    give_codes(by=coordinator, people=[mine[5]])
    set_restricted(by=coordinator, user=mine[6], is_restricted=True)
    ask_erasure(by=mine[7], user=mine[7])
    other = User.objects.get(username="coordinator2")
    offer_transfer(by=other, user=theirs[2], to_member=member, kind=Agency.Kind.SOCIAL)
    offer_transfer(by=coordinator, user=mine[4], to_member=Member.objects.get(code="TH"), kind=Agency.Kind.LABOUR)
