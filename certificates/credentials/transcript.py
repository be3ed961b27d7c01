"""Everything that somebody holds as one credential (VC Data Model 2.0). Pure: no database.

It has a subject for each certificate, as that certificate's own credential has it, and the place of each in the status
lists: when one of them is revoked or suspended, the whole says so. Context files of other transcript formats are not
needed to check it.
"""

import datetime as dt
import uuid
from collections.abc import Sequence

from django.utils.translation import gettext as _

from accounts.models import User
from certificates.credentials.achievement import JSON, credential, end_of
from certificates.credentials.canonical import CREDENTIALS, OPEN_BADGES
from certificates.credentials.proofs import instant
from certificates.models import Award


def transcript_credential(awards: Sequence[Award], holder: User, *, site: str, now: dt.datetime) -> JSON:
    """What somebody holds today, without a proof; good until the first of the certificates ends.

    It says no more than the public page does: no rank, agency, country or score.

    Arguments:
        awards: signed ones that are in force, at least one.
    """
    each = [credential(award, holder, site=site) for award in awards]
    said = ":".join(sorted(str(award.uuid) for award in awards))
    return {
        "@context": [CREDENTIALS, OPEN_BADGES],
        "id": f"urn:uuid:{uuid.uuid5(awards[0].uuid, f'transcript {said} {instant(now)}')}",
        "type": ["VerifiableCredential"],
        "issuer": each[0]["issuer"],
        "validFrom": instant(now),
        "validUntil": instant(end_of(min(award.valid_until for award in awards))),
        "name": _("Transcript of certificates"),
        "credentialSubject": [one["credentialSubject"] for one in each],
        "credentialStatus": [entry for one in each for entry in one["credentialStatus"]],
    }
