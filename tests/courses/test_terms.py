"""The term base: what comes with a file, what people propose, and who decides."""

from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.urls import reverse

from accounts.models import AuditEvent
from accounts.permissions import Refused
from accounts.roles import Role
from courses.pages.exchange.terms import apply_terms, read_terms
from courses.pages.models import Term, TermWording
from courses.pages.services.terms import (
    NoForms,
    OwnForms,
    TermChanged,
    TermTaken,
    WrongForms,
    add_term,
    decide_wording,
    propose_wording,
)
from courses.pages.translating.terms import term_base
from tests.cast import make_person

SHIPPED = settings.CURRICULUM_DIR / "terms.yaml"

FILE = """format: suluh-terms/1
terms:
- key: refugee
  term: Refugee
  definition: Somebody who fled
  words:
    id:
      forms: [pengungsi]
      forbidden: [pelarian]
      confidence: H
- key: consent
  term: Consent
  words:
    en:
      forms: [consent]
      confidence: M
    id:
      forms: [persetujuan, izin]
      confidence: M
"""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "terms.yaml"
    path.write_text(FILE, encoding="utf-8")
    return path


@pytest.fixture
def term(db, file) -> Term:
    """Refugee, as it came with a file."""
    said(str(file))
    return Term.objects.get(key="refugee")


@pytest.fixture
def translator(db):
    return make_person("translator", Role.TRANSLATOR)


@pytest.fixture
def reviewer(db):
    return make_person("lawyer", Role.LEGAL_REVIEWER)


def wording(term: Term, language: str = "id") -> TermWording:
    return TermWording.objects.get(term=term, language=language)


def propose(by, term, *forms, language="id", **more):
    row = TermWording.objects.filter(term=term, language=language).first()
    return propose_wording(
        by=by, term=term, language=language, forms=forms, **{"seen": row.seen if row else "", **more}
    )


def approve(by, row, status="approved"):
    return decide_wording(by=by, wording=row, status=status, seen=row.seen)


def said(*args, **options) -> str:
    out = StringIO()
    call_command("import_terms", *args, stdout=out, **options)
    return out.getvalue()


# --- files


def test_the_shipped_terms_can_be_read_and_hold_the_glossary_and_ten_languages():
    entries = read_terms(SHIPPED)
    with_definition = [each for each in entries if each.definition]
    assert len(with_definition) == 40
    languages = {words.language for each in entries for words in each.words}
    assert languages == {"en", "id", "th", "vi", "ar", "prs", "fa", "bn", "ur", "my", "km", "ms"}
    for language in languages - {"en"}:
        assert sum(words.language == language for each in entries for words in each.words) == 15


def test_importing_twice_changes_nothing(db, file):
    assert "made 5, changed 0" in said(str(file))
    events = AuditEvent.objects.count()
    assert "made 0, changed 0, unchanged 5" in said(str(file))
    assert AuditEvent.objects.count() == events


def test_a_plan_changes_nothing(db, file):
    assert "to make 5" in said(str(file), plan=True)
    assert not Term.objects.exists()


def test_a_file_corrects_what_nobody_touched(term, file):
    file.write_text(FILE.replace("[pengungsi]", "[pengungsi, orang pelarian]"), encoding="utf-8")
    assert "changed 1" in said(str(file))
    assert wording(term).forms == ["pengungsi", "orang pelarian"]


def test_what_people_proposed_or_decided_is_never_overwritten(term, file, translator, reviewer):
    propose(translator, term, "pengungsi baru")
    approve(reviewer, TermWording.objects.get(term__key="consent", language="id"))
    changed = FILE.replace("[pengungsi]", "[lain]").replace("[persetujuan, izin]", "[lain]")
    file.write_text(changed, encoding="utf-8")
    assert "changed 0" in said(str(file))
    assert wording(term).forms == ["pengungsi baru"]
    assert TermWording.objects.get(term__key="consent", language="id").forms == ["persetujuan", "izin"]


def test_a_term_that_was_added_on_the_site_keeps_its_words(db, cast, file):
    added = add_term(by=cast.trainer, term="Refugee", definition="Ours")
    said(str(file))
    added.refresh_from_db()
    assert added.definition == "Ours"
    assert wording(added).forms == ["pengungsi"]


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("key: refugee", "key: Refugee!", 3, "no key"),
        ("key: consent", "key: refugee", 11, "twice"),
        ("term: Consent", "term: refugee", 12, "twice"),
        ("confidence: H", "confidence: X", 10, "unknown"),
        ("      forms: [pengungsi]\n", "", 8, "forbidden"),
        ("[pelarian]", "[Pengungsi]", 9, "at once"),
        ("    id:\n      forms: [pengungsi]", "    Bahasa Indonesia:\n      forms: [pengungsi]", 7, "no code"),
        ("suluh-terms/1", "suluh-terms/9", 1, "unknown"),
        ("definition:", "definiton:", 5, "not known"),
        ("terms:\n", "terms: [\n", 0, "not YAML"),
    ],
)
def test_a_bad_file_is_refused_with_its_line_and_nothing_changes(db, file, old, new, line, words):
    text = FILE.replace(old, new, 1)
    if old == "      forms: [pengungsi]\n":
        text = FILE.replace(old, "      forms: []\n      forbidden: []\n", 1).replace(
            "      forbidden: [pelarian]\n", ""
        )
        line, words = 7, "no forms"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(CommandError) as refusal:
        said(str(file))
    assert words in str(refusal.value)
    if line:
        assert str(refusal.value).startswith(f"terms.yaml:{line}: ")
    assert not Term.objects.exists()


