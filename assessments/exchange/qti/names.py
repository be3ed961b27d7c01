"""Names of QTI, the same for 2.x (``simpleChoice``) and 3.0 (``qti-simple-choice``)."""

from assessments.exchange.xmlfile import plain_name

#: Elements that a person answers, in text and by themselves.
INLINE = frozenset(("textentryinteraction", "inlinechoiceinteraction"))
BLOCKS = frozenset(
    (
        "choiceinteraction",
        "orderinteraction",
        "matchinteraction",
        "associateinteraction",
        "hotspotinteraction",
        "extendedtextinteraction",
    )
)


def name_of(tag: str) -> str:
    """One name for both spellings."""
    return plain_name(tag).removeprefix("qti-").replace("-", "").lower()


def is_interaction(tag: str) -> bool:
    """Whether an element is answered, known here or not."""
    return tag.endswith("interaction") or tag == "positionobjectstage"
