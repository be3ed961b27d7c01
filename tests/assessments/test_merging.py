"""What becomes of an answer that arrives: laws of the verdict, whatever comes twice, late or in another order."""

import hashlib
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from assessments.answering.merging import Incoming, Saved, Verdict, after, fingerprint, verdict

ANSWERS = st.sampled_from(["a", "b", "c"])
DEVICES = st.sampled_from(["", "phone-01", "laptop-1"])


@st.composite
def messages(draw):
    device = draw(DEVICES)
    return Incoming(
        answer=draw(ANSWERS),
        seen=draw(st.integers(0, 6)),
        device=device,
        sequence=draw(st.integers(1, 6)) if device else 0,
    )


def take(saved: Saved, incoming: Incoming, **more) -> tuple[Verdict, Saved]:
    found = verdict(saved, incoming, **more)
    return found, after(saved, incoming, found)


@given(st.lists(messages(), max_size=25))
def test_the_same_message_again_changes_nothing(sent):
    saved = Saved()
    for message in sent:
        _found, saved = take(saved, message)
        found, again = take(saved, message)
        assert again == saved
        assert found != Verdict.APPLY, "nothing counts twice"


@given(st.lists(ANSWERS, min_size=1, max_size=6), st.data())
def test_one_device_ends_with_its_last_answer_in_whatever_order_its_messages_come(chosen, data):
    """The queue may send with what it had seen long ago: nobody else saves, so it is in order by itself."""
    queue = [Incoming(answer, 0, "phone-01", number) for number, answer in enumerate(chosen, start=1)]
    repeated = data.draw(st.lists(st.sampled_from(queue), max_size=10))
    arriving = data.draw(st.permutations(queue + repeated))
    saved = Saved()
    for message in arriving:
        found, saved = take(saved, message)
        assert found in (Verdict.APPLY, Verdict.REPLAY, Verdict.OLDER, Verdict.CONFLICT)
    assert saved.answer == chosen[-1]


@given(st.lists(messages(), max_size=40))
def test_what_was_said_to_be_recorded_is_there_until_a_later_answer_counts(sent):
    saved = Saved()
    for message in sent:
        before = saved
        found, saved = take(saved, message)
        if found == Verdict.APPLY:
            assert (saved.answer, saved.edits) == (message.answer, before.edits + 1)
        else:
            assert (saved.answer, saved.edits, saved.device) == (before.answer, before.edits, before.device)
        if found == Verdict.REPLAY:
            assert saved.answer == message.answer
        assert all(saved.sequences.get(each, 0) >= number for each, number in before.sequences.items())


@given(st.lists(messages(), max_size=20), messages())
def test_another_device_replaces_only_what_it_had_seen(sent, last):
    saved = Saved()
    for message in sent:
        _found, saved = take(saved, message)
    if saved.device != last.device and last.seen != saved.edits:
        assert verdict(saved, last) != Verdict.APPLY


@given(st.lists(messages(), max_size=20), messages(), st.booleans())
def test_after_the_end_and_from_a_replaced_device_nothing_counts(sent, last, is_closed):
    saved = Saved()
    for message in sent:
        _found, saved = take(saved, message)
    found = verdict(saved, last, is_closed=is_closed, is_replaced=not is_closed)
    wanted = Verdict.LATE if is_closed else Verdict.REPLACED
    assert found == (Verdict.REPLAY if saved.answer == last.answer else wanted)


def test_a_form_without_a_script_keeps_the_rule_of_windows():
    saved = Saved("a", edits=2, device="phone-01", sequences={"phone-01": 4})
    assert verdict(saved, Incoming("b", seen=2)) == Verdict.APPLY
    assert verdict(saved, Incoming("b", seen=1)) == Verdict.CONFLICT
    assert verdict(saved, Incoming("a", seen=0)) == Verdict.REPLAY
    then = after(saved, Incoming("b", seen=2), Verdict.APPLY)
    # what waits in the queue of the same browser was chosen before, so it has to ask like another device
    assert verdict(then, Incoming("c", seen=2, device="phone-01", sequence=5)) == Verdict.CONFLICT
    assert verdict(then, Incoming("c", seen=3, device="phone-01", sequence=5)) == Verdict.APPLY


def test_an_answer_that_a_device_changed_back_is_not_undone_by_the_one_between():
    """a, b, a: the last comes first, b comes late. Written down as taken although it changed nothing."""
    first, between, last = (Incoming(answer, 0, "phone-01", n) for n, answer in ((1, "a"), (2, "b"), (3, "a")))
    saved = Saved()
    for message in (first, last, between):
        found, saved = take(saved, message)
    assert found == Verdict.OLDER and saved.answer == "a" and saved.edits == 1


def test_the_fingerprint_can_be_worked_out_again_by_anybody():
    attempt = "6f1c0d5e-0000-4000-8000-000000000000"
    text = f'{{"answer":["a","b"],"attempt":"{attempt}","edits":1,"position":3}}'
    assert fingerprint(attempt, 3, 1, ["a", "b"]) == hashlib.sha256(text.encode()).hexdigest()
    assert fingerprint(attempt, 3, 1, ["a", "b"]) != fingerprint(attempt, 3, 2, ["a", "b"])


def test_saved_values_are_never_changed_in_place():
    saved = Saved("a", 1, "phone-01", {"phone-01": 1})
    after(saved, Incoming("b", 1, "phone-01", 2), Verdict.APPLY)
    assert saved == replace(saved) and saved.sequences == {"phone-01": 1}
