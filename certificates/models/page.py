"""Who signs certificates and whose logos stand on them, and what could not be printed."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Actor
from certificates.models.awards import Award
from learning.models import Course


class PagePicture(models.Model):
    """The bytes of one signature or logo, drawn anew when it came in, under their SHA-256.

    Never changed and never deleted: certificates name it by its digest.
    """

    digest = models.CharField(max_length=64, unique=True)
    content = models.BinaryField()
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()

    def __str__(self) -> str:
        return self.digest[:12]


class PagePart(models.Model):
    """A signatory or the logo of a partner, as one person of the RSO proposed it and another approved it.

    It stands on certificates that are issued between its two days, of one course or of all. What is issued keeps a
    copy,
    so taking it off changes nothing that was issued. `words` holds the name and title in other languages: code → name,
    title. Personal data: who signs, by name and picture, and who proposed, approved and took off.
    """

    class Kind(models.TextChoices):
        SIGNATORY = "signatory", _("Signatory")
        LOGO = "logo", _("Logo of a partner")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=9, choices=Kind.choices)
    name = models.CharField(max_length=120)
    title = models.CharField(max_length=160, blank=True)
    words = models.JSONField(default=dict)
    picture = models.ForeignKey(PagePicture, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300, blank=True)
    agreement = models.CharField(max_length=300, blank=True)
    course = models.ForeignKey(Course, null=True, on_delete=models.PROTECT, related_name="+")
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)
    proposed_by = models.ForeignKey(Actor, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(default=timezone.now)
    approved_by = models.ForeignKey(Actor, null=True, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True)
    removed_by = models.ForeignKey(Actor, null=True, on_delete=models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="logo") | (~Q(picture=None) & ~Q(reason="") & ~Q(agreement="")),
                name="a_logo_has_its_reason_and_agreement",
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None, approved_at=None)
                | Q(approved_by__isnull=False, approved_at__isnull=False),
                name="page_part_approved_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("proposed_by")), name="page_part_seen_by_four_eyes"
            ),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")),
                name="page_part_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class MissingCharacters(models.Model):
    """A certificate that was printed with squares, and the code points that no font had; gone once they print.

    Code points only, never the text they came from. Personal data: through the award.
    """

    award = models.OneToOneField(Award, on_delete=models.CASCADE, related_name="missing_characters")
    code_points = models.CharField(max_length=300)
    noticed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-noticed_at"]

    def __str__(self) -> str:
        return f"{self.award}: {self.code_points}"
