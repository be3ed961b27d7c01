import django.db.models.deletion
import django.utils.timezone
import uuid
from django.db import migrations, models

from lms.triggers import ForbidEvent


TABLE = "learning_annextext"
#: What officers may have read is not rewritten; only how the text stands goes on.
CONTENT = (
    "member_id", "course_id", "lesson", "block", "language", "text", "contacts", "valid_from", "basis", "asks_again",
    "written_by_id", "written_at", "submitted_by_id", "submitted_at",
)  # fmt: skip
REWRITTEN = " OR ".join(f"NEW.{each} <> OLD.{each}" for each in CONTENT)


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0014_identity_providers'),
        ('learning', '0005_files'),
    ]

    operations = [
        migrations.CreateModel(
            name='AnnexText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('lesson', models.CharField(max_length=80)),
                ('block', models.CharField(max_length=80)),
                ('language', models.CharField(max_length=12, verbose_name='language')),
                ('text', models.CharField(max_length=1500, verbose_name='text')),
                ('contacts', models.JSONField(blank=True, default=list, verbose_name='contacts')),
                ('valid_from', models.DateField(default=django.utils.timezone.localdate, verbose_name='valid from')),
                ('basis', models.CharField(blank=True, max_length=64)),
                ('asks_again', models.BooleanField(default=False)),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('submitted', 'Waiting for the review'), ('approved', 'Approved'), ('returned', 'Returned'), ('withdrawn', 'Withdrawn')], default='draft', max_length=12, verbose_name='state')),
                ('edits', models.PositiveSmallIntegerField(default=0, help_text='How often the draft was saved.')),
                ('comment', models.CharField(blank=True, max_length=300, verbose_name='comment')),
                ('written_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='written')),
                ('submitted_at', models.DateTimeField(null=True)),
                ('reviewed_at', models.DateTimeField(null=True)),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('course', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='learning.course')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member')),
                ('reviewed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.actor')),
                ('submitted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.actor')),
                ('withdrawn_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.actor')),
                ('written_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.actor')),
            ],
            options={
                'ordering': ['valid_from', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='AnnexNotice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('text', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='notice', to='learning.annextext')),
            ],
            options={
                'ordering': ['made_at', 'pk'],
            },
        ),
        migrations.AddIndex(
            model_name='annextext',
            index=models.Index(fields=['member', 'course', 'lesson'], name='annex_text_of_a_lesson'),
        ),
        migrations.AddConstraint(
            model_name='annextext',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['draft', 'submitted'])), fields=('member', 'course', 'lesson', 'block', 'language'), name='one_open_annex_text_per_language'),
        ),
        migrations.AddConstraint(
            model_name='annextext',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'draft'), ('submitted_at', None)), models.Q(models.Q(('state', 'draft'), _negated=True), ('submitted_at__isnull', False)), _connector='OR'), name='annex_text_is_handed_in_once'),
        ),
        migrations.AddConstraint(
            model_name='annextext',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['approved', 'returned']), _negated=True), models.Q(('reviewed_at__isnull', False), ('reviewed_by__isnull', False)), _connector='OR'), name='annex_text_is_reviewed_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='annextext',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'returned'), _negated=True), models.Q(('comment', ''), _negated=True), _connector='OR'), name='annex_text_returned_with_a_comment'),
        ),
        migrations.AddConstraint(
            model_name='annextext',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'withdrawn'), ('withdrawn_at__isnull', False)), models.Q(models.Q(('state', 'withdrawn'), _negated=True), ('withdrawn_at', None)), _connector='OR'), name='annex_text_withdrawn_at_a_moment'),
        ),
        ForbidEvent(
            "annextext_not_rewritten",
            TABLE,
            "UPDATE",
            "An annex text that was handed in is not rewritten.",
            f"(OLD.state <> 'draft' AND ({REWRITTEN}))",
        ),
        ForbidEvent(
            "annextext_only_goes_forward",
            TABLE,
            "UPDATE",
            "An annex text only goes forward.",
            "(OLD.state IN ('returned', 'withdrawn') OR (OLD.state = 'approved' AND NEW.state <> 'withdrawn')"
            " OR (OLD.state = 'submitted' AND NEW.state = 'draft'))",
        ),
        ForbidEvent(
            "annextext_not_deleted",
            TABLE,
            "DELETE",
            "An annex text that was handed in is kept.",
            "(OLD.state <> 'draft')",
        ),
    ]
