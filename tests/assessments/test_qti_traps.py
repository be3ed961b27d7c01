"""Hostile and broken QTI: scripts, bombs, paths that lead outside, and files that ask for too much."""

import io
import tracemalloc
import zipfile

import pytest

from assessments.exchange.qti import read, write
from assessments.exchange.question import FileRefused, Found, Skipped
from tests.assessments.carried import carried
from tests.assessments.test_qti import (
    AS_MOODLE,
    GOOD,
    choices,
    declared,
    item,
    manifest,
    one,
    packed,
    reading,
    resource,
)


def test_scripts_never_get_through():
    evil = "<script>alert(1)</script><p onclick='alert(1)'>Read.</p><a href='javascript:alert(1)'>go</a>"
    found = one(item(declared("A"), evil + choices("A", "B", "C")))
    assert "alert" not in str(found.text) and found.losses


@pytest.mark.parametrize("bomb", ['<!DOCTYPE x [<!ENTITY a "aaaa">]>', '<!DOCTYPE x SYSTEM "file:///etc/passwd">'])
def test_bombs_and_entities_are_refused_as_a_whole(bomb):
    evil = item(declared("A"), choices("A", "B", "C"), head=bomb)
    with pytest.raises(FileRefused, match="DOCTYPE"):
        reading(evil)
    with pytest.raises(FileRefused, match=r"2\.xml.*DOCTYPE"):
        list(read(packed({"1.xml": GOOD, "2.xml": evil}), language="en"))


def test_a_package_says_what_it_is_about_and_what_is_wrong_with_each_of_its_files():
    about = (
        "<metadata><lom><general><keyword><string>law</string></keyword></general><educational><difficulty>"
        "<value>difficult</value></difficulty></educational><classification><taxonPath><taxon><entry><string>Law</string>"
        "</entry></taxon><taxon><entry><string>Means</string></entry></taxon></taxonPath></classification></lom></metadata>"
    )
    names = manifest(
        resource("a/1.xml", inner=about),
        resource("gone.xml"),
        resource("bad.xml"),
        resource("test.xml", "imsqti_test_xmlv2p1"),
        resource("old.xml", "imsqti_xmlv1p2"),
        resource("p.png", "webcontent"),
    )
    files = {
        "imsmanifest.xml": names,
        "a/1.xml": GOOD,
        "bad.xml": "<x>\n<y></x>",
        "test.xml": "<t/>",
        "old.xml": "<o/>",
    }
    files |= {"stray.xml": GOOD, "sheet.xml": "<other/>"}
    found = list(read(packed(files), language="en"))
    assert [type(each) for each in found] == [Found, Skipped, Skipped, Skipped, Skipped, Skipped]
    assert (found[0].category, found[0].tags, found[0].difficulty) == (("Law", "Means"), ("law",), 3)
    assert found[0].where == "a/1.xml, line 2"
    assert "gone.xml" in found[1].why and found[1].is_error
    assert found[2].where == "bad.xml, line 2" and found[2].is_error
    assert "stray.xml" in found[5].where


@pytest.mark.parametrize("name", ["../evil.xml", "/evil.xml", "a/../../evil.xml", "a\\evil.xml"])
def test_a_package_that_leads_outside_is_refused(name):
    with pytest.raises(FileRefused):
        list(read(packed({"1.xml": GOOD, name: GOOD}), language="en"))


def test_a_picture_is_looked_for_in_the_package_only():
    for address in ("../../etc/passwd", "file:///etc/passwd", "http://example.org/a.png", "/etc/passwd", "gone.png"):
        text = item(declared("A"), f"<p><img src='{address}' alt='x'/>Look.</p>" + choices("A", "B", "C"))
        found = next(read(packed({"items/1.xml": text}), language="en"))
        assert found.picture is None and found.losses


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"PK\x03\x04 broken", "damaged"),
        (b"<quiz/>", "no item"),
        (b"", "Line 1"),
        (b"nothing", "Line 1"),
    ],
)
def test_what_is_no_qti_is_refused(data, message):
    with pytest.raises(FileRefused, match=message):
        list(read(io.BytesIO(data), language="en"))


def test_an_empty_package_and_one_that_unpacks_to_too_much_are_refused():
    with pytest.raises(FileRefused, match="no question"):
        list(read(packed({"readme.txt": "x"}), language="en"))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("1.xml", b"<a>" + b" " * 5_000_000)
    with pytest.raises(FileRefused):
        list(read(out, language="en"))


def test_the_key_of_qti_3_heeds_no_capitals_where_it_does_not_say_so():
    text = (
        '<qti-assessment-item xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0" identifier="x" title="t">'
        '<qti-response-declaration identifier="RESPONSE" cardinality="single" base-type="string"><qti-mapping '
        'default-value="0"><qti-map-entry map-key="York" mapped-value="1"/></qti-mapping></qti-response-declaration>'
        "<qti-item-body><p>Name it: <qti-text-entry-interaction response-identifier='RESPONSE'/></p></qti-item-body>"
        '<qti-response-processing template="https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/map_response.xml"/>'
        "</qti-assessment-item>"
    )
    assert one(text).answer_key == {"accepted": {"und": ["York"]}, "folds": AS_MOODLE}


def test_what_xml_cannot_hold_is_named_on_its_way_out():
    question = Found(
        where="x", type="single", structure={"options": ["a", "b"]}, answer_key=["a"], key="Q1",
        text={"stem": "A\x0bB ]]> & <b>", "feedback": "F", "options": {"a": "1\x00", "b": "2"}},
    )  # fmt: skip
    _first, said, back, _second = carried(read, write, [question])
    assert [each.where for each in said] == ["Q1"] and "Control" in said[0].why
    assert back[0].text["stem"] == "AB ]]> & <b>"


@pytest.mark.once
def test_a_package_takes_no_more_memory_for_its_questions_than_for_its_list_of_files():
    def peak(count):
        file = packed({f"{number}.xml": GOOD for number in range(count)})
        tracemalloc.start()
        with zipfile.ZipFile(file) as archive:
            archive.infolist()
        listed = tracemalloc.get_traced_memory()[1]
        tracemalloc.reset_peak()
        assert sum(1 for _each in read(file, language="en")) == count
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most, listed

    peak(10)
    (small, _listed), (large, listed) = peak(50), peak(500)
    assert large < small + 4 * listed


def test_a_file_that_a_manifest_names_a_thousand_times_is_one_question():
    text = item(declared("A"), choices("A", "B"))
    twice = manifest(resource("a.xml", kind="webcontent"), *([resource("a.xml")] * 1000))
    found = list(read(packed({"imsmanifest.xml": twice, "a.xml": text}), language="en"))
    assert [type(each) for each in found] == [Found]


def test_an_item_of_a_thousand_options_is_not_taken_apart():
    found = one(item(declared("A0"), choices(*(f"A{number}" for number in range(1000)))))
    assert isinstance(found, Skipped) and "at most 40" in found.why


def test_a_length_of_many_digits_is_none():
    for length in ("1" * 5000, "5000000", "100"):
        body = f'<extendedTextInteraction responseIdentifier="RESPONSE" expectedLength="{length}"/>'
        found = one(item(declared(base="string"), f"<p>Why?</p>{body}"))
        assert found.structure.get("length") == (100 if length == "100" else None)
