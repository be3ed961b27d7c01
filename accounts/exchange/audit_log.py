"""Tables about people that leave the site as files."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from accounts.selectors.audit import LogLine
from lms.tables import stream_csv


def log_csv(lines: Iterator[LogLine]) -> Iterator[bytes]:
    """Entries of the audit log, a row each. Restricted people stand in no file, so not even their codes are here."""
    header = [
        _("Number"),
        _("When"),
        _("User name of who did it"),
        _("Who did it"),
        _("Action"),
        _("What was done"),
        _("Of whom (learner codes)"),
        _("Object"),
        _("Member code"),
        _("Reason"),
        _("From where"),
        _("Details"),
        _("Digest"),
    ]
    restricted = _("restricted")
    system = _("Suluh itself")
    return stream_csv(
        header,
        (
            [
                line.event.number,
                line.event.at.isoformat(timespec="seconds"),
                line.username,
                restricted if line.who in line.restricted else (system if line.is_by_system else line.who),
                line.event.action,
                line.sentence,
                " ".join(restricted if code in line.restricted else code for code in line.whom),
                line.event.target,
                line.event.member.code if line.event.member else "",
                line.event.reason,
                line.event.address,
                line.details,
                line.event.digest,
            ]
            for line in lines
        ),
    )
