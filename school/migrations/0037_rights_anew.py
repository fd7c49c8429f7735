"""Who has taught in a journal reads it ever since: rights are asked anew at once, not tomorrow."""

from django.db import migrations


def ask_anew(apps, schema_editor):
    apps.get_model("school", "User").objects.update(rights_as_of=None)


class Migration(migrations.Migration):
    dependencies = [("school", "0036_year_closings")]

    operations = [migrations.RunPython(ask_anew, migrations.RunPython.noop)]
