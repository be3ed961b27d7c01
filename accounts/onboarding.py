"""Bringing a member in, as steps of which each says whether it is done.

What learning and certificates know stands in rooms below this one, so each room adds its own steps: `adds_steps`, in a
module that its app loads at start.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils import formats
from django.utils.translation import gettext as _

from accounts.models import Member, Posting, User
from accounts.permissions import Right, scope_of
from accounts.roles import Role
from accounts.selectors import coordinators_of
from lms.suppression import suppress


@dataclass(frozen=True)
class Step:
    """One step: what it is, whether it is done, where it stands in words, and where to go on."""

    title: str
    is_done: bool
    said: str
    address: str = ""
    link: str = ""


Source = Callable[[User, Member], Iterable[Step]]
_SOURCES: list[Source] = []


def adds_steps(source: Source) -> Source:
    """Declare a function of (viewer, member) that gives further steps; it shows no more than its viewer may know."""
    _SOURCES.append(source)
    return source


def steps_of(viewer: User, member: Member) -> list[Step]:
    """All steps of bringing a member in, for whoever keeps members; nobody else gets any."""
    if not scope_of(viewer, Right.MANAGE_MEMBERS):
        return []
    return [*_own(viewer, member), *(step for source in _SOURCES for step in source(viewer, member))]


def address_if_there(name: str, *args: object) -> str:
    """The address of this name, or nothing on a site without that part."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def _own(viewer: User, member: Member) -> Iterator[Step]:
    edit, agencies = reverse("members:edit", args=[member.code]), reverse("members:agencies", args=[member.code])
    coordinators = reverse("members:coordinators", args=[member.code])
    yield Step(
        _("The entry is checked"),
        member.as_at is not None,
        _("Checked on %(day)s.") % {"day": formats.date_format(member.as_at, "Y-m-d")}
        if member.as_at
        else _("Compare it with the list of the Bali Process, then say that it is right as at today."),
        edit,
        _("Open the entry"),
    )
    yield Step(
        _("Its languages are known"),
        bool(member.languages),
        " ".join(member.languages) or _("Name the languages useful for training, in order of use."),
        edit,
        _("Open the entry"),
    )
    open_agencies = member.agencies.filter(is_open=True).count()
    yield Step(
        _("Its agencies are named"),
        open_agencies > 0,
        _("Agencies in use: %(count)s") % {"count": open_agencies}
        if open_agencies
        else _("Each officer serves an agency; the coordinator can add them as well."),
        agencies,
        _("Agencies"),
    )
    appointed = [
        each
        for each in coordinators_of(viewer, member)
        if each.posting.role == Role.COORDINATOR and each.posting.agency_id is None
    ]
    yield Step(
        _("A national coordinator is appointed"),
        bool(appointed),
        ", ".join(each.name for each in appointed)
        or _("The coordinator brings in officers and sees their names; nobody at the RSO does that."),
        coordinators,
        _("Coordinators"),
    )
    yield Step(
        _("The coordinator signs in with a second factor"),
        any(each.has_second_factor for each in appointed),
        _("An app or a key is set up.")
        if any(each.has_second_factor for each in appointed)
        else _("The coordinator sets it up at the first sign-in."),
    )
    if member.policy_chosen_on:
        on = formats.date_format(member.policy_chosen_on, "Y-m-d")
        shares = _("%(what)s, chosen on %(day)s.") % {"what": member.get_sharing_display(), "day": on}
        registers = _("Officers may register themselves.") if member.takes_registrations else _("They may not.")
    else:
        shares = _("Counts only, until the coordinator has looked at it. Only the member can change it.")
        registers = _("They may not, until the coordinator says otherwise.")
    yield Step(_("The member has chosen what it shares with the RSO"), bool(member.policy_chosen_on), shares)
    yield Step(
        _("The member has decided whether officers register themselves"), bool(member.policy_chosen_on), registers
    )
    officers = Posting.objects.filter(member=member, role=Role.OFFICER).current().values("user").distinct().count()
    may_count = bool(scope_of(viewer, Right.SEE_COUNTS))
    there = _("Officers: %(count)s") % {"count": suppress(officers)} if may_count else _("There are some.")
    yield Step(
        _("The first officers are brought in"),
        officers > 0,
        there if officers else _("The coordinator does this on the page “People”: one by one, or many from a file."),
    )
