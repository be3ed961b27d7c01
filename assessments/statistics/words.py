"""What an analysis says, in plain words."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from assessments.statistics.figures import Sign
from assessments.statistics.reliability import ALPHA, DRAWN, KR20


@dataclass(frozen=True)
class Said:
    """A sign in words: what was found, and what to do about it. `look` is that of its badge."""

    label: str | Promise
    advice: str | Promise
    look: str


SIGNS: Mapping[Sign, Said] = {
    Sign.NEGATIVE: Said(
        _("The weakest do better"),
        _("The weakest answer it right more often than the best. Often the key is wrong: look at it first."),
        "danger",
    ),
    Sign.DIF_LARGE: Said(
        _("Differs by language"),
        _("People with the same result do clearly better in one language than in another. Look at the translation."),
        "danger",
    ),
    Sign.DRAWS_THE_BEST: Said(
        _("A wrong option draws the best"),
        _("The best take a wrong option more often than the weakest. It may be right as well, or unclear."),
        "danger",
    ),
    Sign.HARD: Said(
        _("Very hard"),
        _("Hardly anybody answers it right. Look whether the course teaches it, and whether the words are clear."),
        "warn",
    ),
    Sign.LOW: Said(
        _("Hardly tells apart"),
        _("The best answer it right hardly more often than the weakest. It may be unclear, or about something else."),
        "warn",
    ),
    Sign.DIF_MODERATE: Said(
        _("Differs a little by language"),
        _("People with the same result do a little better in one language than in another. Read the translation."),
        "warn",
    ),
    Sign.IDLE: Said(
        _("A wrong option that hardly anybody takes"),
        _("It is no choice for anybody. Write one that people who do not know it yet would take."),
        "info",
    ),
    Sign.EASY: Said(
        _("Very easy"),
        _("Nearly everybody answers it right. Keep it if everybody has to know it; otherwise it tells nothing."),
        "info",
    ),
}

METHODS: Mapping[str, str | Promise] = {
    KR20: _("KR-20: everybody had the same questions, each right or wrong."),
    ALPHA: _("Cronbach’s alpha: everybody had the same questions."),
    DRAWN: _("Of papers that are drawn: everybody had other questions, which counts as error. It is rather too low."),
}

#: What was refused, by the name under which it is stored.
REFUSED: Mapping[str, str | Promise] = {
    "few": _("Too few answers"),
    "spread": _("Everybody had the same score"),
    "mixed": _("The papers differ too much in length or in points for one figure."),
    "odds": _("In one of the languages all are right, or all wrong"),
}
