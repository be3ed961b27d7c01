"""News from the record."""

from django.dispatch import Signal

#: Sent inside the transaction that stored them, with `statements`: a list of `Statement`, in order.
statements_recorded = Signal()