def test_a_missing_file_is_said_in_one_line(db, tmp_path):
    with pytest.raises(CommandError, match=r"^none\.yaml:1: the file cannot be read"):
        said(str(tmp_path / "none.yaml"))


# --- the base


def test_the_base_gives_the_rules_of_a_language_in_one_query(term, django_assert_num_queries):
    with django_assert_num_queries(1):
        base = term_base("en", "id")
    consent, refugee = base.rules
    assert (refugee.term, refugee.forms, refugee.forbidden) == ("Refugee", ("pengungsi",), ("pelarian",))
    assert consent.said == ("consent",)
    assert [rule.key for rule in base.asked_in("Refugees give consent")] == ["refugee", "consent"]


def test_a_source_in_another_language_finds_terms_by_its_own_forms(term, translator):
    propose(translator, term, "refugee", "refugees", language="en")
    base = term_base("id", "en")
    assert [rule.key for rule in base.asked_in("Para pengungsi datang")] == ["refugee"]
    assert base.asked_in("Para pelarian datang") == []


def test_a_base_without_terms_asks_for_nothing(db):
    assert term_base("en", "ur").rules == ()


def test_the_shipped_terms_hold_on_typical_sentences(db):
    apply_terms(read_terms(SHIPPED))
    base = term_base("en", "km")
    assert [rule.key for rule in base.asked_in("Human trafficking is not smuggling of migrants.")] == [
        "people-smuggling",
        "trafficking-in-persons",
    ]
    thai = term_base("en", "th")
    asked = thai.asked_in("The victim speaks first.")
    assert [(rule.key, form) for rule, form in thai.forbidden_in("เหยื่อพูดก่อน", asked)] == [("victim", "เหยื่อ")]


# --- proposals


def test_a_translator_proposes_and_it_is_audited(term, translator):
    row = propose(translator, term, "pengungsi", " orang  pengungsi ", "", "pengungsi", note="resmi", confidence="M")
    assert row.forms == ["pengungsi", "orang pengungsi"]
    assert (row.status, row.changed_by.user) == ("proposed", translator)
    event = AuditEvent.objects.latest("number")
    assert (event.action, event.target) == ("term.proposed", "courses.term:refugee")


def test_the_same_again_changes_nothing(term, translator):
    events = AuditEvent.objects.count()
    row = wording(term)
    propose(translator, term, "pengungsi", forbidden=["pelarian"], confidence="H")
    assert wording(term).changed_at is row.changed_at is None
    assert AuditEvent.objects.count() == events


def test_other_forms_end_an_approval_and_another_note_does_not(term, translator, reviewer):
    approve(reviewer, wording(term))
    propose(translator, term, "pengungsi", forbidden=["pelarian"], confidence="H", note="resmi")
    assert wording(term).status == "approved"
    propose(translator, term, "pengungsi", "orang", confidence="H", note="resmi")
    row = wording(term)
    assert (row.status, row.decided_by, row.decided_at) == ("proposed", None, None)


@pytest.mark.parametrize(
    "more",
    [
        {"forbidden": ["Pengungsi"]},
        {"forbidden": ["x" * 121]},
        {"forbidden": [str(number) for number in range(13)]},
    ],
)
def test_forms_that_make_no_sense_are_refused(term, translator, more):
    with pytest.raises(WrongForms):
        propose(translator, term, "pengungsi", **more)
    assert wording(term).forbidden == ["pelarian"]


def test_a_proposal_on_something_else_than_what_was_seen_is_refused(term, translator):
    before = wording(term).seen
    propose(translator, term, "pengungsi baru")
    for seen in (before, ""):
        with pytest.raises(TermChanged):
            propose(translator, term, "lain", seen=seen)
    assert wording(term).forms == ["pengungsi baru"]


# --- decisions


def test_somebody_else_approves_and_nobody_the_own_forms(term, cast):
    row = propose(cast.trainer, term, "pengungsi baru")
    for status in ("checked", "approved"):
        with pytest.raises(OwnForms):
            approve(cast.trainer, row, status)
    assert wording(term).status == "proposed"
    second = make_person("second", Role.TRAINER)
    row = approve(second, row)
    assert (row.status, row.decided_by.user) == ("approved", second)
    assert AuditEvent.objects.latest("number").action == "term.decided"


def test_another_note_by_somebody_else_does_not_free_the_own_forms(term, cast):
    propose(cast.trainer, term, "pengungsi baru")
    row = propose(make_person("second", Role.TRAINER), term, "pengungsi baru", note="resmi")
    with pytest.raises(OwnForms):
        approve(cast.trainer, row)


