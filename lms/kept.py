"""What a process keeps between requests: things made of frozen content, and pages of which most is the same for all.

A template says what on it is personal: `{% personal %}…{% endpersonal %}`. Everything else is rendered once for each
process and key, with nothing but what everybody may share; on each request only the personal pieces are rendered and
put in their places. See decision 0019.
"""

import re
import secrets
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any, Generic, Protocol, TypeVar

from django.conf import settings
from django.core.signals import setting_changed
from django.http import HttpRequest, HttpResponse
from django.template import Context, RequestContext, Template
from django.template.base import NodeList
from django.template.loader import get_template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Kept(Generic[K, V]):
    """A bounded store of one process: what was not asked for longest goes first.

    Keys name content that cannot change (a digest, a revision, a language), never a person; so nothing in it is ever
    out of date and nothing has to be taken out.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self._found: OrderedDict[K, V] = OrderedDict()
        self._lock = Lock()

    def get(self, key: K) -> V | None:
        with self._lock:
            if key in self._found:
                self._found.move_to_end(key)
                return self._found[key]
        return None

    def keep(self, key: K, value: V) -> V:
        """Keep a value and give what is kept: where two threads made one, both get the first."""
        with self._lock:
            value = self._found.setdefault(key, value)
            while len(self._found) > self.most:
                self._found.popitem(last=False)
        return value

    def get_or_make(self, key: K, make: Callable[[], V]) -> V:
        found = self.get(key)
        return found if found is not None else self.keep(key, make())

    def clear(self) -> None:
        with self._lock:
            self._found.clear()

    def values(self) -> list[V]:
        """What is kept now."""
        with self._lock:
            return list(self._found.values())


class KeptHtml(Kept[K, V]):
    """The same for what was rendered: the templates and settings that it was made of can change too, but not on a site.

    With DEBUG nothing is kept, so that an edited template shows; a test that changes a setting begins anew.
    """

    def __init__(self, most: int) -> None:
        super().__init__(most)
        setting_changed.connect(self._forget)

    def get(self, key: K) -> V | None:
        return None if settings.DEBUG else super().get(key)

    def keep(self, key: K, value: V) -> V:
        return value if settings.DEBUG else super().keep(key, value)

    def _forget(self, **kwargs: Any) -> None:
        self.clear()


# --- templates in two steps


class NotShared(LookupError):
    """The shared part of a template asks for something that is not the same for everybody."""


class Place(Protocol):
    """Where something personal goes."""

    def render(self, context: Context) -> str: ...


@dataclass(frozen=True)
class Piece:
    """A `{% personal %}` piece of a template, with the shared variables as they were around it."""

    nodes: NodeList
    around: dict[str, Any]

    def render(self, context: Context) -> str:
        with context.push(self.around):
            return self.nodes.render(context)


class CsrfToken:
    """The token of the request, wherever a shared form has its `{% csrf_token %}`."""

    def render(self, context: Context) -> str:
        return conditional_escape(context["csrf_token"])


class SharedContext(Context):
    """The context of the shared part: it knows nothing of who looks, and notes every name that it does not have."""

    def __init__(self, shared: dict[str, Any]) -> None:
        self.places: list[Place] = []
        self.missing: set[str] = set()
        self.mark = secrets.token_hex(16)
        super().__init__({"csrf_token": self.leave_place(CsrfToken()), **shared})

    def __getitem__(self, key: Any) -> Any:
        try:
            return super().__getitem__(key)
        except KeyError:
            self.missing.add(key)
            raise

    def get(self, key: Any, otherwise: Any = None) -> Any:
        if key not in self:
            self.missing.add(key)
        return super().get(key, otherwise)

    def leave_place(self, place: Place) -> SafeString:
        """Text that stands for a place until the template is rendered."""
        self.places.append(place)
        return mark_safe(f"{self.mark}:{len(self.places) - 1}:")  # noqa: S308

    def leave_piece(self, nodes: NodeList) -> SafeString:
        """The same for a piece of the template; it will find the shared variables that it could find now."""
        around: dict[str, Any] = {
            str(name): value for name, value in self.flatten().items() if name not in ("csrf_token", "block")
        }
        if "forloop" in around:  # the loop goes on changing it
            around["forloop"] = dict(around["forloop"])
        return self.leave_place(Piece(nodes, around))


@dataclass(frozen=True)
class SharedTemplate:
    """A rendered template with places left open.

    Attributes:
        texts: what stands before, between and after the places; one more than `order`.
        order: which place comes where; the one of the token may come often.
    """

    template: Template
    places: tuple[Place, ...]
    texts: tuple[str, ...]
    order: tuple[int, ...]

    def fill(self, context: Context) -> SafeString:
        """The page for one request."""
        with context.render_context.push_state(self.template), context.bind_template(self.template):
            return self.join([place.render(context) for place in self.places])

    def join(self, filled: Sequence[str]) -> SafeString:
        """The texts with these between them, one for each place."""
        parts = [self.texts[0]]
        for place, text in zip(self.order, self.texts[1:], strict=True):
            parts += (filled[place], text)
        return mark_safe("".join(parts))  # noqa: S308


def render_shared(template_name: str, shared: dict[str, Any]) -> SharedTemplate:
    """Render what is the same for everybody.

    Arguments:
        shared: all that this part needs; nothing in it may depend on who looks.

    Raises:
        NotShared: the template asks for a name that is not in `shared` outside `{% personal %}`.
    """
    template: Template = get_template(template_name).template  # type: ignore[attr-defined]
    context = SharedContext(shared)
    rendered = template.render(context)
    if context.missing:
        names = ", ".join(sorted(context.missing))
        raise NotShared(f"{template_name} asks for {names} outside {{% personal %}}")
    pieces = re.split(f"{context.mark}:([0-9]+):", rendered)
    order = [int(each) for each in pieces[1::2]]
    used = sorted(set(order))  # a page without a form has no place for the token
    return SharedTemplate(
        template=template,
        places=tuple(context.places[each] for each in used),
        texts=tuple(pieces[::2]),
        order=tuple(used.index(each) for each in order),
    )


_PAGES: KeptHtml[tuple[Hashable, ...], SharedTemplate] = KeptHtml(512)


def render_kept(
    request: HttpRequest,
    template_name: str,
    *,
    key: tuple[Hashable, ...],
    shared: Callable[[], dict[str, Any]],
    personal: dict[str, Any],
    status: int = 200,
) -> HttpResponse:
    """A page whose shared part is kept by this process.

    Arguments:
        key: names all that `shared` is made of; the language of the interface is added here.
        shared: makes the variables of the shared part, where it is not kept yet.
        personal: the variables of the personal pieces, beside those of the context processors.

    Raises:
        NotShared: see `render_shared`; or one name is in both.
    """

    def make() -> SharedTemplate:
        variables = shared()
        if both := variables.keys() & personal.keys():
            raise NotShared(f"{template_name}: {', '.join(sorted(both))} cannot be shared and personal")
        return render_shared(template_name, variables)

    page = _PAGES.get_or_make((template_name, get_language(), *key), make)
    return HttpResponse(page.fill(RequestContext(request, personal)), status=status)
