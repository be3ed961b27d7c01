"""What the product's flows cost, beside a bare Django view. Started by `script/bench`; its --help says what is what."""


class Problem(Exception):
    """What stops the run, in a line that the person at the keyboard reads."""
