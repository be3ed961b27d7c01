"""Pages of which most is kept: only what is marked as personal depends on who looks, and nothing else can."""

import pytest
from django.http import HttpRequest
from django.template import Context, Template, engines
from django.template.loaders.locmem import Loader

from lms.kept import Kept, KeptHtml, NotShared, render_kept, render_shared

TEMPLATES = {
    "page": "{% load personal %}<h1>{{ title }}</h1>{% personal %}{{ name }}{% endpersonal %}<p>end",
    "loop": "{% load personal %}{% for n in numbers %}{% personal %}{{ forloop.counter }}{{ n }}{{ name }} "
    "{% endpersonal %}{% endfor %}",
    "forgotten": "{% load personal %}<h1>{{ title }}</h1>{{ name }}",
    "forgotten in a condition": "{% load personal %}{% if name == 'Budi' %}yes{% endif %}{{ title }}",
    "forgotten in an included part": "{% load personal %}{% include 'inner' with title=title only %}",
    "inner": "{{ title }}{% if is_done %}done{% endif %}",
    "form": "{% load personal %}<form>{% csrf_token %}</form>{{ title }}<form>{% csrf_token %}</form>"
    "{% personal %}{% csrf_token %}{% endpersonal %}",
    "form in an included part": "{% load personal %}{% include 'inner form' only %}",
    "inner form": "{% csrf_token %}",
    "child": "{% extends 'parent' %}{% load personal %}{% block inner %}{% personal %}{{ name }}{% endpersonal %}"
    "{% endblock %}",
    "parent": "{{ title }}[{% block inner %}{% endblock %}]",
}


@pytest.fixture(autouse=True)
def _templates(monkeypatch):
    engine = engines["django"].engine
    monkeypatch.setattr(engine, "template_loaders", [Loader(engine, TEMPLATES)])


def filled(name: str, shared: dict, personal: dict) -> str:
    return render_shared(name, shared).fill(Context(personal))


def test_personal_pieces_are_put_where_they_belong_and_escaped():
    page = render_shared("page", {"title": "Lesson <1>"})
    assert page.fill(Context({"name": "Sari"})) == "<h1>Lesson &lt;1&gt;</h1>Sari<p>end"
    assert page.fill(Context({"name": "<b>"})) == "<h1>Lesson &lt;1&gt;</h1>&lt;b&gt;<p>end"


def test_a_piece_knows_the_shared_variables_that_stood_around_it():
    assert filled("loop", {"numbers": "abc"}, {"name": "-"}).split() == ["1a-", "2b-", "3c-"]
    assert filled("child", {"title": "T"}, {"name": "Sari"}) == "T[Sari]"


@pytest.mark.parametrize(
    "name", ["forgotten", "forgotten in a condition", "forgotten in an included part", "form in an included part"]
)
def test_a_name_that_is_not_shared_is_refused_outside_a_personal_piece(name):
    with pytest.raises(NotShared, match=r"name|is_done|csrf_token"):
        render_shared(name, {"title": "T"})


def test_every_form_gets_the_token_of_the_request():
    page = render_shared("form", {"title": "T"})
    for token in ("one", "two"):
        assert page.fill(Context({"csrf_token": token})).count(f'value="{token}"') == 3


def test_what_looks_like_a_place_in_a_text_is_left_alone():
    assert filled("page", {"title": "0:1:2:"}, {"name": "0:"}) == "<h1>0:1:2:</h1>0:<p>end"


def test_on_an_ordinary_page_the_mark_is_not_there():
    template = Template(TEMPLATES["page"])
    assert template.render(Context({"title": "T", "name": "Sari"})) == "<h1>T</h1>Sari<p>end"


def test_a_name_cannot_be_shared_and_personal(rf):
    with pytest.raises(NotShared, match="title cannot be shared and personal"):
        render_kept(rf.get("/"), "page", key=("both",), shared=lambda: {"title": ""}, personal={"title": ""})


def page_of(request: HttpRequest, made: list, **personal) -> str:
    request.session, request.user = {}, type("Nobody", (), {"is_authenticated": False, "is_active": False})()

    def shared():
        made.append(1)
        return {"title": "T"}

    return render_kept(request, "page", key=("kept",), shared=shared, personal=personal).content.decode()


def test_the_shared_part_is_made_once_for_all_and_again_when_a_setting_changes(rf, settings):
    settings.SULUH_DEMO = settings.SULUH_DEMO
    made = []
    assert "Sari" in page_of(rf.get("/"), made, name="Sari")
    assert "Budi" in page_of(rf.get("/"), made, name="Budi")
    assert made == [1]
    settings.SULUH_DEMO = not settings.SULUH_DEMO
    page_of(rf.get("/"), made, name="Budi")
    assert made == [1, 1]


def test_with_debug_an_edited_template_shows(settings):
    settings.DEBUG = True
    kept = KeptHtml(3)
    assert kept.get_or_make("a", lambda: "old") == "old"
    assert kept.get_or_make("a", lambda: "new") == "new"


def test_what_was_not_asked_for_longest_goes_first():
    kept = Kept(2)
    kept.keep("a", 1)
    kept.keep("b", 2)
    assert kept.get("a") == 1
    kept.keep("c", 3)
    assert (kept.get("a"), kept.get("b"), kept.get("c")) == (1, None, 3)
    assert kept.keep("a", 9) == 1, "who comes second gets what is there"
