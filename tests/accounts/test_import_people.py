"""A list of people that comes as a file: any encoding, every problem by row, then all or nothing."""

import csv
import io
import unicodedata

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.exchange import (
    NotReadable,
    PlanOutOfDate,
    apply_people,
    plan_people,
    read_table,
    read_text,
)
from accounts.models import Actor, Agency, AuditEvent, Member, Posting, User
from accounts.names import BadText, tidy_name
from accounts.permissions import Refused
from accounts.roles import Role
from accounts.services import create_person, end_posting, post_person
from tests.cast import Cast, make_person

PAGE = "/en/people/import/"
HEADER = "Full name*,Agency*\n"


def plan(member: Member, text: str, by: User | None = None, new_agencies: str = ""):
    return plan_people(by=by, member=member, table=read_table(text), new_agencies=new_agencies)


def bring(member: Member, text: str, **how):
    found = plan(member, text, **how)
    return apply_people(by=how.get("by"), plan=found)


def problems(found) -> list[tuple[int | None, str]]:
    return [(each.row, each.column) for each in found.errors]


def warnings(found) -> list[tuple[int | None, str]]:
    return [(each.row, each.column) for each in found.problems if each.warning]


def state() -> tuple[int, ...]:
    return tuple(each.objects.count() for each in (User, Actor, Posting, Agency, AuditEvent))


# --- reading

NAMES = {
    "cp1252": ["Joaquim Gusmão", "Ana Conceição", "Zoë Müller", "Siti"],
    "cp1256": ["محمد اسلم خان", "عائشہ نور", "شاہد چودھر"],
    "cp874": ["กัญญา ศรีสุข", "สมชาย ใจดี"],
    "cp1258": ["Trần Thị Hồng", "Đặng Văn Lâm"],
    "cp1254": ["Işıl Şahin", "Çağrı Yıldırım"],
    "cp1251": ["Батбаяр Эрдэнэ", "Оюунчимэг"],
    "gb18030": ["王小明", "李娜"],
    "cp932": ["田中太郎", "さくら"],
    "cp949": ["김민수", "이서연"],
    "big5hkscs": ["陳大文", "黃小玲"],
}
SPOKEN = {
    "cp1252": ["id"],
    "cp1256": ["ur", "en"],
    "cp874": ["th"],
    "cp1258": ["vi"],
    "cp1254": ["tr"],
    "cp1251": ["mn-Cyrl"],
    "gb18030": ["zh-Hans"],
    "cp932": ["ja"],
    "cp949": ["ko-KR"],
    "big5hkscs": ["zh-Hant-HK", "en"],
}


def in_old_vietnamese(text: str) -> bytes:
    """Windows-1258 has vowels with their hats and the tones apart."""
    out = b""
    for character in text:
        try:
            out += character.encode("cp1258")
        except UnicodeEncodeError:
            parts = unicodedata.normalize("NFD", character)
            tones = [each for each in parts if each in "\u0300\u0301\u0303\u0309\u0323"]
            rest = unicodedata.normalize("NFC", "".join(each for each in parts if each not in tones))
            out += (rest + "".join(tones)).encode("cp1258")
    return out


def names_in(data: bytes, **how) -> list[str]:
    return [tidy_name(cells["full name"]) for _n, cells in read_table(read_text(data, **how).text).rows]


def as_text(names: list[str], delimiter: str = ",") -> str:
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=delimiter)
    writer.writerows([["Full name", "Agency"], *[[name, "Police"] for name in names]])
    return buffer.getvalue()


@pytest.mark.parametrize("encoding", NAMES)
def test_a_code_page_of_old_is_guessed_by_the_languages_of_the_member_and_can_be_named(encoding):
    names = [unicodedata.normalize("NFC", each) for each in NAMES[encoding]]
    text = as_text(names)
    data = in_old_vietnamese(text) if encoding == "cp1258" else text.encode(encoding)
    found = read_text(data, languages=SPOKEN[encoding])
    assert found.encoding == encoding and found.guessed
    assert names_in(data, languages=SPOKEN[encoding]) == names
    assert names_in(data, encoding=encoding) == names


