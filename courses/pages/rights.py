"""The authors' side follows the one table of roles: Wagtail's groups are derived from postings, never edited."""

from django.contrib.auth.models import Group, Permission
from django.utils.translation import gettext as _
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

from accounts.models import User
from accounts.permissions import Refused, Right, has_right

#: Wagtail group → the right that puts a person into it, what it may do with pages, and what else (codenames).
GROUPS: dict[str, tuple[Right, tuple[str, ...], tuple[str, ...]]] = {
    "Suluh authors": (Right.WRITE_COURSES, ("add_page", "change_page"), ("access_admin",)),
    "Suluh publishers": (
        Right.PUBLISH_COURSES,
        ("add_page", "change_page", "publish_page"),
        ("access_admin", "submit_translation"),
    ),
    "Suluh reviewers": (Right.REVIEW, (), ("access_admin",)),
    "Suluh administrators": (
        Right.MANAGE_SITE,
        ("add_page", "change_page", "publish_page", "lock_page", "unlock_page"),
        ("access_admin", "submit_translation", "add_locale"),
    ),
}

#: Wagtail group → what it may do with pictures and files. Who may write may also upload, and change what is their own.
MEDIA: dict[str, tuple[str, ...]] = {
    "Suluh authors": ("add_image", "choose_image", "add_document", "choose_document"),
    "Suluh publishers": (
        "add_image",
        "change_image",
        "choose_image",
        "add_document",
        "change_document",
        "choose_document",
    ),
}
MEDIA["Suluh administrators"] = MEDIA["Suluh publishers"]

#: The apps whose permissions are given beside those on pages.
OTHERS = ("wagtailadmin", "wagtail_localize", "wagtailcore")

#: Whoever holds one of these may open the authors' side at all.
MAY_ENTER = (Right.WRITE_COURSES, Right.PUBLISH_COURSES, Right.MANAGE_SITE, Right.REVIEW)
#: Whoever holds none of these edits nothing there.
MAY_EDIT = (Right.WRITE_COURSES, Right.PUBLISH_COURSES, Right.MANAGE_SITE)


def may_enter(user: User) -> bool:
    """Whether the authors' side opens for this person today."""
    return any(has_right(user, right) for right in MAY_ENTER)


def may_edit(user: User) -> bool:
    """Whether this person may change pages today; reviewers look and sign."""
    return any(has_right(user, right) for right in MAY_EDIT)


def may_publish(user: User) -> bool:
    """Whether this person may put courses on the shelf today."""
    return has_right(user, Right.PUBLISH_COURSES) or has_right(user, Right.MANAGE_SITE)


def require_translating(user: User) -> None:
    """What every write of the translator's desk asks first.

    Raises:
        accounts.permissions.Refused: the person may not write courses.
    """
    if not has_right(user, Right.WRITE_COURSES):
        raise Refused(_("Your role does not translate courses."))


def sync_groups(user: User) -> None:
    """Put a person into the groups that today's postings give, and out of the others of ours."""
    for name, (right, page_permissions, others) in GROUPS.items():
        group = _group(name, page_permissions, others)
        if has_right(user, right):
            user.groups.add(group)
        else:
            user.groups.remove(group)


def _group(name: str, page_permissions: tuple[str, ...], others: tuple[str, ...]) -> Group:
    group, made = Group.objects.get_or_create(name=name)
    if group.permissions.filter(codename__in=others).count() < len(others):
        group.permissions.add(*Permission.objects.filter(codename__in=others, content_type__app_label__in=OTHERS))
    _give_media(group, MEDIA.get(name, ()))
    if made:
        root = Page.objects.filter(depth=1).first()
        for codename in page_permissions:
            permission = Permission.objects.get(content_type__app_label="wagtailcore", codename=codename)
            GroupPagePermission.objects.get_or_create(group=group, page=root, permission=permission)
    return group


def _give_media(group: Group, codenames: tuple[str, ...]) -> None:
    """The rights to pictures and files, which hang on Wagtail's collections: ours stand in one, its root."""
    own = GroupCollectionPermission.objects.filter(group=group, permission__codename__in=codenames)
    if own.count() >= len(codenames):
        return
    root = Collection.get_first_root_node()
    apps = ("wagtailimages", "wagtaildocs")
    for permission in Permission.objects.filter(content_type__app_label__in=apps, codename__in=codenames):
        GroupCollectionPermission.objects.get_or_create(group=group, collection=root, permission=permission)
