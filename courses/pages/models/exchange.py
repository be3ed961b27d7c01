"""What is kept of course bundles: what the site had after the last import, and files that wait for a decision."""

from django.db import models

from learning.models import Course


class LastImport(models.Model):
    """What a course was after its last import: for each page, question and wording the digest of it then.

    `parts` maps names such as ``lesson/m1-l1/en`` to digests. What has another digest today was edited on the site
    since, and an import that changes it says so before. Holds no personal data.
    """

    course = models.OneToOneField(Course, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    parts = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.course_id}"
