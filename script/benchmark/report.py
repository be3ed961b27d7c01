"""The figures as one JSON document or as a table for people."""

from statistics import median
from typing import Any

from benchmark.measure import Figures

Document = dict[str, Any]

#: Figures that only some flows have, with the words of the table.
WORDS = {
    "bytes": "bytes",
    "largest_bytes": "bytes of the largest in Latin letters without logos",
    "ratio_to_weasyprint": "CPU, of what WeasyPrint needs",
    "first_bytes": "bytes of a first visit to a lesson",
    "first_requests": "requests of it",
    "next_bytes": "bytes of the next lesson",
    "repeat_bytes": "bytes of the same lesson again",
    "test_bytes": "bytes of a first visit to a question of a test",
}


def document(figures: dict[str, Figures], extra: dict[str, Document]) -> Document:
    """What --json prints. `extra` holds more about a flow, or all about one that is not timed."""
    flows: dict[str, Document] = {}
    for name, seen in figures.items():
        if name != "reference":
            flows[name] = {
                "ratio": round(median(seen.ratio), 2),
                "cpu_ms": _ms(median(seen.cpu)),
                "sql": seen.sql,
                "p95_ms": _ms(seen.p95),
            }
    for name, more in extra.items():
        flows.setdefault(name, {}).update(more)
    return {"reference": {"cpu_ms": _ms(median(figures["reference"].cpu))} if figures else None, "flows": flows}


def table(found: Document) -> str:
    """The same for people."""
    lines = []
    if found["reference"]:
        lines += [
            f"{'':<12} {'CPU ms':>8} {'ratio':>7} {'SQL':>5} {'p95 ms':>8}",
            f"{'bare view':<12} {found['reference']['cpu_ms']:>8.2f} {1:>7.2f}",
        ]
    for name, flow in found["flows"].items():
        if "cpu_ms" in flow:
            lines.append(
                f"{name:<12} {flow['cpu_ms']:>8.2f} {flow['ratio']:>7.2f} {flow['sql']:>5} {flow['p95_ms']:>8.2f}"
            )
    for name, flow in found["flows"].items():
        for key, words in WORDS.items():
            if key in flow:
                value = "not measured: WeasyPrint is not installed" if flow[key] is None else flow[key]
                lines.append(f"{name}: {words}: {value}")
    return "\n".join(lines)


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 3)
