"""What the auditor reads for each action of the audit log. A test fails for an action that has no sentence here."""

from django.utils.translation import gettext_lazy as _

#: Action → what the person did, as a sentence that begins with the verb.
WORDS = {
    "audit.exported": _("Downloaded entries of the audit log"),
    "audit.own_seen": _("Looked at what the RSO saw of the own officers"),
    "audit.pruned": _("Sealed and deleted old entries of the audit log"),
    "audit.seen": _("Looked at the audit log"),
    "award.issued": _("Issued a certificate"),
    "officers.seen": _("Looked at the list of officers"),
    "person.made": _("Made an account"),
    "person.public_name": _("Chose the name that strangers read who check the certificate"),
    "posting.ended": _("Ended a posting"),
    "posting.made": _("Gave a posting"),
    "report.exported": _("Downloaded figures"),
    "revision.published": _("Published a course"),
    "shared.exported": _("Downloaded the officers that a member shares with the RSO"),
    "shared.seen": _("Looked at the officers that a member shares with the RSO"),
}

#: What the RSO does with officers that a member shares: the member reads of each.
LOOKS = ("shared.seen", "shared.exported")


def words_for(action: str) -> str:
    """The sentence of an action, or the action itself where an entry of old has none any more."""
    return str(WORDS.get(action, action))
