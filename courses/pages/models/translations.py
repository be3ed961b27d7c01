"""What translated pages were made from."""

from django.db import models
from wagtail.models import Page


class TranslationBasis(models.Model):
    """What one translated page was made from: for each of its parts the digest of the source's part at that time.

    `parts` maps names of `courses.pages.translation.source_parts` to digests. A part that is missing here is not
    translated; one with another digest than the source has today is behind. It is our own account, because
    wagtail-localize takes a translation for current whose source changed in a link, a flag or a kind. `segments`
    are the digests of the segments it was made from (`courses.pages.translating.segments`), so that the desk marks
    exactly what changed. Holds no personal data.
    """

    page = models.OneToOneField(Page, on_delete=models.CASCADE, related_name="+")
    parts = models.JSONField(default=dict)
    segments = models.JSONField(default=list)

    class Meta:
        verbose_name_plural = "translation bases"

    def __str__(self) -> str:
        return f"{self.page_id}"
