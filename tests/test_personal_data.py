"""No model with personal data is missing from the registry, and free text takes no case data."""

import ast
import re

import pytest
from django import forms
from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import CASCADE, DO_NOTHING, SET_NULL, CharField, Field, JSONField, Model, TextField
from django.forms.forms import BaseForm
from django.utils.module_loading import autodiscover_modules

from accounts.models import Actor, User
from accounts.permissions import Right
from accounts.personal_data import ERASURES, EXEMPT, REGISTRY, RULES
from lms.forms import LONGEST, NoCaseDataField, PublishedTextField
from tests.test_architecture import ROOMS, name_of, our_models, own_urls, python_files, template_files, tree_of

PEOPLE = (User, Actor)


def installed() -> list[type[Model]]:
    return list(apps.get_models(include_auto_created=True))


def links_to_people(model: type[Model]) -> list[Field]:
    """Own fields (not those of a parent) that lead to a user or to a key."""
    return [field for field in model._meta.local_fields if field.related_model in PEOPLE]


# --- the registry


def test_every_model_of_ours_declares_the_personal_data_that_it_holds_or_that_it_holds_none():
    missing = [model._meta.label for model in our_models() if model not in REGISTRY]
    assert missing == [], f"not declared in any personal_data.py: {missing}"


def test_every_installed_model_that_leads_to_a_person_is_declared_or_says_why_not():
    silent = [
        model._meta.label
        for model in installed()
        if links_to_people(model) and not (model in REGISTRY and REGISTRY[model].fields) and model not in EXEMPT
    ]
    assert silent == [], "declare it in personal_data.py or accounts/third_parties.py, or exempt it with a reason"


def test_every_field_that_leads_to_a_user_is_in_its_declaration():
    """What leads through a key is unlinked with it; a field to the user itself needs a word on what erasing does."""
    forgotten = []
    for model, declared in REGISTRY.items():
        named = {declared.person.split("__")[0], *declared.others}
        forgotten += [
            f"{model._meta.label}.{field.name}"
            for field in links_to_people(model)
            if field.related_model is User and field.name not in named
        ]
    assert forgotten == []


def test_erasing_never_meets_a_field_that_protects_the_person():
    """A protecting field to a user would stop every erasure."""
    allowed = (CASCADE, SET_NULL, DO_NOTHING)
    wrong = []
    for model in installed():
        for field in links_to_people(model):
            declared = REGISTRY.get(model)
            if field.related_model is not User:
                continue
            is_deleted = declared is not None and declared.erasure == "delete" and declared.person == field.name
            if not is_deleted and field.remote_field.on_delete not in allowed:
                wrong.append(f"{model._meta.label}.{field.name}")
            if declared is not None and declared.erasure != "delete" and not field.null and model is not User:
                wrong.append(f"{model._meta.label}.{field.name} cannot be emptied")
    assert wrong == []


def test_nothing_is_both_declared_and_exempt_and_every_exemption_has_a_reason():
    assert set(EXEMPT) & set(REGISTRY) == set()
    assert all(reason.strip() for reason in EXEMPT.values())
    assert set(EXEMPT) <= set(installed())


#: Parts of others that hold text of people and lead to nobody by a foreign key.
NO_LINK = {"sessions.Session", "django_tasks_database.DBTaskResult"}


def test_tables_of_others_without_a_link_are_not_forgotten():
    known = {model._meta.label for model in [*REGISTRY, *EXEMPT]}
    assert known >= NO_LINK


@pytest.mark.parametrize("model", REGISTRY, ids=lambda model: model._meta.label)
def test_what_a_model_declares_as_personal_is_there(model):
    declared = REGISTRY[model]
    if not declared.fields:
        assert model in our_models() and not (declared.person or declared.keep or declared.erasure)
        return
    for name, reason in {**declared.fields, **declared.others}.items():
        assert isinstance(model._meta.get_field(name), Field), name
        assert str(reason).strip(), f"{name}: no reason"
    assert str(declared.keep).strip()
    assert declared.erasure in ERASURES
    for lookup in [declared.person, *declared.others, *declared.beside]:
        at: type[Model] = model
        for part in filter(None, lookup.split("__")):
            try:
                at = at._meta.get_field(part).related_model
            except FieldDoesNotExist:
                pytest.fail(f"{lookup}: {at._meta.label} has no {part}")
        if lookup not in declared.beside and declared.rows is None:
            assert at is User, f"“{lookup}” leads to {at}, not to a person"
    if declared.erasure != "delete" and model is not User:
        assert str(declared.kept_because).strip(), "what is kept says why"


