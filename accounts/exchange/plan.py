"""What a list of people would do to a member: who is made, who is known already, and every problem by row."""

import difflib
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import translation
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from accounts.exchange.known import STEP, Known, people_of, users_named
from accounts.exchange.people_file import Problem, Table
from accounts.models import Agency, Member, Posting, User
from accounts.names import BadText, compared, tidy_line, tidy_name
from accounts.permissions import Refused, Right, Scope, scope_of
from accounts.roles import Role

Progress = Callable[[int, int], None]


@dataclass(frozen=True, kw_only=True)
class Row:
    """One person of a list, put in order."""

    number: int
    full_name: str
    agency: str
    username: str = ""
    latin_name: str = ""
    email: str = ""
    language: str = ""
    rank_band: str = ""
    sex: str = ""
    role: Role = Role.OFFICER
    is_pseudonymous: bool = False
    is_restricted: bool | None = None

    def same_as(self) -> tuple[object, ...]:
        """Everything but the number."""
        return tuple(value for name, value in vars(self).items() if name != "number")


@dataclass(frozen=True, kw_only=True)
class Change:
    """What a row changes of a person who is there already."""

    number: int
    user: int
    fields: dict[str, Any]
    posting: int
    rank_band: str = ""


@dataclass
class PeoplePlan:
    """What applying a list would do."""

    member: Member
    new_agency_kind: str = ""
    made: list[Row] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    unchanged: int = 0
    new_agencies: dict[str, str] = field(default_factory=dict)
    """Compared name → name as first written."""
    agencies: dict[str, Agency] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    stamp: tuple[Any, ...] = ()
    """What the member looked like when the plan was made."""

    @property
    def errors(self) -> list[Problem]:
        """What keeps the list from being applied."""
        return [each for each in self.problems if not each.warning]

    def as_json(self) -> dict[str, Any]:
        """As it is given to other programs and shown on the page."""
        return {
            "made": len(self.made),
            "changed": len(self.changed),
            "unchanged": self.unchanged,
            "new_agencies": sorted(self.new_agencies.values()),
            "problems": [each.as_json() for each in self.problems if not each.warning],
            "warnings": [each.as_json() for each in self.problems if each.warning],
        }


def stamp_of(member: Member) -> tuple[Any, ...]:
    """Changes when somebody is posted to the member or an agency is added: a plan of before is out of date then."""
    last = Posting.objects.filter(member=member).order_by("-pk").values_list("pk", flat=True).first()
    return last, *Agency.objects.filter(member=member, is_open=True).order_by("pk").values_list("pk", "name")


def require_import(by: User | None, member: Member) -> Scope:
    """For whom of the member somebody may import people.

    Raises:
        Refused: for nobody there.
    """
    scope = Scope(everyone=True) if by is None else scope_of(by, Right.MANAGE_PEOPLE)
    own = Agency.objects.filter(member=member, pk__in=scope.agencies)
    if not (scope.everyone or member.pk in scope.members or own.exists()):
        raise Refused(_("You may not bring in officers of this member."))
    return scope


def plan_people(
    *, by: User | None, member: Member, table: Table, new_agencies: str = "", progress: Progress | None = None
) -> PeoplePlan:
    """What a list would do, with every problem by row. Reads only.

    Arguments:
        by: who imports; None for the system itself.
        new_agencies: the kind (`Agency.Kind`) of agencies that are to be made where the list names one that there is
            not; empty to refuse such rows.
        progress: told how many rows are done, of how many.

    Raises:
        Refused: `by` may not bring people into this member.
    """
    scope = require_import(by, member)
    plan = PeoplePlan(
        member=member, new_agency_kind=new_agencies, problems=list(table.problems), stamp=stamp_of(member)
    )
    if any(each.row is None or each.row == 1 for each in plan.errors):  # the columns are wrong: cells would mislead
        return plan
    _Planner(plan, scope, by).run(table, progress)
    plan.problems.sort(key=lambda each: (each.row or 0, each.warning))
    return plan


