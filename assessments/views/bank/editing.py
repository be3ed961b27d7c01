"""Writing a question: one form for the words that all have, and that of its type; buttons work without a script."""

import uuid
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from accounts.permissions import Refused, Right, SignedInRequest, requires
from assessments import bank
from assessments.forms.bank import QuestionForm, StartForm
from assessments.forms.editors import EDITORS, NotEditable, State
from assessments.hooks import PictureRefused, Workshop, pictures_of_the_site, workshop_of
from assessments.models import Item, ItemVersion, ItemWording
from assessments.services import authoring
from assessments.types import TYPES
from assessments.views.bank.showing import Shown, as_officers_see_it
from learning.models import Course

SAVE, PREVIEW, UPLOAD = "save", "preview", "upload"
#: Stands for a picture that is none of the site any more.
_AS_IT_IS = "as-it-is"


@dataclass(frozen=True)
class Desk:
    """What is being written: a new question, or the newest version of one that there is."""

    course: Course
    type: str
    pool: str
    workshop: Workshop | None
    item: Item | None = None
    versions: tuple[ItemVersion, ...] = ()
    wording: ItemWording | None = None

    @property
    def language(self) -> str:
        return bank.course_language(self.course, self.workshop)

    @property
    def version(self) -> ItemVersion | None:
        return self.versions[0] if self.versions else None

    @property
    def seen(self) -> str:
        return bank.seen_of(self.version, self.wording) if self.version else ""

    def form(self, data: Any = None, initial: dict[str, Any] | None = None) -> QuestionForm:
        """The form for what every question has."""
        version = self.version
        keep = (version.module, version.scenario) if version else ()
        return QuestionForm(
            data,
            initial=initial,
            pool=self.pool,
            workshop=self.workshop,
            item=self.item,
            keep=keep,
            pictures=self.pictures,
            uploads=pictures_of_the_site() is not None,
            language=self.language,
        )

    @cached_property
    def picture(self) -> dict[str, Any] | None:
        """The picture that the question has now."""
        return self.version.structure.get("picture") if self.version else None

    @cached_property
    def pictures(self) -> list[tuple[str, str]]:
        """The pictures to choose from; the one that the question has is one of them, wherever it came from."""
        site = pictures_of_the_site()
        choices = site.choices() if site else []
        if self.picture and self.picture_key not in dict(choices):
            choices.insert(0, (self.picture_key, _("The picture that it has")))
        return choices

    @cached_property
    def picture_key(self) -> str:
        """By which key the picture stands in the form."""
        site = pictures_of_the_site()
        return ((site.key_of(self.picture["address"]) if site else "") or _AS_IT_IS) if self.picture else ""

    def chosen_picture(self, key: str) -> dict[str, Any] | None:
        """What the structure has of the picture that is chosen."""
        site = pictures_of_the_site()
        if not key or key == self.picture_key:
            return self.picture if key else None
        return site.freeze(key) if site else None

    def initial(self) -> dict[str, Any]:
        """What the form begins with."""
        version = self.version
        if version is None:
            return {"key": bank.free_key(self.course), "points": 1}
        text = self.wording.text if self.wording else {}
        names = ("source", "module", "scenario", "must_be_right", "points")
        return {
            "stem": text.get("stem", ""),
            "feedback": text.get("feedback", ""),
            "seen": self.seen,
            "picture": self.picture_key,
            "alt": text.get("picture", {}).get("alt", ""),
            **{name: getattr(version, name) for name in names},
        }

    def content(self, sent: dict[str, Any], state: State) -> authoring.Content:
        """What the whole form says. Parts of the question that this page does not know stay as they are."""
        editor = EDITORS[self.type]
        built = editor.built(state)
        old = self.version.structure if self.version else {}
        structure = {name: value for name, value in old.items() if name not in editor.owns} | built.structure
        text: dict[str, Any] = {"stem": sent.get("stem", ""), **built.text, "feedback": sent.get("feedback", "")}
        structure.pop("picture", None)
        if picture := self.chosen_picture(sent.get("picture", "")):
            structure["picture"] = picture
            text["picture"] = {"alt": sent["alt"]} if sent.get("alt") else {}
        for part, words in (self.wording.text if self.wording else {}).items():
            if part not in text and part in _wanted_parts(self.type, structure):
                text[part] = words
        return authoring.Content(
            structure=structure,
            answer_key=built.answer_key,
            text=text,
            must_be_right=bool(sent.get("must_be_right")),
            module=sent.get("module", ""),
            scenario=sent.get("scenario", ""),
            source=sent.get("source", ""),
            points=sent.get("points") or 1,
        )


def _wanted_parts(type: str, structure: Any) -> set[str]:
    try:
        return set(TYPES[type].parts(structure))
    except (KeyError, TypeError):
        # What is being written may lack what its type needs.
        return set()


@requires(Right.WRITE_COURSES)
@never_cache
def new(request: SignedInRequest, course: str) -> HttpResponseBase:
    """Choose type and pool, then write."""
    found = bank.find_course(request.user, course)
    start = StartForm(request.GET if "type" in request.GET else None)
    if not start.is_valid():
        return render(request, "assessments/bank/start.html", {"course": found, "form": start})
    workshop = workshop_of(found)
    desk = Desk(found, start.cleaned_data["type"], start.cleaned_data["pool"], workshop)
    if request.method != "POST":
        return _page(request, desk, desk.form(initial=desk.initial()), EDITORS[desk.type].blank())
    return _write(request, desk, request.FILES.get("upload"))


