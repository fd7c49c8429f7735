"""Each subject gets an abbreviation made of its names, in their order."""

from django.db import migrations
from django.utils import timezone

from school.rules.subjects import abbreviation


def abbreviate(apps, schema_editor):
    Subject = apps.get_model("school", "Subject")
    history = apps.get_model("school", "HistoricalSubject").objects
    taken = []
    for subject in sorted(Subject.objects.all(), key=lambda one: (one.name, one.pk)):
        subject.abbreviation = abbreviation(subject.name, subject.short_name, taken)
        subject.save(update_fields=["abbreviation"])
        taken.append(subject.abbreviation)
        history.create(
            id=subject.pk,
            name=subject.name,
            short_name=subject.short_name,
            abbreviation=subject.abbreviation,
            history_date=timezone.now(),
            history_type="~",
            history_change_reason="составлено из названия",
            history_address=None,
        )


class Migration(migrations.Migration):
    dependencies = [("school", "0033_abbreviations_and_minutes")]
    operations = [migrations.RunPython(abbreviate, migrations.RunPython.noop)]
