"""What must fit together in the lessons of a bundle, once everything is read."""

from collections.abc import Iterable, Iterator, Sequence

from assessments.models import Item
from courses.pages.blocks import is_rich
from courses.pages.exchange.bundle import Block, Language, Lesson, Module, Question
from courses.pages.exchange.parts import is_question, leaves, references, rule_problems
from courses.pages.exchange.reading import Place, Problem, nearest
from courses.pages.richtext import pieces
from courses.pages.translation import block_part


def question_problems(lessons: Iterable[Lesson], questions: Sequence[Question]) -> Iterator[Problem]:
    """Blocks that ask a question take a practice question of this course."""
    by_key = {question.key: question for question in questions}
    practice = [question.key for question in questions if question.pool == Item.Pool.PRACTICE]
    for block in (block for lesson in lessons for block in lesson.blocks):
        for path, definition, item in references(block.type, block.neutral):
            if not is_question(definition) or not item or item in practice:
                continue
            if item in by_key:
                yield block.place_of(path).problem(
                    f"a knowledge check takes a practice question; “{item}” is in the pool “{by_key[item].pool}”."
                )
            else:
                yield block.place_of(path).problem(f"there is no question “{item}”.{nearest(item, practice)}")


def block_problems(label: str, modules: Sequence[Module], languages: Sequence[Language]) -> Iterator[Problem]:
    """The rules of the blocks themselves, with the words of the source; and what a translation must have of it."""
    source, *others = languages
    for lesson in (lesson for module in modules for lesson in module.lessons):
        for block in lesson.blocks:
            words = source.lessons[lesson.key].blocks.get(block.id, {})
            for path, message in rule_problems(block.neutral, words):
                place = block.place_of(path)
                if path in words:
                    place = source.lessons[lesson.key].place_of(block.id, path, place)
                yield place.problem(f"the block “{block.id}”: {message}")
            for language in others:
                yield from _translation(f"{label}/{language.code}/{lesson.key}.yaml", lesson, block, source, language)


def _translation(file: str, lesson: Lesson, block: Block, source: Language, language: Language) -> Iterator[Problem]:
    """A translated text has the pieces of its source: translators work, and texts go out of date, by piece.

    One that is behind may have those that its source had before.
    """
    text = language.lessons[lesson.key]
    own, theirs = text.blocks.get(block.id, {}), source.lessons[lesson.key].blocks.get(block.id, {})
    is_behind = f"{lesson.key}/{block_part(block.id)}" in language.behind
    for path in (leaf.path for leaf in leaves(block.type, block.neutral)):
        name = f"“{block.id}” ({path})" if path else f"“{block.id}”"
        place = text.place_of(block.id, path, Place(file))
        words, model = own.get(path, ""), theirs.get(path, "")
        if bool(words) != bool(model) and not is_behind:
            lacks, has = (language, source) if model else (source, language)
            yield place.problem(
                f"the text of {name} is missing in “{lacks.code}”, and “{has.code}” has it; a translation has the "
                "texts of its source."
            )
        elif is_rich(block.type, path) and (first := pieces(model)) != (second := pieces(words)) and not is_behind:
            yield place.problem(
                f"the text of {name} is made of {', '.join(second) or 'nothing'}, and in “{source.code}” of "
                f"{', '.join(first) or 'nothing'}; a translation keeps the paragraphs and lists of its source."
            )