@pytest.mark.parametrize("mark", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_unicode_is_read_with_and_without_its_mark_and_with_any_delimiter(mark, delimiter):
    names = [name for group in NAMES.values() for name in group]
    assert names_in(as_text(names, delimiter).encode(mark)) == [unicodedata.normalize("NFC", each) for each in names]


SCRIPTS = [
    (0x61, 0x7A), (0xE0, 0xF6), (0x430, 0x44F), (0x621, 0x64A), (0x905, 0x939), (0x985, 0x9B9), (0xB85, 0xBB9),
    (0xD85, 0xDC6), (0xE01, 0xE30), (0xE81, 0xEB0), (0xF40, 0xF6C), (0x1000, 0x1021), (0x1780, 0x17A2),
    (0x780, 0x7A5), (0x3041, 0x3094), (0x4E00, 0x9FA5), (0xAC00, 0xD7A3),
]  # fmt: skip
LETTERS = ["".join(c for c in map(chr, range(first, last + 1)) if c.isalpha()) for first, last in SCRIPTS]
WORDS = st.sampled_from(LETTERS).flatmap(lambda letters: st.text(st.sampled_from(letters), min_size=1, max_size=8))
NAME = st.lists(WORDS, min_size=1, max_size=3).map(lambda words: unicodedata.normalize("NFC", " ".join(words)))


#: Other people may be using the machine: how long an example takes says nothing.
UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@UNHURRIED
@given(
    names=st.lists(NAME, min_size=1, max_size=4),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "gb18030"]),
    delimiter=st.sampled_from([",", ";", "\t"]),
)
def test_names_of_every_script_come_back_as_they_went_in(names, encoding, delimiter):
    how = {"encoding": "gb18030"} if encoding == "gb18030" else {}
    assert names_in(as_text(names, delimiter).encode(encoding), **how) == names


@UNHURRIED
@given(data=st.binary(max_size=300))
def test_no_file_breaks_the_reading(data):
    try:
        read_table(read_text(data, languages=["th", "ur"]).text)
    except NotReadable as refusal:
        assert str(refusal)


def test_two_encodings_in_one_file_are_refused_with_the_row():
    data = HEADER.encode() + "Ana Conceição,Police\n".encode() + "João Gusmão,Police\n".encode("cp1252")
    with pytest.raises(NotReadable, match="row 2 is in UTF-8, row 3 is not") as refusal:
        read_text(data, languages=["pt"])
    assert refusal.value.row == 3
    assert read_text(data, encoding="cp1252").encoding == "cp1252"


def test_a_file_that_is_not_in_the_encoding_that_was_named_is_refused_with_the_row():
    with pytest.raises(NotReadable, match="Row 2"):
        read_text(HEADER.encode() + "Ana Conceição,Police\n".encode("cp1252"), encoding="utf-8")


