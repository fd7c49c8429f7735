from django.db import migrations, models

HELP = "В дневнике и в заголовке столбца такие работы выделены."


class Migration(migrations.Migration):
    dependencies = [("journals", "0016_one_grade_each_required")]

    operations = [
        *(
            migrations.AddField(
                model_name=name,
                name="title",
                field=models.CharField(blank=True, max_length=100, verbose_name="тема работы"),
            )
            for name in ("lessonwork", "historicallessonwork")
        ),
        *(
            migrations.AddField(
                model_name=name,
                name="is_control",
                field=models.BooleanField(
                    default=False, help_text=HELP, verbose_name="контрольная"
                ),
            )
            for name in ("worktype", "historicalworktype")
        ),
    ]
