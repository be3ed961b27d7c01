"""Reads about people, scoped to their viewer."""

from accounts.models import Posting, User
from accounts.permissions import Viewer, current_postings
from accounts.roles import Role


def learner_posting(user: Viewer) -> Posting | None:
    """The posting under which a person learns today: as officer where there is one, else with a member, else any."""
    postings = current_postings(user)
    ranked = sorted(postings, key=lambda p: (p.role != Role.OFFICER, p.member_id is None, -p.pk))
    return ranked[0] if ranked else None


#: Vowel signs that Thai and Lao write before the consonant they follow.
_LEADING_VOWELS = "\u0e40\u0e41\u0e42\u0e43\u0e44\u0ec0\u0ec1\u0ec2\u0ec3\u0ec4"


def initials(full_name: str) -> str:
    """Initials of a name in any script: the first letter of each word, without its marks.

    A single name gives a single initial; an empty one gives an empty string.
    """
    words = [word.lstrip(_LEADING_VOWELS) or word for word in full_name.split()]
    return " ".join(f"{word[0]}." for word in words)


def public_name(user: User) -> str:
    """What a stranger who checks a certificate may read: initials, or the full name where the holder chose it."""
    return user.full_name if user.public_name == User.PublicName.FULL else initials(user.full_name)
