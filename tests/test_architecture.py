"""What must stay true of the code as a whole, whatever is built: who may, what is held, what can be translated."""

import ast
import inspect
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db.models import Model
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.permissions import Right

ROOT = Path(settings.BASE_DIR)
#: Top to bottom, as in pyproject.toml: each room knows only those before it.
ROOMS = ("lms", "accounts", "xapi", "learning", "assessments", "courses", "certificates", "reports", "portal")
LONGEST = 500


def python_files(*folders: str) -> list[Path]:
    """Our Python files in some folders, without migrations."""
    return sorted(
        path for folder in folders for path in (ROOT / folder).rglob("*.py") if "migrations" not in path.parts
    )


def template_files() -> list[Path]:
    """Every template of ours."""
    return sorted(path for room in ROOMS for path in (ROOT / room).glob("**/templates/**/*") if path.is_file())


def name_of(path: Path) -> str:
    """A path as people say it, from the root of the project."""
    return path.relative_to(ROOT).as_posix()


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


# --- every address declares who may


def walk_urls(
    patterns: list[URLPattern | URLResolver], route: str = "", spaces: tuple[str, ...] = ()
) -> Iterator[tuple[str, str, URLPattern]]:
    """(route, name with its namespaces, pattern) of every address that there is."""
    for each in patterns:
        here = route + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from walk_urls(each.url_patterns, here, (*spaces, each.namespace) if each.namespace else spaces)
        else:
            yield here, ":".join((*spaces, each.name or "")), each


def all_urls() -> list[tuple[str, str, URLPattern]]:
    return list(walk_urls(get_resolver().url_patterns))


#: Views of others that we only put at an address: what keeps strangers out of each is tested below.
THIRD_PARTY = {
    "admin/": "Wagtail's authors' side: its own check of rights, and ours before it (courses.pages.middleware)",
    "documents/": "Wagtail's documents: served by its own rules on collections; nothing is uploaded without rights",
    "en/accounts/": "django-allauth: sign-in, password and second factor of the person who is signed in",
}


def is_third_party(route: str, pattern: URLPattern) -> bool:
    return route.startswith(tuple(THIRD_PARTY)) and not room_of(pattern.callback.__module__)


def own_urls() -> dict[str, URLPattern]:
    """Every address of our own by its name; tests/test_permission_table.py holds a row for each."""
    return {name: pattern for route, name, pattern in all_urls() if not is_third_party(route, pattern)}


def test_every_address_of_ours_declares_who_may():
    allowed = {"public", "signed in", *Right}
    silent = [
        f"{route} → {pattern.callback.__module__}.{pattern.callback.__name__}"
        for route, _name, pattern in all_urls()
        if not is_third_party(route, pattern) and getattr(pattern.callback, "access", None) not in allowed
    ]
    assert not silent, f"views without @public, @signed_in or @requires: {silent}"


def test_every_address_of_ours_has_a_name():
    nameless = [route for route, name, each in all_urls() if not is_third_party(route, each) and name.endswith(":")]
    assert nameless == []
    assert "" not in own_urls()


def test_the_list_of_third_parties_names_no_place_that_is_gone():
    for prefix in THIRD_PARTY:
        assert any(route.startswith(prefix) for route, _name, _pattern in all_urls()), f"{prefix} is gone"


def room_of(module: str) -> str:
    """The room that a module belongs to; empty for others' code."""
    first = module.split(".")[0]
    return first if first in ROOMS else ""


def test_an_address_book_of_a_room_leads_to_no_other_rooms_views():
    """import-linter cannot see `include("…")`: the string could lead anywhere."""

    def check(patterns, room):
        for each in patterns:
            if isinstance(each, URLResolver):
                module = getattr(each.urlconf_name, "__name__", each.urlconf_name)
                inner = room_of(module) if isinstance(module, str) else ""
                assert room in ("", "lms") or inner in ("", room), f"{room}'s addresses include those of {inner}"
                check(each.url_patterns, inner or room)
            else:
                view = room_of(each.callback.__module__)
                assert view in ("", room), f"{room}'s addresses lead to a view of {view}: {each.pattern}"

    check(get_resolver().url_patterns, "lms")


