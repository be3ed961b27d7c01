"""What is a sign of GIFT and what is a letter: signs behind a backslash are held apart while a question is read."""

import re

#: Each sign that a backslash makes a letter, and what stands for it meanwhile: code points that are no characters.
_SIGNS = "\\:#={}~n"
_HELD = {sign: chr(0xFDD0 + number) for number, sign in enumerate(_SIGNS)}
_BACK = {ord(held): "\n" if sign == "n" else sign for sign, held in _HELD.items()}
_ESCAPED = re.compile(r"\\([\\:#={}~n])")
_NOBODY = dict.fromkeys(range(0xFDD0, 0xFDF0))
#: The formats in which a text can be.
FORMATS = ("html", "moodle", "plain", "markdown")
_FORMAT = re.compile(rf"\[({'|'.join(FORMATS)})\]")
WEIGHT = re.compile(r"%(-?[0-9]{1,3}(?:\.[0-9]{1,10})?)%")


def held(text: str) -> str:
    """A text in which every sign that is left is a sign of GIFT."""
    return _ESCAPED.sub(lambda found: _HELD[found[1]], text.translate(_NOBODY))


def freed(text: str) -> str:
    """A piece of it as its letters."""
    return text.translate(_BACK)


def escaped(text: str) -> str:
    """Letters as GIFT writes them, in one line."""
    return re.sub(r"[\\:#={}~]", r"\\\g<0>", text).replace("\n", "\\n")


def with_format(text: str, default: str) -> tuple[str, str]:
    """A piece without the format at its start, and the format in which it is."""
    text = text.strip()
    found = _FORMAT.match(text)
    return (text[found.end() :].strip(), found[1]) if found else (text, default)


#: What a comment says of the question below it. Moodle knows the first two; the others are ours.
_NOTED = re.compile(
    r"\[(id|tag|points|difficulty|source|scoring|compare|length):((?:\\\]|[^\]\x00-\x1f])+)\]",
)


def notes_in(comment: str) -> list[tuple[str, str]]:
    """What a comment says of its question: (what, value)."""
    return [(name, value.replace("\\]", "]").strip()) for name, value in _NOTED.findall(comment)]


def note(name: str, value: object) -> str:
    """The same, to be written."""
    text = " ".join(str(value).split()).replace("]", "\\]")
    # A backslash at the end would make a letter of the bracket.
    return f"[{name}:{text}{' ' if text.endswith(chr(92)) else ''}]"


def category_in(text: str) -> tuple[str, ...]:
    """The names of a path, from the outermost; a slash in a name is written twice. Moodle's own roots are left out."""
    names, name, place = list[str](), "", 0
    while place < len(text):
        if text.startswith("//", place):
            name, place = f"{name}/", place + 2
        elif text[place] == "/":
            names, name, place = [*names, name], "", place + 1
        else:
            name, place = name + text[place], place + 1
    parts = [" ".join(each.split()) for each in [*names, name]]
    if parts and re.fullmatch(r"\$[a-z0-9]+\$", parts[0]):
        parts = parts[1:]
        if parts and parts[0] == "top":
            parts = parts[1:]
    return tuple(each for each in parts if each)


def category(names: tuple[str, ...]) -> str:
    """A path as Moodle reads it, from the top of a course."""
    # With room around a name that begins or ends with a slash, so that it is not taken for one between names.
    doubled = [
        f" {each.replace('/', '//')} " if "/" in (each[0], each[-1]) else each.replace("/", "//") for each in names
    ]
    return "/".join(["$course$", "top", *doubled]).rstrip()
