"""Which identity providers there are, and for whom they may speak."""

from django.db.models import QuerySet

from accounts.models import IdentityProvider, Member, User
from accounts.permissions import Right, Viewer, current_postings, has_right


def providers_to_choose() -> QuerySet[IdentityProvider]:
    """The services that a stranger may choose on the sign-in page: those in use, by member."""
    return IdentityProvider.objects.filter(is_on=True).select_related("member", "app")


def providers_of(viewer: Viewer, member: Member) -> QuerySet[IdentityProvider]:
    """The services of a member, in use or not, for whoever runs the site."""
    found = IdentityProvider.objects.filter(member=member).select_related("member", "app")
    return found if has_right(viewer, Right.MANAGE_SITE) else found.none()


def may_come_by(user: User, provider: IdentityProvider) -> bool:
    """Whether a member's service may speak for a person.

    Only for one who is posted to this member today and to no other: with rights elsewhere too, one member's service
    could open another member's officers. Roles of the RSO belong to no member, so a State's service never opens them;
    that of an organisation does, for people who are posted to it as well.
    """
    postings = current_postings(user)
    of_an_organisation = provider.member.kind == Member.Kind.ORGANISATION
    return any(each.member_id == provider.member_id for each in postings) and all(
        each.member_id == provider.member_id or (each.member_id is None and of_an_organisation) for each in postings
    )


def required_provider(user: User) -> IdentityProvider | None:
    """The service by which alone a person may sign in; None when a password will do."""
    members = {each.member_id for each in current_postings(user) if each.member_id is not None}
    if not members:
        return None
    required = providers_to_choose().filter(is_required=True, member_id__in=members)
    return next((provider for provider in required if may_come_by(user, provider)), None)
