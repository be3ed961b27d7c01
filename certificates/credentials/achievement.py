"""An award as an Open Badges 3.0 credential (`AchievementCredential`, VC Data Model 2.0). Pure: no database."""

import datetime as dt
import uuid
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.selectors import public_name
from certificates.credentials.canonical import CREDENTIALS, OPEN_BADGES
from certificates.credentials.did import did_of
from certificates.credentials.proofs import instant
from certificates.credentials.status import PURPOSES, status_entry
from certificates.models import Award
from learning.manifest import in_hours
from lms.language_names import language_info

JSON = dict[str, Any]

_TYPES = {Award.Kind.COMPLETION: "CertificateOfCompletion"}


def credential(award: Award, holder: User, *, site: str) -> JSON:
    """What a signed award says to other software, without a proof, in the language of the award.

    It says no more than the public page does: no rank, agency, country or score. The holder stands in it as described
    in `identifiers`.

    Arguments:
        site: address of this site; the issuer is named after it.
    """
    with translation.override(award.language):
        return {
            "@context": [CREDENTIALS, OPEN_BADGES],
            "id": f"urn:uuid:{award.uuid}",
            "type": ["VerifiableCredential", "AchievementCredential"],
            "issuer": _issuer(site),
            "validFrom": instant(award.issued_at),
            "validUntil": instant(end_of(award.valid_until)),
            "name": _title(award),
            "description": _("Certificate %(number)s. Anyone can check it at %(address)s")
            % {"number": award.number, "address": f"{site}/verify/{award.number}"},
            "credentialSubject": {
                "id": f"urn:uuid:{uuid.uuid5(award.uuid, 'holder')}",
                "type": ["AchievementSubject"],
                "identifier": identifiers(award, holder),
                "achievement": _achievement(award, site),
            },
            "credentialStatus": [status_entry(award, purpose, site=site) for purpose in PURPOSES],
        }


def identifiers(award: Award, holder: User) -> list[JSON]:
    """By what the holder is recognised: as the holder lets strangers see it, and nothing more.

    The name as on the public page (initials, or the whole name where the holder chose it); a restricted or pseudonymous
    holder stands in it by learner code. A digest of the whole name, which Open Badges 3.0 knows (§B.1.13), is left out:
    its salt stands beside it, so whoever has the file can try out names without asking anybody.
    """
    shown = public_name(holder, award.holder_name)
    is_code = holder.is_restricted or award.snapshot.get("is_withheld") or shown == holder.learner_code
    return [
        {
            "type": "IdentityObject",
            "hashed": False,
            "identityHash": holder.learner_code if is_code else shown,
            "identityType": "systemId" if is_code else "name",
        }
    ]


def end_of(day: dt.date) -> dt.datetime:
    """The last second of a day: a certificate is good on the day that is printed on it."""
    return timezone.make_aware(dt.datetime.combine(day, dt.time(23, 59, 59)), timezone.get_default_timezone())


def _issuer(site: str) -> JSON:
    return {
        "id": did_of(site),
        "type": ["Profile"],
        "name": _("Regional Support Office of the Bali Process"),
        "url": site,
    }


def _title(award: Award) -> str:
    said = {"kind": award.get_kind_display(), "course": award.snapshot["course"]}
    return (_("SPECIMEN: %(kind)s, “%(course)s”") if award.is_specimen else _("%(kind)s, “%(course)s”")) % said


def _achievement(award: Award, site: str) -> JSON:
    edition = f"{award.edition}.{award.revision}"
    said = {
        # One for each course, edition and kind: all who passed the same name the same.
        "id": f"urn:uuid:{uuid.uuid5(award.course.uuid, f'{award.kind} {edition}')}",
        "type": ["Achievement"],
        "achievementType": _TYPES.get(Award.Kind(award.kind), "Certificate"),
        "name": award.snapshot["course"],
        "description": _("The content of this course has not been reviewed yet; this certificate attests nothing.")
        if award.is_specimen
        else _("Edition %(edition)d, revision %(revision)d") % {"edition": award.edition, "revision": award.revision},
        "humanCode": award.snapshot["code"],
        "version": edition,
        "inLanguage": award.language,
        "criteria": {"narrative": "\n".join(f"- {fact}" for fact in _facts(award))},
        "creator": _issuer(site),
    }
    if award.kind == Award.Kind.COMPLETION and "pass_mark" in award.snapshot:
        # What had to be reached, never what was.
        said["resultDescription"] = [
            {
                "id": f"urn:uuid:{uuid.uuid5(award.course.uuid, f'pass standard {edition}')}",
                "type": ["ResultDescription"],
                "name": _("Pass standard"),
                "resultType": "Percent",
                "valueMin": "0",
                "valueMax": "100",
                "requiredValue": str(award.snapshot["pass_mark"]),
            }
        ]
    return said


def _facts(award: Award) -> list[str]:
    """What stands behind it, as on the page; each a line of its own."""
    snapshot = award.snapshot
    facts = [
        _("Kind: %(kind)s") % {"kind": award.get_kind_display()},
        _("Course: %(course)s") % {"course": snapshot["course"]},
        _("Language taken: %(language)s") % {"language": language_info(award.language)["name_local"]},
    ]
    if "design_minutes" in snapshot:
        facts.append(_("Design hours: %(hours)s") % {"hours": in_hours(snapshot["design_minutes"])})
    if lessons := snapshot.get("lessons"):
        facts.append(_("Lessons done: %(done)d of %(all)d") % {"done": lessons["done"], "all": lessons["all"]})
    if award.kind == Award.Kind.COMPLETION and "pass_mark" in snapshot:
        percent = {"percent": snapshot["pass_mark"]}
        facts.append(_("Pass standard: %(percent)d %% and all must-be-right questions") % percent)
    return facts
