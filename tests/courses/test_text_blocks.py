"""Blocks that bring words into an order: how officers read them, in one language and in two."""

import re
from copy import deepcopy

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import translation as active
from hypothesis import given, settings
from hypothesis import strategies as st
from wagtail import blocks
from wagtail.models import Page
from wagtail.rich_text import RichText
from wagtail_localize.models import StringTranslation

from courses.pages.blocks import BODY, join, split
from courses.pages.blocks.shape import is_words
from courses.pages.models import LessonPage
from courses.pages.rendering import MissingPackage, Words, render_lesson
from courses.pages.richtext import FEATURES, INNER_FEATURES, TAGS
from courses.pages.selectors import source_page_of
from courses.pages.services import publish_course
from courses.pages.translation import State
from tests.courses.translated import accept, html, lesson, read, states, translation, type_words
from tests.courses.translated import course as small_course

__all__ = ["small_course"]

NASTY = '<script>alert("x")</script> & <b onclick=x>“q”</b>'
NASTY_RICH = (
    '<p>ok <a href="javascript:alert(1)">a</a> <a href="https://example.org/" onclick="x()">b</a></p>'
    '<script>alert(1)</script><p style="x"><img src=x onerror=alert(1)><iframe src="//x"></iframe></p>'
    "<svg onload=x></svg>"
)


def entry(entry_id: str, value: object) -> dict:
    return {"type": "item", "id": entry_id, "value": value}


def samples(text: str = "Words", rich: str = "<p>Rich <b>words</b></p>", source: str = "L1 3(a)") -> dict[str, dict]:
    """A raw value of every type of block that is made of text."""
    return {
        "paragraph": rich,
        "key_point": {"text": text, "source": source},
        "callout": {"kind": "law", "title": text, "text": text},
        "quotation": {"text": text, "source": source},
        "term": {"term": text, "definition": text, "source": source},
        "accordion": {"entries": [entry("a", {"title": text, "text": rich})]},
        "steps": {"title": text, "steps": [entry("a", {"title": text, "text": text})]},
        "checklist": {"title": text, "points": [entry("a", text)]},
        "table": {
            "caption": text,
            "header_row": True,
            "header_column": True,
            "rows": [
                entry("a", {"c1": text, "c2": text, "c3": text, "c4": "", "c5": ""}),
                # Cells that were never filled need not be there: a bundle leaves them out.
                entry("b", {"c1": text, "c2": text}),
            ],
        },
        "timeline": {"title": text, "moments": [entry("a", {"when": text, "text": text})]},
        "comparison": {"title": text, "sides": [entry(each, {"title": text, "text": rich}) for each in "ab"]},
        "content_note": {"level": "W2", "text": text},
        "care_prompt": {"kind": "after", "text": text},
        "scenario": {"text": text},
    }


#: The blocks of text, and those that stand for something that is chosen.
KINDS = (*samples(), "check", "package")


def raw(kind: str, value: object, block_id: str = "b1") -> dict:
    return {"type": kind, "id": block_id, "value": value}


def shown(*blocks: dict, language: str = "en") -> str:
    """The frozen HTML of a lesson of these blocks."""
    parts = render_lesson([Words(block, language) for block in blocks], "m1-l1", None, language, language)
    return "".join(part["html"] if part["type"] == "html" else part["fallback"] for part in parts)


# --- what officers get


@pytest.mark.parametrize("kind", samples())
def test_nothing_that_an_author_types_is_markup(kind):
    page = shown(raw(kind, samples(text=NASTY, source=NASTY)[kind]))
    assert "<script" not in page and "onclick" not in page.replace("&lt;b onclick=x&gt;", "")
    if kind != "paragraph":
        assert "&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;" in page


@pytest.mark.parametrize("kind", ["paragraph", "accordion", "comparison"])
@pytest.mark.parametrize("whose", ["own", "original"])
def test_rich_text_is_cleaned_however_deep_it_stands_and_whoever_wrote_it(kind, whose):
    block, nasty = raw(kind, samples()[kind]), raw(kind, samples(rich=NASTY_RICH)[kind])
    words = Words(nasty, "id") if whose == "own" else Words(block, "id", nasty)
    (part,) = render_lesson([words], "m1-l1", None, "id", "en")
    for forbidden in ("<script", "javascript:", "onclick", "onerror", "onload", "<iframe", "<img", "<svg", "style="):
        assert forbidden not in part["html"], forbidden
    assert '<a href="https://example.org/">b</a>' in part["html"]


