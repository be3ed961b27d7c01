"""Answers under blows: twenty rounds of `script/torture` on a copy of the test database, and its command."""

import json
import os
import subprocess
import sys

import pytest

from tests import templates

sys.path.insert(0, str(templates.ROOT / "script"))

from torturing import Problem
from torturing.__main__ import read_arguments
from torturing.clients import Form, random_answer

ROUNDS = 20


@pytest.mark.once
@pytest.mark.skipif(sys.platform != "linux", reason="workers are found the way Linux keeps them")
def test_twenty_rounds_of_blows_lose_nothing_and_count_nothing_twice(django_db_setup, tmp_path):
    with templates.site_database(tmp_path) as url:
        done = subprocess.run(
            [sys.executable, "-m", "torturing", "--rounds", str(ROUNDS), "--json"],
            cwd=templates.ROOT,
            env={
                **os.environ,
                "DATABASE_URL": url,
                "PYTHONPATH": f"{templates.ROOT / 'script'}:{templates.ROOT}",
            },
            capture_output=True,
            text=True,
            timeout=900,
        )
    assert done.returncode == 0, done.stderr[-3000:]
    found = json.loads(done.stdout)
    assert found["rounds"] == ROUNDS and found["failed"] is None
    # what a round is for did happen
    assert all(found[what] > 0 for what in ("recorded", "saves", "conflict", "older", "strays", "kills"))


def test_the_command_takes_rounds_and_the_number_of_a_round_that_is_played_again():
    assert read_arguments([]).rounds == 1000
    assert read_arguments(["--rounds", "5"]).rounds == 5
    again = read_arguments(["--seed", "7"])
    assert (again.rounds, again.seed) == (1, 7)


@pytest.mark.parametrize("words", [["--rounds", "0"], ["--rounds", "many"], ["--blows"], ["more"]])
def test_what_the_command_does_not_know_is_refused_in_a_line(words):
    with pytest.raises(Problem):
        read_arguments(words)


def test_an_officer_of_the_torture_answers_every_kind_of_field():
    import random

    form = Form()
    form.feed(
        '<form><input name="other"></form><form data-answer><input type="hidden" name="seen">'
        '<input type="radio" name="a" value="1"><input type="radio" name="a" value="2">'
        '<input type="checkbox" name="b" value="x"><select name="c"><option value=""><option value="m"></select>'
        '<textarea name="d"></textarea><input type="text" name="e"></form>'
    )
    found = random_answer(form, random.Random(1))
    assert [name for name, _value in found] == ["a", "b", "c", "d", "e"]
    assert dict(found)["a"] in "12" and dict(found)["c"] == "m"
