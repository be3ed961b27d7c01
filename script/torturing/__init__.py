"""Answers of tests under blows, compared with a model. Started by `script/torture`; its --help says what is done."""


class Problem(Exception):
    """What stops the run, in a line that the person at the keyboard reads."""


class Failure(Exception):
    """The database is not what it must be after a round."""