SAMPLES = {"int": "1", "uuid": "3f0b3c4e-0000-4000-8000-000000000000"}


def sample_address(route: str) -> str:
    """An address that matches a route of `path()`; regular expressions (there are two) are written out."""
    route = re.sub(r"<(?:(\w+):)?\w+>", lambda found: SAMPLES.get(found.group(1), "x"), route)
    return "/" + route.replace(r"^(\d+)/(.*)$", "1/x").replace("^", "").replace("$", "")


def third_party_addresses(prefix: str) -> list[str]:
    return [sample_address(route) for route, _name, _pattern in all_urls() if route.startswith(prefix)]


def rows_of_everything() -> dict[str, int]:
    return {
        model._meta.label: model._default_manager.count()
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and model._meta.app_label != "sessions"
    }


@pytest.mark.once
def test_the_authors_side_sends_a_stranger_to_our_sign_in_from_every_address(cast):
    client = cast.client(None)
    first = client.get("/admin/")
    assert first.status_code == 302 and first.url == "/en/accounts/login/?next=/admin/"
    addresses = third_party_addresses("admin/")
    assert len(addresses) > 100
    before = rows_of_everything()
    for address in addresses:
        for answer in (client.get(address), client.post(address)):
            # 301: only the missing slash. 404: no such page even before anybody is asked for a right.
            assert answer.status_code in (301, 302, 404, 405) or address in HARMLESS, (address, answer.status_code)
            if answer.status_code == 302:
                assert "/login/" in answer.url, (address, answer.url)
    assert rows_of_everything() == before


#: Open to anybody, because they hold nothing: words of the editor's interface, and drawings.
HARMLESS = ("/admin/jsi18n/", "/admin/sprite/")


@pytest.mark.once
def test_the_authors_side_refuses_everybody_without_such_a_role_at_every_address(cast):
    addresses = third_party_addresses("admin/")
    before = rows_of_everything()
    for person in (cast.officer, cast.coordinator, cast.rso, cast.analyst, cast.auditor, cast.nobody):
        client = cast.client(person)
        before = rows_of_everything()
        assert client.get("/admin/").status_code == 403
        if person == cast.officer:
            for address in addresses:
                for answer in (client.get(address), client.post(address)):
                    assert answer.status_code in (301, 403), (address, answer.status_code)
        assert rows_of_everything() == before


def test_a_trainer_enters_the_authors_side(cast):
    assert cast.client(cast.trainer).get("/admin/").status_code == 200


def test_documents_are_no_way_in(cast):
    for address in third_party_addresses("documents/"):
        assert cast.client(None).get(address).status_code in (302, 404), address
        assert cast.client(cast.officer).get(address).status_code == 403, address


#: allauth's pages that a stranger may see: the way in, the way out, and two that only say something.
OPEN_ACCOUNT_PAGES = ("login/", "logout/", "inactive/", "signup/")


def test_every_account_page_but_the_way_in_is_closed_to_strangers(cast):
    client = cast.client(None)
    before = rows_of_everything()
    ours = {sample_address(route) for route, _name, each in all_urls() if room_of(each.callback.__module__)}
    for address in set(third_party_addresses("en/accounts/")) - ours:
        for answer in (client.get(address), client.post(address)):
            if address.endswith(OPEN_ACCOUNT_PAGES):
                assert answer.status_code in (200, 302, 403, 405), (address, answer.status_code)
            else:
                assert answer.status_code == 302 and "/login/" in answer.url, (address, answer.status_code)
    assert rows_of_everything() == before


# --- names of addresses