@pytest.mark.parametrize(
    "data", [b"PK\x03\x04\x14\0\0\0\x08\0" * 30, b"\xff\xfe\0\0a\0\0\0", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"]
)
def test_what_is_no_text_is_refused(data):
    with pytest.raises(NotReadable):
        read_text(data)


# --- names


@pytest.mark.parametrize("name", ["Suharto", "နန်း", "O’Brien-Smith", "محمد", "D. S. Senanayake", "Ng", "ཀརྨ"])
def test_single_names_and_names_of_every_script_are_names(name):
    assert tidy_name(f"  {name} ") == unicodedata.normalize("NFC", name)


@pytest.mark.parametrize(
    "name", ["", "  ", "123", "=1+1", "+Ana", "-Ana", "@Ana", "＝Ana", "A\u202eB", "A\u2066B", "A\x07B", "A\tB",
             "A\nB", "A\0B", "A\ud800B", "Jo\ufffdo", "\u3164", "A" * 201]
)  # fmt: skip
def test_what_is_no_name_is_refused(name):
    with pytest.raises(BadText):
        tidy_name(name)


# --- the plan


def test_columns_come_in_any_order_and_by_several_names(cast):
    found = plan(cast.home, "rank; E-MAIL ;Organisation;Nama Lengkap;gender\nsenior;a@example.org;police;Ani;F\n")
    assert found.problems == []
    (row,) = found.made
    assert (row.full_name, row.email, row.rank_band, row.sex) == ("Ani", "a@example.org", "senior", "woman")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "empty"),
        ("Full name,Agency\n", "nobody below"),
        ("Full name\nAni\n", "The column agency is missing"),
        ("Ani,Police\n", "There is no such column"),
        ("Full name,Agency,Birth date\nAni,Police,1990-01-01\n", "keeps no more than it needs"),
        ("Full name,Name,Agency\nAni,Ani,Police\n", "there twice"),
        ('Full name,Agency\n"Ani,Police\n', "quotation marks"),
        ("Full name,Agency\nAni,Police,more\n", "3 cells"),
    ],
)
def test_a_wrong_shape_is_told_and_nobody_is_made(cast, text, says):
    found = plan(cast.home, text)
    assert says in " ".join(each.what for each in found.errors)
    assert found.made == []


def test_every_problem_is_told_with_its_row_and_column(cast):
    text = (
        "Full name,Agency,E-mail,Language,Rank,Sex,Role,Pseudonymous,Restricted,User name\n"
        "=cmd(),Police,,,,,,,,\n"  # 2
        "A\u202eni,Police,,,,,,,,\n"  # 3
        ",Police,,,,,,,,\n"  # 4
        f"{'A' * 201},Police,,,,,,,,\n"  # 5
        "Ani,Polise,,,,,,,,\n"  # 6
        "Ani,,,,,,,,,\n"  # 7
        "Ani,Police,nonsense,,,,,,,\n"  # 8
        "Ani,Police,,xx,,,,,,\n"  # 9
        "Ani,Police,,,general,,,,,\n"  # 10
        "Ani,Police,,,,maybe,,,,\n"  # 11
        "Ani,Police,,,,,admin,,,\n"  # 12
        "Ani,Police,,,,,,perhaps,,\n"  # 13
        "Ani,Police,,,,,,,perhaps,\n"  # 14
        "Ani,Police,,,,,,,,two words\n"  # 15
        "Ani,Police,,,,,,yes,,p1\n"  # 16
        ",Police,,,,,,yes,,\n"  # 17
        "Ani,@Police,,,,,,,,\n"  # 18
        "Ani,Police,,,,,,,,officer\n"  # 19: somebody who is there under another name, in another role? the same agency
        "Ani,Police,,,,,,,,outsider\n"  # 20
    )
    found = plan(cast.home, text)
    expected = [
        (2, "full name"), (3, "full name"), (4, "full name"), (5, "full name"), (6, "agency"), (7, "agency"),
        (8, "e-mail"), (9, "language"), (10, "rank band"), (11, "sex"), (12, "role"), (13, "pseudonymous"),
        (14, "restricted"), (15, "user name"), (16, "full name"), (17, "user name"), (18, "agency"),
        (20, "user name"),
    ]  # fmt: skip
    assert [each for each in problems(found) if each != (18, "agency")] == [e for e in expected if e[0] != 18]
    assert (18, "agency") in problems(found)
    assert "Is it “Police”?" in next(each.what for each in found.errors if each.row == 6)


