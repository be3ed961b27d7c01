import django.db.models.deletion
import django.utils.timezone
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):
    """What officers say about a course at its end and later, and whom it was asked."""

    dependencies = [
        ('assessments', '0017_test_analysis'),
        ('learning', '0011_language_rules'),
    ]

    operations = [
        migrations.CreateModel(
            name='EffectAnswer',
            fields=[
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('reaction', 'At the end of the course'), ('followup', 'Use at work')], max_length=8)),
                ('month_at', models.DateTimeField()),
                ('is_mixed', models.BooleanField(default=False)),
                ('useful', models.PositiveSmallIntegerField(null=True)),
                ('relevant', models.PositiveSmallIntegerField(null=True)),
                ('clear', models.PositiveSmallIntegerField(null=True)),
                ('safe', models.PositiveSmallIntegerField(null=True)),
                ('recommended', models.PositiveSmallIntegerField(null=True)),
                ('was_upset', models.BooleanField(null=True)),
                ('practices', models.JSONField(default=list)),
                ('why_none', models.CharField(blank=True, max_length=8)),
                ('text', models.CharField(blank=True, max_length=300)),
                ('course', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='learning.course')),
            ],
            options={
                'ordering': ['uuid'],
                'indexes': [models.Index(fields=['kind', 'course', 'month_at'], name='effect_answer_by_course')],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['reaction', 'followup'])), name='effect_answer_of_a_known_kind'), models.CheckConstraint(condition=models.Q(models.Q(('useful', None), models.Q(('useful__gte', 1), ('useful__lte', 5)), _connector='OR'), models.Q(('relevant', None), models.Q(('relevant__gte', 1), ('relevant__lte', 5)), _connector='OR'), models.Q(('clear', None), models.Q(('clear__gte', 1), ('clear__lte', 5)), _connector='OR'), models.Q(('safe', None), models.Q(('safe__gte', 1), ('safe__lte', 5)), _connector='OR'), models.Q(('recommended', None), models.Q(('recommended__gte', 1), ('recommended__lte', 5)), _connector='OR')), name='effect_scale_is_from_1_to_5')],
            },
        ),
        migrations.CreateModel(
            name='EffectAsked',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('reaction', 'At the end of the course'), ('followup', 'Use at work')], max_length=8)),
                ('state', models.CharField(choices=[('open', 'open'), ('done', 'done')], default='open', max_length=8)),
                ('invited_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('told_at', models.DateTimeField(null=True)),
                ('reminded_at', models.DateTimeField(null=True)),
                ('enrolment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='effect_asked', to='learning.enrolment')),
            ],
            options={
                'verbose_name_plural': 'effect asked',
                'indexes': [models.Index(fields=['kind', 'state', 'invited_at'], name='effect_asked_open')],
                'constraints': [models.UniqueConstraint(fields=('enrolment', 'kind'), name='effect_asked_once_of_an_enrolment'), models.CheckConstraint(condition=models.Q(('kind__in', ['reaction', 'followup'])), name='effect_asked_of_a_known_kind'), models.CheckConstraint(condition=models.Q(('state__in', ['open', 'done'])), name='effect_asked_in_a_known_state')],
            },
        ),
    ]