def test_every_free_text_of_ours_is_declared_or_holds_nothing_of_people():
    """A text in which people write may name somebody: its model has to be declared with what it holds."""
    written = [
        model._meta.label
        for model in our_models()
        if not REGISTRY[model].fields
        and any(
            isinstance(field, TextField) or (isinstance(field, CharField) and field.name in ("reason", "comment"))
            for field in model._meta.local_fields
        )
        and not issubclass(model, apps.get_model("wagtailcore.Page"))
        # Its long text is a secret in cipher, which nobody types a person into.
        and model._meta.label not in ("accounts.IdentityProvider", "certificates.SigningKey")
    ]
    assert written == []


def test_what_is_exported_holds_no_key_of_a_question():
    """Answers are ids; the key and the texts stand in other models, which no export reads."""
    for model, declared in REGISTRY.items():
        for name in declared.exported:
            assert not re.search(r"answer_key|password|secret|session_data|__version|structure|content$", name) or (
                not declared.is_listed
            ), (model._meta.label, name)
    assert not any(REGISTRY[model].is_listed for model in REGISTRY if model._meta.label == "sessions.Session")
    authenticator = REGISTRY[apps.get_model("mfa.Authenticator")]
    secret = {field.name for field in authenticator.model._meta.local_fields if isinstance(field, JSONField)}
    assert secret and secret.isdisjoint(authenticator.exported)


def test_every_rule_of_retention_is_about_a_declared_model():
    assert {"answers", "answers-in-the-record", "certificate-names", "unused-accounts"} <= set(RULES)
    for rule in RULES.values():
        assert rule.model in REGISTRY, rule.name
        assert rule.months or rule.days, rule.name
        assert re.fullmatch(r"[a-z-]{3,60}", rule.name)
        assert rule.act or rule.does in ("delete", "report"), rule.name


# --- no case data


def our_forms() -> list[type[BaseForm]]:
    """Every form class of ours, whoever made it; those of the authors' side are of Wagtail's making."""
    autodiscover_modules("forms")

    def below(kind):
        for each in kind.__subclasses__():
            yield each
            yield from below(each)

    return sorted(
        {each for each in below(BaseForm) if each.__module__.split(".")[0] in ROOMS},
        key=lambda each: (each.__module__, each.__name__),
    )


#: Long texts that are no place for cases, each with its reason.
LONG_TEXTS = {
    **{
        f"courses.pages.forms.translating.SegmentForm.{name}": "words of a course, published after a review"
        for name in ("source", "was", "taken", "text")
    },
    **{
        f"assessments.forms.bank.QuestionForm.{name}": "words of a course, which authors write and reviewers sign"
        for name in ("stem", "feedback")
    },
    "certificates.forms.verifying.ManyForm.numbers": "numbers of certificates, which are answered and kept nowhere",
    "certificates.forms.batches.BatchForm.codes": "learner codes, which are looked up and kept nowhere",
    "accounts.forms.identity.SAMLForm.metadata": "what another system wrote about itself, in XML",
    "certificates.forms.page.SignatoryForm.words": "name and title of who signs, in other languages",
    "accounts.factors.ActivateTOTPForm.code": "a one-time code",
    "accounts.factors.AuthenticateForm.code": "a one-time code",
    "accounts.factors.ReauthenticateForm.code": "a one-time code",
}
#: Forms that take a file → the right without which nobody opens them.
FILE_FORMS = {
    "assessments.forms.bank.QuestionForm": Right.WRITE_COURSES,
    "assessments.forms.exchange.QuestionFileForm": Right.WRITE_COURSES,
    "courses.pages.forms.files.BundleForm": Right.WRITE_COURSES,
    "courses.pages.forms.files.WordForm": Right.WRITE_COURSES,
    "courses.pages.forms.translation_files.TranslationFileForm": Right.WRITE_COURSES,
    "accounts.forms.entry.PeopleFileForm": Right.MANAGE_PEOPLE,
    "certificates.forms.page.PagePartForm": Right.CERTIFY,
    "certificates.forms.page.SignatoryForm": Right.CERTIFY,
    "certificates.forms.page.LogoForm": Right.CERTIFY,
    "certificates.forms.recognitions.ProposeForm": Right.MANAGE_PEOPLE,
    "certificates.forms.recognitions.RecordForm": Right.MANAGE_PEOPLE,
}
#: Forms that take a file of anybody, and keep nothing of it.
OPEN_FILE_FORMS = {"certificates.forms.verifying.ManyForm"}


