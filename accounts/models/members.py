"""Members of the Bali Process and other bodies whose people learn here, and their agencies."""

import datetime as dt
import uuid

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Member(models.Model):
    """One member of the Bali Process, an observer, or another body whose people learn here.

    Editable data with an "as at" date, never derived from the code: States, territories and organisations are counted
    apart, and standing may change. Holds no personal data.
    """

    class Kind(models.TextChoices):
        STATE = "state", pgettext_lazy("kind of member", "State")
        TERRITORY = "territory", _("Territory")
        ORGANISATION = "organisation", _("Organisation")

    class Status(models.TextChoices):
        """How the body stands to the Bali Process."""

        MEMBER = "member", _("Member")
        OBSERVER = "observer", _("Observer")
        NONE = "none", _("Neither")

    class Sharing(models.TextChoices):
        """What the member lets the RSO see of its own officers."""

        COUNTS = "counts", _("Counts only")
        CODES = "codes", _("Learner codes")
        NAMES = "names", _("Names")

    code = models.CharField(
        _("code"),
        max_length=8,
        unique=True,
        validators=[RegexValidator(r"^[A-Z]{2,8}\Z", _("Two to eight capital letters, A to Z."))],
        help_text=_("ISO 3166-1 alpha-2, or a short name for a body."),
    )
    name = models.CharField(_("name"), max_length=120, help_text=_("As it is to be shown."))
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices, default=Kind.STATE)
    status = models.CharField(
        _("status"),
        max_length=16,
        choices=Status.choices,
        default=Status.MEMBER,
        help_text=_("Officers of observers take open courses only."),
    )
    languages = models.JSONField(
        _("languages"),
        default=list,
        blank=True,
        help_text=_("Languages useful for training, as BCP 47 tags in order of use."),
    )
    sharing = models.CharField(_("shared with the RSO"), max_length=8, choices=Sharing.choices, default=Sharing.COUNTS)
    policy_chosen_on = models.DateField(
        null=True,
        editable=False,
        help_text=_("The day on which the member last said what it shares; empty while the defaults hold."),
    )
    takes_registrations = models.BooleanField(
        _("officers may register themselves"),
        default=False,
        help_text=_("A coordinator checks every registration before the account opens."),
    )
    valid_from = models.DateField(_("from"), null=True, blank=True)
    valid_to = models.DateField(_("until"), null=True, blank=True)
    as_at = models.DateField(
        _("as at"),
        null=True,
        blank=True,
        help_text=_("The day on which this entry was checked; empty when it never was."),
    )

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="member_ends_after_it_begins",
                violation_error_message=_("The last day is before the first."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def has_ended(self, on: dt.date | None = None) -> bool:
        """Whether the entry is over on a day, today unless told: it takes no new people and no new enrolments."""
        return self.valid_to is not None and self.valid_to < (on or timezone.localdate())


class Agency(models.Model):
    """A service of one member, such as its border police. Holds no personal data.

    One that no longer exists is closed, not deleted: what was learned there is counted there.
    """

    class Kind(models.TextChoices):
        POLICE = "police", _("Police")
        IMMIGRATION = "immigration", _("Immigration")
        BORDER = "border", _("Border guard")
        PROSECUTION = "prosecution", _("Prosecution")
        JUDICIARY = "judiciary", _("Courts")
        LABOUR = "labour", _("Labour inspection")
        SOCIAL = "social", _("Social services")
        COAST_GUARD = "coast_guard", _("Coast guard")
        CUSTOMS = "customs", _("Customs")
        FOREIGN = "foreign", _("Foreign ministry")
        OTHER = "other", _("Other")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="agencies")
    name = models.CharField(_("name"), max_length=160)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices, default=Kind.OTHER)
    is_open = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "agencies"
        constraints = [
            models.UniqueConstraint(
                fields=["member", "name"],
                name="agency_name_once_per_member",
                violation_error_message=_("The member has an agency of this name already."),
            )
        ]

    def __str__(self) -> str:
        return self.name
