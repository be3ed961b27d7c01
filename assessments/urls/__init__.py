"""Addresses of this room, a file for each part; `lms/urls.py` says where they hang."""