def test_people_who_are_twice_in_the_file_are_told(cast):
    text = (
        "Full name,Agency,E-mail,User name\n"
        "Ani,Police,a@example.org,ani\n"
        "Ani,Police,a@example.org,ani\n"  # the same row: refused
        "Budi,Police,a@example.org,\n"  # the same address: only a warning
        "ANI,Police,,\n"  # the same name in the same agency: only a warning
        "Ani,Border,,\n"
        "Cici,Border,,ANI\n"  # a user name is of one person
    )
    found = plan(cast.home, text)
    assert problems(found) == [(3, ""), (7, "user name")]
    assert warnings(found) == [(4, "e-mail"), (5, "full name")]


def test_people_who_look_like_somebody_who_is_there_are_a_warning(cast):
    User.objects.filter(pk=cast.officer.pk).update(email="sari@example.org")
    text = "Full name,Agency,E-mail\nOFFICER EXAMPLE,Police,\nSomebody,Border,sari@example.org\n"
    found = plan(cast.home, text)
    assert problems(found) == [] and warnings(found) == [(2, "full name"), (3, "e-mail")]
    assert len(found.made) == 2


def test_an_agency_that_there_is_not_is_made_only_if_that_is_wished(cast):
    text = HEADER + "Ani,Coast Guard\nBudi,coast guard\n"
    assert problems(plan(cast.home, text)) == [(2, "agency"), (3, "agency")]
    found = plan(cast.home, text, new_agencies="coast_guard")
    assert found.new_agencies == {"coast guard": "Coast Guard"}
    apply_people(by=None, plan=found)
    agency = Agency.objects.get(name="Coast Guard")
    assert agency.member == cast.home and agency.kind == "coast_guard" and agency.postings.count() == 2


def test_an_agency_of_another_member_or_one_that_is_closed_is_refused(cast):
    Agency.objects.create(member=cast.away, name="Navy")
    Agency.objects.create(member=cast.home, name="Customs", is_open=False)
    assert problems(plan(cast.home, HEADER + "Ani,Navy\nAni,Customs\n")) == [(2, "agency"), (3, "agency")]


def test_a_coordinator_of_one_agency_brings_in_people_of_that_one_and_makes_no_agency(cast):
    text = HEADER + "Ani,Border\nBudi,Police\nCici,Navy\n"
    found = plan(cast.home, text, by=cast.agency_coordinator, new_agencies="other")
    assert problems(found) == [(3, "agency"), (4, "agency")]


@pytest.mark.parametrize("who", ["foreign_coordinator", "officer", "verifier", "rso", "service_desk", "admin"])
def test_nobody_else_brings_people_into_a_member(cast: Cast, who):
    before = state()
    with pytest.raises(Refused):
        plan(cast.home, HEADER + "Ani,Police\n", by=getattr(cast, who))
    assert state() == before


# --- applying


def test_who_is_brought_in_is_an_officer_who_cannot_sign_in_yet(cast):
    text = "Full name,Agency,Language,Restricted,Role\nAni  Wulan,police,Bahasa Indonesia,yes,agency verifier\n"
    assert bring(cast.home, text, by=cast.coordinator).made == 1
    user = User.objects.get(full_name="Ani Wulan")
    assert user.username.startswith("id-") and not user.has_usable_password() and user.language == "id"
    assert user.is_restricted and user.actor
    posting = user.postings.get()
    assert (posting.role, posting.member, posting.agency.name) == (Role.AGENCY_VERIFIER, cast.home, "Police")
    events = AuditEvent.objects.filter(target=f"accounts.user:{user.uuid}").order_by("pk")
    assert [each.action for each in events] == ["person.made", "posting.made"]
    assert all(each.actor == cast.coordinator.actor for each in events)
    last = AuditEvent.objects.first()
    assert last.action == "people.imported" and last.details == {"made": 1, "changed": 0, "unchanged": 0}


