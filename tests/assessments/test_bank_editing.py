"""Writing questions on the site: the form of each type without a script, versions, and what becomes of a question."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict

from accounts.models import AuditEvent
from accounts.permissions import Refused
from accounts.roles import Role
from assessments import bank
from assessments.forms.editors import EDITORS
from assessments.models import EditionItem, Item, ItemVersion
from assessments.services import authoring
from assessments.types import TYPES
from assessments.types.base import is_picture
from courses.pages.models import Picture
from courses.pages.services import publish_course
from tests.assessments.test_bank import LIST, page_of
from tests.cast import make_person
from tests.courses.media import make_picture, picture_bytes, placed_jpeg
from tests.factories import ITEMS, make_item, words_for

#: What every question has.
WORDS = {
    "stem": "Which act?",
    "feedback": "Because of the protocol.",
    "module": "m1",
    "points": "1",
    "source": "L1 3(a)",
}
NEW = f"{LIST}new/?type=single&pool=test"
CHOICE = {
    **WORDS,
    "key": "N1",
    "options": ["a", "b", "c"],
    "options-a-text": "Recruiting",
    "options-b-text": "Paying",
    "options-c-text": "",
    "right": "a",
    "do": "save",
}


@pytest.fixture
def trainer(cast, course):
    return cast.client(cast.trainer)


@pytest.fixture
def writer(course):
    return make_person("author", Role.AUTHOR)


def edited(item: Item, client, **changes) -> dict:
    """What a browser would post of the form of a question, with some fields typed anew."""
    answer = client.get(page_of(item.key) + "edit/")
    form, state = answer.context["form"], answer.context["editor"]
    posted = {name: form[name].value() or "" for name in form.fields}
    for name, fields in EDITORS[item.type].lists.items():
        posted[name] = [row["id"] for row in state[name]]
        posted |= {f"{row['base']}-{each}": row[each] for row in state[name] for each in fields if row[each]}
    posted |= {name: state[name] for name in EDITORS[item.type].marks}
    return {name: value for name, value in posted.items() if value is not False} | {"do": "save"} | changes


def test_an_author_writes_a_question_that_is_a_draft_until_a_trainer_releases_it(cast, course, writer, trainer):
    client = cast.client(writer)
    answer = client.post(NEW, CHOICE)
    item = Item.objects.get(key="N1")
    assert answer.status_code == 302 and answer.url == page_of("N1")
    version = item.versions.get()
    assert (item.drafted_at is not None, item.pool, version.answer_key) == (True, "test", ["a"])
    assert version.structure == {"options": ["a", "b"]} and version.created_by.user == writer
    assert version.wordings.get().text["options"] == {"a": "Recruiting", "b": "Paying"}
    assert AuditEvent.objects.filter(action="question.made").exists()
    # The author sees what they wrote, and may not release it.
    assert "Because of the protocol." in client.get(page_of("N1")).content.decode()
    assert client.post(page_of("N1") + "release/").status_code == 403
    publish_course(by=None, page=course.page)
    assert not EditionItem.objects.filter(version__item=item).exists()
    assert trainer.post(page_of("N1") + "release/").status_code == 302
    publish_course(by=None, page=course.page)
    assert EditionItem.objects.filter(version__item=item).exists()


def test_rows_are_added_moved_and_removed_without_a_script_and_nothing_is_saved(trainer):
    def shown(do: str) -> list[tuple[str, str]]:
        answer = trainer.post(NEW, {**CHOICE, "stem": "", "do": do})
        assert answer.status_code == 200 and answer.context["form"].errors == {}
        return [(row["id"], row["text"]) for row in answer.context["editor"]["options"]]

    assert shown("more:options")[-1] == ("d", "")
    assert shown("up:options:b")[0] == ("b", "Paying")
    assert shown("drop:options:a")[0] == ("b", "Paying")
    assert shown("drop:none:x") == [("a", "Recruiting"), ("b", "Paying"), ("c", "")]
    assert not Item.objects.filter(key="N1").exists()


def test_a_preview_shows_the_question_as_officers_see_it_and_saves_nothing(trainer):
    answer = trainer.post(NEW, {**CHOICE, "do": "preview"})
    assert [row.text for row in answer.context["shown"].asked.rows] == ["Recruiting", "Paying"]
    assert answer.context["shown"].answered.feedback == "Because of the protocol."
    assert not Item.objects.filter(key="N1").exists()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"feedback": ""}, "This field is required"),
        ({"right": ""}, "right option"),
        ({"options-b-text": ""}, "at least two options"),
        ({"module": ""}, "This field is required"),
        ({"key": "F1"}, "already"),
        ({"key": "ä b"}, "no key"),
        ({"right": "zz"}, "right option"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_saved(trainer, changes, said):
    before = Item.objects.count()
    answer = trainer.post(NEW, {**CHOICE, **changes})
    assert answer.status_code == 422 and said in answer.content.decode()
    assert Item.objects.count() == before


def test_an_edit_of_a_question_on_the_shelf_is_a_new_version_and_the_old_one_keeps_its_words(trainer, cast, course):
    item = Item.objects.get(key="F1")
    answer = trainer.post(page_of("F1") + "edit/", edited(item, trainer, stem="A sharper stem", note="sharper"))
    assert answer.status_code == 302
    first, second = item.versions.all()
    assert first.wordings.get().text["stem"] == "Stem of F1" and second.wordings.get().text["stem"] == "A sharper stem"
    assert (second.note, second.created_by.user, second.must_be_right) == ("sharper", cast.trainer, True)
    shelf = EditionItem.objects.get(version__item=item)
    assert shelf.version == first and shelf.content.body["stem"] == "Stem of F1"
    history = trainer.get(page_of("F1") + "history/").content.decode()
    assert "<ins>" in history and "sharper" in history and "Shown by edition 1" in history


def test_the_words_of_a_draft_that_nobody_was_asked_change_in_place(cast, course, writer):
    client = cast.client(writer)
    client.post(NEW, CHOICE)
    item = Item.objects.get(key="N1")
    assert client.post(page_of("N1") + "edit/", edited(item, client, stem="Other words")).status_code == 302
    assert item.versions.get().wordings.get().text["stem"] == "Other words"
    # An option more is another question: a new version, and its id was never another option's.
    posted = edited(item, client)
    posted["options"], posted["options-c-text"] = [*posted["options"], "c"], "Selling"
    client.post(page_of("N1") + "edit/", posted)
    assert item.versions.last().structure["options"] == ["a", "b", "c"]


def test_an_unchanged_form_makes_no_version(trainer):
    for key in ("P1", "F1", "F2", "F3", "F4"):
        item = Item.objects.get(key=key)
        assert trainer.post(page_of(key) + "edit/", edited(item, trainer)).status_code == 302, key
        assert item.versions.count() == 1, key


def test_two_authors_do_not_write_over_each_other(trainer):
    item = Item.objects.get(key="F1")
    late = edited(item, trainer, stem="Mine")
    trainer.post(page_of("F1") + "edit/", edited(item, trainer, stem="Theirs"))
    answer = trainer.post(page_of("F1") + "edit/", late)
    assert answer.status_code == 409 and "Somebody else changed this question" in answer.content.decode()
    assert item.versions.last().wordings.get().text["stem"] == "Theirs"


def test_a_question_that_a_lesson_shows_cannot_be_retired_and_the_page_says_where(trainer):
    answer = trainer.post(page_of("P1") + "retire/", follow=True)
    assert "Lessons show this question: First lesson" in answer.content.decode()
    assert Item.objects.get(key="P1").retired_at is None


def test_retiring_is_undone_and_a_retired_question_is_not_edited(trainer):
    trainer.post(page_of("F2") + "retire/")
    item = Item.objects.get(key="F2")
    assert item.retired_at is not None
    assert trainer.get(page_of("F2") + "edit/").status_code == 302
    trainer.post(page_of("F2") + "bring-back/")
    item.refresh_from_db()
    assert item.retired_at is None
    assert list(AuditEvent.objects.order_by("pk").values_list("action", flat=True))[-2:] == [
        "question.retired",
        "question.brought_back",
    ]


def test_a_question_becomes_a_draft_again_only_while_nobody_can_have_been_asked(trainer, course):
    trainer.post(page_of("F1") + "draft/")
    assert Item.objects.get(key="F1").drafted_at is None
    make_item(course.course, "F9", "test")
    trainer.post(page_of("F9") + "draft/")
    assert Item.objects.get(key="F9").drafted_at is not None


def test_a_copy_is_a_draft_with_everything_the_question_says(trainer):
    answer = trainer.post(page_of("F1") + "copy/", {"copy-key": "F1-2"})
    copy = Item.objects.get(key="F1-2")
    assert answer.url == page_of("F1-2") and copy.drafted_at is not None
    old, new = Item.objects.get(key="F1").versions.get(), copy.versions.get()
    assert (old.structure, old.answer_key, old.wordings.get().text) == (
        new.structure,
        new.answer_key,
        new.wordings.get().text,
    )
    assert trainer.post(page_of("F1") + "copy/", {"copy-key": "F2"}).status_code == 422


def test_an_author_copies_no_question_whose_key_is_hidden(cast, course, writer):
    with pytest.raises(Refused):
        authoring.duplicate_question(by=writer, item=Item.objects.get(key="F1"), key="X1")
    assert not Item.objects.filter(key="X1").exists()


PICTURE = {"address": f"/files/{'0' * 64}.png", "width": 320, "height": 200}


@pytest.mark.parametrize("type", ITEMS)
def test_a_question_of_each_type_comes_back_from_its_form_as_it_was(type):
    structure, answer_key = ITEMS[type]
    structure = {**structure, **({"picture": PICTURE} if type == "hotspot" else {})}
    editor, text = EDITORS[type], words_for(type, structure, "Z1")
    posted = QueryDict(mutable=True)
    fill(posted, editor, editor.of(structure, answer_key, text))
    built = editor.built(editor.read(posted))
    kept = {name: value for name, value in structure.items() if name not in editor.owns}
    assert ({**kept, **built.structure}, built.answer_key) == (structure, answer_key)
    assert {**text, **built.text} == text
    assert not TYPES[type].problems({**kept, **built.structure}, built.answer_key)


def fill(posted: QueryDict, editor, state: dict, prefix: str = "") -> None:
    """What a browser would post of the form of a type."""
    for name in (*editor.values, *editor.areas, "scoring"):
        posted[prefix + name] = state[name]
    for name in editor.marks:
        posted.setlist(prefix + name, state[name])
    for name, fields in editor.lists.items():
        posted.setlist(prefix + name, [row["id"] for row in state[name]])
        for row in state[name]:
            for field in fields:
                posted[f"{prefix}{name}-{row['id']}-{field}"] = row[field]
    if "parts" in state:
        posted.setlist(f"{prefix}parts", [part["id"] for part in state["parts"]])
        for part in state["parts"]:
            posted[f"{prefix}parts-{part['id']}-type"] = part["type"]
            posted[f"{prefix}parts-{part['id']}-question"] = part["question"]
            fill(posted, editor.editors[part["type"]], part["state"], f"{prefix}{part['id']}-")


def test_every_type_has_a_form_and_an_empty_one_is_refused_by_its_type_and_not_by_an_error(trainer):
    assert set(EDITORS) == set(TYPES)
    for type, editor in EDITORS.items():
        address = f"{LIST}new/?type={type}&pool=test"
        assert trainer.get(address).status_code == 200, type
        assert trainer.post(address, {**WORDS, "key": "E1", "do": "save"}).status_code in (302, 422), type
        built = editor.built(editor.blank())
        assert type == "essay" or TYPES[type].problems(built.structure, built.answer_key), type
    assert not Item.objects.filter(key="E1").exclude(type="essay").exists()


def test_ids_of_options_that_were_are_given_to_no_other(course):
    version = make_item(course.course, "Z1", "test")
    state = EDITORS["single"].of(version.structure, ["a"], version.wordings.get().text)
    EDITORS["single"].act(state, "drop:options:c", bank.taken_ids([version]))
    EDITORS["single"].act(state, "more:options", bank.taken_ids([version]))
    assert [row["id"] for row in state["options"]] == ["a", "b", "d"]
    assert ItemVersion.objects.filter(item__key="Z1").count() == 1


def test_a_picture_of_the_site_is_chosen_and_has_words(trainer):
    make_picture()
    without = trainer.post(NEW, {**CHOICE, "picture": "harbour", "alt": ""})
    assert without.status_code == 422 and not Item.objects.filter(key="N1").exists()
    shown = trainer.post(NEW, {**CHOICE, "picture": "harbour", "alt": "A jetty at night", "do": "preview"})
    assert "A jetty at night" in shown.content.decode()
    assert trainer.post(NEW, {**CHOICE, "picture": "harbour", "alt": "A jetty at night"}).status_code == 302
    item = Item.objects.get(key="N1")
    version = item.versions.get()
    assert is_picture(version.structure["picture"])
    assert version.wordings.get().text["picture"] == {"alt": "A jetty at night"}
    # The form has it again, and a form without it takes it away.
    assert trainer.get(page_of("N1") + "edit/").context["form"]["picture"].value() == "harbour"
    trainer.post(page_of("N1") + "edit/", edited(item, trainer, picture=""))
    assert "picture" not in item.versions.last().structure


def test_a_picture_is_uploaded_in_the_editor_with_its_words_and_what_was_typed_stays(trainer):
    def sent(name: str, content: bytes, **more):
        return trainer.post(NEW, {**CHOICE, "do": "upload", "upload": SimpleUploadedFile(name, content), **more})

    # without words, or a file that is not what its name says: a plain message, and no picture
    for alt, name, content, said in (
        ("", "jetty.png", picture_bytes(), "A picture without these words cannot be saved."),
        ("A jetty", "jetty.png", picture_bytes("JPEG"), "is a JPG file by its content"),
        ("A jetty", "jetty.jpg", b"<html>", "something else"),
    ):
        refused = sent(name, content, alt=alt)
        assert refused.status_code == 422 and said in refused.content.decode()
        assert refused.context["form"]["stem"].value() == CHOICE["stem"] and not Picture.objects.exists()

    taken = sent("jetty.jpg", placed_jpeg(), alt="A jetty at night")
    form, chosen = taken.context["form"], taken.context["chosen"]
    assert taken.status_code == 200 and not Item.objects.filter(key="N1").exists()
    assert (form["stem"].value(), form["picture"].value()) == (CHOICE["stem"], "jetty")
    assert chosen["address"] in taken.content.decode()
    picture = Picture.objects.get()
    with picture.open_file() as kept:
        assert b"CameraMaker" not in kept.read()
    assert picture.description == "A jetty at night"

    # a file that is here already is no second picture; saving takes one along as well
    saved = trainer.post(
        NEW, {**CHOICE, "alt": "A jetty at night", "upload": SimpleUploadedFile("again.jpg", placed_jpeg())}
    )
    assert saved.status_code == 302 and Picture.objects.count() == 1
    assert Item.objects.get(key="N1").versions.get().structure["picture"] == chosen


def test_a_released_question_changed_by_somebody_else_stays_visible_to_its_first_author(cast, course, writer):
    client = cast.client(writer)
    client.post(NEW, CHOICE)
    item = Item.objects.get(key="N1")
    other = cast.client(make_person("second author", Role.AUTHOR))
    assert other.get(page_of("N1")).context["shown"].answered is None
    trainer = cast.client(cast.trainer)
    trainer.post(page_of("N1") + "edit/", edited(item, trainer, source="L2"))
    assert item.versions.count() == 2
    assert client.get(page_of("N1")).context["shown"].answered is not None
