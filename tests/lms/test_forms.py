"""Fields for free text: short, with a warning, and asking once more about what looks like a case."""

import re

import pytest
from django import forms

from lms.forms import NoCaseDataField, looks_like_case_data


class Note(forms.Form):
    text = NoCaseDataField(label="Note", help_text="Why.")


@pytest.mark.parametrize(
    "text",
    [
        "call +62 812 3456 7890",
        "0812-3456-7890",
        "passport B1234567",
        "a 1234567890 b",
        "case 123/2024",
        "Case No. 88",
        "FIR no 4512",
        "write to someone@example.org",
        "شناختی کارڈ ۳۵۲۰۲۱۲۳۴۵۶۷",
        "३५२०२१२३४५",
    ],
)
def test_numbers_of_cases_documents_and_telephones_are_noticed(text):
    assert looks_like_case_data(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "letter of 3 March",
        "asked on 2026-03-14 and again on 14/03/2026",
        "class of 25 officers, 3 rooms, 40 %",
        "course C2, module 3, lesson 4",
        "in case the officer returns",
        "moved to the border police on 1.4.2026",
    ],
)
def test_days_and_small_numbers_are_not(text):
    assert not looks_like_case_data(text)


def test_the_field_warns_before_anything_is_typed():
    page = Note().as_p()
    assert "Why. Do not enter names or details of real cases or people." in page.replace("&#x27;", "'")
    assert 'maxlength="300"' in page and "<textarea" in page and "text-seen" not in page


def test_what_looks_like_a_case_is_asked_about_once_and_then_taken():
    first = Note({"text": "call 0812-3456-7890"})
    assert not first.is_valid() and "press again" in str(first.errors)
    seal = re.search(r'name="text-seen" value="(\w+)"', first.as_p()).group(1)
    again = Note({"text": "call 0812-3456-7890\r\n", "text-seen": seal})
    assert again.is_valid() and again.cleaned_data["text"] == "call 0812-3456-7890"


def test_another_text_is_asked_about_anew():
    first = Note({"text": "call 0812-3456-7890"})
    seal = re.search(r'name="text-seen" value="(\w+)"', first.as_p()).group(1)
    assert not Note({"text": "passport B1234567", "text-seen": seal}).is_valid()
    assert Note({"text": "nothing of the kind", "text-seen": seal}).is_valid()


def test_a_seal_of_ones_own_making_opens_nothing_else_than_a_second_press_would():
    assert not Note({"text": "call 0812-3456-7890", "text-seen": "1"}).is_valid()


def test_a_long_text_is_refused():
    assert not Note({"text": "x" * 301}).is_valid()


def test_two_forms_of_a_kind_have_help_of_their_own():
    class Other(forms.Form):
        text = NoCaseDataField(help_text="How.")

    assert "How." in Other().as_p() and "Why." in Note().as_p()