def test_every_type_of_block_has_a_group_help_a_sample_and_a_page(db):
    with active.override("en"):
        for kind in KINDS:
            block = BODY.child_blocks[kind]
            help_text = block.field.help_text if kind == "paragraph" else block.meta.help_text
            assert block.meta.group and help_text and block.get_description(), kind
            assert block.is_previewable, kind
            value = block.get_prep_value(block.get_preview_value())
            parts = render_lesson([Words(raw(kind, value), "en")], "m1-l1", None, "en", "en")
            assert parts and all(part["type"] != "html" or part["html"].strip() for part in parts), kind


def test_what_the_editor_writes_is_what_officers_may_get():
    tags = {"bold": "b", "italic": "i", "link": "a"}
    for feature in FEATURES + INNER_FEATURES:
        assert tags.get(feature, feature) in TAGS


def test_steps_are_numbered_in_order_and_a_step_may_be_one_line():
    value = {
        "title": "",
        "steps": [entry("a", {"title": "First", "text": ""}), entry("b", {"title": "Then", "text": "So"})],
    }
    page = shown(raw("steps", value))
    assert page.index("First") < page.index("Then") and page.count("<li>") == 2 and "<h2" not in page


def test_a_checklist_is_ticked_without_a_form_and_sends_nothing():
    page = shown(raw("checklist", samples()["checklist"]))
    assert '<input type="checkbox" autocomplete="off">' in page
    assert "<form" not in page and "name=" not in page


def test_a_table_names_its_columns_and_rows_and_is_as_wide_as_its_longest_row():
    page = shown(raw("table", samples()["table"]))
    assert page.count('<th scope="col">') == 3 and page.count('<th scope="row">') == 1
    assert "<caption>Words</caption>" in page and page.count("<td") == 2


def test_a_table_of_three_columns_says_the_name_of_the_column_beside_each_cell_for_phones():
    page = shown(raw("table", samples()["table"]))
    assert "table-wrap--cards" in page and 'data-label="Words"' in page
    narrow = samples()["table"]
    narrow["rows"] = [entry("a", {"c1": "A", "c2": "B"}), entry("b", {"c1": "C", "c2": "D"})]
    assert "table-wrap--cards" not in shown(raw("table", narrow)) and "data-label" not in shown(raw("table", narrow))


def test_a_table_without_names_of_columns_has_no_head():
    value = samples()["table"] | {"header_row": False, "header_column": False}
    page = shown(raw("table", value))
    assert "<thead" not in page and "<th" not in page and page.count("<tr>") == 2


def test_rows_in_which_nothing_stands_are_not_shown():
    value = samples()["table"]
    value["rows"].append(entry("c", {"c1": " ", "c2": "", "c3": "", "c4": "", "c5": ""}))
    assert shown(raw("table", value)).count("<tr>") == 2


def test_terms_in_a_row_make_one_list_and_key_points_still_do():
    page = shown(*(raw(kind, samples()[kind], f"{kind}-{n}") for kind in ("term", "key_point") for n in (1, 2)))
    assert page.count("<dl") == 1 and page.count("<dt>") == 2
    assert page.count('<ol class="key-points">') == 1


def test_a_prompt_without_words_of_its_own_speaks_the_language_of_the_page():
    block = raw("care_prompt", {"kind": "middle", "text": ""})
    assert "breathe out slowly" in shown(block)
    borrowed = render_lesson([Words(block, "en")], "m1-l1", None, "ur", "en")[0]["html"]
    assert 'lang="en"' not in borrowed and 'class="behind"' not in borrowed


@pytest.mark.parametrize("kind", ["before", "middle", "after", "managers"])
def test_each_kind_of_prompt_has_a_standard_text(kind):
    page = shown(raw("care_prompt", {"kind": kind, "text": ""}))
    assert "note__title" in page and len(re.findall(r"<p>[^<]{20,}</p>", page)) == 1


