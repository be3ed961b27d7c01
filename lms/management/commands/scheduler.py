"""Starts what is due, over and over."""

import logging
import signal
import threading
from argparse import ArgumentParser
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, close_old_connections
from django.utils.module_loading import autodiscover_modules

from lms.queue import enqueue_due, periodic_tasks

logger = logging.getLogger("suluh.scheduler")

PAUSE_SECONDS = 30


class Command(BaseCommand):
    help = (
        "Puts every periodic task that is due on the queue, where a worker (manage.py db_worker) does it. "
        "Runs until it is stopped. A second scheduler does no harm."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="one round, then end")
        parser.add_argument("--list", action="store_true", help="show what is periodic and how often, then end")

    def handle(self, *args: Any, **options: Any) -> None:
        autodiscover_modules("tasks")
        if options["list"]:
            for path, (_task, every) in periodic_tasks().items():
                self.stdout.write(f"{path}  every {every}")
            return
        if options["once"]:
            try:
                started = enqueue_due()
            except DatabaseError as error:
                raise CommandError(
                    f"The database refused: {str(error).strip()}. Run manage.py migrate and manage.py createcachetable "
                    "first, or look whether it runs."
                ) from None
            for path in started:
                self.stdout.write(f"started {path}")
            return
        self.loop()

    def loop(self) -> None:
        """Rounds with a pause, until a signal; a database that is away for a while ends nothing."""
        stopped = threading.Event()

        def stop(signum: int, frame: FrameType | None) -> None:
            stopped.set()

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        logger.info("Scheduler started: %s periodic tasks.", len(periodic_tasks()))
        while not stopped.is_set():
            close_old_connections()
            try:
                for path in enqueue_due():
                    logger.info("started %s", path)
            except DatabaseError:
                logger.exception("This round failed; the next one is in %s seconds.", PAUSE_SECONDS)
            close_old_connections()
            stopped.wait(PAUSE_SECONDS)
        logger.info("Scheduler stopped.")
