"""Forms about who teaches: a teacher is away, another stands in, lessons are taken together."""

from django import forms
from django.utils import timezone

from . import namesakes
from .forms import OF_OUR_TIME, DayField
from .models import Substitution, TeacherAbsence
from .models.names import NameField
from .queries.bells import bell_numbers
from .queries.teaching import staff_of
from .rules.teacher_absences import since_lesson

ENDLESS = "Или последний день, или «пока неизвестно»."


def _since(number):
    return f"{since_lesson(number)} урока"


class AbsenceForm(forms.ModelForm):
    """A teacher's absence of a year; of one that is there the teacher stays, and `seen` is what
    stood there when the page was opened."""

    starts_on = DayField(label="С какого дня", validators=OF_OUR_TIME)
    ends_on = DayField(
        label="По какой день", required=False, validators=OF_OUR_TIME, help_text="Пусто: один день."
    )
    is_endless = forms.BooleanField(label="Когда вернётся, пока неизвестно", required=False)
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)
    field_order = (
        "teacher",
        "kind",
        "starts_on",
        "first_number",
        "ends_on",
        "last_number",
        "is_endless",
        "note",
    )

    class Meta:
        model = TeacherAbsence
        fields = ("teacher", "starts_on", "first_number", "ends_on", "last_number", "kind", "note")

    def __init__(self, data=None, *, year=None, instance=None, seen=None):
        known = instance is not None
        initial = {"seen": seen, "is_endless": known and instance.ends_on is None}
        if not known:
            initial["starts_on"] = timezone.localdate()
        super().__init__(data, instance=instance, initial=initial)
        if known:
            del self.fields["teacher"]
        else:
            del self.fields["seen"]
            staff = staff_of(year.pk)
            self.fields["teacher"].queryset = staff
            names = namesakes.staff(staff)
            self.fields["teacher"].choices = [("", "выберите"), *names.items()]
        self.fields["kind"].choices = [("", "выберите"), *TeacherAbsence.Kind.choices]
        said = (self.instance.first_number, self.instance.last_number)
        numbers = sorted({*bell_numbers(), *said} - {None})
        for name, label, whole, end in (
            ("first_number", "В первый день", "с начала дня", _since),
            ("last_number", "В последний день", "до конца дня", "по {}-й урок".format),
        ):
            self.fields[name] = forms.TypedChoiceField(
                label=label,
                required=False,
                coerce=int,
                empty_value=None,
                choices=[("", whole), *((one, end(one)) for one in numbers)],
            )
        self.order_fields(self.field_order)

    def clean(self):
        data = super().clean()
        first, last, is_endless = (data.get(x) for x in ("starts_on", "ends_on", "is_endless"))
        if is_endless:
            if last:
                self.add_error("is_endless", ENDLESS)
            if data.get("last_number") is not None:
                self.add_error("last_number", "Последний урок указывают вместе с последним днём.")
        elif first and "ends_on" in data:
            data["ends_on"] = last = last or first
        if first and last and last < first:
            self.add_error("ends_on", "Последний день раньше первого.")
        elif first and first == last:
            numbers = data.get("first_number"), data.get("last_number")
            if None not in numbers and numbers[1] < numbers[0]:
                self.add_error("last_number", "Последний урок раньше первого.")
        return data

    def _get_validation_exclusions(self):
        """Whether it overlaps another is to be asked, though nobody fills in the teacher."""
        return super()._get_validation_exclusions() - {"teacher", "first_number", "last_number"}


class SubstituteForm(forms.Form):
    """Who stands in in a lesson; `candidates` as `queries.takers` has them."""

    reason = NameField(
        label="Почему",
        required=False,
        max_length=Substitution._meta.get_field("reason").max_length,
        help_text="Увидит и администратор: о болезни здесь писать не нужно.",
    )
    field_order = ("teacher", "reason")

    def __init__(self, data=None, *, takers):
        there = takers.substitution
        initial = {"teacher": there.teacher_id, "reason": there.reason} if there else None
        super().__init__(data, initial=initial)
        free, busy, away = [], [], []
        for one in takers.candidates:
            if one.absence:
                away.append((one.pk, one.name))
            elif one.teaches:
                busy.append((one.pk, f"{one.name}: {one.teaches.journal}"))
            else:
                free.append((one.pk, one.name))
        groups = (("Свободны", free), ("Ведут в это время", busy), ("Отсутствуют", away))
        self.fields["teacher"] = forms.TypedChoiceField(
            label="Кто заменяет",
            coerce=int,
            choices=[("", "выберите"), *((name, found) for name, found in groups if found)],
        )
        self.order_fields(self.field_order)


class JoinForm(forms.Form):
    """With which lesson of that hour one is taken together, and by whom."""

    def __init__(self, data=None, *, takers):
        super().__init__(data)
        self.hosts = {one.key: one for one in takers.hosts}
        names = [(key, f"{one.lesson.journal}: {one.name}") for key, one in self.hosts.items()]
        self.fields["host"] = forms.ChoiceField(
            label="С каким уроком", choices=[("", "выберите"), *names]
        )

    @property
    def chosen(self):
        """The Host."""
        return self.hosts[self.cleaned_data["host"]]