class _Planner:
    def __init__(self, plan: PeoplePlan, scope: Scope, by: User | None) -> None:
        self.plan, self.scope, self.by = plan, scope, by
        self.member = plan.member
        self.whole = scope.everyone or self.member.pk in scope.members
        for agency in Agency.objects.filter(member=self.member):
            plan.agencies[compared(agency.name)] = agency
        self.near: dict[str, str] = {}
        self.words: dict[str, dict[str, str]] = {}
        self.languages = _languages()

    def run(self, table: Table, progress: Progress | None) -> None:
        rows: list[Row] = []
        total = len(table.rows)
        for done, (number, cells) in enumerate(table.rows, start=1):
            row = self.read(number, cells)
            if row is not None:
                rows.append(row)
            if progress and done % STEP == 0:
                progress(done // 2, total)  # reading is the first half
        self.find_repeated(rows)
        self.compare(rows, progress, total)
        if progress:
            progress(total, total)

    def problem(self, number: int, column: str, what: str, *, warning: bool = False) -> None:
        self.plan.problems.append(Problem(number, column, what, warning))

    # --- one row by itself

    def read(self, number: int, cells: dict[str, str]) -> Row | None:
        before = len(self.plan.problems)
        values = {column: self.cell(number, column, text) for column, text in cells.items()}
        is_pseudonymous = self.yes_no(number, "pseudonymous", values) or False
        row = Row(
            number=number,
            full_name=self.name(number, cells.get("full name", ""), is_pseudonymous, values),
            agency=self.agency(number, values.get("agency", "")),
            username=self.username(number, values.get("user name", "")),
            latin_name=self.short(number, "latin name", values, 200),
            email=self.email(number, values.get("e-mail", "")),
            language=self.language(number, values.get("language", "")),
            rank_band=self.choice(number, "rank band", values, Posting.RankBand.choices),
            sex=self.choice(number, "sex", values, User.Sex.choices, _SEXES),
            role=self.role(number, values),
            is_pseudonymous=is_pseudonymous,
            is_restricted=self.yes_no(number, "restricted", values),
        )
        return row if len(self.plan.problems) == before else None

    def cell(self, number: int, column: str, text: str) -> str:
        if column == "full name":
            return text
        try:
            return tidy_line(text)
        except BadText as problem:
            self.problem(number, column, str(problem))
            return ""

    def name(self, number: int, text: str, is_pseudonymous: bool, values: dict[str, str]) -> str:
        if is_pseudonymous:
            if text.strip():
                self.problem(
                    number,
                    "full name",
                    _("A pseudonymous account holds no name. Leave the name out, or “pseudonymous”."),
                )
            if not values.get("user name"):
                self.problem(
                    number,
                    "user name",
                    _("A pseudonymous account needs a user name here, so that you know whose it is."),
                )
            return ""
        try:
            return tidy_name(text)
        except BadText as problem:
            self.problem(number, "full name", str(problem))
            return ""

    def short(self, number: int, column: str, values: dict[str, str], longest: int) -> str:
        text = values.get(column, "")
        if len(text) > longest:
            self.problem(number, column, _("It is longer than %(most)s characters.") % {"most": longest})
        return text

    def agency(self, number: int, text: str) -> str:
        key = compared(text)
        if not key:
            self.problem(number, "agency", _("The agency is missing."))
            return ""
        known = self.plan.agencies.get(key)
        if known is not None:
            if not known.is_open:
                self.problem(number, "agency", _("“%(agency)s” is no longer in use.") % {"agency": known})
            elif not (self.whole or known.pk in self.scope.agencies):
                self.problem(number, "agency", _("“%(agency)s” is not your agency.") % {"agency": known})
        elif self.plan.new_agency_kind and self.whole and len(text) <= 160:
            self.plan.new_agencies.setdefault(key, text)
        else:
            self.problem(number, "agency", self.unknown_agency(key, text))
        return key

    def unknown_agency(self, key: str, text: str) -> str:
        if key not in self.near:
            found = difflib.get_close_matches(key, self.plan.agencies, n=1, cutoff=0.6)
            words = _("“%(agency)s” is no agency of %(member)s.") % {"agency": text[:160], "member": self.member}
            if found:
                words = _("“%(agency)s” is no agency of %(member)s. Is it “%(near)s”?") % {
                    "agency": text[:160],
                    "member": self.member,
                    "near": self.plan.agencies[found[0]],
                }
            self.near[key] = words
        return self.near[key]

    def username(self, number: int, text: str) -> str:
        text = User.normalize_username(text)
        if len(text) > 150:
            self.problem(number, "user name", _("It is longer than %(most)s characters.") % {"most": 150})
        elif text:
            try:
                UnicodeUsernameValidator()(text)
            except ValidationError:
                self.problem(number, "user name", _("Letters, digits and @ . + - _ only, without spaces."))
        return text

    def email(self, number: int, text: str) -> str:
        if text:
            try:
                validate_email(text)
            except ValidationError:
                self.problem(number, "e-mail", _("“%(text)s” is no e-mail address.") % {"text": text[:80]})
            if len(text) > 254:
                self.problem(number, "e-mail", _("It is longer than %(most)s characters.") % {"most": 254})
        return text

    def language(self, number: int, text: str) -> str:
        code = self.languages.get(compared(text), "")
        if text and not code:
            self.problem(
                number,
                "language",
                _("“%(text)s” is no language of this site. There are: %(known)s.")
                % {"text": text[:40], "known": ", ".join(code for code, _name in settings.LANGUAGES)},
            )
        return code

    def choice(
        self, number: int, column: str, values: dict[str, str], choices: Any, more: dict[str, str] | None = None
    ) -> str:
        text = compared(values.get(column, ""))
        if column not in self.words:
            known = {compared(str(word)): value for value, label in choices for word in (value, label)}
            with translation.override("en"):
                known |= {compared(str(label)): value for value, label in choices}
            self.words[column] = known | (more or {})
        known = self.words[column]
        if text and text not in known:
            self.problem(
                number,
                column,
                _("“%(text)s” is not among: %(known)s.")
                % {"text": text[:40], "known": ", ".join(value for value, _label in choices)},
            )
        return known.get(text, "")

    def role(self, number: int, values: dict[str, str]) -> Role:
        choices = [(role.value.replace("_", " "), role.label) for role in (Role.OFFICER, Role.AGENCY_VERIFIER)]
        more = {"agency_verifier": "agency verifier", "verifier": "agency verifier"}
        found = self.choice(number, "role", values, choices, more)
        return Role(found.replace(" ", "_")) if found else Role.OFFICER

    def yes_no(self, number: int, column: str, values: dict[str, str]) -> bool | None:
        text = compared(values.get(column, ""))
        if not text:
            return None
        if text not in _YES and text not in _NO:
            self.problem(number, column, _("“%(text)s” is neither yes nor no.") % {"text": text[:40]})
        return text in _YES

    # --- rows beside each other

    def find_repeated(self, rows: list[Row]) -> None:
        whole: dict[tuple[object, ...], int] = {}
        usernames: dict[str, int] = {}
        emails: dict[str, int] = {}
        names: dict[tuple[str, str], int] = {}
        for row in rows:
            if earlier := whole.get(row.same_as()):
                self.problem(row.number, "", _("It is the same as row %(row)s.") % {"row": earlier})
                continue
            whole[row.same_as()] = row.number
            if row.username and (earlier := usernames.get(row.username.lower())):
                self.problem(row.number, "user name", _("Row %(row)s has it too.") % {"row": earlier})
            usernames.setdefault(row.username.lower(), row.number)
            if row.email and (earlier := emails.get(row.email.lower())):
                self.problem(row.number, "e-mail", _("Row %(row)s has it too.") % {"row": earlier}, warning=True)
            emails.setdefault(row.email.lower(), row.number)
            name = (compared(row.full_name), row.agency)
            if row.full_name and (earlier := names.get(name)):
                self.problem(
                    row.number,
                    "full name",
                    _("It looks like row %(row)s: the same name in the same agency.") % {"row": earlier},
                    warning=True,
                )
            names.setdefault(name, row.number)

    # --- rows beside who is there

    def compare(self, rows: list[Row], progress: Progress | None, total: int) -> None:
        known = people_of(self.member)
        taken = users_named(row.username for row in rows if row.username)
        at: dict[tuple[str, str], list[Known]] = defaultdict(list)
        alike: dict[tuple[str, str], Known] = {}
        emails: dict[str, Known] = {}
        keys = {agency.pk: key for key, agency in self.plan.agencies.items()}
        for each in known.values():
            for _key, agency, _role, _band in each.postings:
                place = keys.get(agency or 0, "")
                at[each.full_name, place].append(each)
                alike.setdefault((compared(each.full_name), place), each)
            # Of people of other agencies, whose user name is not told to whoever brings in for one.
            if each.email and (self.whole or any(agency in self.scope.agencies for _key, agency, *_ in each.postings)):
                emails.setdefault(each.email.lower(), each)
        for done, row in enumerate(rows, start=1):
            if progress and done % STEP == 0:
                progress(total // 2 + done // 2, total)
            if row.username:
                user = taken.get(row.username.lower())
                found = known.get(user) if user else None
                if user and not found:
                    self.problem(row.number, "user name", _("This user name is taken."))
                    continue
            else:
                same = at.get((row.full_name, row.agency), [])
                found = next((each for each in same if row.email and each.email == row.email), None)
                found = found or (same[0] if same else None)
                if found:
                    same.remove(found)
            if found:
                self.change(row, found)
                continue
            if other := alike.get((compared(row.full_name), row.agency)):
                self.problem(
                    row.number,
                    "full name",
                    _("It looks like %(username)s, who is there: the same name in the same agency.")
                    % {"username": other.username},
                    warning=True,
                )
            if row.email and (other := emails.get(row.email.lower())):
                self.problem(
                    row.number,
                    "e-mail",
                    _("It looks like %(username)s, who is there: the same e-mail.") % {"username": other.username},
                    warning=True,
                )
            self.plan.made.append(row)

    def change(self, row: Row, found: Known) -> None:
        """Somebody who is there already: only what the list says and the person did not choose."""
        agency = self.plan.agencies.get(row.agency)
        here = [each for each in found.postings if agency is not None and each[1] == agency.pk]
        posting = next((each for each in here if each[2] == row.role), None)
        if posting is None:
            self.problem(
                row.number,
                "role" if here else "agency",
                _("%(username)s is there with another agency or role. A list moves nobody: do it on the person's page.")
                % {"username": found.username},
            )
            return
        fields: dict[str, Any] = {}
        was_pseudonymous = found.full_name == found.values["learner_code"]
        if was_pseudonymous != row.is_pseudonymous:
            self.problem(
                row.number,
                "pseudonymous",
                _("A list makes no account pseudonymous that is there, and names no pseudonymous one."),
            )
            return
        if row.full_name and row.full_name != found.full_name:
            fields["full_name"] = row.full_name
        for name in ("latin_name", "email"):
            if getattr(row, name) and getattr(row, name) != found.values[name]:
                fields[name] = getattr(row, name)
        for name in ("language", "sex"):  # the person's own choice goes before
            if getattr(row, name) and not found.values[name]:
                fields[name] = getattr(row, name)
        if row.is_restricted is not None and row.is_restricted != found.values["is_restricted"]:
            fields["is_restricted"] = row.is_restricted
        rank_band = row.rank_band if row.rank_band != posting[3] else ""
        if not fields and not rank_band:
            self.plan.unchanged += 1
            return
        if not self.may_change(found):
            self.problem(
                row.number,
                "",
                _("%(username)s also serves elsewhere or in another role: a list changes nothing of such a person.")
                % {"username": found.username},
            )
            return
        self.plan.changed.append(
            Change(number=row.number, user=found.user, fields=fields, posting=posting[0], rank_band=rank_band)
        )

    def may_change(self, found: Known) -> bool:
        roles = (Role.OFFICER, Role.AGENCY_VERIFIER)
        return found.values["elsewhere"] is False and all(
            role in roles and self.scope.covers(member=self.member.pk, agency=agency)
            for _key, agency, role, _band in found.postings
        )


_YES = frozenset(compared(each) for each in ("yes", "y", "true", "1", "x", "ya", "ہاں", "✓"))
_NO = frozenset(compared(each) for each in ("no", "n", "false", "0", "tidak", "نہیں"))
_SEXES = {"f": "woman", "female": "woman", "m": "man", "male": "man", "perempuan": "woman", "laki-laki": "man"}


def _languages() -> dict[str, str]:
    found: dict[str, str] = {}
    for code, _name in settings.LANGUAGES:
        info = get_language_info(code)
        found |= {compared(word): code for word in (code, info["name"], info["name_local"])}
    return found
