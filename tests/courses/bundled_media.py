"""A small course with pictures, a film, captions, sound and a document, written as files."""

import hashlib
import io
from dataclasses import replace
from pathlib import Path
from typing import Any

from PIL import Image

from courses.pages.exchange.bundle import Bundle, Lesson, LessonText, Medium
from tests.courses.bundles import block, small_bundle, write
from tests.courses.media import pdf_bytes


def png(colour: str = "teal", width: int = 40, height: int = 30, **extra: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(out, "PNG", **extra)
    return out.getvalue()


MP4 = b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2" + b"\x00\x00\x00\xd0mdat" + b"film" * 50
MP3 = b"ID3\x03\x00\x00\x00\x00\x00\x00" + b"\xff\xfb\x90\x00" * 20
VTT = b"WEBVTT\n\n00:00.000 --> 00:02.000\nHello.\n"
PDF = pdf_bytes()


def medium(key: str, ending: str, kind: str, content: bytes, **words: str) -> Medium:
    digest = hashlib.sha256(content).hexdigest()
    return Medium(key=key, file=f"{key}.{ending}", sha256=digest, kind=kind, title=key.title(), **words)


FILES = {"hands.png": png(), "film.mp4": MP4, "film-en.vtt": VTT, "voice.mp3": MP3, "form.pdf": PDF}
MEDIA = (
    medium("hands", "png", "picture", FILES["hands.png"], credit="RSO", licence="CC BY 4.0", alt="Two hands."),
    medium("film", "mp4", "video", MP4),
    medium("film-en", "vtt", "captions", VTT),
    medium("form", "pdf", "document", PDF),
    medium("voice", "mp3", "audio", MP3),
)


def media_bundle(*codes: str) -> Bundle:
    bundle = small_bundle(*codes)
    (module,) = bundle.modules
    lesson = Lesson(
        key="m1-l3",
        minutes=5,
        level="W0",
        blocks=(
            block("pic", "picture", picture="hands", is_decorative=False),
            block("plain", "picture", picture="hands", is_decorative=True),
            block(
                "film", "video", file="film", length="3:20", poster="hands",
                captions=[{"id": "c1", "language": "en", "file": "film-en"}],
            ),
            block("sound", "audio", file="voice", length="0:40"),
            block("form", "document", file="form"),
        ),
    )  # fmt: skip
    languages = tuple(
        replace(
            language,
            lessons={
                **language.lessons,
                "m1-l3": LessonText(
                    title=f"Things ({language.code})",
                    blocks={
                        "pic": {"alt": f"Two hands ({language.code})", "caption": ""},
                        "plain": {"alt": "", "caption": ""},
                        "film": {"title": "A film", "transcript": f"Said ({language.code})"},
                        "sound": {"title": "A voice", "transcript": f"Heard ({language.code})"},
                        "form": {"title": "A form", "about": f"To fill ({language.code})"},
                    },
                ),
            },
        )
        for language in bundle.languages
    )
    module = replace(module, lessons=(*module.lessons, lesson))
    return replace(bundle, modules=(module,), languages=languages, media=MEDIA)


def write_with_media(bundle: Bundle, folder: Path, files: dict[str, bytes] | None = None) -> Path:
    write(bundle, folder)
    (folder / "media").mkdir(exist_ok=True)
    for name, content in (FILES if files is None else files).items():
        (folder / "media" / name).write_bytes(content)
    return folder