def test_a_decision_on_other_forms_than_were_seen_is_refused(term, translator, reviewer):
    seen = wording(term)
    propose(translator, term, "lain")
    with pytest.raises(TermChanged):
        decide_wording(by=reviewer, wording=seen, status="approved", seen=seen.seen)
    assert wording(term).status == "proposed"


def test_without_a_form_there_is_nothing_to_approve(term, translator, reviewer):
    row = propose(translator, term)
    with pytest.raises(NoForms):
        approve(reviewer, row)


def test_an_approval_can_be_taken_back(term, reviewer):
    row = approve(reviewer, wording(term), "checked")
    row = approve(reviewer, row, "approved")
    assert approve(reviewer, row, "proposed").status == "proposed"


def test_whoever_may_not_is_refused_and_nothing_changes(term, cast, translator, reviewer):
    row = wording(term)
    for by in (cast.officer, cast.rso, cast.admin, reviewer):
        with pytest.raises(Refused):
            propose(by, term, "lain")
    for by in (cast.officer, cast.rso, cast.admin, translator):
        with pytest.raises(Refused):
            approve(by, row)
    for by in (cast.officer, reviewer, translator):
        with pytest.raises(Refused):
            add_term(by=by, term="Border")
    assert (wording(term).forms, wording(term).status, Term.objects.count()) == (["pengungsi"], "proposed", 2)


def test_a_term_is_added_once(cast, term):
    added = add_term(by=cast.trainer, term="Safe house", definition="A place.", source="Ours")
    assert added.key == "safe-house"
    with pytest.raises(TermTaken):
        add_term(by=cast.trainer, term="safe  house")
    assert Term.objects.count() == 3


# --- pages


def test_the_page_shows_the_terms_of_a_language_and_finds_them(term, cast):
    client = cast.client(cast.trainer)
    page = client.get(reverse("translate:terms"), {"language": "id"}).content.decode()
    assert "pengungsi" in page and "pelarian" in page and "Somebody who fled" in page
    page = client.get(reverse("translate:terms"), {"language": "id", "search": "izin"}).content.decode()
    assert "persetujuan" in page and "pengungsi" not in page
    page = client.get(reverse("translate:terms"), {"language": "id", "search": "zzz"}).content.decode()
    assert "No term is like this" in page
    page = client.get(reverse("translate:terms"), {"language": "ur", "status": "missing"}).content.decode()
    assert "Refugee" in page and "No form yet" in page


def test_without_terms_the_page_says_where_they_come_from(cast):
    page = cast.client(cast.trainer).get(reverse("translate:terms")).content.decode()
    assert "There are no terms yet" in page


def test_a_translator_proposes_on_the_page_and_a_reviewer_approves(term, cast, translator, reviewer):
    address = reverse("translate:term", args=["refugee", "ur"])
    client = cast.client(translator)
    assert "Propose the first one" in client.get(address).content.decode()
    sent = {"right": "پناہ گزین\nمہاجر", "forbidden": "", "note": "", "confidence": "M", "seen": ""}
    assert client.post(f"{address}propose/", sent).status_code == 302
    row = wording(term, "ur")
    assert row.forms == ["پناہ گزین", "مہاجر"]
    page = client.get(address).content.decode()
    assert "Approve" not in page and translator.full_name in page
    client = cast.client(reviewer)
    page = client.get(address).content.decode()
    assert row.seen in page and "How sure" in page and 'name="right"' not in page
    assert client.post(f"{address}decide/", {"status": "approved", "seen": row.seen}).status_code == 302
    assert wording(term, "ur").status == "approved"
    assert reviewer.full_name in client.get(address).content.decode()


def test_a_refused_proposal_keeps_what_was_typed(term, cast):
    address = reverse("translate:propose_term", args=["refugee", "id"])
    sent = {"right": "lain", "forbidden": "lain", "note": "", "confidence": "M", "seen": wording(term).seen}
    answer = cast.client(cast.trainer).post(address, sent)
    assert answer.status_code == 422
    assert "cannot be right and not to be used" in answer.content.decode()
    assert wording(term).forms == ["pengungsi"]


def test_who_changed_the_forms_last_is_told_that_somebody_else_decides(term, cast):
    propose(cast.trainer, term, "pengungsi baru")
    page = cast.client(cast.trainer).get(reverse("translate:term", args=["refugee", "id"])).content.decode()
    assert "somebody else decides" in page and ">Approve<" not in page


def test_a_trainer_adds_a_term_and_is_told_when_there_is_one(term, cast):
    client = cast.client(cast.trainer)
    address = reverse("translate:add_term")
    answer = client.post(f"{address}?language=id", {"term": "Safe house", "definition": "", "source": ""})
    assert answer.headers["Location"] == reverse("translate:term", args=["safe-house", "id"])
    answer = client.post(address, {"term": "Refugee", "definition": "", "source": ""})
    assert answer.status_code == 422 and "has “Refugee” already" in answer.content.decode()
