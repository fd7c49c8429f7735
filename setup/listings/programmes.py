"""The programmes of a class's pupils, many at once: the leaders' alone, for they tell of health."""

from django import forms
from django.utils import timezone

from school.models import SchoolClass, Student, StudentCard
from school.models.names import NameField
from school.queries.people import class_list

from ..actions.programmes import set_programme
from ..listing import Listing, RowForm, StandingRow


class ProgrammeRowForm(RowForm):
    programme = NameField(
        label="Вариант программы",
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"list": "programmes", "autocomplete": "off"}),
    )


class Programmes(Listing):
    """Of the present pupils of a SchoolClass."""

    row = ProgrammeRowForm
    label = "Ученик"
    new_rows = 0

    def __init__(self, school_class: SchoolClass, data=None):
        self.school_class = school_class
        super().__init__(data)

    def standing(self):
        day = min(timezone.localdate(), self.school_class.year.ends_on)
        day = max(day, self.school_class.year.starts_on)
        there = [one for one in class_list(self.school_class, day) if one.is_present]
        cards = StudentCard.objects.filter(student__in=[one.student for one in there])
        said = dict(cards.values_list("student", "programme"))
        for one in there:
            values = {"programme": said.get(one.student.pk, "")}
            yield StandingRow(str(one.student.pk), values, one.name)

    def write(self, row):
        set_programme(Student.objects.get(pk=row.key), row.cleaned_data["programme"])
