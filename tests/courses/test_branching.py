"""The branching scenario from the editor to the record: writing, refusing, freezing, translating, playing."""

import json

import pytest
from django.core.management import call_command
from django.urls import reverse
from wagtail.blocks.list_block import ListBlockValidationError
from wagtail.blocks.struct_block import StructBlockValidationError

from courses.pages.blocks import BODY, join, split
from courses.pages.exchange.parts import rule_problems
from courses.pages.models import CoursePage, LessonPage
from courses.pages.services import NotPublishable, publish_course
from courses.pages.translation import State
from courses.player.addresses import on_shelf
from courses.player.views.parts import Seen, own_parts, shared_part
from learning import statements
from learning.models import Activity, ActivityProgress, CourseProgress, EditionRevision
from learning.selectors import latest_revision, outline_of, roles_played, shown
from learning.services import enrol
from tests.courses.translated import course as translated_course  # noqa: F401
from tests.courses.translated import lesson, read, states, translation, type_words
from tests.scenarios import add_lesson, block, choice, end, night_bus, node, scenario
from xapi.models import Statement

URL = "/en/courses/t1/m1-l3/"
#: The way of the border officer that ends well at once.
GOOD = {"role": "border", "path": "3.2"}


def at(path: str = "", role: str = "border", **more: str) -> dict[str, str]:
    return {"scenario": "story", "role": role, "path": path, **more}


@pytest.fixture
def page(course) -> LessonPage:
    found = add_lesson(course.page, night_bus())
    publish_course(by=None, page=course.page)
    return found


@pytest.fixture
def enrolment(cast, course, page):
    return enrol(by=cast.officer, course=course.course)


@pytest.fixture
def browser(cast, enrolment):
    return cast.client(cast.officer)


def text(client, **query) -> str:
    return client.get(URL, query).content.decode()


# --- writing


def cleaned(value: dict):
    definition = BODY.child_blocks["branching"]
    return definition.clean(definition.to_python(value))


def test_a_sound_scenario_is_taken_as_it_is():
    assert BODY.child_blocks["branching"].get_prep_value(cleaned(night_bus())) == night_bus()


def broken() -> dict:
    return scenario(
        [("x", "X", "a")],
        node("a", "A?", choice("On", "bb", "best", "So"), choice("On", "b", "best", "So")),
        end("b", "B", "good", debrief=""),
        node("c", "C?", choice("On", "c", "best", "So")),
    )


def test_each_problem_is_shown_at_its_field_in_the_editor():
    with pytest.raises(StructBlockValidationError) as refused:
        cleaned(broken())
    nodes = refused.value.block_errors["nodes"]
    assert isinstance(nodes, ListBlockValidationError) and set(nodes.block_errors) == {0, 1, 2}
    target = nodes.block_errors[0].block_errors["choices"].block_errors[0].block_errors["target"]
    assert "no node “bb”" in target.messages[0]
    assert "no debrief" in nodes.block_errors[1].block_errors["debrief"].messages[0]
    assert "No way leads to “c”" in nodes.block_errors[2].block_errors["key"].messages[0]


def test_a_draft_may_be_unfinished():
    definition = BODY.child_blocks["branching"]
    definition.clean_deferred(definition.to_python(broken()))
    empty = definition.to_python({"title": "", "introduction": "", "roles": [], "nodes": []})
    definition.clean_deferred(empty)
    with pytest.raises(StructBlockValidationError):
        definition.clean(empty)


def test_a_bundle_is_told_what_is_wrong_by_the_ids_of_its_entries():
    neutral, words = split(block(broken()))
    told = dict(rule_problems(neutral, words))
    assert told["nodes.n1.choices.a-c1.target"] == "There is no node “bb”. Did you mean “b”?"
    assert told["nodes.n3.key"] == "No way leads to “c”: let a choice or a role go there, or remove it."
    assert "no debrief" in told["nodes.n2.debrief"]
    assert list(rule_problems(*split(block(night_bus())))) == []
    assert not {"key", "start", "target", "quality", "kind", "outcome", "source"} & {
        path.rpartition(".")[2] for path in words
    }


def test_words_and_graph_are_kept_apart_and_come_together_again():
    raw = block(night_bus())
    neutral, words = split(raw)
    assert join(neutral, words) == raw
    assert words["nodes.n1.choices.bay-c1.consequence"].startswith("He answers at once")
    assert night_bus()["introduction"] not in json.dumps(neutral)


# --- freezing


def test_what_has_no_end_reaches_no_officer_whichever_way_it_is_published(course, page):
    before = EditionRevision.objects.count()
    page.body = [block(broken())]
    page.save_revision().publish()
    with pytest.raises(NotPublishable, match=r"“A scenario” cannot be published\. There is no node"):
        publish_course(by=None, page=course.page)
    assert EditionRevision.objects.count() == before


