"""The workshop: what authors write, one tree of pages for each language.

Officers never read these rows. Publication freezes them into an edition (`courses.pages.services`), and `key` ties the
same lesson together in every language.
"""

import json
import secrets
import uuid
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.pages import CopyForm
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.models import Page, Workflow
from wagtail_localize.fields import SynchronizedField

from courses.pages.blocks import LessonBody
from courses.pages.models.fields import BodyField, CodesField
from courses.pages.models.review import review_workflow
from courses.pages.panels import BodyPanel, ReviewPanel
from courses.pages.rendering import Words, preview_parts
from learning.manifest import CONTENT_LEVELS
from learning.models import Course
from learning.tags import ACHIEVEMENT_AREAS, STRATEGY_AREAS, SUBJECTS, CourseLevel


def new_key() -> str:
    """A key for a page that an author makes; pages of a course bundle bring readable ones."""
    return f"p-{secrets.token_hex(4)}"


LEVELS = [(level, level) for level in CONTENT_LEVELS]


def courses_by_uuid() -> dict[str, str]:
    """Every course as uuid → code and address, for the choice of prerequisites."""
    return {str(uuid): f"{code} · {slug}" for uuid, code, slug in Course.objects.values_list("uuid", "code", "slug")}


def _neutral(*names: str) -> list[SynchronizedField]:
    """Fields that are the same in every language: a translator sees none of them and every translation follows."""
    return [SynchronizedField(name, overridable=False) for name in names]


class OwnCopyForm(CopyForm):
    """Wagtail's form for a copy, without its aliases: one would stand in the course under the key of the first."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("alias", None)


class WorkshopPage(Page):
    """What all pages of the workshop share: they are previewed here and read elsewhere."""

    override_translatable_fields = _neutral("slug", "seo_title", "search_description")
    copy_form_class = OwnCopyForm
    #: Officers read editions: a password on a page of the workshop would keep nobody out.
    private_page_options: list[str] = []
    #: Whether a page of this kind is reviewed as such; a lesson is with its module.
    is_reviewed = False
    #: Modules and lessons are listed as officers meet them, not by when somebody last saved one.
    admin_default_ordering = "ord"

    class Meta:
        abstract = True

    @property
    def has_workflow(self) -> bool:
        return self.is_reviewed

    def get_workflow(self) -> Workflow | None:
        """The do-no-harm review and no other: Wagtail's own would lock pages and end without a signature."""
        return review_workflow() if self.is_reviewed else None

    def copy(self, *args: Any, reset_translation_key: bool = True, **kwargs: Any) -> Any:
        """A copy is another page, down to the ids of its blocks; what is made for a translation keeps them."""
        copied = super().copy(*args, reset_translation_key=reset_translation_key, **kwargs)
        if reset_translation_key:
            renew_block_ids(copied)
        return copied

    def get_url_parts(self, request: HttpRequest | None = None) -> None:
        """No address of its own: what officers read is an edition in the player."""
        return

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return redirect(reverse("courses:catalogue"))

    def preview_lists(self) -> list[tuple[Any, list[str]]]:
        """What the preview of a page shows that is no lesson: a heading and what stands below it, each."""
        return []

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        """The words of the draft; where they stand among the others, “View as an officer” shows."""
        with translation.override(self.locale.language_code):
            lists = [(heading, texts) for heading, texts in self.preview_lists() if any(texts)]
            return render(request, "courses/preview.html", {"title": self.title, "lists": lists, "parts": []})


class CourseIndexPage(WorkshopPage):
    """The shelf on which the courses of one language stand in the authors' side. Holds no personal data."""

    subpage_types = ["courses.CoursePage"]
    parent_page_types = ["wagtailcore.Page"]


