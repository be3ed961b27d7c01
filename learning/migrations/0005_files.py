import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

from lms.triggers import ForbidEvent

IS_USED = "(EXISTS (SELECT 1 FROM learning_frozenfileuse WHERE file_id = OLD.digest))"


class Migration(migrations.Migration):
    """Files that editions show stay as they are."""

    dependencies = [
        ('learning', '0004_content_reports'),
    ]

    operations = [
        migrations.CreateModel(
            name='FrozenFile',
            fields=[
                ('digest', models.CharField(max_length=64, primary_key=True, serialize=False)),
                ('content_type', models.CharField(max_length=40)),
                ('ending', models.CharField(max_length=8)),
                ('size', models.PositiveBigIntegerField()),
                ('name', models.CharField(max_length=100)),
                ('frozen_at', models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name='FrozenFileUse',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('content', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='learning.frozencontent')),
                ('file', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='uses', to='learning.frozenfile')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('content', 'file'), name='frozen_file_use_once')],
            },
        ),
        ForbidEvent("frozenfile_not_changed", "learning_frozenfile", "UPDATE", "An edition is frozen."),
        ForbidEvent("frozenfile_not_deleted", "learning_frozenfile", "DELETE", "An edition shows this file.", IS_USED),
        ForbidEvent("frozenfileuse_not_changed", "learning_frozenfileuse", "UPDATE", "An edition is frozen."),
        ForbidEvent("frozenfileuse_not_deleted", "learning_frozenfileuse", "DELETE", "An edition is frozen."),
    ]