def test_a_scenario_is_a_child_of_its_lesson_that_nobody_has_to_play(course, page):
    outline = outline_of(latest_revision(course.course.editions.get().pk))
    (child,) = outline.by_key["m1-l3"].children
    assert (child.key, child.kind, child.required) == ("m1-l3/story", Activity.Kind.SCENARIO, False)
    assert child not in outline.path and child.uuid not in outline.required


# --- translating


@pytest.fixture
def translated(translated_course):  # noqa: F811
    """A lesson with a scenario in English and Indonesian."""
    page = lesson("m1-l1", "en")
    value = scenario(
        [("x", "Officer", "a")],
        node("a", "What now?", choice("Wait", "b", "best", "It passes.")),
        end("b", "Over", "good"),
    )
    page.body = [*page.body.raw_data, block(value)]
    page.save_revision().publish()
    own = translation(page)
    own.save_target(publish=True)
    return page


def part_in(language: str) -> dict:
    course = CoursePage.objects.get(course__slug="small-course", locale__language_code="en").course
    return next(part for part in read(course, "m1-l1", language)["parts"] if part["type"] == "branching")


WORDS = {
    "body.story.title": "Judul",
    "body.story.introduction": "Pengantar",
    "body.story.roles.r1.name": "Petugas",
    "body.story.nodes.n1.text": "Sekarang apa?",
    "body.story.nodes.n1.choices.a-c1.text": "Tunggu",
    "body.story.nodes.n1.choices.a-c1.consequence": "Berlalu.",
    "body.story.nodes.n2.text": "Selesai",
    "body.story.nodes.n2.debrief": "Pelajaran",
}


def translate(page: LessonPage, by, callbacks) -> None:
    for path, words in WORDS.items():
        type_words(page, path, words, by)
    with callbacks(execute=True):
        translation(page).save_target(user=by, publish=True)


def test_a_translator_lends_words_and_cannot_change_the_graph(cast, translated, django_capture_on_commit_callbacks):
    translate(translated, cast.trainer, django_capture_on_commit_callbacks)
    english, own = part_in("en"), part_in("id")
    assert own["nodes"]["a"]["text"] == "Sekarang apa?" and own["roles"][0]["name"] == "Petugas"
    assert own["nodes"]["a"]["choices"][0]["consequence"] == "Berlalu." and "language" not in own
    # even what is written straight into the translated page leads nowhere else
    page = lesson("m1-l1", "id")
    raw = [dict(each) for each in page.body.raw_data]
    story = next(each for each in raw if each["id"] == "story")
    story["value"]["nodes"][0]["value"]["choices"][0]["value"] |= {"target": "a", "quality": "harmful"}
    story["value"]["nodes"][1]["value"]["outcome"] = "harmful"
    page.body = raw
    with django_capture_on_commit_callbacks(execute=True):
        page.save_revision().publish()
    own = part_in("id")
    assert own["nodes"]["a"]["text"] == "Sekarang apa?"
    assert [(each["target"], each["quality"]) for each in own["nodes"]["a"]["choices"]] == [("b", "best")]
    assert own["nodes"]["b"]["outcome"] == english["nodes"]["b"]["outcome"] == "good"


def test_a_node_that_is_new_in_the_source_shows_the_source_s_words_and_the_rest_is_marked(
    cast, translated, django_capture_on_commit_callbacks
):
    translate(translated, cast.trainer, django_capture_on_commit_callbacks)
    page = lesson("m1-l1", "en")
    raw = [dict(each) for each in page.body.raw_data]
    value = next(each for each in raw if each["id"] == "story")["value"]
    more = scenario([("x", "X", "c")], node("c", "And now?", choice("Go on", "b", "best", "Well.")))["nodes"][0]
    value["nodes"].insert(1, more | {"id": "n9"})
    value["nodes"][0]["value"]["choices"][0]["value"]["target"] = "c"
    page.body = raw
    with django_capture_on_commit_callbacks(execute=True):
        page.save_revision().publish()
    course = translated.get_parent().get_parent().specific.course
    assert states(course, "m1-l1")["body.story"] == State.BEHIND
    own = part_in("id")
    assert own["nodes"]["a"]["text"] == "Sekarang apa?" and own["nodes"]["a"]["choices"][0]["target"] == "c"
    assert own["nodes"]["c"]["text"] == "And now?"
    assert own["original"]["nodes"]["a"]["text"] == "What now?"
    enrol(by=cast.officer, course=course)
    client = cast.client(cast.officer)
    served = client.get("/id/courses/small-course/m1-l1/", at("1", "x")).content.decode()
    assert "And now?" in served and "Berlalu." in served and '<div lang="en" dir="ltr"><p>And now?</p>' in served


# --- playing


