"""People who sign in, and the random key under which their learning is recorded."""

import secrets
import uuid
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lms.text import ascii_digits

#: Letters and digits that nobody confuses on paper or on the telephone.
CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_learner_code() -> str:
    """A learner code, such as ``L-7K3M-9Q2X``: stands for a person where the name may not."""
    letters = "".join(secrets.choice(CODE_LETTERS) for _each in range(8))
    return f"L-{letters[:4]}-{letters[4:]}"


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

    `learner_code` stands for the person where the name may not. In a pseudonymous account it is the name: who it is,
    only the member knows, outside of Suluh.
    """

    class Sex(models.TextChoices):
        """For statistics, if the person wants to say it (domain rules §4.4); never inferred."""

        WOMAN = "woman", _("Woman")
        MAN = "man", _("Man")
        ANOTHER = "another", _("Another term")
        UNSAID = "unsaid", _("Prefer not to say")

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
    learner_code = models.CharField(_("learner code"), max_length=16, unique=True, default=new_learner_code)
    latin_name = models.CharField(_("name in Latin letters"), max_length=200, blank=True)
    email = models.EmailField(_("e-mail"), blank=True, help_text=_("Optional. Suluh works without one."))
    sex = models.CharField(
        _("sex or gender"), max_length=8, choices=Sex.choices, blank=True, help_text=_("For statistics only. Optional.")
    )
    language = models.CharField(max_length=12, blank=True, help_text=_("The language the person chose last."))
    public_name = models.CharField(
        _("name shown to people who check a certificate"),
        max_length=8,
        choices=PublicName.choices,
        default=PublicName.INITIALS,
    )
    is_restricted = models.BooleanField(
        _("restricted identity"),
        default=False,
        help_text=_("A sensitive post: outside the own member a code stands for the name; no public page."),
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

    @classmethod
    def normalize_username(cls, username: str) -> str:
        """A user name with ASCII digits, whatever keyboard it was typed on."""
        return ascii_digits(super().normalize_username(username))

    def __str__(self) -> str:
        """What may stand anywhere, also on pages of others such as Wagtail's: of a restricted person the code."""
        return self.learner_code if self.is_restricted else self.full_name or self.username

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return str(self)

    @property
    def is_pseudonymous(self) -> bool:
        """Whether the account names nobody: its learner code stands where a name would."""
        return self.full_name == self.learner_code

    @property
    def actor(self) -> "Actor":
        """The key under which new learning is recorded.

        Raises:
            Actor.DoesNotExist: there is none yet (see `accounts.services.actor_of`).
        """
        return self.actors.get(joined_at=None)


class Actor(models.Model):
    """The random key under which a person's learning is recorded: the only link between the record and the person.

    The key itself is the primary key, because it is what statements carry. Erasing a person sets `user` to NULL: the
    record keeps its rows and nobody can say whose they are (decision 0006). A person whose two accounts were found and
    merged has two keys: the one that came with the other account has `joined_at`, and nothing new is recorded under it.
    """

    key = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="actors")
    joined_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=Q(joined_at=None), name="one_open_actor_per_person")
        ]

    def __str__(self) -> str:
        return str(self.key)
