"""The cast of all tests: one who owns, one who shares, one who must never get in, and those who look after them."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.test import Client

from accounts.models import Agency, Member, User
from accounts.roles import Role
from accounts.second_factor import needs_second_factor, remember_passed
from accounts.services import create_person, post_person
from accounts.sessions import KEPT, now

PASSWORD = "a-long-password"


@dataclass
class Cast:
    home: Member
    away: Member
    officer: User
    colleague: User
    outsider: User
    coordinator: User
    foreign_coordinator: User
    agency_coordinator: User
    verifier: User
    service_desk: User
    rso: User
    analyst: User
    trainer: User
    auditor: User
    admin: User
    nobody: User

    def client(self, user: User | None, *, second_factor: bool | None = None) -> Client:
        """A browser in which this person is signed in, or nobody.

        Whose role needs a second factor has passed it, unless `second_factor` says otherwise.
        """
        client = Client()
        if user is not None:
            sign_in(client, user, second_factor=second_factor)
        return client


def sign_in(client: Client, user: User, *, second_factor: bool | None = None) -> None:
    """Sign a person in without the pages, as a sign-in with a code does where the role needs one."""
    client.force_login(user, backend="accounts.backends.PeopleBackend")
    # Asked of a person of its own: what was read once would go with the object through the test.
    if needs_second_factor(User.objects.get(pk=user.pk)) if second_factor is None else second_factor:
        request = HttpRequest()
        request.session = client.session
        remember_passed(request, user, type="totp")
        request.session[KEPT] |= {"seen": now()}
        request.session.save()


def make_person(
    username: str, role: Role | None = None, member: Member | None = None, agency: Agency | None = None, **fields
) -> User:
    """A person with at most one posting; the full name is made from the user name."""
    user = create_person(
        by=None,
        username=username,
        full_name=fields.pop("full_name", f"{username.title()} Example"),
        password=PASSWORD,
        **fields,
    )
    if role:
        post_person(by=None, user=user, role=role, member=member, agency=agency)
    return user


def make_cast() -> Cast:
    home = Member.objects.create(code="ID", name="Indonesia")
    away = Member.objects.create(code="TH", name="Thailand")
    police = Agency.objects.create(member=home, name="Police", kind="police")
    border = Agency.objects.create(member=home, name="Border", kind="border")
    return Cast(
        home=home,
        away=away,
        officer=make_person("officer", Role.OFFICER, home, police),
        colleague=make_person("colleague", Role.OFFICER, home, border),
        outsider=make_person("outsider", Role.OFFICER, away),
        coordinator=make_person("coordinator", Role.COORDINATOR, home),
        foreign_coordinator=make_person("foreign", Role.COORDINATOR, away),
        agency_coordinator=make_person("agencycoordinator", Role.COORDINATOR, home, border),
        verifier=make_person("verifier", Role.AGENCY_VERIFIER, home, police),
        service_desk=make_person("servicedesk", Role.SERVICE_DESK),
        rso=make_person("rso", Role.RSO_CERTIFICATION),
        analyst=make_person("analyst", Role.RSO_ANALYST),
        trainer=make_person("trainer", Role.TRAINER),
        auditor=make_person("auditor", Role.AUDITOR),
        admin=make_person("admin", Role.ADMINISTRATOR),
        nobody=make_person("nobody"),
    )
