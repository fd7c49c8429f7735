"""Subjects, scales and kinds of works, many at once."""

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone

from journals.actions.works import change_work_type
from journals.models import WorkType
from school.forms import OF_OUR_TIME, VersionForm
from school.models import GradeScale, GradeValue, Meaning, Subject
from school.models.names import NameField
from school.rules.subjects import MOST_LETTERS
from school.rules.texts import tidy

from ..listing import DayText, Listing, Removable, RowForm, StandingRow, change, remove

MOST = 32_767


class SubjectRowForm(Removable):
    name = NameField(label="Предмет", max_length=100)
    short_name = NameField(label="Сокращение", max_length=20, required=False)
    abbreviation = NameField(
        label=f"До {MOST_LETTERS} букв", max_length=MOST_LETTERS, required=False
    )
    field_order = ("name", "short_name", "abbreviation", "remove")


class Subjects(Listing):
    """What is not said of a new one is made of its name."""

    row = SubjectRowForm

    def standing(self):
        for one in Subject.objects.all():
            values = {name: getattr(one, name) for name in ("name", "short_name", "abbreviation")}
            yield StandingRow(str(one.pk), values)

    def write(self, row):
        found = Subject.objects.filter(pk=row.key) if row.key else Subject.objects.none()
        if row.is_removed:
            return remove(found)
        subject = found.get() if row.key else Subject()
        said = row.said
        name = said.get("name", subject.name)
        if any(tidy(one.name) == tidy(name) for one in Subject.objects.exclude(pk=subject.pk)):
            raise ValidationError({"name": "Такой предмет уже есть."})
        if not said.get("short_name", subject.short_name):
            said["short_name"] = name[:20]
        change(subject, said)


class VersionRowForm(RowForm):
    """Of what has versions: what is in use is changed from a day on."""

    changes_from = DayText(label="Изменение с", required=False, validators=OF_OUR_TIME)
    ends_on = DayText(label="Действует по", required=False, validators=OF_OUR_TIME)


def write_version(form_class, version, row, **said):
    """Write a VersionRowForm by the form of its model; ValidationError with what that says."""
    values = {name: row.cleaned_data.get(name) for name in form_class.base_fields} | said
    sent = {name: "" if value is None else value for name, value in values.items()}
    form = form_class(sent, instance=version)
    if not form.is_valid():
        raise ValidationError({name: errors.as_data() for name, errors in form.errors.items()})
    return form


def _in_force(model):
    today = timezone.localdate()
    return model.objects.filter(Q(ends_on=None) | Q(ends_on__gte=today))


class ValueRowForm(VersionRowForm):
    scale = NameField(label="Шкала", max_length=100)
    text = NameField(label="В клетке", max_length=10)
    title = NameField(label="Значение", max_length=60)
    points = forms.IntegerField(label="Баллы", required=False, min_value=0, max_value=1000)
    meaning = forms.ChoiceField(
        label="Что значит", required=False, choices=[("", ""), *Meaning.choices]
    )
    position = forms.IntegerField(label="№", required=False, min_value=0, max_value=MOST)
    field_order = (
        *("scale", "text", "title", "points", "meaning", "position"),
        *("changes_from", "ends_on"),
    )


class ValueForm(VersionForm):
    class Meta:
        model = GradeValue
        fields = ("text", "title", "points", "meaning", "position", "ends_on")


class Values(Listing):
    """Of all scales; a new name makes a new scale."""

    row = ValueRowForm

    def standing(self):
        values = _in_force(GradeValue).select_related("scale")
        for one in values.order_by("scale__name", "position", "pk"):
            said = {name: getattr(one, name) for name in ValueForm.Meta.fields}
            yield StandingRow(str(one.pk), said | {"scale": one.scale.name})

    def write(self, row):
        value = GradeValue.objects.get(pk=row.key) if row.key else GradeValue()
        if row.key and "scale" in row.changed_data:
            raise ValidationError(
                {"scale": "Значение в другую шкалу не переносят: добавьте новое."}
            )
        if not row.key:
            value.scale = self._scale(row.cleaned_data["scale"])
        position = row.cleaned_data.get("position")
        write_version(ValueForm, value, row, position=position or 0).save()

    def _scale(self, name):
        alike = {tidy(one.name): one for one in GradeScale.objects.all()}
        return alike.get(tidy(name)) or GradeScale.objects.create(name=name)


class WorkRowForm(VersionRowForm):
    name = NameField(label="Вид работы", max_length=60)
    short_name = NameField(label="Сокр.", max_length=6)
    weight = forms.IntegerField(label="Вес", min_value=1, max_value=100)
    mark_days = forms.IntegerField(label="Дней на отметки", min_value=0, max_value=60)
    expects = forms.ChoiceField(
        label="Отметки получают", choices=[("", ""), *WorkType.Expects.choices]
    )
    is_control = forms.BooleanField(label="контрольная", required=False)
    usual_order = forms.IntegerField(
        label="По порядку", required=False, min_value=1, max_value=MOST
    )
    field_order = (
        *("name", "short_name", "weight", "mark_days", "expects", "is_control", "usual_order"),
        *("changes_from", "ends_on"),
    )


class WorkForm(VersionForm):
    class Meta:
        model = WorkType
        fields = (
            *("name", "short_name", "weight", "mark_days", "expects", "is_control"),
            *("usual_order", "ends_on"),
        )


class Works(Listing):
    row = WorkRowForm

    def standing(self):
        for one in _in_force(WorkType):
            said = {name: getattr(one, name) for name in WorkForm.Meta.fields}
            yield StandingRow(str(one.pk), said)

    def write(self, row):
        work_type = WorkType.objects.get(pk=row.key) if row.key else WorkType()
        form = write_version(WorkForm, work_type, row)
        if form.next_from:
            change_work_type(form.instance, form.next_from)
        else:
            form.save()
