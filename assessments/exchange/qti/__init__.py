"""QTI: 2.1, 2.2 and 3.0 in, 3.0 out. What the format is: https://www.imsglobal.org/spec/qti/v3p0/impl."""

from assessments.exchange.qti.package import read
from assessments.exchange.qti.writing import write

__all__ = ["read", "write"]
