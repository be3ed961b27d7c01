"""What the workshop tells about the tests of a course: modules, languages, and what its page says of each test."""

from django.conf import settings
from django.urls import reverse

from assessments.drawing.planned import Test, Workshop, tells_about_tests
from courses.pages.drafts import newest, to_be_read
from courses.pages.models import CoursePage, ModulePage
from courses.pages.selectors import source_page_of
from learning.manifest import DELTA, FINAL, PRETEST
from learning.models import Course


@tells_about_tests
def workshop(course: Course) -> Workshop | None:
    """The newest drafts of a course in its own language, as authors of rules need them."""
    page = source_page_of(course)
    if page is None:
        return None
    page = newest(page)
    modules = [newest(each) for each in to_be_read(ModulePage.objects.child_of(page)).order_by("path")]
    own = page.locale.language_code
    pages = CoursePage.objects.filter(course=course, alias_of=None).order_by("locale__language_code")
    others = [code for code in pages.values_list("locale__language_code", flat=True) if code != own]
    return Workshop(
        title=page.title,
        languages=(own, *(code for code in others if code in dict(settings.LANGUAGES))),
        modules={module.key: module.title for module in modules},
        tests={
            PRETEST: Test(page.pretest_draw, page.pretest_minutes),
            FINAL: Test(page.final_draw, page.final_minutes, page.pass_mark),
            DELTA: Test(0, 0, page.pass_mark),
        },
        url=reverse("wagtailadmin_pages:edit", args=[page.pk]),
    )