class CoursePage(WorkshopPage):
    """One course in one language: its text for the catalogue, how it is sorted, and the draft of its rules.

    Rules and tags are edited on the page of the source language and are synchronised to the others. `prerequisites` are
    uuids of courses. Personal data: names of authors, as they want to be named.
    """

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="+")
    pillar = models.CharField(max_length=24, choices=Course.Pillar.choices, default=Course.Pillar.PREVENTION)
    subjects = CodesField(SUBJECTS, help_text=_("What it is about, by the areas of the Co-Chairs’ Statement of 2012."))
    achievement_areas = CodesField(ACHIEVEMENT_AREAS, verbose_name=_("areas of achievement"))
    strategy_areas = CodesField(STRATEGY_AREAS, verbose_name=_("areas of the Adelaide Strategy"))
    tags = models.CharField(
        max_length=250, blank=True, help_text=_("Further words to find it by, such as “RCF” or a project: with commas.")
    )
    course_level = models.CharField(_("level"), max_length=16, choices=CourseLevel.choices, blank=True)
    summary = models.TextField(help_text=_("What the course is about, in two or three sentences."))
    audience = models.CharField(max_length=250, help_text=_("For whom it is made."))
    outcomes = models.TextField(help_text=_("What an officer can do afterwards, one thing a line."))
    sources = models.TextField(
        blank=True, help_text=_("What the codes of the sources stand for, one a line: “L1 Protocol to Prevent …”.")
    )
    credits = models.TextField(
        blank=True, help_text=_("Who gave texts, pictures or advice, and under which licence. Officers read it.")
    )
    authors = models.TextField(
        blank=True, help_text=_("Who wrote it, one a line, as the people want to be named. Nobody has to be.")
    )
    prerequisites = CodesField(
        courses_by_uuid, help_text=_("Courses that an officer has completed before enrolling in this one.")
    )
    review_due_on = models.DateField(
        _("next review"), null=True, blank=True, help_text=_("Within 12 months, or when the law changes.")
    )
    pass_mark = models.PositiveSmallIntegerField(default=80, validators=[MinValueValidator(1), MaxValueValidator(100)])
    validity_months = models.PositiveSmallIntegerField(default=36, validators=[MinValueValidator(1)])
    design_minutes = models.PositiveSmallIntegerField(help_text=_("Learner time, stated on the certificate."))
    pretest_draw = models.PositiveSmallIntegerField(
        default=1, help_text=_("Pre-test: questions from each module. 0: no pre-test.")
    )
    pretest_minutes = models.PositiveSmallIntegerField(default=10)
    final_draw = models.PositiveSmallIntegerField(default=4, help_text=_("Final test: questions from each module."))
    final_minutes = models.PositiveSmallIntegerField(default=20)
    requires_pretest = models.BooleanField(
        _("pre-test required"), default=False, help_text=_("The course is complete only with the pre-test taken.")
    )
    follow_up_days = models.PositiveSmallIntegerField(
        _("follow-up after days"), default=0, help_text=_("When what was learned is asked about again. 0: never.")
    )

    content_panels = [
        *Page.content_panels,
        FieldPanel("summary"),
        FieldPanel("audience"),
        FieldPanel("outcomes"),
        FieldPanel("sources"),
        FieldPanel("credits"),
        FieldPanel("authors"),
        MultiFieldPanel(
            [
                FieldPanel("pillar"),
                FieldPanel("course_level"),
                FieldPanel("subjects"),
                FieldPanel("achievement_areas"),
                FieldPanel("strategy_areas"),
                FieldPanel("tags"),
            ],
            heading=_("Where it stands in the catalogue"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("pass_mark"),
                FieldPanel("validity_months"),
                FieldPanel("design_minutes"),
                FieldPanel("pretest_draw"),
                FieldPanel("pretest_minutes"),
                FieldPanel("requires_pretest"),
                FieldPanel("final_draw"),
                FieldPanel("final_minutes"),
                FieldPanel("follow_up_days"),
                FieldPanel("prerequisites"),
            ],
            heading=_("Rules"),
        ),
        FieldPanel("review_due_on"),
        ReviewPanel(heading=_("Do-no-harm review")),
    ]
    override_translatable_fields = WorkshopPage.override_translatable_fields + _neutral(
        "course", "pillar", "tags", "course_level", "authors"
    )
    is_reviewed = True
    subpage_types = ["courses.ModulePage"]
    parent_page_types = ["courses.CourseIndexPage"]

    def with_content_json(self, content: dict[str, Any]) -> Any:
        """Which course it is belongs to the page, not to one of its revisions."""
        page = super().with_content_json(content)
        page.course_id = self.course_id
        return page

    def preview_lists(self) -> list[tuple[Any, list[str]]]:
        return [
            ("", [self.summary]),
            (_("For whom"), [self.audience]),
            (_("What it gives"), self.outcomes.splitlines()),
            (_("Sources"), self.sources.splitlines()),
        ]

    @classmethod
    def can_create_at(cls, parent: Page) -> bool:
        """A course comes from a bundle or by `begin_course`, which give it its identity and its bank."""
        return False


