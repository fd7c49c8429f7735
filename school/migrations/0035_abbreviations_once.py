from django.db import migrations, models
from django.db.models import Q
from django.db.models.functions import Lower


class Migration(migrations.Migration):
    dependencies = [("school", "0034_fill_abbreviations")]

    operations = [
        migrations.AddConstraint(
            model_name="subject",
            constraint=models.UniqueConstraint(
                Lower("abbreviation"),
                name="subject_abbreviation_once",
                violation_error_message="Так уже сокращается другой предмет.",
            ),
        ),
        migrations.AddConstraint(
            model_name="subject",
            constraint=models.CheckConstraint(
                condition=Q(abbreviation__regex="^[A-Za-zА-Яа-яЁё]{1,4}$"),
                name="subject_abbreviation_letters",
                violation_error_message="Только буквы, не больше 4.",
            ),
        ),
    ]
