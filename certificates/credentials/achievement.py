"""An award as an Open Badges 3.0 credential (`AchievementCredential`, VC Data Model 2.0). Pure: no database."""

import datetime as dt
import hashlib
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
            "description": "\n".join(
                (
                    f"{_('Number')}: {award.number}",
                    f"{_('Check this certificate at')}: {site}/verify/{award.number}",
                )
            ),
            "credentialSubject": {
                "id": f"urn:uuid:{uuid.uuid5(award.uuid, 'holder')}",
                "type": ["AchievementSubject"],
                "identifier": identifiers(award, holder),
                "achievement": _achievement(award, site),
            },
            "credentialStatus": [status_entry(award, purpose, site=site) for purpose in PURPOSES],
        }


def identifiers(award: Award, holder: User) -> list[JSON]:
    """By what the holder is recognised, as the holder lets strangers see it.

    The name as on the public page (initials, or the whole name where the holder chose it), and a salted digest of the
    whole name, by which somebody who is told the name can check it. A restricted or pseudonymous holder stands in it
    by learner code only.
    """
    shown = public_name(holder, award.holder_name)
    if holder.is_restricted or award.snapshot.get("is_withheld") or shown == holder.learner_code:
        return [_identity("systemId", holder.learner_code)]
    salt = hashlib.sha256(f"open badge\n{award.name_salt}".encode()).hexdigest()[:32]
    return [
        _identity("name", shown),
        # Open Badges 3.0 §B.1.13: the digest of the identity with the salt behind it.
        _identity("name", "sha256$" + hashlib.sha256((award.holder_name + salt).encode()).hexdigest(), salt=salt),
    ]


def _identity(kind: str, value: str, *, salt: str = "") -> JSON:
    identity: JSON = {
        "type": "IdentityObject",
        "hashed": bool(salt),
        "identityHash": value,
        "identityType": kind,
    }
    return identity | ({"salt": salt} if salt else {})


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
    parts = [_("SPECIMEN")] if award.is_specimen else []
    return " · ".join([*parts, award.get_kind_display(), award.snapshot["course"]])


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
        "criteria": {"narrative": "\n".join(f"- {label}: {value}" for label, value in _facts(award))},
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


def _facts(award: Award) -> list[tuple[str, str]]:
    """What stands behind it, as on the page."""
    facts = [
        (award.get_kind_display(), award.snapshot["course"]),
        (_("Language taken"), language_info(award.language)["name_local"]),
    ]
    if "design_minutes" in award.snapshot:
        facts.append((_("Design hours"), in_hours(award.snapshot["design_minutes"])))
    if lessons := award.snapshot.get("lessons"):
        facts.append((_("Lessons"), _("%(done)d of %(all)d") % {"done": lessons["done"], "all": lessons["all"]}))
    if award.kind == Award.Kind.COMPLETION and "pass_mark" in award.snapshot:
        percent = {"percent": award.snapshot["pass_mark"]}
        facts.append((_("Pass standard"), _("%(percent)d %% and all must-be-right questions") % percent))
    return facts
