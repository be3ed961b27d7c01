"""News about people."""

from django.dispatch import Signal

#: Two accounts were made one: sent inside the transaction, with `merge`, after the keys moved to `merge.kept`.
#: A receiver may return a dict of what it put away; it is kept under the name of the receiver's room and comes back,
#: as `remembered`, with the news below. A receiver that fails undoes the merge.
accounts_merged = Signal()

#: A merge was taken back: sent inside the transaction, with `merge` and `remembered`, after the keys moved back.
merge_undone = Signal()
