"""Tags of languages as RFC 5646 (BCP 47) forms them. Whether a tag is registered is not asked: lists of that age."""

import re

#: RFC 5646 §2.1, without the grandfathered tags, which are not to be used for anything new.
_WELL_FORMED = re.compile(
    r"""
    (?:[a-z]{2,3}(?:-[a-z]{3}){0,3}|[a-z]{4}|[a-z]{5,8})  # language, with up to three extensions
    (?:-[a-z]{4})?                                        # script
    (?:-(?:[a-z]{2}|\d{3}))?                              # region
    (?:-(?:[a-z0-9]{5,8}|\d[a-z0-9]{3}))*                 # variants
    (?:-[a-wyz0-9](?:-[a-z0-9]{2,8})+)*                   # extensions
    (?:-x(?:-[a-z0-9]{1,8})+)?                            # for private use
    """,
    re.IGNORECASE | re.VERBOSE | re.ASCII,
)


def is_well_formed(tag: str) -> bool:
    """Whether a tag is formed as BCP 47 wants it, such as ``zh-Hant-HK``."""
    return _WELL_FORMED.fullmatch(tag) is not None


def in_usual_case(tag: str) -> str:
    """A well-formed tag in the case that people write it in (RFC 5646 §2.1.1): ``ZH-hant-hk`` is ``zh-Hant-HK``."""
    parts, seen_single = [], False
    for place, part in enumerate(tag.lower().split("-")):
        if place and not seen_single and len(part) == 2:
            part = part.upper()
        elif place and not seen_single and len(part) == 4 and part.isalpha():
            part = part.title()
        seen_single = seen_single or len(part) == 1
        parts.append(part)
    return "-".join(parts)
