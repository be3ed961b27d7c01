"""A credential inside a picture: baked into PNG and SVG (Open Badges 3.0 §5.3), and taken out again. Pure."""

import zlib
from xml.sax.saxutils import quoteattr

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

NAMESPACE = "https://purl.imsglobal.org/ob/v3p0"
KEYWORD = b"openbadgecredential"
_PNG = b"\x89PNG\r\n\x1a\n"
_LARGEST = 256 * 1024


class NothingBaked(ValueError):
    """The picture holds no credential that can be read."""


def bake_png(picture: bytes, credential: str) -> bytes:
    """A PNG with the credential in an `iTXt` chunk of its own, uncompressed (§5.3.1.1)."""
    head = len(_PNG) + 25  # the signature and IHDR, which comes first (PNG §5.6)
    text = KEYWORD + b"\0" + b"\0\0" + b"\0" + b"\0" + credential.encode()
    chunk = b"iTXt" + text
    return picture[:head] + len(text).to_bytes(4) + chunk + zlib.crc32(chunk).to_bytes(4) + picture[head:]


def bake_svg(picture: str, credential: str) -> str:
    """An SVG with the credential in an element of its own, right behind the beginning (§5.3.2.1).

    A token goes into an attribute, JSON into the element.
    """
    start = picture.index("<svg")
    end = picture.index(">", start) + 1
    if credential.startswith("{"):
        # The one sequence that ends the section; in JSON it can stand only inside a text.
        inner = credential.replace("]]>", "]]\\u003e")
        element = f'<openbadges:credential xmlns:openbadges="{NAMESPACE}"><![CDATA[{inner}]]></openbadges:credential>'
    else:
        element = f'<openbadges:credential xmlns:openbadges="{NAMESPACE}" verify={quoteattr(credential)}/>'
    return picture[:end] + element + picture[end:]


def baked_in(picture: bytes) -> str:
    """The credential in a PNG or an SVG.

    Raises:
        NothingBaked: see the class.
    """
    if len(picture) > 20 * _LARGEST:
        raise NothingBaked("too large")
    try:
        found = _in_png(picture) if picture.startswith(_PNG) else _in_svg(picture)
    except (ValueError, LookupError, zlib.error, ParseError, DefusedXmlException) as error:
        raise NothingBaked("not a picture that can be read") from error
    if not found or len(found) > _LARGEST:
        raise NothingBaked("no credential in it")
    return found


def _in_png(picture: bytes) -> str:
    at = len(_PNG)
    while at + 8 <= len(picture):
        length, kind = int.from_bytes(picture[at : at + 4]), picture[at + 4 : at + 8]
        data = picture[at + 8 : at + 8 + length]
        if kind == b"iTXt" and data.startswith(KEYWORD + b"\0"):
            is_compressed, rest = data[len(KEYWORD) + 1], data[len(KEYWORD) + 3 :]
            text = rest.split(b"\0", 2)[2]
            if is_compressed:
                text = zlib.decompressobj().decompress(text, _LARGEST + 1)
            return text.decode()
        at += 12 + length
    return ""


def _in_svg(picture: bytes) -> str:
    for element in fromstring(picture).iter(f"{{{NAMESPACE}}}credential"):
        return element.get("verify") or (element.text or "").strip()
    return ""
