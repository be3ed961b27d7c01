"""Reads of pictures and other media. They belong to all authors: whoever may write a course may use each of them."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from wagtail import blocks
from wagtail.coreutils import resolve_model_string

from courses.pages.blocks import BODY
from courses.pages.models.media import MediaFile, Picture


def picture_by_key(key: str) -> Picture | None:
    """The picture that bundles name so."""
    picture: Picture | None = Picture.objects.filter(key=key).first()
    return picture


def media_by_key(key: str) -> MediaFile | None:
    """The film, sound, captions or document that bundles name so."""
    file: MediaFile | None = MediaFile.objects.filter(key=key).first()
    return file


def media_in_blocks(raw_blocks: Iterable[Mapping[str, Any]]) -> list[Picture | MediaFile]:
    """The pictures and other media that raw blocks of a lesson use, each once, in the order of the lesson.

    What was deleted meanwhile is left out.
    """
    named: dict[tuple[type[Any], int], None] = {}
    for raw in raw_blocks:
        definition = BODY.child_blocks.get(raw["type"])
        if definition is not None:
            named |= dict.fromkeys(_chosen(definition, raw.get("value")))
    found: dict[tuple[type[Any], int], Picture | MediaFile] = {}
    for model in (Picture, MediaFile):
        pks = [pk for each, pk in named if each is model]
        found |= {(model, pk): row for pk, row in model.objects.in_bulk(pks).items()} if pks else {}
    return [found[each] for each in named if each in found]


def _chosen(definition: blocks.Block, value: Any) -> Iterator[tuple[type[Any], int]]:
    """(model, primary key) of every picture and file in a raw value."""
    if isinstance(definition, blocks.ChooserBlock):
        model = resolve_model_string(definition.target_model)
        if isinstance(value, int) and model in (Picture, MediaFile):
            yield model, value
    elif isinstance(definition, blocks.StructBlock):
        for name, child in definition.child_blocks.items():
            yield from _chosen(child, (value or {}).get(name))
    elif isinstance(definition, blocks.ListBlock):
        for entry in value or []:
            yield from _chosen(definition.child_block, entry.get("value") if isinstance(entry, dict) else entry)
    elif isinstance(definition, blocks.StreamBlock):
        for entry in value or []:
            child = definition.child_blocks.get(entry.get("type"))
            if child is not None:
                yield from _chosen(child, entry.get("value"))
