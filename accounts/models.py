"""Who is who: members and their agencies, people, their postings, and what was done or seen by whom."""

import datetime as dt
import uuid
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.roles import MEMBERLESS_ROLES, Role


class Member(models.Model):
    """One member of the Bali Process, or another body whose people learn here.

    Editable data with an "as at" date, never derived from the code: States, territories and organisations are counted
    apart. Holds no personal data.
    """

    class Kind(models.TextChoices):
        STATE = "state", _("State")
        TERRITORY = "territory", _("Territory")
        ORGANISATION = "organisation", _("Organisation")

    class Sharing(models.TextChoices):
        """What the member lets the RSO see of its own officers."""

        COUNTS = "counts", _("Counts only")
        CODES = "codes", _("Learner codes")
        NAMES = "names", _("Names")

    code = models.CharField(max_length=8, unique=True, help_text=_("ISO 3166-1 alpha-2, or a short name for a body."))
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=16, choices=Kind.choices, default=Kind.STATE)
    sharing = models.CharField(max_length=8, choices=Sharing.choices, default=Sharing.COUNTS)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    as_at = models.DateField(
        null=True, blank=True, help_text=_("The day on which this entry was checked; empty when it never was.")
    )

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="member_ends_after_it_begins",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Agency(models.Model):
    """A service of one member, such as its border police. Holds no personal data."""

    class Kind(models.TextChoices):
        POLICE = "police", _("Police")
        IMMIGRATION = "immigration", _("Immigration")
        BORDER = "border", _("Border guard")
        PROSECUTION = "prosecution", _("Prosecution")
        LABOUR = "labour", _("Labour inspection")
        SOCIAL = "social", _("Social services")
        COAST_GUARD = "coast_guard", _("Coast guard")
        FOREIGN = "foreign", _("Foreign ministry")
        OTHER = "other", _("Other")

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="agencies")
    name = models.CharField(max_length=160)
    kind = models.CharField(max_length=16, choices=Kind.choices, default=Kind.OTHER)

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "agencies"
        constraints = [models.UniqueConstraint(fields=["member", "name"], name="agency_name_once_per_member")]

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    """Makes people, and finds them by user name whatever its case."""

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(username=self.model.normalize_username(username), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(username, password, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        # LOWER, not iexact: PostgreSQL compares UPPER(), where “ſ” is an S and “ı” an I, and each such spelling would
        # have its own count of wrong sign-ins.
        return self.annotate(lowered=Lower("username")).get(lowered=(username or "").lower())


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in.

    Personal data: user name, the one full name as on the certificate, optionally its Latin form and an address. There
    is no first or last name (single names are common, order varies), no birth date, number, portrait or private phone.
    What the person learns is kept under an `Actor`, so that the person can be forgotten and the record stays whole.
    """

    class PublicName(models.TextChoices):
        INITIALS = "initials", _("My initials")
        FULL = "full", _("My full name")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    username = models.CharField(
        _("user name"),
        max_length=150,
        unique=True,
        validators=[UnicodeUsernameValidator()],
        error_messages={"unique": _("This user name is taken.")},
    )
    full_name = models.CharField(
        _("full name"), max_length=200, help_text=_("As it should stand on the certificate, in any script.")
    )
    latin_name = models.CharField(_("name in Latin letters"), max_length=200, blank=True)
    email = models.EmailField(_("e-mail"), blank=True, help_text=_("Optional. Suluh works without one."))
    language = models.CharField(max_length=12, blank=True, help_text=_("The language the person chose last."))
    public_name = models.CharField(
        _("name shown to people who check a certificate"),
        max_length=8,
        choices=PublicName.choices,
        default=PublicName.INITIALS,
    )
    is_restricted = models.BooleanField(
        default=False, help_text=_("A sensitive post: no directory, no public verification page.")
    )
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["full_name"]

    class Meta:
        ordering = ["full_name", "pk"]
        constraints = [models.UniqueConstraint(Lower("username"), name="username_once_whatever_the_case")]

    def __str__(self) -> str:
        return self.full_name or self.username

    def get_full_name(self) -> str:
        return self.full_name or self.username

    def get_short_name(self) -> str:
        return self.full_name or self.username


class Actor(models.Model):
    """The random key under which a person's learning is recorded: the only link between the record and the person.

    The key itself is the primary key, because it is what statements carry. Erasing a person sets `user` to NULL: the
    record keeps its rows and nobody can say whose they are (decision 0006).
    """

    key = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.OneToOneField(User, null=True, on_delete=models.SET_NULL, related_name="actor")

    def __str__(self) -> str:
        return str(self.key)


class PostingQuerySet(models.QuerySet["Posting"]):
    """Postings, asked by day."""

    def current(self, on: dt.date | None = None) -> "PostingQuerySet":
        """Postings that run on a day, today unless told."""
        on = on or timezone.localdate()
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=on), starts_on__lte=on)


class Posting(models.Model):
    """One person in one role, for a member or one agency of it, from a day to a day.

    Scope comes from here: what a role may do is in `accounts.permissions`, for whom is in this row. Roles of the RSO
    have no member. Rows are ended, never deleted, so that history counts where it happened. Personal data: where a
    person serves.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="postings")
    role = models.CharField(max_length=32, choices=Role.choices)
    member = models.ForeignKey(Member, null=True, blank=True, on_delete=models.PROTECT, related_name="postings")
    agency = models.ForeignKey(Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="postings")
    starts_on = models.DateField(default=timezone.localdate)
    ends_on = models.DateField(null=True, blank=True)

    objects = PostingQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on", "-pk"]
        indexes = [models.Index(fields=["member", "role"], name="posting_by_member_and_role")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="posting_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(member__isnull=True, agency__isnull=True, role__in=MEMBERLESS_ROLES)
                | (Q(member__isnull=False) & ~Q(role__in=MEMBERLESS_ROLES)),
                name="posting_has_a_member_unless_of_the_rso",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()} · {self.member or 'RSO'}"

    def runs(self, on: dt.date) -> bool:
        """Whether the posting runs on a day: what `PostingQuerySet.current` asks, of a row that was read."""
        return self.starts_on <= on and (self.ends_on is None or self.ends_on >= on)


class AppendOnlyQuerySet(models.QuerySet[Any]):
    """A queryset that only ever adds."""

    def update(self, **kwargs: Any) -> int:
        raise TypeError(f"{self.model.__name__} is append-only: rows are never changed.")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise TypeError(f"{self.model.__name__} is append-only: rows are never deleted.")


class AuditEvent(models.Model):
    """One thing that somebody did to, or saw of, somebody or something. Append-only, also in the database.

    `actor` is the key of who did it (none for the system itself); `target` names a row as ``app.model:uuid`` and holds
    no name. Personal data: only through the link of the actor's key, which erasure cuts.
    """

    at = models.DateTimeField(default=timezone.now, db_index=True)
    actor = models.ForeignKey(Actor, null=True, on_delete=models.PROTECT, related_name="+")
    action = models.CharField(max_length=64)
    target = models.CharField(max_length=120, db_index=True)
    member = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300, blank=True)
    details = models.JSONField(default=dict)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action} {self.target}"
