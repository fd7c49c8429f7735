"""What a value of a scale says of the pupil, whatever it is called and however it counts."""

from django.db import models


class Meaning(models.TextChoices):
    """From it follow success, quality, СОУ and how a pupil stands (`journals.indicators`). A value
    without any says nothing of these: «осв», a sign that only describes."""

    EXCELLENT = "excellent", "отлично"
    GOOD = "good", "хорошо"
    SATISFACTORY = "satisfactory", "удовлетворительно"
    INSUFFICIENT = "insufficient", "неудовлетворительно"
    PASSED = "passed", "зачтено, без уровня"