# --- the way past a difficult passage


def note(block_id: str) -> dict:
    return raw("content_note", samples()["content_note"], block_id)


def text(html: str, block_id: str = "t") -> dict:
    return raw("paragraph", html, block_id)


def test_a_content_note_leads_to_the_next_heading_of_a_text():
    page = shown(
        note("n1"),
        text("<p>hard</p>"),
        raw("scenario", {"text": "case"}, "s"),
        text("<p>x</p><h3>After</h3><h3>Z</h3>"),
    )
    assert 'href="#after-n1"' in page and page.count('id="after-n1"') == 1
    assert '<h3 id="after-n1">After</h3>' in page and "costs no marks" in page and "someone you trust" in page


def test_the_next_content_note_ends_a_passage_too_and_the_lesson_ends_the_last():
    page = shown(note("n1"), text("<p>hard</p>"), note("n2"), text("<p>hard too</p>"))
    assert page.index('id="after-n1"') < page.index('href="#after-n2"') < page.index('id="after-n2"')
    assert page.index("hard too") < page.index('id="after-n2"')


def test_the_way_past_leads_over_a_knowledge_check(cast, course):
    page = LessonPage.objects.get(key="m1-l1")
    page.body = [note("n1"), *page.body.get_prep_value()]
    page.save_revision().publish()
    publish_course(by=None, page=course.page)
    parts = read(course.course, "m1-l1", "en")["parts"]
    assert [part["type"] for part in parts] == ["html", "check", "html"]
    assert 'href="#after-n1"' in parts[0]["html"] and 'id="after-n1"' in parts[2]["html"]


def test_a_heading_before_a_note_or_within_an_accordion_ends_nothing():
    fold = samples(rich="<h3>inside</h3>")["accordion"]
    page = shown(text("<h2>Before</h2>"), note("n1"), raw("accordion", fold, "f"))
    assert "<h2>Before</h2>" in page and "<h3>inside</h3>" in page and '<p class="muted small" id="after-n1">' in page


# --- what the editor refuses


def test_a_link_that_leads_nowhere_for_officers_is_named():
    block = BODY.child_blocks["paragraph"]
    for address in ('linktype="page" id="3"', 'href="javascript:x"', 'href="tel:112"', 'href="#top"', 'href="/id/"'):
        with pytest.raises(ValidationError, match="the guide"):
            block.clean(RichText(f"<p>See <a {address}>the guide</a></p>"))
    for address in ("https://example.org", "http://example.org", "mailto:a@example.org"):
        block.clean(RichText(f'<p><a href="{address}">the guide</a></p>'))


def test_an_empty_table_is_a_draft_only():
    block = deepcopy(BODY.child_blocks["table"])
    value = block.to_python({"caption": "C", "header_row": True, "rows": [entry("a", {"c1": "Name"})]})
    with pytest.raises(ValidationError):
        block.clean(value)
    block.defer_required_validation()
    block.clean(value)


def test_an_interactive_package_is_a_draft_only(course):
    block = deepcopy(BODY.child_blocks["package"])
    value = block.to_python({"package": ""})
    with pytest.raises(ValidationError):
        block.clean(value)
    block.defer_required_validation()
    block.clean(value)
    assert "nothing to choose" in shown(raw("package", {"package": ""}))
    page = LessonPage.objects.get(key="m1-l1")
    page.body = [*page.body.get_prep_value(), raw("package", {"package": ""}, "pkg")]
    page.save_revision().publish()
    with pytest.raises(MissingPackage, match="m1-l1"):
        publish_course(by=None, page=course.page)
    course.course.refresh_from_db()
    assert course.revision.edition.revisions.count() == 1


def test_a_check_without_a_question_says_so_in_a_preview(db):
    assert "no practice question is chosen yet" in shown(raw("check", {"item": ""}))


def test_where_there_is_no_practice_question_the_editor_says_so(db):
    choices = list(BODY.child_blocks["check"].child_blocks["item"].field.choices)
    assert [(value, str(label)) for value, label in choices] == [
        ("", "There is no practice question on this site yet.")
    ]


# --- the authors' side


