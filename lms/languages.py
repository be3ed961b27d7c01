"""Every language that a site of Suluh can offer, what each needs, and what reads a text in one that is not offered.

Django knows most of them; for the others this table is all there is: own name, direction, plural rule. Settings take
`offered` from here; a catalogue for each stands in locale/, be it empty, because Django redirects away from a
language without one. Decision 0031. Read by settings, so nothing of Django's that needs them is used here.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from gettext import translation as catalogue
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy, to_locale, trans_real


def _(name: str) -> str:
    """Mark a name for the catalogues. gettext would ask the settings, which are only being read."""
    return name


TWO = "nplurals=2; plural=(n != 1);"
ONE = "nplurals=1; plural=0;"


@dataclass(frozen=True)
class Language:
    """One language. The names of those that Django knows are Django's, unless `own` says better."""

    code: str
    name: str
    """In English; a page shows it in the reader's language."""
    own: str = ""
    """What it calls itself, in its own script."""
    is_rtl: bool = False
    plural: str = ""
    """The plural rule of its catalogue (CLDR), where Babel has none under this code."""
    like: tuple[str, ...] = ()
    """Languages that its readers are offered instead where the site lacks it, the nearest first."""
    cldr: str = ""
    """What Babel calls it if otherwise, or a language with its rules if Babel lacks it."""
    wagtail: str = ""
    """The folder of Wagtail's words, if Wagtail calls its catalogue whole."""


KNOWN = {
    each.code: each
    for each in (
        Language("en", _("English")),
        Language("id", _("Indonesian"), wagtail="id_ID"),
        Language("ur", _("Urdu"), is_rtl=True),
        Language("km", _("Khmer"), "ខ្មែរ"),
        Language("ar", _("Arabic"), is_rtl=True, wagtail="ar"),
        Language("th", _("Thai"), wagtail="th"),
        Language("vi", _("Vietnamese")),
        Language("ms", _("Malay")),
        Language("my", _("Burmese"), "မြန်မာ"),
        Language("bn", _("Bengali")),
        Language("fa", _("Persian"), is_rtl=True, like=("prs",), wagtail="fa"),
        Language("prs", _("Dari"), "دری", is_rtl=True, plural=ONE, like=("fa",), cldr="fa_AF"),
        Language("ps", _("Pashto"), "پښتو", is_rtl=True, plural=TWO),
        Language("lo", _("Lao"), "ລາວ", plural=ONE),
        Language(
            "fil",
            _("Filipino"),
            "Filipino",
            plural="nplurals=2; plural=(n > 3 && (n % 10 == 4 || n % 10 == 6 || n % 10 == 9));",
        ),
        Language("si", _("Sinhala"), "සිංහල", plural="nplurals=2; plural=(n > 1);"),
        Language("ta", _("Tamil")),
        Language("ne", _("Nepali")),
        Language("hi", _("Hindi")),
        Language("fr", _("French"), wagtail="fr"),
        Language("tet", _("Tetum"), "Tetun", plural=TWO, cldr="pt_TL"),
        Language("pt", _("Portuguese"), wagtail="pt_PT"),
        Language("zh-hans", _("Simplified Chinese"), cldr="zh_Hans", wagtail="zh_Hans"),
        Language("zh-hant", _("Traditional Chinese"), cldr="zh_Hant", wagtail="zh_Hant"),
        Language("dv", _("Dhivehi"), "ދިވެހި", is_rtl=True, plural=TWO),
        Language("dz", _("Dzongkha"), "རྫོང་ཁ", plural=ONE),
        Language("mn", _("Mongolian"), "Монгол", wagtail="mn"),
        Language("ckb", _("Kurdish (Sorani)"), is_rtl=True, plural=TWO),
        Language("ko", _("Korean"), wagtail="ko"),
        Language("ja", _("Japanese"), wagtail="ja"),
        Language("tr", _("Turkish"), wagtail="tr"),
    )
}

#: The ones with a whole catalogue: what a site offers when nobody says otherwise.
COMPLETE = ("en", "id", "ur", "km", "ar")

#: What browsers and people still send for a language of the table; Django itself knows those of Chinese.
OTHER_CODES = {"in": "id", "tl": "fil", "fa-af": "prs", "prs-af": "prs", "fa-ir": "fa", "tdt": "tet", "zh": "zh-hans"}

_WITH_WAGTAILS_WORDS = ("wagtail.admin", "wagtail", "wagtail.users", "wagtail.images", "wagtail.documents")


def offered(codes: list[str]) -> list[tuple[str, Any]]:
    """The languages of a site as Django wants them, in the order given; English is always among them.

    Raises:
        ValueError: a code that is not in the table, or none at all.
    """
    wanted = list(dict.fromkeys(code.strip().lower().replace("_", "-") for code in codes if code.strip()))
    unknown = [code for code in wanted if code not in KNOWN]
    if unknown:
        raise ValueError(
            f"SITE_LANGUAGES names {', '.join(unknown)}, which Suluh does not know. Known: {', '.join(sorted(KNOWN))}."
        )
    if "en" not in wanted:
        raise ValueError("SITE_LANGUAGES lacks en: what a language lacks is read in English.")
    return [(code, gettext_lazy(KNOWN[code].name)) for code in wanted]


def teach(lang_info: dict[str, dict[str, Any]], bidi: list[str]) -> list[str]:
    """Tell Django of our languages (`django.conf.locale.LANG_INFO`); returns the codes that read from right to left."""
    for each in KNOWN.values():
        info = dict(lang_info.get(each.code, {}))
        if each.own:
            info |= {"name_local": each.own}
        if "name" not in info:
            info |= {"code": each.code, "bidi": each.is_rtl, "name": each.name}
        if each.like:
            info["fallback"] = list(each.like)
        lang_info[each.code] = info
    for code, right in OTHER_CODES.items():
        lang_info[code] = {"fallback": [right, *KNOWN[right].like]}
    return sorted({*bidi, *(each.code for each in KNOWN.values() if each.is_rtl)})


def nearest(code: str, offered_codes: Iterable[str]) -> str:
    """What a site has for whoever chose a language, which it may have ceased to offer: the nearest, or English."""
    code, there = code.lower().replace("_", "-"), set(offered_codes)
    parts = code.split("-")
    for tag in ("-".join(parts[:n]) for n in range(len(parts), 0, -1)):
        own = OTHER_CODES.get(tag, tag)
        for each in (tag, own, *(KNOWN[own].like if own in KNOWN else ())):
            if each in there:
                return each
    return "en"


def admin_languages(codes: list[tuple[str, Any]]) -> list[tuple[str, Any]]:
    """Of the languages of a site those in which Wagtail's side is no patchwork; the others read it in English."""
    return [(code, name) for code, name in codes if code == "en" or KNOWN[code].wagtail]


def lend_wagtails_words(codes: list[str], own: Path) -> None:
    """Let a language have the words that Wagtail keeps under another code: “id” those of its “id_ID”."""
    for code in codes:
        folder = KNOWN[code].wagtail
        if not folder or folder == to_locale(code):
            continue
        words = trans_real.translation(code)
        for app in _WITH_WAGTAILS_WORDS:
            spec = find_spec(app)
            if spec and spec.origin:
                words.merge(catalogue("django", Path(spec.origin).parent / "locale", [folder], fallback=True))
        # Ours go before those, as in every other language.
        words.merge(catalogue("django", own, [to_locale(code)], fallback=True))
