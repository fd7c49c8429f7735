"""Forms of the personal card."""

import datetime

from django import forms
from django.core.validators import MinValueValidator
from django.utils import timezone

from .models import EnrolmentOrder, HealthRecord, Student, StudentCard
from .widgets import date_input


def _day(label, **options):
    return forms.DateField(label=label, widget=date_input(), **options)


def _not_to_come(day):
    if day > timezone.localdate():
        raise forms.ValidationError("Этот день ещё не наступил.")


class CardForm(forms.ModelForm):
    """A pupil's card; `version` is what stood there when the form was opened."""

    born_on = _day(
        "Дата рождения",
        required=False,
        validators=[MinValueValidator(datetime.date(1990, 1, 1)), _not_to_come],
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = StudentCard
        fields = ("born_on", "address", "programme", "contacts", "notes")
        widgets = {
            "contacts": forms.Textarea(attrs={"rows": 3}),
            "notes": forms.Textarea(attrs={"rows": 3}),
        }


class OrderForm(forms.ModelForm):
    signed_on = _day("От", validators=[MinValueValidator(datetime.date(1990, 1, 1)), _not_to_come])

    class Meta:
        model = EnrolmentOrder
        fields = ("kind", "number", "signed_on", "text")


OrderFormSet = forms.inlineformset_factory(
    Student, EnrolmentOrder, form=OrderForm, extra=1, can_delete_extra=False
)


class HealthForm(forms.ModelForm):
    """A pupil's health record."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = HealthRecord
        fields = ("group", "notes")
        widgets = {"notes": forms.Textarea(attrs={"rows": 5})}
