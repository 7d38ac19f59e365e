from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0002_sorted_names"),
    ]

    operations = [
        migrations.AddField(
            model_name="invitation",
            name="once",
            field=models.UUIDField(editable=False, null=True),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.UniqueConstraint(
                fields=["company", "once"], name="invited_once_per_form"
            ),
        ),
    ]
