"""What Wagtail's editor asks of us, by subject; `courses/wagtail_hooks.py` is where it looks."""
