from django.db import migrations, models
from django.db.models import Q

HELP = (
    "Для узких мест: в расписании и в списках на телефоне. Только буквы, у каждого предмета свои; "
    "пусто: составится из названия."
)


class Migration(migrations.Migration):
    dependencies = [("school", "0032_joined_lessons")]

    operations = [
        *(
            migrations.AddField(
                model_name=name,
                name="abbreviation",
                field=models.CharField(
                    blank=True, help_text=HELP, max_length=4, verbose_name="до 4 букв"
                ),
            )
            for name in ("subject", "historicalsubject")
        ),
        *(
            migrations.AddField(
                model_name=name,
                name="homework_minutes",
                field=models.PositiveSmallIntegerField(
                    blank=True, null=True, verbose_name="минут на домашнее задание"
                ),
            )
            for name in ("lesson", "historicallesson")
        ),
        migrations.AddConstraint(
            model_name="lesson",
            constraint=models.CheckConstraint(
                condition=Q(homework_minutes__isnull=True)
                | Q(homework_minutes__range=(0, 240)) & ~Q(homework=""),
                name="lesson_minutes_of_homework",
            ),
        ),
    ]
