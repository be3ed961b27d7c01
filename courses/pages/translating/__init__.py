"""The translator's desk: one course, segment by segment, in every language.

`segments` cuts what is live in the source language into texts for translators; `sheets` puts what a language has
beside them, with its state. What is typed stays here until a unit is handed in; then it goes into the workshop, and
from there, through the do-no-harm review, to the shelf.
"""
