"""The keys that sign certificates: for who runs the site, and nobody else."""

from django.utils import timezone

from certificates.models import SigningKey
from certificates.services import active_key
from certificates.signing.keys import base64url, public_of
from tests.permissions.lines import GONE, MISSING, OK, POST_ONLY, REFUSED, UNPROCESSABLE, Line, World, signed_in

PASSPHRASE = {"backup-passphrase": "correct horse battery", "backup-again": "correct horse battery"}


#: One that signed before, always the same.
RETIRED = SigningKey(public=base64url(public_of(b"7" * 32)), is_active=False)

#: In the place of one that does not sign, so that nothing follows.
ROTATE = {"rotate-reason": "yearly", "rotate-instead_of": RETIRED.digest}
BEGINS = {"begins": RETIRED.digest[:8], "reason": "stolen"}


def prepare(world: World) -> None:
    active_key()
    SigningKey.objects.create(public=RETIRED.public, is_active=False, retired_at=timezone.now())


def key(world: World) -> dict:
    return {"digest": RETIRED.digest}


def no_key(world: World) -> dict:
    return {"digest": "0" * 32}


def runs_the_site(answer: int) -> dict:
    return signed_in(REFUSED, admin=answer)


LINES = [
    Line("award_keys:overview", "get", runs_the_site(OK)),
    Line("award_keys:rotate", "get", POST_ONLY),
    Line("award_keys:rotate", "post", runs_the_site(GONE), data=ROTATE),
    Line("award_keys:rotate", "post", runs_the_site(UNPROCESSABLE), note="empty"),
    Line("award_keys:backup", "get", POST_ONLY),
    Line("award_keys:backup", "post", runs_the_site(OK), data=PASSPHRASE),
    Line("award_keys:backup", "post", runs_the_site(UNPROCESSABLE), note="empty"),
    Line("award_keys:distrust", "get", runs_the_site(OK), key),
    Line("award_keys:distrust", "get", runs_the_site(MISSING), no_key, note="that is not there"),
    Line("award_keys:distrust", "post", runs_the_site(GONE), key, data=BEGINS),
    Line("award_keys:distrust", "post", runs_the_site(UNPROCESSABLE), key, note="empty"),
]
