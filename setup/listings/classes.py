"""Classes and who leads them, many at once."""

from django import forms
from django.core.exceptions import ValidationError

from school.models import SchoolClass, SchoolYear

from ..actions.classes import change_class, create_class
from ..class_names import class_name
from ..listing import Listing, Removable, StandingRow, remove
from ..queries.people import called_staff, find_staff


class ClassField(forms.CharField):
    """«5А» as (number, letter)."""

    widget = forms.TextInput(attrs={"size": 6, "autocomplete": "off"})

    def clean(self, value):
        text = super().clean(value)
        if text and not class_name(text):
            raise forms.ValidationError("Так: «5А».")
        return text


class ClassRowForm(Removable):
    name = ClassField(label="Класс", max_length=10)
    teacher = forms.CharField(
        label="Классный руководитель",
        required=False,
        max_length=300,
        widget=forms.TextInput(attrs={"list": "staff", "autocomplete": "off"}),
    )
    field_order = ("name", "teacher", "remove")


class Classes(Listing):
    """Of one year."""

    row = ClassRowForm

    def __init__(self, year: SchoolYear, data=None):
        self.year = year
        self.staff = called_staff()
        super().__init__(data)

    def standing(self):
        for one in SchoolClass.objects.filter(year=self.year).order_by("number", "letter"):
            teacher = self.staff.get(one.class_teacher_id, "")
            if one.class_teacher_id and not teacher:
                teacher = str(one.class_teacher)  # who has left
            yield StandingRow(str(one.pk), {"name": str(one), "teacher": teacher})

    def write(self, row):
        found = SchoolClass.objects.filter(pk=row.key) if row.key else SchoolClass.objects.none()
        if row.is_removed:
            return remove(found)
        said = dict(row.said)
        values = {}
        if "name" in said:
            values["number"], values["letter"] = class_name(said["name"])
        if "teacher" in said:
            values["class_teacher_id"] = self._teacher(said["teacher"])
        if row.key:
            change_class(found.select_related("year").get(), values)
        else:
            create_class(self.year, **values)

    def _teacher(self, text):
        if not text.strip():
            return None
        found = find_staff(text, self.staff)
        if len(found) == 1:
            return found[0]
        told = "таких несколько: выберите из списка" if found else "нет: впишите в «Люди»"
        raise ValidationError({"teacher": f"Сотрудник «{text}»: {told}."})