@pytest.mark.parametrize("kind", KINDS)
def test_the_editor_shows_a_sample_of_each_block_in_the_officers_look(cast, course, kind):
    client = cast.client(cast.trainer)
    definition = BODY.child_blocks[kind].definition_prefix
    answer = client.get(reverse("wagtailadmin_block_preview"), {"id": definition})
    page = answer.content.decode()
    assert answer.status_code == 200 and "suluh" in page and "style=" not in page and "onclick" not in page
    assert "frame-ancestors 'self'" in answer.headers["Content-Security-Policy"]


def test_the_preview_of_a_lesson_shows_every_block(cast, course):
    page = LessonPage.objects.get(key="m1-l1")
    page.body = [raw(kind, value, kind.replace("_", "-")) for kind, value in samples(text="Seen").items()] + [
        *page.body.get_prep_value(),
        raw("package", {"package": ""}, "pkg"),
    ]
    page.save_revision()
    answer = cast.client(cast.trainer).get(reverse("wagtailadmin_pages:view_draft", args=[page.pk])).content.decode()
    for mark in (
        "terms",
        "steps",
        "checklist",
        "fold",
        "table",
        "steps--time",
        "sides",
        "note--care",
        "scenario",
    ):
        assert f'class="{mark}' in answer or f" {mark}" in answer, mark
    assert "Stem of P1" in answer and "nothing to choose" in answer


# --- words and what counts, taken apart and put together again

_WORDS = st.text(max_size=12)
_IDS = st.text("abcdefghij0123456789-", min_size=1, max_size=8)


def values(block: blocks.Block) -> st.SearchStrategy:
    """Any raw value of a block definition."""
    if isinstance(block, blocks.StructBlock):
        return st.fixed_dictionaries({name: values(child) for name, child in block.child_blocks.items()})
    if isinstance(block, blocks.ListBlock):
        entries = st.fixed_dictionaries({"type": st.just("item"), "id": _IDS, "value": values(block.child_block)})
        return st.lists(entries, max_size=4, unique_by=lambda each: each["id"])
    if isinstance(block, blocks.BooleanBlock):
        return st.booleans()
    if isinstance(block, blocks.ChoiceBlock):
        return st.sampled_from(["a", "b", ""])
    if isinstance(block, blocks.FieldBlock) and (is_words(block) or isinstance(block, blocks.CharBlock)):
        return _WORDS
    return st.one_of(st.none(), st.integers())


@pytest.mark.parametrize("kind", BODY.child_blocks)
def test_what_is_taken_apart_is_the_same_when_it_is_put_together(kind):
    @settings(max_examples=40, deadline=None)
    @given(value=values(BODY.child_blocks[kind]), block_id=_IDS)
    def check(value, block_id):
        block = raw(kind, value, block_id)
        neutral, words = split(block)
        assert join(neutral, words) == block
        assert all(isinstance(text, str) for text in words.values())

    check()


# --- in two languages


def with_blocks(*blocks: dict) -> LessonPage:
    """The first lesson in English, published with these blocks behind its own."""
    page = lesson("m1-l1", "en")
    own = [each for each in page.body.get_prep_value() if each["id"] not in {block["id"] for block in blocks}]
    page.body = [*own, *blocks]
    page.save_revision().publish()
    return lesson("m1-l1", "en")


def translate(page: LessonPage, by, *paths: str) -> None:
    """A translator types words for these paths, and somebody who may publishes them."""
    for path in paths:
        type_words(page, path, f"{path} (id)", by)
    translation(page).save_target(user=by, publish=True)


STEPS = {"title": "Title", "steps": [entry(each, {"title": f"T-{each}", "text": f"W-{each}"}) for each in "ab"]}
PATHS = ("title", "steps.a.title", "steps.a.text", "steps.b.title", "steps.b.text")


@pytest.fixture
def steps(cast, small_course, django_capture_on_commit_callbacks):
    """Steps in both languages."""
    with django_capture_on_commit_callbacks(execute=True):
        page = with_blocks(raw("steps", STEPS, "st"))
    with django_capture_on_commit_callbacks(execute=True):
        translate(page, cast.trainer, *(f"body.st.{path}" for path in PATHS))
    return small_course