def test_every_long_text_on_a_form_of_ours_warns_of_case_data():
    found = []
    assert our_forms(), "the search finds nothing any more"
    for form in our_forms():
        for name, field in getattr(form, "base_fields", {}).items():
            place = f"{form.__module__}.{form.__name__}.{name}"
            if isinstance(field.widget, forms.PasswordInput):
                continue
            is_text = type(field) is forms.CharField or isinstance(field.widget, forms.Textarea)
            is_long = isinstance(field.widget, forms.Textarea) or (getattr(field, "max_length", None) or 999) > 200
            if is_text and is_long and not isinstance(field, NoCaseDataField) and place not in LONG_TEXTS:
                found.append(place)
    assert found == [], "use lms.forms.NoCaseDataField, or give the reason here"


def test_no_template_writes_a_text_area_of_its_own():
    """A text area that no field makes would ask about nothing."""
    shared = (
        "accounts/templates/allauth/elements/field.html",
        "certificates/templates/certificates/_scan.html",  # the text of a square code; it never leaves the browser
        "assessments/templates/assessments/items/essay.html",  # an answer; the warning stands above it
        "courses/templates/courses/translating/_text.html",  # the words of a course, like the editor's own boxes
        "certificates/templates/certificates/_scan.html",  # the text of a printed code, which stays on the device
        "lms/templates/lms/styleguide.html",
    )
    found = [
        name_of(path)
        for path in template_files()
        if "<textarea" in path.read_text(encoding="utf-8") and name_of(path) not in shared
    ]
    assert found == []


def test_forms_that_take_a_file_are_for_authors_and_for_who_manages_people_or_certifies():
    with_files = {
        f"{form.__module__}.{form.__name__}"
        for form in our_forms()
        if any(isinstance(field, forms.FileField) for field in getattr(form, "base_fields", {}).values())
    }
    assert with_files == {*FILE_FORMS, *OPEN_FILE_FORMS}, "name the form and the right that it needs"
    assert set(FILE_FORMS.values()) <= {Right.WRITE_COURSES, Right.MANAGE_PEOPLE, Right.CERTIFY}


def test_no_view_for_officers_reads_a_file():
    allowed = {Right.WRITE_COURSES, Right.MANAGE_PEOPLE, Right.CERTIFY}
    views = [each.callback for each in own_urls().values()]
    access = {f"{view.__module__}.{view.__qualname__}": getattr(view, "access", "") for view in views}
    wrong = []
    for path in python_files(*ROOMS):
        module = name_of(path).removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        for node in ast.walk(tree_of(path)):
            reads = isinstance(node, ast.FunctionDef) and "request.FILES" in ast.unparse(node)
            if reads and access.get(f"{module}.{node.name}") not in allowed:
                wrong.append(f"{name_of(path)} {node.name}")
    assert sorted(wrong) == [
        "certificates/views/verifying.py verify_many",  # numbers only, and nothing of it is kept
        "courses/pages/hooks/side_by_side.py post",  # the editor's own form, behind Wagtail's door
    ]


def test_an_officer_uploads_nothing_on_the_authors_side(cast):
    picture = SimpleUploadedFile("x.png", b"\x89PNG\r\n\x1a\n", content_type="image/png")
    client = cast.client(cast.officer)
    models = [apps.get_model("courses.Picture"), apps.get_model("courses.MediaFile")]
    models.append(apps.get_model("wagtailcore.UploadedFile"))
    for address in ("images/add/", "images/multiple/add/", "images/chooser/create/", "documents/add/",
                    "documents/multiple/add/", "documents/chooser/create/"):  # fmt: skip
        picture.seek(0)
        answer = client.post(f"/admin/{address}", {"title": "x", "file": picture, "files[]": picture})
        assert answer.status_code == 403, address
    assert [model.objects.count() for model in models] == [0, 0, 0]


#: Longer texts of people other than authors, each with its reason. They warn of case data like the others.
PUBLISHED_TEXTS = {
    "learning.forms.AnnexForm.text": "published to the officers of a member, after a legal reviewer has read it",
}


def test_the_longest_text_is_short_unless_it_is_published_after_a_review():
    assert LONGEST == 300 and NoCaseDataField(max_length=5000).max_length == 300
    longer = {
        f"{form.__module__}.{form.__name__}.{name}"
        for form in our_forms()
        for name, field in getattr(form, "base_fields", {}).items()
        if isinstance(field, NoCaseDataField) and (field.max_length or 9999) > LONGEST
    }
    assert longer == set(PUBLISHED_TEXTS), "say why it may be longer"
    assert PublishedTextField(max_length=9000).max_length == 1500
