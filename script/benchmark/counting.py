"""The product's settings with a counter of SQL statements outside everything else; never used while timing."""

from collections.abc import Callable
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponseBase

from benchmark.measure import HEADER
from lms.settings import *  # noqa: F403
from lms.settings import MIDDLEWARE as PRODUCT_MIDDLEWARE

MIDDLEWARE = ["benchmark.counting.count_statements", *PRODUCT_MIDDLEWARE]


class Counter:
    """Counts what goes through Django's cursors. BEGIN does on one database and not on the other: it is left out."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        self.count += not sql.startswith("BEGIN")
        return execute(sql, params, many, context)


def count_statements(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Say in a header how many statements a request needed."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        counter = Counter()
        with connection.execute_wrapper(counter):
            response = get_response(request)
        response[HEADER] = str(counter.count)
        return response

    return middleware
