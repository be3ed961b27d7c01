"""What the parts that Suluh stands on hold about people: sign-in, sessions, the authors' side.

A test walks every installed model that leads to a user or to a key and fails for one that is not here.
"""

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.personal_data import exempt, holds

_ACCOUNT = _("as long as the account")
_WRITTEN = _("as long as the text")
_WHO_WROTE = _("who answers for a change")
_NOT_NAMED = _("Texts of courses stay; who wrote them is not said any more.")


def sessions_of(user: User) -> list[Session]:
    """The sessions in which a person is signed in. They name nobody outside, so each is opened: not for a page."""
    running = Session.objects.filter(expire_date__gt=timezone.now())
    return [row for row in running.iterator(chunk_size=500) if row.get_decoded().get("_auth_user_id") == str(user.pk)]


def _listed_sessions(user: User) -> QuerySet[Session]:
    """Those of them that signing in wrote down, without opening the sessions of everybody."""
    keys = UserSession.objects.filter(user=user).values("session_key")
    return Session.objects.filter(session_key__in=keys, expire_date__gt=timezone.now())


def end_sessions(user: User) -> int:
    """Delete the sessions of a person; returns how many there were."""
    return Session.objects.filter(pk__in=[row.pk for row in sessions_of(user)]).delete()[0]


# --- signing in
holds(
    Session,
    person="",
    title=_("Sessions"),
    fields={"session_data": _("to know that you are signed in")},
    keep=_("until it ends; those that have ended are deleted every day"),
    erasure="delete",
    rows=_listed_sessions,
    erase=end_sessions,
    is_listed=False,
)
holds(
    "usersessions.UserSession",
    person="user",
    title=_("Where you are signed in"),
    beside=("created_at", "last_seen_at"),
    labels={"created_at": _("since"), "last_seen_at": _("last seen"), "ip": _("address"), "user_agent": _("browser")},
    fields={
        "ip": _("so that you see a sign-in that was not yours"),
        "user_agent": _("so that you see a sign-in that was not yours"),
    },
    keep=_("until the session ends"),
    erasure="delete",
)
holds(
    "mfa.Authenticator",
    person="user",
    title=_("Second steps of sign-in"),
    beside=("created_at",),
    labels={"created_at": _("since"), "last_used_at": _("last used"), "type": _("kind")},
    fields={"type": _("to protect the account"), "last_used_at": _("so that you see a use that was not yours")},
    keep=_ACCOUNT,
    erasure="delete",
)
holds(
    "account.EmailAddress",
    person="user",
    title=_("E-mail addresses"),
    fields={"email": _("for messages, if given")},
    keep=_ACCOUNT,
    erasure="delete",
)
exempt("account.EmailConfirmation", "leads to an address, and goes with it")
holds(
    "socialaccount.SocialAccount",
    person="user",
    title=_("Accounts of an identity provider"),
    beside=("date_joined", "last_login"),
    labels={
        "provider": _("provider"),
        "uid": _("name there"),
        "date_joined": _("since"),
        "last_login": _("last used"),
        "extra_data": _("what the provider said"),
    },
    fields={
        "provider": _("to sign in through your own service"),
        "uid": _("to know you again"),
        "extra_data": _("what the provider said of you at sign-in"),
    },
    keep=_ACCOUNT,
    erasure="delete",
)
exempt("socialaccount.SocialToken", "leads to an account of a provider, and goes with it")
exempt("accounts.User_groups", "follows from the postings, and goes with the account")
exempt("accounts.User_user_permissions", "is not used: rights follow from postings")

# --- the authors' side
for _label, _fields, _title in (
    ("wagtailcore.Page", ("owner", "locked_by"), _("Pages")),
    # Tables of Wagtail that we do not use: lessons have our own (`courses.Picture`, `courses.MediaFile`).
    ("wagtaildocs.Document", ("uploaded_by_user",), _("Documents")),
    ("wagtailimages.Image", ("uploaded_by_user",), _("Pictures")),
    ("wagtailcore.UploadedFile", ("uploaded_by_user",), _("Uploads under way")),
    ("wagtailcore.Revision", ("user",), _("Versions of pages")),
    ("wagtailcore.WorkflowState", ("requested_by",), _("Reviews asked for")),
    ("wagtailcore.TaskState", ("finished_by",), _("Reviews done")),
    ("wagtail_localize.StringTranslation", ("last_translated_by",), _("Translated texts")),
    ("wagtail_localize.SegmentOverride", ("last_translated_by",), _("Changed parts of translations")),
    ("wagtailcore.PageLogEntry", ("user",), _("Log of pages")),
    ("wagtailcore.ModelLogEntry", ("user",), _("Log of other content")),
):
    holds(
        _label,
        person=_fields[0],
        title=_title,
        beside=("title",) if _label.endswith(("Page", "Document", "Image")) else (),
        fields=dict.fromkeys(_fields[:1], _WHO_WROTE),
        others=dict.fromkeys(_fields[1:], _WHO_WROTE),
        keep=_WRITTEN,
        erasure="unlink",
        kept_because=_NOT_NAMED,
    )
for _label, _title in (
    ("wagtailcore.Comment", _("Comments on pages")),
    ("wagtailcore.CommentReply", _("Replies to comments")),
):
    holds(
        _label,
        person="user",
        title=_title,
        beside=("created_at",),
        labels={"created_at": _("when"), "text": _("text")},
        fields={"text": _("what authors say to each other about a page")},
        others={"resolved_by": _WHO_WROTE} if _label == "wagtailcore.Comment" else {},
        keep=_("as long as the page"),
        erasure="delete",
    )
for _label, _title in (
    ("wagtailusers.UserProfile", _("Preferences of the authors’ side")),
    ("wagtailadmin.EditingSession", _("Pages being edited")),
    ("wagtailadmin.FormState", _("Forms being filled in")),
    ("wagtailcore.PageSubscription", _("Pages that you follow")),
):
    holds(
        _label,
        person="user",
        title=_title,
        fields={"user": _("so that the authors’ side works as you left it")},
        keep=_ACCOUNT,
        erasure="delete",
    )
exempt("wagtailcore.GroupApprovalTask", "names groups, not people")
exempt("django_tasks_database.DBTaskResult", "arguments are ids; deleted after 7 days, failed ones after 30")
