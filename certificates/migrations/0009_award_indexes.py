
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0014_identity_providers'),
        ('certificates', '0008_page_parts'),
        ('learning', '0011_language_rules'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='award',
            index=models.Index(fields=['state', 'valid_until'], name='award_by_state_and_end'),
        ),
        migrations.AddIndex(
            model_name='award',
            index=models.Index(condition=models.Q(('seal', None)), fields=['id'], name='award_not_signed'),
        ),
    ]