def url_names_in_python() -> Iterator[tuple[str, str]]:
    """(place, name) of every address that our code names by a string."""
    for path in python_files(*ROOMS):
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Call):
                called = getattr(node.func, "attr", getattr(node.func, "id", ""))
                found = node.args[:1] if called in {"reverse", "reverse_lazy", "redirect", "resolve_url"} else []
                found += [each.value for each in node.keywords if each.arg == "pattern_name"]
                for each in found:
                    if isinstance(each, ast.Constant) and isinstance(each.value, str) and "/" not in each.value:
                        yield f"{name_of(path)}:{node.lineno}", each.value
    for setting in ("LOGIN_URL", "LOGIN_REDIRECT_URL", "WAGTAIL_FRONTEND_LOGIN_URL", "WAGTAILADMIN_LOGIN_URL"):
        yield f"lms/settings.py {setting}", getattr(settings, setting)


def url_names_in_templates() -> Iterator[tuple[str, str]]:
    for path in template_files():
        for found in re.finditer(r"{%\s*url\s+['\"]([^'\"]+)['\"]", path.read_text(encoding="utf-8")):
            yield name_of(path), found.group(1)


def test_every_address_that_is_named_somewhere_exists():
    known = {name for _route, name, _pattern in all_urls()}
    named = [*url_names_in_python(), *url_names_in_templates()]
    assert len(named) > 30, "the search finds nothing any more"
    assert [each for each in named if each[1] not in known] == []


def our_models() -> list[type[Model]]:
    return [model for room in ROOMS for model in apps.get_app_config(room).get_models()]


# --- the database and the settings


@pytest.mark.django_db
def test_no_migration_is_missing(capsys):
    try:
        call_command("makemigrations", check=True, dry_run=True, verbosity=1)
    except SystemExit:
        pytest.fail(f"models and migrations differ:\n{capsys.readouterr().out}")


def settings_read() -> set[str]:
    """Every variable of the environment that the project reads."""
    found = set()
    for path in python_files(*ROOMS):
        for node in ast.walk(tree_of(path)):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args):
                continue
            from_env = isinstance(node.func.value, ast.Name) and node.func.value.id == "env"
            from_os = ast.unparse(node.func) in ("os.environ.get", "os.getenv")
            if (from_env or from_os) and isinstance(node.args[0], ast.Constant):
                found.add(str(node.args[0].value))
    return found


def test_every_setting_is_documented():
    assert {"SECRET_KEY", "DATABASE_URL", "PUBLIC_URL", "REQUIRE_REVIEW", "PORT"} <= settings_read()
    text = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    missing = sorted(name for name in settings_read() if not re.search(rf"`{name}(=[^`]*)?`", text))
    assert missing == [], f"not in backticks in docs/operations.md: {missing}"


# --- the code itself