@requires(Right.WRITE_COURSES)
@never_cache
def edit(request: SignedInRequest, course: str, item: uuid.UUID) -> HttpResponseBase:
    """Change a question."""
    found = bank.find_item(request.user, course, item)
    if not bank.may_see_key(request.user, found):
        raise Refused(_("You take this test yourself, so its answers are not shown to you, and you cannot edit it."))
    one = bank.One(request.user, found)
    own = {each.language: each for each in one.wordings}
    desk = Desk(one.course, found.type, found.pool, one.workshop, found, tuple(one.versions), own.get(one.language))
    if found.retired_at:
        messages.error(request, str(authoring.IsRetired()))
        return redirect("bank:question", course, item)
    if request.method == "POST":
        return _write(request, desk, request.FILES.get("upload"))
    try:
        if found.type not in EDITORS:
            raise NotEditable
        state = EDITORS[found.type].of(
            one.version.structure, one.version.answer_key, desk.wording.text if desk.wording else {}
        )
    except NotEditable as reason:
        messages.error(request, str(reason))
        return redirect("bank:question", course, item)
    return _page(request, desk, desk.form(initial=desk.initial()), state)


def _write(request: SignedInRequest, desk: Desk, file: UploadedFile | None) -> HttpResponseBase:
    """Do what the button says: save, show, upload a picture, or add, move or take away a row."""
    editor = EDITORS[desk.type]
    state = editor.read(request.POST)
    action = request.POST.get("do", PREVIEW)
    # Whatever the button: a browser sends a file once, and forgets it with the next page.
    sent, problem = _uploaded(request, file)
    if action not in (SAVE, PREVIEW):
        if action != UPLOAD:
            editor.act(state, action, bank.taken_ids(desk.versions))
        # Nothing is complained about while somebody is still adding rows.
        form = desk.form(initial={name: sent[name] for name in QuestionForm.base_fields if name in sent})
        return _page(request, desk, form, state, problem=problem, at=action.partition(":")[2])
    form = desk.form(sent)
    if not form.is_valid() or problem:
        if problem:
            form.add_error("upload", problem)
        return _page(request, desk, form, state, status=422)
    content = desk.content(form.cleaned_data, state)
    if problems := content.problems(desk.type, desk.pool, desk.language):
        for problem in problems:
            form.add_error(None, problem)
        return _page(request, desk, form, state, status=422)
    if action == PREVIEW:
        shown = as_officers_see_it(desk.type, content, content.text, desk.language, desk.workshop, with_key=True)
        return _page(request, desk, form, state, shown=shown)
    return _save(request, desk, form, state, content)


def _save(
    request: SignedInRequest, desk: Desk, form: QuestionForm, state: State, content: authoring.Content
) -> HttpResponseBase:
    sent = form.cleaned_data
    try:
        if desk.item is None:
            item = authoring.make_question(
                by=request.user,
                course=desk.course,
                key=sent["key"],
                type=desk.type,
                pool=desk.pool,
                language=desk.language,
                content=content,
            )
            messages.success(request, _("Saved as a draft. Officers are asked it after somebody releases it."))
            return redirect("bank:question", desk.course.slug, item.uuid)
        version = authoring.change_question(
            by=request.user,
            item=desk.item,
            seen=sent["seen"],
            language=desk.language,
            content=content,
            note=sent["note"],
        )
    except authoring.KeyTaken as refusal:
        form.add_error("key", str(refusal))
        return _page(request, desk, form, state, status=422)
    except (authoring.NotSound, authoring.IsRetired) as refusal:
        form.add_error(None, str(refusal))
        return _page(request, desk, form, state, status=422)
    except authoring.QuestionChanged as refusal:
        form.add_error(None, str(refusal))
        return _page(request, desk, form, state, status=409)
    messages.success(
        request,
        _("Saved as version %(number)d. Officers get it with the next publication of the course.")
        % {"number": version.number},
    )
    return redirect("bank:question", desk.course.slug, desk.item.uuid)


def _uploaded(request: SignedInRequest, file: UploadedFile | None) -> tuple[QueryDict, str]:
    """What was sent, with the picture that came along chosen; and why it was not taken, else nothing."""
    sent, site = request.POST.copy(), pictures_of_the_site()
    if file is None or site is None:
        return sent, ""
    alt = sent.get("alt", "").strip()
    if not alt:
        return sent, str(QuestionForm.base_fields["alt"].help_text)
    try:
        sent["picture"] = site.upload(request.user, file, alt)
    except PictureRefused as refused:
        return sent, str(refused)
    return sent, ""


def _page(
    request: SignedInRequest,
    desk: Desk,
    form: QuestionForm,
    state: State,
    *,
    shown: Shown | None = None,
    problem: str = "",
    at: str = "",
    status: int = 200,
) -> HttpResponseBase:
    """The page; `problem` says why a picture was not taken, where the form itself complains of nothing."""
    chosen = form["picture"].value() if "picture" in form.fields else ""
    return render(
        request,
        "assessments/bank/edit.html",
        {
            "course": desk.course,
            "item": desk.item,
            "form": form,
            "language": desk.language,
            "type_label": Item.Type(desk.type).label,
            "pool_label": Item.Pool(desk.pool).label,
            "editor": EDITORS[desk.type].shown(state),
            "chosen": desk.chosen_picture(chosen or ""),
            "problem": problem,
            "sources": bank.known_sources(desk.course, desk.workshop),
            "is_used": desk.item is not None and bank.is_used(desk.item),
            "shown": shown,
            "at": at,
        },
        status=422 if problem else status,
    )
