import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """A picture is made smaller once."""

    dependencies = [
        ('courses', '0006_media'),
        ('learning', '0005_files'),
    ]

    operations = [
        migrations.CreateModel(
            name='FrozenPicture',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(max_length=64)),
                ('width', models.PositiveIntegerField()),
                ('height', models.PositiveIntegerField()),
                ('file', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='learning.frozenfile')),
            ],
            options={
                'ordering': ['source', 'width'],
                'constraints': [models.UniqueConstraint(fields=('source', 'width'), name='frozen_picture_once_per_width')],
            },
        ),
    ]
