"""Tables, one person and a session of the reference project; what the client needs goes to the file that is named."""

import json
import sys
from pathlib import Path

import django


def main(out: str) -> None:
    django.setup()
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from django.test import Client

    call_command("migrate", verbosity=0)
    browser = Client()
    browser.force_login(User.objects.create_user("officer"))
    Path(out).write_text(json.dumps({"cookies": {name: each.value for name, each in browser.cookies.items()}}))


if __name__ == "__main__":
    main(*sys.argv[1:])
