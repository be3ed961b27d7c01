"""Pages that are published for an edition to come."""

from django.db import models
from django.utils import timezone
from wagtail.models import Page

from learning.models import Course


class WaitingPage(models.Model):
    """One page that was published “for a new edition”: its course stays as it is on the shelf until somebody decides.

    While a course has such rows no page of it makes a correction by itself, because a correction freezes the course as
    a whole and would carry the change along. Publishing the course takes the rows away. Who published the page stands
    in Wagtail's log. Holds no personal data.
    """

    page = models.OneToOneField(Page, on_delete=models.CASCADE, related_name="+")
    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="+")
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["since", "pk"]

    def __str__(self) -> str:
        return f"{self.page_id}"
