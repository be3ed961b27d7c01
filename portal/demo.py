"""The people of the demo. Only ever made with SULUH_DEMO=1; all names are invented."""

import base64
import hashlib
from dataclasses import dataclass

from accounts.roles import REVIEWER_ROLES, Role
from accounts.second_factor import ROLES_WITH_SECOND_FACTOR


@dataclass(frozen=True)
class DemoPerson:
    """One demo sign-in: who it is, in which role, for whom."""

    username: str
    full_name: str
    role: Role
    member: str = ""
    agency: str = ""
    shows: str = ""
    #: Further postings; in a real office these are several people.
    more: tuple[Role, ...] = ()

    @property
    def needs_code(self) -> bool:
        """Whether signing in asks for a one-time code, too."""
        return self.role in ROLES_WITH_SECOND_FACTOR

    @property
    def secret(self) -> str:
        """The secret of the authenticator app: known to all, like the password, and the same in every demo."""
        return base64.b32encode(hashlib.sha256(f"suluh demo {self.username}".encode()).digest()[:20]).decode()

    @property
    def recovery_seed(self) -> str:
        """What the recovery codes are made from."""
        return hashlib.sha256(f"suluh demo recovery {self.username}".encode()).hexdigest()


PEOPLE = (
    DemoPerson("officer", "Sari Wulandari", Role.OFFICER, "ID", "Border police", "learns"),
    DemoPerson("officer2", "Kanya Srisuk", Role.OFFICER, "TH", "Labour inspection", "learns, for another member"),
    DemoPerson("trainer", "Daniel Okafor", Role.TRAINER, shows="writes and publishes courses"),
    DemoPerson("translator", "Ayesha Noor", Role.TRANSLATOR, shows="translates"),
    DemoPerson(
        "reviewer",
        "Miriam Castellan",
        Role.LEGAL_REVIEWER,
        shows="reviews: signs what six reviewers would",
        more=tuple(role for role in REVIEWER_ROLES if role not in (Role.LEGAL_REVIEWER, Role.TRAUMA_REVIEWER)),
    ),
    DemoPerson("reviewer2", "Joao Pinto", Role.TRAUMA_REVIEWER, shows="reviews: signs the trauma check"),
    DemoPerson("coordinator", "Budi Santoso", Role.COORDINATOR, "ID", "", "sees the officers of the own member"),
    DemoPerson("coordinator2", "Niran Chaiyo", Role.COORDINATOR, "TH", "", "the same, for another member"),
    DemoPerson("rso", "Helen Marsh", Role.RSO_CERTIFICATION, shows="sees certification across members"),
    DemoPerson("auditor", "Tomas Lindqvist", Role.AUDITOR, shows="audits"),
    DemoPerson("admin", "Site Administrator", Role.ADMINISTRATOR, shows="runs the site"),
)

AGENCY_KINDS = {"Border police": "border", "Labour inspection": "labour"}
