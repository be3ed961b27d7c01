"""In which language somebody is written to: their own, never that of whoever pressed the button.

Whatever leaves the site for one person, a letter or a sheet, is made inside `in_language_of`; a test looks for senders
that do not. Decision 0031.
"""

from typing import Any

from django.conf import settings
from django.utils import translation
from wagtail.users.models import UserProfile

from accounts.models import User
from lms.languages import nearest


def language_of(user: Any) -> str:
    """The language that a person chose last, or what the site has nearest to it; English for who never chose."""
    return nearest(getattr(user, "language", "") or "", dict(settings.LANGUAGES))


def in_language_of(user: User) -> translation.override:
    """For a with statement: words are those of this person's language."""
    return translation.override(language_of(user))


def language_of_profile(profile: UserProfile) -> str:
    """What Wagtail's letters to an author, and its pages, are in.

    Wagtail itself takes the language that is on at the moment, which for a letter is the sender's.
    """
    wanted = profile.preferred_language or language_of(profile.user)
    return wanted if wanted in dict(settings.WAGTAILADMIN_PERMITTED_LANGUAGES) else "en"
