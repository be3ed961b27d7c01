"""Forms about people, members and ways in."""
