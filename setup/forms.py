"""The six questions."""

import re

from django import forms
from django.conf import settings

from school.models import Period, School
from school.models.names import NameField

from . import usual
from .class_names import class_names
from .filling import Answers
from .listing import HourText

LONGEST_BREAK = 180


class BreaksField(NameField):
    """Minutes, parted by anything."""

    def to_python(self, value):
        text = super().to_python(value)
        minutes = [int(one) for one in re.findall(r"\d{1,4}", text)]
        if re.search(r"[^\d\s,;.]", text) or any(one > LONGEST_BREAK for one in minutes):
            raise forms.ValidationError("Минуты через запятую: 10, 20, 20, 10.")
        return minutes

    def prepare_value(self, value):
        return ", ".join(map(str, value)) if isinstance(value, list) else value


class QuestionsForm(forms.Form):
    """What `filling` makes a school of."""

    name = NameField(label="Как называется школа", max_length=300)
    week_days = forms.TypedChoiceField(
        label="Сколько дней в неделю учатся",
        coerce=int,
        choices=School._meta.get_field("week_days").choices,
        initial=5,
        widget=forms.RadioSelect,
    )
    kind = forms.ChoiceField(
        label="По чему оценивают",
        choices=[
            (Period.Kind.QUARTER, "по четвертям, в 10–11 классах по полугодиям"),
            (Period.Kind.TRIMESTER, "по триместрам"),
            (Period.Kind.HALF_YEAR, "по полугодиям"),
        ],
        initial=Period.Kind.QUARTER,
        widget=forms.RadioSelect,
    )
    first_bell = HourText(label="Первый урок начинается в", initial="8:30")
    minutes = forms.IntegerField(
        label="Урок длится, минут", min_value=10, max_value=120, initial=40
    )
    breaks = BreaksField(
        label="Перемены, минут",
        initial="10, 20, 20, 10",
        help_text="По порядку через запятую; последняя повторяется.",
    )
    lessons = forms.IntegerField(
        label="Уроков в день, самое большее", min_value=1, max_value=15, initial=8
    )
    programmes = forms.MultipleChoiceField(
        label="По каким программам учат",
        choices=list(usual.PROGRAMMES.items()),
        initial=[usual.GENERAL],
        widget=forms.CheckboxSelectMultiple,
    )
    classes = forms.CharField(
        label="Какие есть классы",
        required=False,
        max_length=2000,
        help_text="Одной строкой: «1А, 1Б, 2А». Можно оставить пустым: они появятся из списка "
        "учеников.",
    )

    @property
    def zone(self):
        """Of the whole installation, not of this form."""
        return settings.TIME_ZONE

    def clean_classes(self):
        names, wrong = class_names(self.cleaned_data["classes"])
        if wrong:
            raise forms.ValidationError(f"Это не класс: {', '.join(wrong[:5])}. Так: «1А, 1Б, 2».")
        return names

    def clean(self):
        data = super().clean()
        if not self.errors:
            try:
                usual.bells(data["first_bell"], data["minutes"], data["breaks"], data["lessons"])
            except ValueError:
                self.add_error("lessons", "Столько уроков не помещается до полуночи.")
        return data

    @property
    def answers(self):
        return Answers(**self.cleaned_data)
