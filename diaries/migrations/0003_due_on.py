from django.db import migrations, models
from django.db.models.functions import TruncDate


def count_from_the_instant(apps, schema_editor):
    """Until now each was due by the end of the day that the count gives."""
    reports = apps.get_model("diaries", "WeeklyReport").objects
    reports.update(due_on=TruncDate("report_due_at"))


class Migration(migrations.Migration):

    dependencies = [
        ("diaries", "0002_retries"),
    ]

    operations = [
        migrations.AddField(
            model_name="weeklyreport",
            name="due_on",
            field=models.DateField(editable=False, null=True, verbose_name="срок по счёту недель"),
        ),
        migrations.RunPython(count_from_the_instant, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="weeklyreport",
            name="due_on",
            field=models.DateField(editable=False, verbose_name="срок по счёту недель"),
        ),
    ]
