"""What is said of a certificate to whoever checks it: by the site, and by a device without a link."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from certificates.models import Award

#: What the state of a certificate is called.
STATES: Mapping[str, object] = {
    "valid": gettext_lazy("Valid"),
    "expired": gettext_lazy("Expired"),
    "superseded": gettext_lazy("Replaced by a newer one"),
    "suspended": gettext_lazy("Suspended"),
    "revoked": gettext_lazy("Revoked"),
    "specimen": gettext_lazy("A specimen, not a certificate"),
    "unknown": gettext_lazy("Unknown certificate"),
}


def counted(state: str, n: int) -> str:
    """How many of a list are in a state, in a whole phrase."""
    said = {
        "valid": ngettext("%(n)s certificate is valid", "%(n)s certificates are valid", n),
        "expired": ngettext("%(n)s certificate has expired", "%(n)s certificates have expired", n),
        "superseded": ngettext(
            "%(n)s certificate was replaced by a newer one", "%(n)s certificates were replaced by newer ones", n
        ),
        "suspended": ngettext("%(n)s certificate is suspended", "%(n)s certificates are suspended", n),
        "revoked": ngettext("%(n)s certificate was revoked", "%(n)s certificates were revoked", n),
        "specimen": ngettext("%(n)s is a specimen, not a certificate", "%(n)s are specimens, not certificates", n),
        "unknown": ngettext("%(n)s certificate is unknown", "%(n)s certificates are unknown", n),
    }
    return said[state] % {"n": n}


def device_words() -> dict[str, str]:
    """Every word that the page says by itself, by the name under which its script asks (static/…/verifying.js)."""
    kinds = {f"kind_{kind.value}": str(kind.label) for kind in Award.Kind}
    return kinds | {
        "of_code": _("What the code on the paper says"),
        "of_device": _("What this device can check"),
        "genuine": _("Genuine; not on the list of %(day)s"),
        "genuine_text": _(
            "It was signed here and not changed. Whether it was withdrawn after that day, only the site can say."
        ),
        "genuine_without_list": _("Genuine; not known whether withdrawn"),
        "genuine_without_list_text": _(
            "It was signed here and not changed. This device has no list of withdrawn certificates: open this page "
            "once with a link."
        ),
        "expired": str(STATES["expired"]),
        "expired_text": _("It was signed here and not changed, but its time is over."),
        "revoked": _("Revoked, says the list of %(day)s"),
        "revoked_text": _("It was issued here and withdrawn. Do not rely on the paper."),
        "suspended": _("Suspended, says the list of %(day)s"),
        "suspended_text": _("For the time being it attests nothing."),
        "superseded": _("Replaced by a newer one, says the list of %(day)s"),
        "superseded_text": _("There is a newer certificate with this number. Ask for that one."),
        "specimen": str(STATES["specimen"]),
        "specimen_text": _("It was issued from course content that had not been reviewed. It attests nothing."),
        "altered": _("Altered or forged"),
        "altered_text": _("What the code says is not what was signed. Do not rely on the paper."),
        "unknown_key": _("Made with a key that this device does not know"),
        "unknown_key_text": _(
            "Open this page with a link: the device then gets all keys. If the answer stays the same, do not rely on "
            "the paper."
        ),
        "distrusted": _("Made with a key that is no longer trusted"),
        "distrusted_text": _("Others may have that key. Check the number with a link."),
        "unknown_version": _("A newer kind of code"),
        "unknown_version_text": _("Open this page with a link: the device then learns to read it."),
        "not_ours": _("Not the code of a certificate"),
        "not_ours_text": _("Nothing in it was issued here. Scan the square code on the certificate once more."),
        "no_checker": _("This browser cannot check signatures"),
        "no_checker_text": _("Check the number with a link, or use a newer browser."),
        "number_only": _("There is no link"),
        "number_only_text": _("A number alone cannot be checked without one. Scan the square code on the paper."),
        "many": _("There is no link"),
        "many_text": _(
            "A whole list is checked by the site, and it was not reached. One code after the other can be checked here."
        ),
        "foreign": _("The code leads to another site, %(host)s. A false certificate can do that."),
        "other_number": _("The code belongs to another certificate than this page: %(number)s."),
        "not_answered": _("The site gives no answer about this certificate. Ask the authority that sent the holder."),
        "list": _("List of withdrawn certificates: %(day)s, %(ago)s"),
        "list_day": _("List of withdrawn certificates: %(day)s"),
        "list_old": _("The list is older than 7 days. Open this page with a link to renew it."),
        "list_none": _("There is no list of withdrawn certificates on this device yet."),
        "asking": _("The site is asked for a newer list."),
        "clock": _("The clock of this device is behind. Set it right; until then the day of the list is counted."),
        "ready": _("This device can check certificates without a link."),
        "not_ready": _("This browser keeps nothing: certificates can be checked with a link only."),
        "renewed": _("The list is up to date."),
        "not_renewed": _("The list could not be renewed. Is there a link?"),
        "no_camera": _("The camera cannot be used. Choose a picture, or paste the text of the code."),
        "looking": _("Hold the square code in front of the camera."),
        "no_code": _("No square code was found in the picture. Take a sharper one that shows all of it."),
        "no_name": _("Not on the code"),
    }
