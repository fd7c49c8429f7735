"""A kind of works whose name says so is a control work; of all others the school says it."""

from django.db import migrations
from django.utils import timezone


def say_so(apps, schema_editor):
    history = apps.get_model("journals", "HistoricalWorkType").objects
    for one in apps.get_model("journals", "WorkType").objects.order_by("pk"):
        name = one.name.casefold()
        if "контрольн" not in name or "ошибк" in name:  # «Работа над ошибками контрольной» is none
            continue
        one.is_control = True
        one.save(update_fields=["is_control"])
        columns = [field.attname for field in one._meta.concrete_fields]
        history.create(
            **{column: getattr(one, column) for column in columns},
            history_date=timezone.now(),
            history_type="~",
            history_change_reason="так говорит название",
            history_address=None,
        )


class Migration(migrations.Migration):
    dependencies = [("journals", "0017_control_and_titles")]
    operations = [migrations.RunPython(say_so, migrations.RunPython.noop)]