def test_the_first_look_asks_whose_side_one_takes_and_tells_nothing_else(browser):
    page = text(browser)
    assert "The night bus" in page and "Whose side do you take?" in page
    assert "Border officer" in page and "Labour inspector" in page
    assert "Tavi" not in page and "Played:" not in page


def test_a_step_shows_what_followed_and_what_there_is_to_decide(browser):
    page = text(browser, **at("3"))
    assert "Bring the four to the quiet room" in page and "Your colleague Ilan keeps the man" in page
    assert "A strong choice" in page and "Decision 2" in page and "What do you do?" in page
    assert 'name="path" value="3.1"' in page and 'name="path" value="3.3"' in page
    assert 'id="story-step"' in page and 'tabindex="-1"' in page
    assert "Dara of the referral desk speaks" not in page, "what follows is told when it was chosen"


def test_a_choice_can_be_taken_back_and_the_whole_begun_again(browser):
    page = text(browser, **at("1.2"))
    assert f'href="{URL}?scenario=story&amp;role=border&amp;path=1#story-step"' in page
    assert f'href="{URL}?scenario=story&amp;role=border#story-step"' in page
    assert f'href="{URL}?scenario=story&amp;role=labour#story-step"' in page, "another side"


@pytest.mark.parametrize(
    "query",
    [
        at("9"),
        at("1.2.9"),
        at("<script>"),
        at("", "pilot"),
        at("3.2.1"),
        {"scenario": "story", "path": "1"},
    ],
)
def test_a_way_that_there_is_not_begins_again_and_says_so(browser, query):
    answer = browser.get(URL, query)
    page = answer.content.decode()
    assert answer.status_code == 200 and "Begin again" in page and "Whose side do you take?" in page
    assert "<script>" not in page and not Statement.objects.filter(verb=statements.COMPLETED).exists()


def test_looking_writes_nothing_even_at_an_end(browser):
    before = Statement.objects.count()
    for query in (at("3"), at("3.2"), at("3.2", end="1")):
        browser.get(URL, query)
    assert Statement.objects.count() == before and not ActivityProgress.objects.exists()


def post(client, **data):
    return client.post(f"{URL}story/", data)


def test_an_end_that_is_reached_is_recorded_with_side_outcome_and_way(browser, enrolment):
    page = text(browser, **at("3.2"))
    assert "See how it ended" in page and "All four sleep in a safe place" not in page
    answer = post(browser, **GOOD)
    assert answer.url == f"{URL}?scenario=story&role=border&path=3.2&end=1#story-step"
    said = Statement.objects.get(verb=statements.COMPLETED)
    activity = Activity.objects.get(key="m1-l3/story")
    assert said.object_id == activity.iri and said.source == "player" and said.actor == enrolment.actor
    result = said.statement["result"]
    assert result["extensions"] == {statements.ROLE: "border", statements.OUTCOME: "good"}
    assert json.loads(result["response"]) == ["bay", "apart", "safe"] and "success" not in result
    page = browser.get(answer.url).content.decode()
    assert "All four sleep in a safe place" in page and "You gave time, privacy and clear words" in page
    assert "It ended well" in page and "L1 6(3)" in page


def test_the_same_way_twice_counts_once_and_another_way_once_more(browser, enrolment):
    for _time in range(2):
        post(browser, **GOOD)
    assert Statement.objects.filter(verb=statements.COMPLETED).count() == 1
    post(browser, role="border", path="1.1")
    assert Statement.objects.filter(verb=statements.COMPLETED).count() == 2
    assert ActivityProgress.objects.count() == 1


def test_what_was_played_is_said_by_side_with_its_last_outcome(browser, enrolment):
    post(browser, **GOOD)
    post(browser, role="labour", path="1")
    post(browser, role="border", path="1.1")
    activity = Activity.objects.get(key="m1-l3/story")
    assert roles_played(enrolment, str(activity.uuid)) == {"border": "harmful", "labour": "harmful"}
    page = text(browser)
    assert "Played:" in page and page.count("It ended with harm") == 2


@pytest.mark.parametrize("wrong", [{"role": "border", "path": "3"}, {"role": "border", "path": "8"}, {"path": "1"}, {}])
def test_what_is_no_end_is_not_recorded(browser, wrong):
    answer = post(browser, **wrong)
    assert answer.status_code == 302 and answer.url.startswith(f"{URL}?scenario=story") and "end=1" not in answer.url
    assert not Statement.objects.filter(verb=statements.COMPLETED).exists()


def test_playing_completes_no_lesson_and_leaves_the_place_in_the_course_alone(browser, enrolment):
    post(browser, **GOOD)
    progress = ActivityProgress.objects.get()
    assert progress.activity.kind == Activity.Kind.SCENARIO and progress.completed_at and progress.passed is None
    course = CourseProgress.objects.get(enrolment=enrolment)
    assert course.last_activity is None and course.completed_at is None


