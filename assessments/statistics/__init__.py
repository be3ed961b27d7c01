"""Item analysis: how good the questions of a test are.

Pure functions: `items` (facility, discrimination), `places` and `options` (who chose what), `reliability`, `times`,
`dif` (whether a question is harder in one language), `hiding` (what may be told of small counts), `gathering` (from
papers to all of these in one pass), `figures` (the result and how it is stored) and `drawing`. `tables` puts who chose
what into words, and `reads` asks the database.

Nothing here grades: the scores are those that count now.
"""
