"""The norms as they are published; the school puts them right where others hold for it."""

import datetime

from django.db import migrations
from django.utils import timezone

BASELINE = "начало истории"

HYGIENE = "СанПиН 1.2.3685-21, таблица 6.6"
PROGRAMMES = "Федеральные образовательные программы, в силе с 01.09.2025 (приказ Минпросвещения № 704)"
ADVICE = "Рекомендации Минпросвещения № СК-228/03 и Рособрнадзора № 01-169/08-01 от 06.08.2021"
MINUTES = {  # by parallel
    60: [1],
    90: [2, 3],
    120: [4, 5],
    150: [6, 7, 8],
    210: [9, 10, 11],
}


def rows():
    """[{field: value}] of the norms."""
    minutes = [
        {
            "what": "minutes",
            "parallel": parallel,
            "number": number,
            "source": PROGRAMMES if parallel == 1 else HYGIENE,
        }
        for number, parallels in MINUTES.items()
        for parallel in parallels
    ]
    others = [
        ("works", 1, ADVICE),
        ("share", 10, PROGRAMMES),
        ("apart", 17, f"{ADVICE}: не чаще раза в 2,5 недели"),
        ("monday", 0, "Решение школы: после выходных с контрольной не начинают"),
        ("edges", 0, f"{ADVICE}; предмета с одним уроком в неделю не касается"),
    ]
    told = [{"what": what, "number": number, "source": source} for what, number, source in others]
    return minutes + told


def fill(apps, schema_editor):
    for values in rows():
        values |= {"starts_on": datetime.date.min}
        made = apps.get_model("journals", "Norm").objects.create(**values)
        apps.get_model("journals", "HistoricalNorm").objects.create(
            **values,
            id=made.pk,
            history_type="+",
            history_date=timezone.now(),
            history_change_reason=BASELINE,
        )


class Migration(migrations.Migration):
    dependencies = [("journals", "0019_norms")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