def test_a_pseudonymous_row_names_nobody(cast):
    bring(cast.home, "Full name,Agency,User name,Pseudonymous\n,Police,unit7,yes\n")
    assert User.objects.get(username="unit7").is_pseudonymous
    assert plan(cast.home, "Full name,Agency,User name,Pseudonymous\n,Police,unit7,yes\n").unchanged == 1
    unmasking = plan(cast.home, "Full name,Agency,User name\nAni,Police,unit7\n")
    assert problems(unmasking) == [(2, "pseudonymous")]


def test_the_same_file_twice_changes_nothing(cast):
    text = (
        "Full name,Agency,User name,E-mail\nAni,Police,ani,a@example.org\nBudi,Police,,\nBudi,Border,,\n"
        "Cici,Border,,c@example.org\nCici,Border,,d@example.org\n"
    )
    assert bring(cast.home, text).made == 5
    before = state()
    found = plan(cast.home, text)
    assert (found.made, found.changed, found.unchanged) == ([], [], 5)
    assert state() == before


def test_a_person_who_is_known_by_the_user_name_is_changed_where_the_list_says_more(cast):
    bring(cast.home, "Full name,Agency,User name\nAni,Police,ani\n")
    User.objects.filter(username="ani").update(language="en", sex="unsaid")
    text = "Full name,Agency,User name,Language,Sex,Rank,E-mail\nAni Wulan,Police,ani,ur,woman,senior,a@example.org\n"
    result = bring(cast.home, text, by=cast.coordinator)
    assert (result.made, result.changed) == (0, 1)
    user = User.objects.get(username="ani")
    assert (user.full_name, user.email, user.postings.get().rank_band) == ("Ani Wulan", "a@example.org", "senior")
    assert (user.language, user.sex) == ("en", "unsaid"), "what the person chose goes before a list"
    event = AuditEvent.objects.get(action="person.changed")
    assert event.details == {"fields": ["email", "full_name", "rank_band"]}


def test_a_list_moves_nobody_and_touches_nobody_who_serves_elsewhere(cast):
    bring(cast.home, "Full name,Agency,User name\nAni,Police,ani\nBudi,Police,budi\n")
    post_person(by=None, user=User.objects.get(username="budi"), role=Role.OFFICER, member=cast.away)
    text = "Full name,Agency,User name\nAni,Border,ani\nBudi Santoso,Police,budi\n"
    found = plan(cast.home, text, by=cast.coordinator)
    assert problems(found) == [(2, "agency"), (3, "")] and not found.changed


def test_somebody_who_left_is_not_taken_for_somebody_who_is_there(cast):
    bring(cast.home, HEADER + "Ani,Police\n")
    end_posting(by=None, posting=Posting.objects.get(user__full_name="Ani"))
    assert len(plan(cast.home, HEADER + "Ani,Police\n").made) == 1


def test_a_plan_with_problems_is_not_applied(cast):
    before = state()
    with pytest.raises(Exception, match="Nothing was changed"):
        bring(cast.home, HEADER + "Ani,Police\n=x,Police\n")
    assert state() == before


def test_a_plan_that_others_overtook_is_not_applied(cast):
    found = plan(cast.home, HEADER + "Ani,Police\n")
    make_person("late", Role.OFFICER, cast.home)
    before = state()
    with pytest.raises(PlanOutOfDate):
        apply_people(by=None, plan=found)
    assert state() == before


def test_a_user_name_that_was_taken_meanwhile_undoes_everything(cast):
    found = plan(cast.home, "Full name,Agency,User name\nAni,Police,\nBudi,Police,budi\n")
    create_person(by=None, username="BUDI", full_name="x", password=None)
    before = state()
    with pytest.raises(PlanOutOfDate):
        apply_people(by=None, plan=found)
    assert state() == before


def test_a_list_of_some_thousand_takes_few_statements(cast, django_assert_max_num_queries):
    text = HEADER + "".join(f"Person {n},Police\n" for n in range(2000))
    found = plan(cast.home, text)
    with django_assert_max_num_queries(150):
        apply_people(by=None, plan=found)
    assert Posting.objects.filter(agency__name="Police").count() == 2002
