"""The first rule of grading is what the school's settings said; what is there already begins its
history with what it says."""

from django.db import migrations
from django.utils import timezone

KEPT = ["GradeScale", "GradeValue", "GradingRule"]


def begin(apps, schema_editor):
    School = apps.get_model("school", "School")
    GradingRule = apps.get_model("school", "GradingRule")
    rule = GradingRule()
    if school := School.objects.first():
        rule.rounds_up_from = school.grade_rounds_up_from
        rule.min_marks = school.grade_min_marks
    rule.save()
    for name in KEPT:
        begin_history(apps.get_model("school", name), apps.get_model("school", f"Historical{name}"))


def begin_history(model, history):
    """Whoever changes later what stands already is then told from what."""
    told = {field.attname for field in history._meta.concrete_fields}
    columns = [one.attname for one in model._meta.concrete_fields if one.attname in told]
    said = {
        "history_date": timezone.now(),
        "history_type": "+",
        "history_change_reason": "начало истории",
        "history_address": None,
    }
    history._base_manager.bulk_create(
        [history(**row, **said) for row in model._base_manager.order_by("pk").values(*columns)],
        batch_size=1000,
    )


def put_back(apps, schema_editor):
    """The settings have one rule: the present one."""
    GradingRule = apps.get_model("school", "GradingRule")
    if rule := GradingRule.objects.filter(starts_on__lte=timezone.localdate()).last():
        apps.get_model("school", "School").objects.update(
            grade_rounds_up_from=rule.rounds_up_from, grade_min_marks=rule.min_marks
        )


class Migration(migrations.Migration):
    dependencies = [("school", "0008_versions")]
    operations = [migrations.RunPython(begin, put_back)]
