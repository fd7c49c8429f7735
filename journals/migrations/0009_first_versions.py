"""The kinds of works that are there already begin their history with what they say."""

from importlib import import_module

from django.db import migrations

begin_history = import_module("school.migrations.0009_first_versions").begin_history


def begin(apps, schema_editor):
    begin_history(
        apps.get_model("journals", "WorkType"), apps.get_model("journals", "HistoricalWorkType")
    )


class Migration(migrations.Migration):
    dependencies = [("journals", "0008_versions"), ("school", "0009_first_versions")]
    operations = [migrations.RunPython(begin, migrations.RunPython.noop)]
