"""A text that people agree to."""

from django import forms

from school.forms import DayField
from school.models.names import LinesField


class AgreementTextForm(forms.Form):
    kind = forms.CharField(widget=forms.HiddenInput)
    text = LinesField(label="Текст", max_length=8000, widget=forms.Textarea(attrs={"rows": 10}))
    starts_on = DayField(label="Действует с")
