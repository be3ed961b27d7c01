"""Work in the background of this room. The scheduler finds it by the name of this package."""

from assessments.tasks.corrections import go_on_with_correction, sweep_corrections, tell_of_appeal

__all__ = ["go_on_with_correction", "sweep_corrections", "tell_of_appeal"]
