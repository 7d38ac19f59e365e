from django.db import migrations, models

from apps.core.migrating import AddIndexConcurrently


class Migration(migrations.Migration):

    atomic = False
    dependencies = [
        ('security', '0003_lost_factors'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='securityevent',
            index=models.Index(fields=['verb', '-id'], name='security_of_kind'),
        ),
    ]
