"""The authors' side follows the one table of roles: Wagtail's groups are derived from postings, never edited."""

from django.contrib.auth.models import Group, Permission
from wagtail.models import GroupPagePermission, Page

from accounts.models import User
from accounts.permissions import Right, has_right

#: Wagtail group → the right that puts a person into it, and what it may do with pages.
GROUPS: dict[str, tuple[Right, tuple[str, ...]]] = {
    "Suluh authors": (Right.WRITE_COURSES, ("add_page", "change_page")),
    "Suluh publishers": (Right.PUBLISH_COURSES, ("add_page", "change_page", "publish_page")),
    "Suluh administrators": (
        Right.MANAGE_SITE,
        ("add_page", "change_page", "publish_page", "lock_page", "unlock_page"),
    ),
}

#: Whoever holds one of these may open the authors' side at all.
MAY_ENTER = (Right.WRITE_COURSES, Right.PUBLISH_COURSES, Right.MANAGE_SITE)


def may_enter(user: User) -> bool:
    """Whether the authors' side opens for this person today."""
    return any(has_right(user, right) for right in MAY_ENTER)


def sync_groups(user: User) -> None:
    """Put a person into the groups that today's postings give, and out of the others of ours."""
    for name, (right, page_permissions) in GROUPS.items():
        group = _group(name, page_permissions)
        if has_right(user, right):
            user.groups.add(group)
        else:
            user.groups.remove(group)


def _group(name: str, page_permissions: tuple[str, ...]) -> Group:
    group, made = Group.objects.get_or_create(name=name)
    if made:
        group.permissions.add(Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin"))
        root = Page.objects.filter(depth=1).first()
        for codename in page_permissions:
            permission = Permission.objects.get(content_type__app_label="wagtailcore", codename=codename)
            GroupPagePermission.objects.get_or_create(group=group, page=root, permission=permission)
    return group