def test_the_layers_hold():
    command = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
    done = subprocess.run([sys.executable, "-c", command], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 broken" in done.stdout


#: Imports inside a function that hide no circle, each with its reason.
LATE_IMPORTS = {
    "lms/gunicorn.py pre_fork": "gunicorn reads this file before Django is set up",
}


def late_imports() -> Iterator[str]:
    for path in python_files(*ROOMS):
        for outer in ast.walk(tree_of(path)):
            if isinstance(outer, ast.FunctionDef | ast.AsyncFunctionDef):
                is_ready = path.name == "apps.py" and outer.name == "ready"
                if not is_ready and any(isinstance(node, ast.Import | ast.ImportFrom) for node in ast.walk(outer)):
                    yield f"{name_of(path)} {outer.name}"


def test_no_import_inside_a_function_hides_a_circle():
    found = set(late_imports())
    assert found - set(LATE_IMPORTS) == set(), "import at the top, or give the reason here"
    assert set(LATE_IMPORTS) - found == set(), "an exemption that nothing needs any more"


def test_no_file_is_too_long_to_be_read():
    kinds = (".py", ".html", ".css", ".js", ".sh", ".typ")
    long = {
        name: lines
        for name in files_of_the_project()
        if name.endswith(kinds) and "/migrations/" not in name
        if (lines := len((ROOT / name).read_text(encoding="utf-8").splitlines())) > LONGEST
    }
    assert long == {}, f"past {LONGEST} lines a file becomes a package of the same name: {long}"


@cache
def files_of_the_project() -> tuple[str, ...]:
    """What is tracked, and what is new and not ignored; skips the test outside a checkout."""
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        done = subprocess.run(listing, cwd=ROOT, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"this is no checkout of git ({type(error).__name__}), so there is no list of its files")
    return tuple(name for name in done.stdout.split("\0") if name and (ROOT / name).is_file())


def test_no_file_names_a_package_registry_or_this_machine():
    """A lock file with addresses would send every installation to the place of whoever made it."""
    hosts = [
        ".".join(parts) for parts in (("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"), ("npmjs", "com"))
    ]
    forbidden = [re.escape(host) for host in hosts]
    forbidden += [r"--(?:extra-)?index-url[ =]https?:", r"https?://\S+/simple/?(?:\s|$)", r'"resolved": *"https?:']
    if len(ROOT.parts) > 2:
        forbidden.append(re.escape(str(ROOT)) + r"(?![\w-])")
    pattern = re.compile("|".join(forbidden), re.IGNORECASE)
    found = []
    for name in files_of_the_project():
        try:
            text = (ROOT / name).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{name}: {hit.group()}" for hit in pattern.finditer(text)]
    assert found == []


def decided_in(*names: str) -> list[Path]:
    """Modules of these names, also where one has become a package."""
    return [path for path in python_files(*ROOMS) if path.stem in names or path.parent.name in names]


def public_definitions(path: Path) -> list[ast.FunctionDef | ast.ClassDef]:
    kinds = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    return [node for node in tree_of(path).body if isinstance(node, kinds) and not node.name.startswith("_")]


def test_every_public_name_where_something_is_decided_says_what_it_does():
    silent = [
        f"{name_of(path)}:{node.lineno} {node.name}"
        for path in decided_in("services", "selectors", "permissions")
        for node in public_definitions(path)
        if not ast.get_docstring(node)
    ]
    assert silent == []


def test_every_model_says_what_one_row_means():
    silent = [
        f"{name_of(path)}:{node.lineno} {node.name}"
        for path in decided_in("models")
        for node in public_definitions(path)
        if isinstance(node, ast.ClassDef) and not ast.get_docstring(node)
    ]
    assert silent == []
    # Django writes a docstring where there is none.
    assert [m._meta.label for m in our_models() if inspect.getdoc(m).startswith(f"{m.__name__}(")] == []


_WRITES = {"create", "bulk_create", "save", "update", "bulk_update", "delete", "get_or_create", "update_or_create"}
_WRITES |= {"audit", "audit_many", "record", "record_once", "record_batch"}
#: Writes with positional arguments, each with its reason.
POSITIONAL_WRITES = {
    "accounts: actor_of": "a look-up that makes the key on first need",
    "assessments: bank_of": "a look-up that makes the bank on first need",
    "assessments: freeze_test": "one step of a publication, which has checked and locked",
    "learning: activity_for": "a look-up that makes the activity on first need",
    "learning: freeze": "takes one list and stores it once: nothing to mix up",
}


def is_write(function: ast.FunctionDef) -> bool:
    if any("atomic" in ast.unparse(each) for each in function.decorator_list):
        return True
    calls = [node.func for node in ast.walk(function) if isinstance(node, ast.Call)]
    return any(getattr(call, "attr", getattr(call, "id", "")) in _WRITES for call in calls)


def test_every_write_takes_its_arguments_by_name():
    found = {
        f"{path.relative_to(ROOT).parts[0]}: {node.name}"
        for path in decided_in("services")
        for node in public_definitions(path)
        if isinstance(node, ast.FunctionDef) and is_write(node) and (node.args.args or node.args.posonlyargs)
    }
    assert found - set(POSITIONAL_WRITES) == set(), "a write is `verb_noun(*, by, …)`"
    assert set(POSITIONAL_WRITES) - found == set(), "an exemption that nothing needs any more"
