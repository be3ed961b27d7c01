from accounts.personal_data import holds
from xapi.models import Statement

holds(
    Statement,
    person="actor__user",
    fields={"statement": "the learning record: what was done, answered and achieved, under a random key"},
    keep="24 months with responses, then results only",
    erasure="unlink",
)
