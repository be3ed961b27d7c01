"""The address of files on the shelf: who may, what a browser may keep, and pieces of them."""

import io

import pytest

from learning.services import freeze_file

CONTENT = bytes(range(256)) * 500
KEPT = "private, max-age=31536000, immutable"


@pytest.fixture
def film(db):
    return freeze_file(content=io.BytesIO(CONTENT), content_type="video/mp4", ending="mp4", name="at-the-jetty.mp4")


@pytest.fixture
def client(cast):
    return cast.client(cast.officer)


def body(answer) -> bytes:
    return b"".join(answer.streaming_content)


def test_a_file_comes_whole_with_its_own_kind_and_may_do_nothing(client, film):
    answer = client.get(film.address)
    assert (answer.status_code, body(answer)) == (200, CONTENT)
    assert answer["Content-Type"] == "video/mp4"
    assert answer["Content-Length"] == str(len(CONTENT))
    assert answer["Content-Disposition"] == 'inline; filename="at-the-jetty.mp4"'
    assert answer["Cache-Control"] == KEPT
    assert answer["Accept-Ranges"] == "bytes"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'; sandbox"


def test_a_document_is_shown_by_the_browser_itself(client, db):
    law = freeze_file(content=io.BytesIO(b"%PDF-1.4"), content_type="application/pdf", ending="pdf", name="law.pdf")
    answer = client.get(law.address)
    assert "sandbox" not in answer["Content-Security-Policy"]
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert answer["Content-Disposition"].startswith("inline")


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [("bytes=0-1", 0, 1), ("bytes=100-", 100, 127_999), ("bytes=-3", 127_997, 127_999), ("bytes=5-999999", 5, 127_999),
     ("bytes=-999999", 0, 127_999), ("bytes=127999-", 127_999, 127_999)],
)  # fmt: skip
def test_one_piece_is_given_as_asked(client, film, asked, start, end):
    answer = client.get(film.address, headers={"Range": asked})
    assert answer.status_code == 206
    assert answer["Content-Range"] == f"bytes {start}-{end}/{len(CONTENT)}"
    assert answer["Content-Length"] == str(end - start + 1)
    assert body(answer) == CONTENT[start : end + 1]


@pytest.mark.parametrize("asked", ["bytes=128000-", "bytes=999999-1000000", "bytes=-0"])
def test_a_piece_behind_the_end_is_refused_with_the_length(client, film, asked):
    answer = client.get(film.address, headers={"Range": asked})
    assert answer.status_code == 416
    assert answer["Content-Range"] == f"bytes */{len(CONTENT)}"


@pytest.mark.parametrize(
    "asked", ["bytes=0-1,5-6", "bytes=9-2", "lines=0-1", "bytes=-", "bytes=a-b", f"bytes={'9' * 5000}-"]
)
def test_what_is_no_single_piece_gets_the_whole(client, film, asked):
    answer = client.get(film.address, headers={"Range": asked})
    assert (answer.status_code, len(body(answer))) == (200, len(CONTENT))


def test_a_browser_that_has_it_loads_nothing_again(client, film):
    etag = client.get(film.address)["ETag"]
    assert etag == f'"{film.digest}"'
    again = client.get(film.address, headers={"If-None-Match": etag})
    assert (again.status_code, again.content, again["Cache-Control"]) == (304, b"", KEPT)
    other = {"Range": "bytes=0-1", "If-Range": '"another"'}
    assert client.get(film.address, headers=other).status_code == 200
    assert client.get(film.address, headers=other | {"If-Range": etag}).status_code == 206


def test_asking_for_the_head_reads_nothing(client, film):
    answer = client.head(film.address)
    assert (answer.status_code, answer["Content-Length"], body(answer)) == (200, str(len(CONTENT)), b"")


def test_only_who_is_signed_in_loads_a_file(client, cast, film, db):
    from django.test import Client

    answer = Client().get(film.address)
    assert answer.status_code == 302 and "login" in answer["Location"]
    assert cast.client(cast.nobody).get(film.address).status_code == 200


def test_what_is_not_there_is_not_found(client, film):
    assert client.get(f"/files/{'0' * 64}.mp4").status_code == 404
    assert client.get(f"/files/{film.digest}.html").status_code == 404
    assert client.get(f"/files/{film.digest[:63]}.mp4").status_code == 404
    assert client.get("/files/../settings.py").status_code == 404
    film.path.unlink()
    assert client.get(film.address).status_code == 404
