"""Our certificate beside the same words set by WeasyPrint, in one warm process. Runs inside the product.

Writes {"ratio": ours / WeasyPrint's, "largest": bytes} to the file that is named. The ratio is null where WeasyPrint
is not installed; the largest is a specimen in Indonesian and English with a long title and two who sign.
"""

import dataclasses
import importlib.util
import json
import statistics
import sys
import time
from collections.abc import Callable
from html import escape
from pathlib import Path

import django

ROUNDS, EACH = 5, 10
LONG = (
    "Pencegahan perdagangan orang dan penyelundupan manusia serta pelindungan korban dan pengungsi di perbatasan",
    "Preventing trafficking in persons and people smuggling, and protecting victims and refugees at borders",
)

STYLE = """
@page { size: A4 landscape; margin: 18mm; background: #fff }
body { font-family: "Noto Sans", sans-serif; color: #12324a; text-align: center }
h1 { font-size: 26pt } .name { font-size: 22pt } dl { columns: 3; text-align: left } dt { font-size: 8pt }
.foot { display: flex; align-items: center; gap: 6mm } svg { width: 28mm; height: 28mm }
.mark { position: fixed; top: 40%; left: 20%; font-size: 80pt; transform: rotate(-20deg); opacity: .12 }
"""


def main(out: str) -> None:
    django.setup()
    from certificates.documents import certificate_text
    from certificates.models import Award
    from certificates.rendering import LAYOUTS, Signature, qr_code_svg, render_certificate

    award = Award.objects.order_by("pk")[:1].get()
    text = certificate_text(award)
    award.language, award.is_specimen = "id", True
    award.snapshot |= {"course": LONG[0], "course_en": LONG[1]}
    who = tuple(Signature(name, "Manajer bersama", "Co-manager") for name in ("Maria Santos", "Agus Wijaya"))
    long = [certificate_text(award, layout=layout, with_english=True) for layout in LAYOUTS]
    largest = max(len(render_certificate(dataclasses.replace(each, signatories=who))) for each in long)
    if importlib.util.find_spec("weasyprint") is None:
        Path(out).write_text(json.dumps({"ratio": None, "largest": largest}))
        return
    import weasyprint

    def page() -> str:
        facts = "".join(f"<dt>{escape(label)}<dd>{escape(value)}" for label, value in text.facts)
        return (
            f"<html lang={text.language}><title>{escape(text.heading)}</title><style>{STYLE}</style>"
            f"<p class=mark>{escape(text.specimen)}<h1>{escape(text.heading)}</h1><p>{escape(text.presented_to)}"
            f"<p class=name>{escape(text.name)}<p>{escape(text.statement)}<h2>{escape(text.course)}</h2>"
            f"<p>{escape(text.edition)}<dl>{facts}</dl><p>{escape(text.issuer)}<p>{escape(text.specimen_note)}"
            f"<div class=foot>{qr_code_svg(text.qr_url)}<p>{escape(text.verify_label)} {escape(text.verify_url)}"
        )

    def theirs() -> bytes:
        return weasyprint.HTML(string=page()).write_pdf(pdf_variant="pdf/ua-1")

    render_certificate(text), theirs()
    ratios = [_cpu(lambda: render_certificate(text)) / _cpu(theirs) for _ in range(ROUNDS)]
    Path(out).write_text(json.dumps({"ratio": statistics.median(ratios), "largest": largest}))


def _cpu(render: Callable[[], bytes]) -> float:
    began = time.process_time()
    for _ in range(EACH):
        render()
    return time.process_time() - began


if __name__ == "__main__":
    main(*sys.argv[1:])
