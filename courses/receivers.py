"""What this room does on news from others."""

from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.db.models.signals import pre_delete
from django.dispatch import receiver
from django.http import HttpRequest
from wagtail.models import Locale, Page
from wagtail.signals import page_published, page_unpublished

from accounts.models import User
from courses.pages.basis import note_published
from courses.pages.models import CoursePage, LessonPage, ModulePage
from courses.pages.publication import follow_after_commit, is_following_later
from courses.pages.rights import may_enter, sync_groups
from courses.pages.services.locales import require_unused
from courses.pages.services.reviewing import submit_after_commit

COURSE_PAGES = (CoursePage, ModulePage, LessonPage)


@receiver(user_logged_in)
def follow_postings(sender: type[User], request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Bring the person's groups on the authors' side up to date with today's postings."""
    if may_enter(user) or user.groups.exists():
        sync_groups(user)


@receiver(page_published)
def keep_account(sender: type[Page], instance: Page, **kwargs: Any) -> None:
    """A page that is published by hand says what it was made from, and an edition follows its pages."""
    if isinstance(instance, COURSE_PAGES) and not is_following_later():
        note_published(instance)
        follow_after_commit(instance)
        submit_after_commit(instance)


@receiver(pre_delete, sender=Locale)
def keep_a_language_with_records(sender: type[Locale], instance: Locale, **kwargs: Any) -> None:
    """wagtail-localize deletes every text of its translators with a locale: none goes while anything is kept in it."""
    require_unused(instance)


@receiver(page_unpublished)
def follow_a_withdrawal(sender: type[Page], instance: Page, **kwargs: Any) -> None:
    """An edition follows its pages, whichever way they are withdrawn."""
    if isinstance(instance, COURSE_PAGES):
        follow_after_commit(instance)
