"""JSON-LD in the one form that is signed (RDF Dataset Canonicalization 1.0), without the network. Pure: no database.

The contexts are those that come with `openbadgeslib`; any other is refused, because whoever serves a context decides
what a signature says.
"""

import threading
from typing import Any

from openbadgeslib.ob3.contexts import UnknownContextError, document_loader
from pyld import jsonld
from pyld.canon import URDNA2015

CREDENTIALS = "https://www.w3.org/ns/credentials/v2"
OPEN_BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"

#: Canonicalization tries permutations of what looks alike; a document made for that would keep a processor busy for
#: hours. Real credentials need none or a few.
_MOST_ALIKE, _MOST_STEPS = 4, 200
#: PyLD keeps contexts in a cache that threads may not share.
_one_at_a_time = threading.Lock()


class NotCanonical(ValueError):
    """It cannot be written in the one form."""


class UnknownContext(NotCanonical):
    """It uses words whose meaning is not known here."""


class _Bounded(URDNA2015):
    steps = 0

    def create_hash_to_related(self, *args: Any) -> Any:
        self.steps += 1
        groups = super().create_hash_to_related(*args)
        if self.steps > _MOST_STEPS or any(len(group) > _MOST_ALIKE for group in groups.values()):
            raise NotCanonical("too many parts look alike")
        return groups


def canonical(document: dict[str, Any], *, more: dict[str, dict[str, Any]] | None = None) -> str:
    """N-Quads in canonical order.

    Arguments:
        document: JSON-LD without its proof.
        more: further contexts by address.

    Raises:
        UnknownContext, NotCanonical: see the classes.
    """
    dropped: list[object] = []
    # A word that no context explains would not be signed, and whoever reads the JSON would believe it all the same.
    processor = jsonld.JsonLdProcessor(on_property_dropped=dropped.append)
    try:
        with _one_at_a_time:
            dataset = processor.to_rdf(document, {"documentLoader": document_loader(more)})
            if dropped:
                raise NotCanonical("a word that no context explains")
            return str(_Bounded().main(dataset, {"algorithm": "URDNA2015", "format": "application/n-quads"}))
    except (NotCanonical, UnknownContextError) as error:
        raise error if isinstance(error, NotCanonical) else UnknownContext(str(error)) from error
    except (
        jsonld.JsonLdError,
        RecursionError,
        ArithmeticError,
        ValueError,
        TypeError,
        KeyError,
        AttributeError,
    ) as error:
        if _unknown_context_in(error):
            raise UnknownContext(str(_unknown_context_in(error))) from error
        raise NotCanonical(str(error)[:200]) from error


def _unknown_context_in(error: BaseException | None) -> BaseException | None:
    while error is not None and not isinstance(error, UnknownContextError):
        error = getattr(error, "cause", None) or error.__cause__ or error.__context__
    return error
