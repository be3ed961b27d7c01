"""The files that lessons show, from the shelf. They never change, so a browser keeps what it has loaded once."""

import re
from collections.abc import Iterator
from pathlib import Path

from django.http import HttpResponse, HttpResponseBase, HttpResponseNotModified, StreamingHttpResponse
from django.utils.http import content_disposition_header, parse_etags, quote_etag
from django.views.decorators.http import require_safe

from accounts.permissions import SignedInRequest, signed_in
from learning.selectors import frozen_file

PIECE = 64 * 1024
YEAR = 365 * 24 * 3600
#: More digits than any file has bytes are no piece.
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")

#: Such a file is no page: it may load nothing and do nothing, whatever is hidden in it.
POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"
#: Browsers show a PDF in a page of their own, which a sandbox would leave empty.
PDF_POLICY = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'none'"


class NoSuchPiece(ValueError):
    """A piece is asked for that lies behind the end (RFC 9110, 14.1.2)."""


@require_safe
@signed_in
def frozen(request: SignedInRequest, digest: str, ending: str) -> HttpResponseBase:
    """A file or a piece of it. Players on phones ask for pieces, and a broken download goes on where it stopped."""
    file = frozen_file(digest, ending)
    etag = quote_etag(file.digest)
    if etag in parse_etags(request.headers.get("If-None-Match", "")):
        return _marked(HttpResponseNotModified(), etag)
    try:
        piece = _piece(request, etag, file.size)
    except NoSuchPiece:
        refused = HttpResponse(status=416, headers={"Content-Range": f"bytes */{file.size}"})
        return _marked(refused, etag)
    start, end = piece or (0, file.size - 1)
    length = end - start + 1
    content = [] if request.method == "HEAD" else _read(file.path, start, length)
    response = StreamingHttpResponse(content, status=206 if piece else 200, content_type=file.content_type)
    response["Content-Length"] = length
    if piece:
        response["Content-Range"] = f"bytes {start}-{end}/{file.size}"
    response["Accept-Ranges"] = "bytes"
    response["Content-Disposition"] = content_disposition_header(False, file.name) or "inline"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = PDF_POLICY if file.content_type == "application/pdf" else POLICY
    return _marked(response, etag)


def _marked(response: HttpResponseBase, etag: str) -> HttpResponseBase:
    """For this browser alone, for ever: the address holds the digest of the content."""
    response["ETag"] = etag
    response["Cache-Control"] = f"private, max-age={YEAR}, immutable"
    return response


def _piece(request: SignedInRequest, etag: str, size: int) -> tuple[int, int] | None:
    """First and last byte of the one piece that is asked for; None for the whole (RFC 9110, 14.2).

    Several pieces at once, other units, and a piece of another version get the whole, as the standard allows.

    Raises:
        NoSuchPiece: it lies behind the end.
    """
    asked = _RANGE.fullmatch(request.headers.get("Range", "").strip())
    if asked is None or request.headers.get("If-Range", etag) != etag:
        return None
    first, last = asked.groups()
    if not first and not last:
        return None
    if not first:
        start, end = max(0, size - int(last)), size - 1
    else:
        start, end = int(first), min(int(last), size - 1) if last else size - 1
        if last and int(last) < start:
            return None
    if start >= size or (not first and int(last) == 0):
        raise NoSuchPiece
    return start, end


def _read(path: Path, start: int, length: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(start)
        while length > 0 and (read := file.read(min(PIECE, length))):
            length -= len(read)
            yield read
