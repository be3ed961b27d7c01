"""What this room does on news from others."""

from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest
from wagtail.models import Page
from wagtail.signals import page_published, page_unpublished

from accounts.models import User
from courses.pages.models import LessonPage, ModulePage
from courses.pages.publication import follow_after_commit
from courses.pages.rights import may_enter, sync_groups


@receiver(user_logged_in)
def follow_postings(sender: type[User], request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Bring the person's groups on the authors' side up to date with today's postings."""
    if may_enter(user) or user.groups.exists():
        sync_groups(user)


@receiver(page_published)
@receiver(page_unpublished)
def keep_the_shelf(sender: type[Page], instance: Page, **kwargs: Any) -> None:
    """An edition follows its pages, whichever way they are published or withdrawn."""
    if isinstance(instance, (LessonPage, ModulePage)):
        follow_after_commit(instance)
