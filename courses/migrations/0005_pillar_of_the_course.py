from django.db import migrations
from django.db.models import OuterRef, Subquery


def take_over(apps, schema_editor):
    """Pages begin with the pillar that their course has."""
    pages = apps.get_model("courses", "CoursePage").objects
    courses = apps.get_model("learning", "Course").objects
    pages.update(pillar=Subquery(courses.filter(pk=OuterRef("course")).values("pillar")[:1]))


class Migration(migrations.Migration):
    dependencies = [("courses", "0004_metadata"), ("learning", "0003_classes")]

    operations = [migrations.RunPython(take_over, migrations.RunPython.noop)]
