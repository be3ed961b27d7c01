"""A test on paper: its code, its places to answer, its sheets, and reads. Writes are in `services.paper`."""
