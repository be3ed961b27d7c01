"""Whether courses have an effect: the learning gain, what officers say, and what they use at work.

`gain`, `hiding`, `mirroring` and `drawing` are pure. Levels 1 to 3 of domain rules §4.3, indicators I3 and I7 of §4.4.
"""
