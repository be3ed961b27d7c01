"""Translations as files for translators' own tools: PO and XLIFF 1.2 out, and planned and then applied in.

Both formats carry the same: `entries` says what, `po` and `xliff` write and read it, `outgoing` takes it from a sheet,
and `plan` compares what came back with what there is. What a file says is never believed: an entry is found by its
place and the digest of the segment, and its words go through the same checks as words typed at the desk.
"""