def test_the_words_of_entries_are_translated_one_by_one(steps):
    page = html(steps, "m1-l1", "id")
    assert all(f"body.st.{path} (id)" in page for path in PATHS) and "T-a" not in page
    assert states(steps, "m1-l1")["body.st"] == State.CURRENT


def test_words_stay_with_their_entry_when_the_author_reorders_and_a_new_one_shows_the_original(
    steps, django_capture_on_commit_callbacks
):
    old = {each["id"]: each for each in STEPS["steps"]}
    changed = [old["b"], entry("c", {"title": "T-c", "text": "W-c"}), old["a"]]
    with django_capture_on_commit_callbacks(execute=True):
        with_blocks(raw("steps", STEPS | {"steps": changed}, "st"))
    page = html(steps, "m1-l1", "id")
    places = [page.index(words) for words in ("steps.b.title (id)", "T-c", "steps.a.title (id)")]
    assert places == sorted(places)
    assert states(steps, "m1-l1")["body.st"] == State.BEHIND
    assert page.count('class="behind"') == 1 and '<div lang="en" dir="ltr"><h2 class="block__title">Title</h2>' in page


def test_a_removed_entry_leaves_every_language_at_once(steps, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        with_blocks(raw("steps", STEPS | {"steps": STEPS["steps"][1:]}, "st"))
    page = html(steps, "m1-l1", "id")
    assert "steps.a.title (id)" not in page and "steps.b.title (id)" in page


@pytest.mark.parametrize("kind", [kind for kind in samples() if kind not in ("scenario",)])
def test_each_block_says_that_it_is_not_translated_and_that_it_is_behind(
    cast, small_course, kind, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        page = with_blocks(raw(kind, samples()[kind], "x"))
    shown_now = html(small_course, "m1-l1", "id")
    assert shown_now.count('<p class="behind">') == 1 and 'lang="en" dir="ltr"' in shown_now
    paths = set(split(raw(kind, samples()[kind], "x"))[1])
    with django_capture_on_commit_callbacks(execute=True):
        own = translation(page)
        for segment in own.source.stringsegment_set.filter(context__path__startswith="body.x"):
            assert segment.context.path.removeprefix("body.x").removeprefix(".") in paths
            words = segment.string.data.replace("ords", "ords (id)")
            type_string(segment, own, words, cast.trainer)
            accept(page, segment.context.path, words)
        own.save_target(user=cast.trainer, publish=True)
    current = html(small_course, "m1-l1", "id")
    assert 'class="behind"' not in current and "ords (id)" in current
    with django_capture_on_commit_callbacks(execute=True):
        with_blocks(raw(kind, samples(text="Words, sharper", rich="<p>Rich, sharper</p>")[kind], "x"))
    behind = html(small_course, "m1-l1", "id")
    assert behind.count('<details class="behind">') == 1 and "sharper" in behind and "ords (id)" in behind


def type_string(segment, own, words: str, by) -> None:
    StringTranslation.objects.create(
        translation_of=segment.string,
        context=segment.context,
        locale=own.target_locale,
        data=words,
        translation_type="manual",
        tool_name="",
        last_translated_by=by,
    )


def test_a_standard_prompt_is_nothing_to_translate(small_course, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        with_blocks(raw("care_prompt", {"kind": "before", "text": ""}, "care"))
    assert "body.care" not in states(small_course, "m1-l1")
    assert "note--care" in html(small_course, "m1-l1", "id") and "behind" not in read(small_course, "m1-l1", "id")
    assert "borrowed" not in read(small_course, "m1-l1", "id")


def test_no_translation_changes_what_counts_of_a_block(steps, django_capture_on_commit_callbacks):
    page = lesson("m1-l1", "id")
    body = page.body.get_prep_value()
    own = next(each for each in body if each["id"] == "st")
    own["value"]["steps"] = own["value"]["steps"][:1]
    page.body = body
    with django_capture_on_commit_callbacks(execute=True):
        page.save_revision().publish()
    publish_course(by=None, page=source_page_of(steps))
    assert Page.objects.filter(pk=page.pk).exists()
    assert html(steps, "m1-l1", "id").count("<li>") >= 2