def test_the_record_gives_the_same_progress_again(browser, enrolment, capsys):
    post(browser, **GOOD)
    call_command("rebuild_progress", "--check")
    ActivityProgress.objects.all().delete()
    call_command("rebuild_progress")
    assert ActivityProgress.objects.get().activity.key == "m1-l3/story"
    call_command("rebuild_progress", "--check")


def test_somebody_else_s_played_sides_are_not_shown(browser, cast, course):
    post(browser, **GOOD)
    enrol(by=cast.colleague, course=course.course)
    assert "Played:" not in text(cast.client(cast.colleague))


def test_a_scenario_that_was_corrected_meanwhile_begins_again_gently(browser, course, page):
    raw = page.body.raw_data[0]["value"]
    raw["nodes"][0]["value"]["choices"].pop()
    page.body = [block(raw)]
    page.save_revision().publish()
    publish_course(by=None, page=course.page)
    assert "Begin again" in text(browser, **at("3.2")) and "begin again" in text(browser, **at("3.2")).lower()
    assert post(browser, **GOOD).status_code == 302
    assert not Statement.objects.filter(verb=statements.COMPLETED).exists()


def test_two_scenarios_of_a_lesson_are_played_apart(cast, course):
    add_lesson(course.page, night_bus(), night_bus(), key="m1-l4")
    publish_course(by=None, page=course.page)
    enrol(by=cast.officer, course=course.course)
    page = cast.client(cast.officer).get("/en/courses/t1/m1-l4/", at("1")).content.decode()
    assert page.count("Whose side do you take?") == 1 and page.count("Decision 2") == 1


def test_without_an_enrolment_it_is_played_and_nothing_is_recorded(course, enrolment, rf):
    now = shown(enrolment, "m1-l3", "en")
    request = rf.get("/try/", at("3.2"))
    own = own_parts(Seen(request, None, now, {}))["m1-l3/story"]
    assert own["page_url"] == "/try/" and own["waits"] and not own["is_recorded"] and own["played"] == []
    shared = shared_part(on_shelf("t1"), "m1-l3", now.body["parts"][0])
    assert shared["page_url"] == URL and "nodes" not in shared


def test_a_scenario_as_it_was_is_played_where_it_is_shown(browser, enrolment):
    now = shown(enrolment, "m1-l3", "en").revision
    past = reverse("courses:as_it_was", args=["t1", now.edition.number, now.number, "en", "m1-l3"])
    page = browser.get(past, at("3")).content.decode()
    assert "Decision 2" in page and f'action="{past}#story-step"' in page
    assert "You gave time, privacy" in browser.get(past, at("3.2", end="1")).content.decode()


# --- the author looks


def test_the_preview_is_played_by_the_address_and_shows_the_graph(cast, page):
    client = cast.client(cast.trainer)
    draft = reverse("wagtailadmin_pages:view_draft", args=[page.pk])
    first = client.get(draft).content.decode()
    assert "Whose side do you take?" in first and "<svg" in first and "The same in words" in first
    step = client.get(draft, at("3.2")).content.decode()
    assert "See how it ended" in step and '<form method="post" action=""' not in step
    assert "You gave time, privacy" in client.get(draft, at("3.2", end="1")).content.decode()
    assert not Statement.objects.filter(verb=statements.COMPLETED).exists()


def test_a_draft_that_is_not_finished_can_be_previewed(cast, course):
    page = add_lesson(course.page, broken(), {"title": "", "introduction": "", "roles": [], "nodes": []})
    client = cast.client(cast.trainer)
    draft = reverse("wagtailadmin_pages:view_draft", args=[page.pk])
    shown_page = client.get(draft).content.decode()
    assert "There is no node “bb”" in shown_page and "There is no node yet" in shown_page
    assert "Begin again" in client.get(draft, at("1", "x")).content.decode()


def test_the_graph_is_one_click_from_the_editor_and_shows_the_newest_draft(cast, page):
    client = cast.client(cast.trainer)
    graph = reverse("scenario_graph", args=[page.pk, "story"])
    assert graph in client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()
    raw = page.body.raw_data[0]["value"]
    raw["nodes"][0]["value"]["text"] = "Words of a draft"
    page.body = [block(raw)]
    page.save_revision()
    shown_page = client.get(graph).content.decode()
    assert "Words of a draft" in shown_page and "Border officer" in shown_page
    assert 'width="' in client.get(graph, {"size": "150"}).content.decode()
    assert client.get(graph, {"size": "7"}).status_code == 200


def test_a_scenario_that_there_is_not_is_not_found(cast, page):
    client = cast.client(cast.trainer)
    for address in ([page.pk, "other"], [page.get_parent().pk, "story"], [999_999, "story"]):
        assert client.get(reverse("scenario_graph", args=address)).status_code == 404
