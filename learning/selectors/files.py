"""Reads of files on the shelf."""

from django.http import Http404
from django.utils.translation import gettext as _

from learning.models import FrozenFile


def frozen_file(digest: str, ending: str) -> FrozenFile:
    """The file of an address.

    Whoever is signed in may load it: its digest is not to be guessed, and it holds nothing personal or national.

    Raises:
        Http404: there is no such file, or it has another ending.
    """
    file = FrozenFile.objects.filter(digest=digest, ending=ending).first()
    if file is None or not file.path.exists():
        raise Http404(_("There is no such file."))
    return file
