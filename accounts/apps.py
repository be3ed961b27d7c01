from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class AccountsConfig(AppConfig):
    name = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        autodiscover_modules("personal_data")
        from accounts import (  # noqa: F401
            declarations,  # accounts' own personal data
            receivers,
            third_parties,  # and that of the parts it stands on
        )
        from accounts.letters import UserProfile, language_of_profile

        # Wagtail has no hook for it.
        UserProfile.get_preferred_language = language_of_profile
