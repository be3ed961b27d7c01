"""Who signed what of the do-no-harm review, and what each publication stood on."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.models import Page, Task, TaskState, Workflow, WorkflowPage, WorkflowTask

from accounts.models import Actor, AppendOnlyQuerySet, User
from accounts.permissions import Right, has_right
from accounts.roles import Role
from learning.models import Course, EditionRevision

#: The name under which Wagtail shows the review; a proper name, so that it can be found again.
WORKFLOW = "Do-no-harm review"


class ReviewedText(models.Model):
    """A unit in one language as somebody looked at it, stored once under its digest; what a later look is compared to.

    `text` is what `courses.pages.units.Unit` reads of it. Never changed: the database refuses it. Holds no personal
    data.
    """

    digest = models.CharField(max_length=64, primary_key=True)
    text = models.JSONField()

    objects = AppendOnlyQuerySet.as_manager()

    def __str__(self) -> str:
        return self.digest[:12]


class SignOff(models.Model):
    """What one person said on one check of one unit in one language, of the text with this digest.

    The newest of a check and a digest counts. A text that is edited has another digest, so what was said of the old one
    holds for it no longer, and holds again if the edit is undone. `unit` is the key of a module, or ``course`` for the
    text of the catalogue. `role` is the one in which the person spoke, as posted that day; it is kept when the person
    is erased. Rows with the origin ``bundle`` were taken over by who runs the site: nobody is named.

    Never changed: whoever takes a signature back adds a row. Personal data: through the actor's key.
    """

    class Verdict(models.TextChoices):
        SIGNED = "signed", gettext_lazy("Signed")
        RETURNED = "returned", gettext_lazy("Returned")
        WITHDRAWN = "withdrawn", gettext_lazy("Taken back")

    class Origin(models.TextChoices):
        SITE = "site", gettext_lazy("On this site")
        BUNDLE = "bundle", gettext_lazy("Taken over with a course bundle")

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="+")
    unit = models.CharField(max_length=60)
    language = models.CharField(max_length=12)
    number = models.PositiveSmallIntegerField()
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    text = models.ForeignKey(ReviewedText, on_delete=models.PROTECT, related_name="+")
    comment = models.CharField(max_length=300, blank=True)
    actor = models.ForeignKey(Actor, null=True, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=32, choices=Role.choices, blank=True)
    origin = models.CharField(max_length=8, choices=Origin.choices, default=Origin.SITE)
    review_due_on = models.DateField(null=True)
    signed_at = models.DateTimeField(default=timezone.now)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(number__gte=1, number__lte=10), name="sign_off_is_of_a_known_check"),
            models.CheckConstraint(
                condition=Q(origin="bundle", actor=None) | Q(origin="site", actor__isnull=False),
                name="sign_off_has_a_person_or_a_bundle",
            ),
            models.CheckConstraint(
                condition=~Q(number=10, verdict="signed") | Q(review_due_on__isnull=False),
                name="sign_off_of_the_next_review_has_a_date",
            ),
        ]
        indexes = [models.Index(fields=["course", "unit", "language"], name="sign_off_of_a_unit")]

    def __str__(self) -> str:
        return f"{self.course_id}:{self.unit} {self.language} {self.number} {self.verdict}"


class ReviewNote(models.Model):
    """What a reviewer wrote on one place of a unit that was returned.

    `place` is a page's key with a part of it, such as ``m1-l1/body.kp-1``, or ``questions/Q1``. Authors also meet it as
    a comment in the editor, which they may delete; this row stays. Personal data: through the sign-off.
    """

    sign_off = models.ForeignKey(SignOff, on_delete=models.PROTECT, related_name="notes")
    place = models.CharField(max_length=160)
    text = models.CharField(max_length=300)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.place


class ReviewedIn(models.Model):
    """One signature that one published revision stood on: who signed edition *n*, revision *m*, years later.

    Append-only. A signature of the same text that is given after the publication is added. Holds no personal data of
    its own.
    """

    revision = models.ForeignKey(EditionRevision, on_delete=models.PROTECT, related_name="+")
    sign_off = models.ForeignKey(SignOff, on_delete=models.PROTECT, related_name="+")

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "reviewed in"
        constraints = [
            models.UniqueConstraint(fields=["revision", "sign_off"], name="sign_off_once_per_revision"),
        ]

    def __str__(self) -> str:
        return f"{self.revision_id} {self.sign_off_id}"


class DoNoHarmTask(Task):
    """The one step of Wagtail's workflow in which the ten checks are signed. It ends on the review page only.

    It locks nothing: an edit makes void what was signed of the old text, by itself. Holds no personal data.
    """

    def get_actions(self, obj: Any, user: User) -> list[Any]:
        return []

    def on_action(self, task_state: Any, user: User, action_name: str, **kwargs: Any) -> None:
        raise PermissionDenied(_("The do-no-harm review is signed on its own page."))

    def get_task_states_user_can_moderate(self, user: User, **kwargs: Any) -> "QuerySet[TaskState]":
        if not has_right(user, Right.REVIEW):
            return TaskState.objects.none()
        waiting: QuerySet[TaskState] = TaskState.objects.filter(task=self.task_ptr, status=TaskState.STATUS_IN_PROGRESS)
        return waiting

    @classmethod
    def get_description(cls) -> str:
        return _("Reviewers sign ten checks, each by its role")


def review_workflow() -> Workflow:
    """The workflow of the review, made on first need. Pages of ours know no other (`WorkshopPage.get_workflow`)."""
    workflow = Workflow.objects.filter(name=WORKFLOW, active=True).first()
    if workflow is None:
        workflow = Workflow.objects.create(name=WORKFLOW)
        root = Page.get_first_root_node()
        if root is not None:
            # In the place of Wagtail's own, so that its pages about workflows say what is so.
            WorkflowPage.objects.update_or_create(page=root, defaults={"workflow": workflow})
    if not workflow.workflow_tasks.exists():
        task = DoNoHarmTask.objects.filter(active=True).first() or DoNoHarmTask.objects.create(name=WORKFLOW)
        WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
    found: Workflow = workflow
    return found
