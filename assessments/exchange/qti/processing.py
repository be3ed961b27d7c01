"""The response processing that we write: the shapes that `scoring` understands, and other systems, too."""

from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement

TEMPLATES = "https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/"


def decimal(value: float) -> str:
    """A number as it is written: 1, 0.5, 0.3333333333."""
    return f"{value:.10g}"


def base(kind: str, text: str) -> Element:
    """A constant."""
    element = Element("qti-base-value", {"base-type": kind})
    element.text = text
    return element


def of(name: str, response: str) -> Element:
    """What refers to a variable: ``variable``, ``correct``, ``map-response``."""
    return Element(f"qti-{name}", {"identifier": response})


def node(name: str, *below: Element, **attributes: str) -> Element:
    """An element with others in it."""
    element = Element(f"qti-{name}", {key.replace("_", "-"): value for key, value in attributes.items()})
    element.extend(below)
    return element


def is_correct(response: str) -> Element:
    """Whether a response is the correct one."""
    return node("match", of("variable", response), of("correct", response))


def is_near(response: str, tolerance: str, *, in_percent: bool) -> Element:
    """Whether a number is near enough to the correct one, the edge included."""
    mode = "relative" if in_percent else "absolute"
    pair = (of("variable", response), of("correct", response))
    return node("equal", *pair, tolerance_mode=mode, tolerance=f"{tolerance} {tolerance}")


def is_in_place(response: str, place: int) -> Element:
    """Whether one step stands where it should."""
    both = (node("index", of(each, response), n=str(place)) for each in ("variable", "correct"))
    return node("match", *both)


def is_all_mapped(responses: Sequence[str]) -> Element:
    """Whether each of several responses gains its one point."""
    mapped = [of("map-response", each) for each in responses]
    return node("gte", node("sum", *mapped), base("float", str(len(mapped))))


def share_of_chosen(response: str, right: int) -> Element:
    """Right choices through all that were chosen, or through all that are right if those are more."""
    chosen = node("max", node("container-size", of("variable", response)), base("integer", str(right)))
    return node("divide", of("map-response", response), chosen)


def gains_if(condition: Element, weight: float) -> Element:
    """Adds so much to the score where a condition holds."""
    rule = node("response-if", condition, gains(base("float", decimal(weight))))
    return node("response-condition", rule)


def gains(value: Element) -> Element:
    """Adds a value to the score."""
    return node("set-outcome-value", node("sum", of("variable", "SCORE"), value), identifier="SCORE")


def times(weight: float, value: Element) -> Element:
    """A value, weighed."""
    return value if weight == 1 else node("product", base("float", decimal(weight)), value)


def template(name: str) -> Element:
    """One of the templates of QTI."""
    return Element("qti-response-processing", {"template": f"{TEMPLATES}{name}.xml"})


def declaration(name: str, cardinality: str, kind: str, correct: Sequence[str]) -> Element:
    """A response and what is correct."""
    element = Element("qti-response-declaration", {"identifier": name, "cardinality": cardinality, "base-type": kind})
    if correct:
        below = SubElement(element, "qti-correct-response")
        for each in correct:
            SubElement(below, "qti-value").text = each
    return element


def map_to(element: Element, entries: dict[str, float], *, heeds_case: bool | None = None, floor: bool = False) -> None:
    """Add what each answer gains to a declaration."""
    mapping = SubElement(element, "qti-mapping", {"lower-bound": "0"} if floor else {})
    mapping.set("default-value", "0")
    for key, value in entries.items():
        row = SubElement(mapping, "qti-map-entry", {"map-key": key, "mapped-value": decimal(value)})
        if heeds_case is not None:
            row.set("case-sensitive", "true" if heeds_case else "false")
