"""A day of the school's own becomes a span of days, of a kind, for all or for some classes. What says
so is filled by the next migration."""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

KINDS = [
    ("off", "нерабочий"),
    ("vacation", "каникулы"),
    ("quarantine", "карантин"),
    ("working", "рабочий"),
]
WHOLE_SCHOOL = "Пусто и без класса: для всей школы."


def both(operation, **options):
    return [
        operation(model_name=name, **options) for name in ("dayoverride", "historicaldayoverride")
    ]


class Migration(migrations.Migration):
    dependencies = [("school", "0023_planned_places")]
    operations = [
        *both(migrations.RenameField, old_name="date", new_name="starts_on"),
        migrations.AlterModelOptions(
            name="dayoverride",
            options={
                "ordering": ["starts_on", "pk"],
                "verbose_name": "особый день",
                "verbose_name_plural": "особые дни",
            },
        ),
        *both(
            migrations.AlterField,
            name="starts_on",
            field=models.DateField(verbose_name="с"),
        ),
        *both(migrations.AddField, name="ends_on", field=models.DateField(null=True)),
        *both(
            migrations.AddField,
            name="kind",
            field=models.CharField(choices=KINDS, max_length=10, null=True, verbose_name="вид"),
        ),
        *both(
            migrations.AddField,
            name="parallel",
            field=models.PositiveSmallIntegerField(
                blank=True,
                help_text=WHOLE_SCHOOL,
                null=True,
                validators=[django.core.validators.MaxValueValidator(12)],
                verbose_name="параллель",
            ),
        ),
        migrations.AddField(
            model_name="dayoverride",
            name="school_class",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                to="school.schoolclass",
                verbose_name="класс",
            ),
        ),
        migrations.AddField(
            model_name="historicaldayoverride",
            name="school_class",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="school.schoolclass",
                verbose_name="класс",
            ),
        ),
        # Going back it is filled before it has to be there.
        *both(migrations.AlterField, name="is_working", field=models.BooleanField(null=True)),
    ]
