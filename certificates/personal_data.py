from accounts.personal_data import holds
from certificates.models import Award

holds(
    Award,
    person="actor__user",
    fields={"holder_name": "the name on the certificate, so that it can be verified"},
    keep="validity and 5 years",
    erasure="keep",
)