class ModulePage(WorkshopPage):
    """One module in one language. `key` is the same in every language. Holds no personal data."""

    key = models.SlugField(max_length=60, default=new_key)
    minutes = models.PositiveSmallIntegerField(default=45)
    level = models.CharField(max_length=2, choices=LEVELS, default="W0")
    objectives = models.TextField(help_text=_("What an officer can do after it, one thing a line."))
    is_reviewed = True

    content_panels = [
        *Page.content_panels,
        FieldPanel("objectives"),
        FieldPanel("minutes"),
        FieldPanel("level"),
        FieldPanel("key", read_only=True),
        ReviewPanel(heading=_("Do-no-harm review")),
    ]

    def preview_lists(self) -> list[tuple[Any, list[str]]]:
        return [(_("What you will be able to do"), self.objectives.splitlines())]

    # A copy is another module, with another identity.
    exclude_fields_in_copy = ["key"]
    override_translatable_fields = WorkshopPage.override_translatable_fields + _neutral("key")
    subpage_types = ["courses.LessonPage"]
    parent_page_types = ["courses.CoursePage"]


class LessonPage(WorkshopPage):
    """One lesson in one language. `key` and the ids of its blocks are the same in every language. No personal data."""

    key = models.SlugField(max_length=60, default=new_key)
    minutes = models.PositiveSmallIntegerField(default=8)
    level = models.CharField(max_length=2, choices=LEVELS, default="W0")
    is_optional = models.BooleanField(
        _("may be left out"), default=False, help_text=_("The course is complete without this lesson.")
    )
    body = BodyField(LessonBody())

    content_panels = [
        *Page.content_panels,
        BodyPanel("body"),
        FieldPanel("minutes"),
        FieldPanel("level"),
        FieldPanel("is_optional"),
        FieldPanel("key", read_only=True),
        ReviewPanel(heading=_("Do-no-harm review")),
    ]
    exclude_fields_in_copy = ["key"]
    override_translatable_fields = WorkshopPage.override_translatable_fields + _neutral("key")
    subpage_types: list[str] = []
    parent_page_types = ["courses.ModulePage"]

    def make_preview_request(self, original_request: Any = None, preview_mode: Any = None, extra: Any = None) -> Any:
        """The preview is played like the lesson: where one is stands in the address of the request."""
        if original_request is not None:
            extra = {"GET": original_request.GET} | (extra or {})
        return super().make_preview_request(original_request, preview_mode, extra)

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        """The draft as an officer would see it, answered by nobody and recorded nowhere."""
        language = self.locale.language_code
        words = [Words(dict(raw), language) for raw in self.body.get_prep_value()]
        with translation.override(language):
            parts = preview_parts(words, language, request.GET)
            return render(request, "courses/preview.html", {"title": self.title, "parts": parts})


@transaction.atomic
def renew_block_ids(page: Page) -> None:
    """Give the blocks of a copied page, and of all below it, ids of their own, in every revision alike.

    Wagtail copies a page with the ids of its blocks; a block's id is half the key of a knowledge check. Entries inside
    a block keep theirs: they are named within the block only.
    """
    for lesson in LessonPage.objects.filter(pk__in=page.get_descendants(inclusive=True).values("pk")):
        fresh: dict[str, str] = {}
        lesson.body = _renewed(lesson.body.get_prep_value(), fresh)
        lesson.save(clean=False, update_fields=["body"])
        for revision in lesson.revisions.all():
            body = revision.content.get("body")
            if body:
                revision.content["body"] = json.dumps(_renewed(json.loads(body), fresh))
                revision.save(update_fields=["content"])


def _renewed(blocks: list[dict[str, Any]], fresh: dict[str, str]) -> list[dict[str, Any]]:
    return [
        {**block, "id": fresh.setdefault(block["id"], str(uuid.uuid4())) if block.get("id") else str(uuid.uuid4())}
        for block in blocks
    ]
