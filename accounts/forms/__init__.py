"""Forms about members and people."""
