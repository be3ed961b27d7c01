"""How gunicorn serves Suluh: ``gunicorn lms.wsgi --config lms/gunicorn.py``. All from the environment."""

import os
from pathlib import Path
from typing import Any

bind = f"0.0.0.0:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
worker_class = "gthread"
threads = int(os.environ.get("WEB_THREADS", "4"))

# Loaded once and shared by the workers: half the memory, and a broken release never starts to serve.
preload_app = True

# A slow phone may take its time to send; a worker that is silent for this long is stuck.
timeout = int(os.environ.get("WEB_TIMEOUT", "60"))
graceful_timeout = 30
keepalive = 5

# Memory that a request leaves behind goes back now and then, never in all workers at once.
max_requests = 5000
max_requests_jitter = 500

# The heartbeat file of a worker must not wait for a busy disk.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108

# Only BEHIND_PROXY decides whether a header may say that a request came by HTTPS.
forwarded_allow_ips = ""

# Addresses of people and what they read are no log by default; ACCESS_LOG=1 writes one.
accesslog = "-" if os.environ.get("ACCESS_LOG", "") in ("1", "true", "True", "on") else None
errorlog = "-"

# gunicorn's remote control would lay a socket into the home folder; nobody asked for it.
control_socket_disable = True


def pre_fork(server: Any, worker: Any) -> None:
    """A connection that start-up opened belongs to one process: workers open their own."""
    from django.db import connections

    for connection in connections.all(initialized_only=True):
        connection.close()
        if hasattr(connection, "close_pool"):
            connection.close_pool()
