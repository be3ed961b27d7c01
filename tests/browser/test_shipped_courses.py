"""What the demo holds on one database fits the other one, which takes no more characters than a column says."""

import sqlite3
from contextlib import closing

import pytest
from django.apps import apps
from django.db.models import CharField

pytestmark = [pytest.mark.browser, pytest.mark.once]


def test_no_text_of_the_shipped_courses_is_longer_than_its_column(site):
    kind, _, file = site.environment["DATABASE_URL"].partition(":///")
    if kind != "sqlite":
        pytest.skip("this database refuses what is too long")
    columns = [
        (model._meta.db_table, each.column, each.max_length)
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed
        for each in model._meta.local_concrete_fields
        if isinstance(each, CharField) and each.max_length
    ]
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as database:
        found = [
            (table, column, longest, allowed)
            for table, column, allowed in columns
            for (longest,) in database.execute(f'SELECT MAX(LENGTH("{column}")) FROM "{table}"')
            if longest and longest > allowed
        ]
        assert found == []
        (courses,) = database.execute("SELECT COUNT(*) FROM learning_course").fetchone()
    assert courses >= 6
