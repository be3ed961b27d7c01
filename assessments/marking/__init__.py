"""Essays: how marks become a score (`agreement`), and what waits for a marker (`queue`)."""
