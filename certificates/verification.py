"""Proving that every award still is what was attested: seals, tokens, credentials, names, places, chains."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Count, F, Q

from certificates.credentials.canonical import NotCanonical
from certificates.credentials.did import method_of_key
from certificates.credentials.jwt import BadToken as BadJwt
from certificates.credentials.jwt import read_jwt
from certificates.credentials.proofs import BadProof, check_proof
from certificates.models import Award, AwardChange, Credential, SigningKey
from certificates.services.sealing import STATUS_ENTRIES
from certificates.signing.attested import attested, digest_of_name
from certificates.signing.keys import from_base64url, is_signed
from certificates.signing.token import BadToken, read_token

_CHUNK = 500


@dataclass
class Tally:
    """How much was looked at."""

    awards: int = 0
    seals: int = 0
    tokens: int = 0
    credentials: int = 0
    differences: int = 0


def verify_awards(*, tally: Tally, progress: Callable[[int], object] | None = None) -> Iterator[str]:
    """A line for each difference; none if everything holds. Nothing is changed, and memory does not grow.

    No private key is needed, so it also works where SIGNING_SECRET is lost.

    Arguments:
        tally: filled on the way.
        progress: told every so often how many awards were looked at.
    """
    publics = [key.public_bytes for key in SigningKey.objects.filter(distrusted_at=None)]
    awards = Award.objects.select_related("course", "key", "credential__key").prefetch_related("changes").order_by("pk")
    for award in awards.iterator(chunk_size=_CHUNK):
        tally.awards += 1
        for difference in _of_award(award, publics, tally):
            tally.differences += 1
            yield f"{award.number} {award.uuid}: {difference}"
        if progress and tally.awards % _CHUNK == 0:
            progress(tally.awards)
    for difference in _of_chains():
        tally.differences += 1
        yield difference


def _of_award(award: Award, publics: list[bytes], tally: Tally) -> Iterator[str]:
    # The seal does not cover the state, which changes; the history, which cannot be changed, vouches for it.
    if award.state != _state_by_history(award.changes.all()):
        yield f"its state is “{award.state}”, which its history does not say"
    if award.seal is None or award.key is None:
        if award.holder_name:
            yield "it is not signed"
        return
    tally.seals += 1
    if award.key.distrusted_at:
        yield "its seal is of a key that is not trusted any more"
    elif not _is_sealed(award):
        yield "its seal does not hold: what it attests was changed"
    if award.holder_name and award.name_digest != digest_of_name(award.holder_name, award.name_salt or ""):
        yield "the name is not the one that was attested"
    if award.status_index is None or award.status_list is None or award.status_index >= STATUS_ENTRIES:
        yield "it has no place in a status list"
    if award.token is not None:
        tally.tokens += 1
        yield from _of_token(award, publics)
    elif award.holder_name:
        yield "it has no token"
    credential: Credential | None = getattr(award, "credential", None)
    if credential:
        tally.credentials += 1
        yield from _of_credential(award, credential)


def _state_by_history(changes: Iterable[AwardChange]) -> str:
    kind, state = AwardChange.Kind, str(Award.State.VALID)
    before = state
    for change in changes:
        if change.kind == kind.REVOKED:
            before, state = state, Award.State.REVOKED
        elif change.kind == kind.REINSTATED:
            state = before if state == Award.State.REVOKED else Award.State.VALID
        elif change.kind == kind.SUSPENDED:
            state = Award.State.SUSPENDED
        elif change.kind == kind.SUPERSEDED:
            state = Award.State.SUPERSEDED
    return state


def _is_sealed(award: Award) -> bool:
    assert award.key is not None and award.seal is not None
    try:
        return is_signed(award.key.public_bytes, attested(award), from_base64url(award.seal))
    except ValueError:
        return False


def _of_token(award: Award, publics: list[bytes]) -> Iterator[str]:
    assert award.token is not None
    try:
        said = read_token(award.token, publics=publics)
    except BadToken as error:
        yield f"its token does not hold: {error}"
        return
    told = (said.number, said.kind, said.is_specimen, said.status_list, said.status_index, said.issued_on)
    mine = (award.number, award.kind, award.is_specimen, award.status_list, award.status_index, award.issued_at.date())
    more = (said.valid_until, said.edition, said.revision, said.language)
    if told != mine or more != (award.valid_until, award.edition, award.revision, award.language):
        yield "its token says something else"


def _of_credential(award: Award, credential: Credential) -> Iterator[str]:
    key = credential.key
    if key.distrusted_at:
        yield "its credential is of a key that is not trusted any more"
        return
    try:
        document = json.loads(credential.document)
        check_proof(document, public=key.public_bytes)
        proof = document.pop("proof")
        same = read_jwt(credential.jwt, public=key.public_bytes) == document
    except (BadProof, BadJwt, NotCanonical, ValueError, KeyError) as error:
        yield f"its credential does not hold: {error}"
        return
    if not same or proof["verificationMethod"] != method_of_key(document["issuer"]["id"], key.public_bytes):
        yield "its credential and its token are not the same"
    achievement = document["credentialSubject"]["achievement"]
    said = (document["id"], document["validUntil"][:10], achievement["name"], achievement["version"])
    mine = (
        f"urn:uuid:{award.uuid}",
        award.valid_until.isoformat(),
        award.snapshot["course"],
        f"{award.edition}.{award.revision}",
    )
    places = {each["statusListIndex"] for each in document["credentialStatus"]}
    if said != mine or places != {str(award.status_index)}:
        yield "its credential says something else"


def _of_chains() -> Iterator[str]:
    """Of one number at most one stands, and one that was issued again does not."""
    twice = Award.objects.standing().order_by("number").values("number").annotate(n=Count("pk")).filter(n__gt=1)
    for row in twice.iterator(chunk_size=_CHUNK):
        yield f"{row['number']}: {row['n']} of its periods stand at once"
    strangers = Award.objects.filter(reissues__isnull=False).exclude(
        # One that was revoked is replaced under a new number.
        Q(reissues__number=F("number")) | Q(reissues__state=Award.State.REVOKED)
    )
    for number, uuid in strangers.values_list("number", "uuid").iterator(chunk_size=_CHUNK):
        yield f"{number} {uuid}: it was issued in the place of one with another number"
