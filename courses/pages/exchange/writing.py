"""The one way in which a bundle is written: equal bundles give equal bytes."""

import re
from typing import Any

import yaml

from courses.pages.blocks import has_words
from courses.pages.exchange.bundle import (
    COURSE_FILE,
    FORMAT,
    QUESTIONS_FILE,
    Block,
    Bundle,
    Language,
    LessonText,
    Medium,
    Module,
    Question,
    Test,
)
from courses.pages.exchange.details import write_details, write_rules
from courses.pages.exchange.media import MEDIA_FILE, MEDIA_FOLDER, write_media
from courses.pages.exchange.parts import write_neutral, write_words
from courses.pages.exchange.questions import canonical_answer, wording_parts, write_structure
from courses.pages.exchange.test_rules import REFRESHER, write_test_rules
from learning.manifest import DELTA, FINAL, PRETEST

WIDTH = 100
#: A list of ids up to this length in all stands in one line.
SHORT_LIST = 80
ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")


class _Writer(yaml.SafeDumper):
    """Block style, lists of short ids in one line, several lines as a literal block."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """Indent lists below their key, as people do."""
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _list(writer: _Writer, values: list[Any]) -> yaml.Node:
    short = all(isinstance(each, str) and ID.fullmatch(each) for each in values) and sum(map(len, values)) <= SHORT_LIST
    return writer.represent_sequence("tag:yaml.org,2002:seq", values, flow_style=short)


def _text(writer: _Writer, value: str) -> yaml.Node:
    return writer.represent_scalar("tag:yaml.org,2002:str", value, style="|" if "\n" in value else None)


_Writer.add_representer(list, _list)
_Writer.add_representer(str, _text)


def dump(value: Any) -> bytes:
    """One YAML document in canonical form."""
    text = yaml.dump(
        value,
        Dumper=_Writer,
        allow_unicode=True,
        sort_keys=False,
        width=WIDTH,
        default_flow_style=False,
    )
    return str(text).encode()


def bundle_files(bundle: Bundle) -> dict[str, bytes]:
    """All texts of a bundle, by their path in its folder. See `media_files` for the others."""
    files = {COURSE_FILE: dump(_course(bundle)), QUESTIONS_FILE: dump([_question(each) for each in bundle.questions])}
    if bundle.media:
        files[MEDIA_FILE] = dump(write_media(bundle.media))
    for language in bundle.languages:
        files[f"{language.code}/{COURSE_FILE}"] = dump(_course_text(bundle, language))
        for lesson in bundle.lessons:
            text = _lesson_text(lesson.blocks, language.lessons[lesson.key])
            files[f"{language.code}/{lesson.key}.yaml"] = dump(text)
        files[f"{language.code}/{QUESTIONS_FILE}"] = dump(
            {
                question.key: _wording(question, language.questions[question.key])
                for question in bundle.questions
                if question.key in language.questions
            }
        )
    return files


def media_files(bundle: Bundle) -> dict[str, Medium]:
    """The media of a bundle, by their path in its folder."""
    return {f"{MEDIA_FOLDER}/{each.file}": each for each in bundle.media}


def _course(bundle: Bundle) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "id": str(bundle.id),
        "code": bundle.code,
        "slug": bundle.slug,
        "pillar": bundle.pillar,
        "access": bundle.access,
        "position": bundle.position,
        **write_details(bundle.details),
        "source_language": bundle.source_language,
        "languages": {language.code: language.review_state for language in bundle.languages},
        "rules": {
            "pass_mark": bundle.pass_mark,
            "validity_months": bundle.validity_months,
            "design_minutes": bundle.design_minutes,
            **write_rules(bundle.details),
        },
        "must_be_right": list(bundle.must_be_right),
        "tests": {
            PRETEST: _test(bundle.pretest, PRETEST, bundle),
            FINAL: _test(bundle.final, FINAL, bundle),
            **_refresher(bundle),
        },
        "modules": [_module(module) for module in bundle.modules],
    }


def _refresher(bundle: Bundle) -> dict[str, Any]:
    languages = [language.code for language in bundle.languages]
    rules = write_test_rules(bundle.refresher_rules, DELTA, languages) if bundle.refresher_rules else {}
    return {REFRESHER: {"rules": rules}} if rules else {}


def _test(test: Test, purpose: str, bundle: Bundle) -> dict[str, Any]:
    fields: dict[str, Any] = {"draw": test.draw, "minutes": test.minutes}
    languages = [language.code for language in bundle.languages]
    if test.rules and (rules := write_test_rules(test.rules, purpose, languages)):
        fields["rules"] = rules
    return fields


def _module(module: Module) -> dict[str, Any]:
    lessons = [
        {
            "key": lesson.key,
            "minutes": lesson.minutes,
            "level": lesson.level,
            **({"optional": True} if lesson.is_optional else {}),
            "blocks": [write_neutral(block.type, block.neutral) for block in lesson.blocks],
        }
        for lesson in module.lessons
    ]
    return {"key": module.key, "minutes": module.minutes, "level": module.level, "lessons": lessons}


def _question(question: Question) -> dict[str, Any]:
    fields: dict[str, Any] = {"key": question.key, "type": question.type, "pool": question.pool}
    fields |= {name: value for name in ("module", "scenario") if (value := getattr(question, name))}
    if question.weight > 1:
        fields["weight"] = question.weight
    fields |= write_structure(question.type, question.structure)
    if question.answer_key:  # an essay has none
        fields["answer"] = canonical_answer(question.type, question.structure, question.answer_key)
    if question.source:
        fields["source"] = question.source
    return fields | question.sorting.as_json()


def _course_text(bundle: Bundle, language: Language) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "title": language.title,
        "summary": language.summary,
        "audience": language.audience,
        "outcomes": list(language.outcomes),
    }
    if language.sources:
        fields["sources"] = list(language.sources)
    if language.credits:
        fields["credits"] = language.credits
    if language.behind:
        fields["behind"] = list(language.behind)
    return fields | {
        "modules": {
            module.key: {
                "title": language.modules[module.key].title,
                "objectives": list(language.modules[module.key].objectives),
            }
            for module in bundle.modules
        },
    }


def _lesson_text(blocks: tuple[Block, ...], lesson: LessonText) -> dict[str, Any]:
    texts: dict[str, Any] = {}
    for block in blocks:
        if has_words(block.type):
            own = write_words(block.type, block.neutral, lesson.blocks[block.id])
            if own is not None:
                texts[block.id] = own
    return {"title": lesson.title, "blocks": texts}


def _wording(question: Question, wording: dict[str, Any]) -> dict[str, Any]:
    fields: dict[str, Any] = {"stem": wording["stem"]}
    fields |= {
        part: wording[part] if ids is None else {each: wording[part][each] for each in ids}
        for part, ids in wording_parts(question.type, question.structure).items()
    }
    fields["feedback"] = wording["feedback"]
    return fields
