"""Forms of a journal's plan."""

from django import forms

from school.forms import OF_OUR_TIME, DayField
from school.models.names import NameField
from school.tables.table import Unreadable
from school.uploads import MOST_TAKEN, too_big

from .models import PlannedTopic
from .plan_files import tables_of
from .plan_reading import MOST_HOURS
from .plans import PlanLine

MOST_TEXT = 300_000  # characters; a plan of 500 lines has 60 thousand


def _most(name):
    return PlannedTopic._meta.get_field(name).max_length


class LineForm(forms.Form):
    """A line of the plan, and behind which other it stands (`after`, 0: behind those that were
    given)."""

    title = NameField(label="Тема", max_length=_most("title"))
    hours = forms.IntegerField(label="Часов", min_value=1, max_value=MOST_HOURS, initial=1)
    homework = NameField(label="Домашнее задание", required=False, max_length=_most("homework"))
    section = NameField(label="Раздел", required=False, max_length=_most("section"))
    planned_on = DayField(label="Дата по плану", required=False, validators=OF_OUR_TIME)
    after = forms.TypedChoiceField(label="Стоит после", coerce=int)

    def __init__(self, *args, places, **kwargs):
        """`places`: (id of a line, how it is told), in order."""
        super().__init__(*args, **kwargs)
        self.fields["after"].choices = places

    def line(self, pk=0):
        """The PlanLine that was typed."""
        data = {name: self.cleaned_data[name] for name in PlanLine._fields if name != "pk"}
        return PlanLine(**data, pk=pk)


class PasteForm(forms.Form):
    """A plan from a file or from the clipboard; `tables` is what the file holds."""

    text = forms.CharField(
        label="Вставьте таблицу или список тем",
        required=False,
        strip=False,
        max_length=MOST_TEXT,
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false"}),
        help_text="Скопируйте таблицу в Word или Excel вместе с заголовками и вставьте сюда; можно "
        "и просто список тем, каждая с новой строки.",
    )
    file = forms.FileField(
        label="или выберите файл",
        required=False,
        help_text="Word (.docx), Excel (.xlsx, .xls), LibreOffice (.ods) или CSV.",
        widget=forms.FileInput(attrs={"accept": ".docx,.xlsx,.xls,.ods,.csv,.txt,.tsv"}),
    )

    tables = ()

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file is None:
            return None
        if refused := too_big(file, MOST_TAKEN):
            raise forms.ValidationError(refused)
        try:
            self.tables = tables_of(file.name, file.read())
        except Unreadable as error:
            raise forms.ValidationError(f"{error}.") from error
        return file

    def clean(self):
        data = super().clean()
        if not self.errors and not self.tables and not (data.get("text") or "").strip():
            raise forms.ValidationError("Вставьте темы или выберите файл.")
        return data
