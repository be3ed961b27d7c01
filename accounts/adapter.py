"""How django-allauth behaves here."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made for people by their coordinators: nobody signs up from the street."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
