"""Pupils, parents and staff, many at once: what the secretary may see of them and no more (address,
notes, health and programme stay shut)."""

import datetime

from django import forms
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import OuterRef, Subquery
from django.utils import timezone

from school.forms import OF_OUR_TIME
from school.models import Parenthood, Student, User
from school.models.names import NameField, has_a_letter
from school.queries.people import by_name, find_students, students_with_class
from school.rules.names import LONGEST_NAME
from school.rules.phones import phones

from ..actions import people as actions
from ..class_names import class_name
from ..listing import DayText, Listing, Removable, RowForm, StandingRow, remove
from ..queries.checklist import classless, parentless, working_staff
from ..queries.people import classes_of, find_child, pupils

ON_A_PAGE = 40


class PhoneField(forms.CharField):
    """«8 913 555-01-24» as «+79135550124»."""

    widget = forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"})

    def clean(self, value):
        text = super().clean(value).strip()
        found = phones(text)
        if text and not found:
            raise forms.ValidationError("Так: +79135550124.")
        return found[0].address.removeprefix("tel:") if found else ""

    def has_changed(self, initial, data):
        """The same number in another writing is no other one."""
        try:
            return super().has_changed(initial, self.clean(data))
        except forms.ValidationError:
            return True


class NamedRowForm(RowForm):
    last_name = NameField(label="Фамилия", max_length=LONGEST_NAME, validators=[has_a_letter])
    first_name = NameField(label="Имя", max_length=LONGEST_NAME, required=False)
    patronymic = NameField(label="Отчество", max_length=LONGEST_NAME, required=False)


def names_of(user):
    return {name: getattr(user, name) for name in actions.NAMES}


def contacts_of(user):
    return {name: getattr(user, name) for name in actions.CONTACTS}


def split_name(cells, place):
    """A pasted line whose name stands in one cell has it in three."""
    words = cells[place].split() if place < len(cells) else []
    if len(words) < 2:
        return cells
    return [*cells[:place], words[0], words[1], " ".join(words[2:]), *cells[place + 1 :]]


class Paged(Listing):
    """Those of the people who are looked for, a page of them."""

    def __init__(self, day: datetime.date, asked, year=None, data=None):
        self.day, self.year = day, year
        self.text = asked.get("q", "").strip()[:100]
        self.without = asked.get("without", "")
        self.number = asked.get("page")
        super().__init__(data)

    def standing(self):
        self.page = Paginator(self.found(), ON_A_PAGE).get_page(self.number)
        return [self.stands(one) for one in self.page.object_list]


# --- pupils ---


class PupilRowForm(NamedRowForm):
    class_name = forms.CharField(
        label="Класс", required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    born_on = DayText(label="Дата рождения", required=False, validators=OF_OUR_TIME[1:])
    sex = forms.ChoiceField(label="Пол", required=False, choices=[("", ""), *Student.Sex.choices])
    file_number = NameField(label="№ личного дела", required=False, max_length=30)

    def clean_born_on(self):
        day = self.cleaned_data["born_on"]
        if day and not datetime.date(1990, 1, 1) <= day <= timezone.localdate():
            raise forms.ValidationError("Проверьте год.")
        return day


class Pupils(Paged):
    row = PupilRowForm
    label = "Родители"
    label_last = True

    def found(self):
        found = pupils(self.day)
        if self.without == "parents":
            found = parentless(found)
        elif self.without == "class":
            found = classless(found, self.day)
        return find_students(found, self.text, self.day)

    def stands(self, one):
        card = getattr(one, "card", None)
        values = names_of(one.user) | {
            "class_name": one.class_name,
            "born_on": card.born_on if card else None,
            "sex": one.sex,
            "file_number": one.file_number,
        }
        return StandingRow(str(one.pk), values, self._parents(one))

    def _parents(self, student):
        return ", ".join(one.parent.user.short_name for one in student.parenthood_set.all())

    def spread(self, cells):
        return split_name(cells, 0)

    def write(self, row):
        said = dict(row.said)
        asked = said.pop("class_name", "")
        school_class = self._class(asked) if asked else None
        if not row.key:
            actions.create_pupil(said, school_class, self.day)
            return
        student = Student.objects.select_related("user").get(pk=row.key)
        actions.change_pupil(student, said)
        if school_class:
            actions.enrol(student, school_class, self.day)
        elif "class_name" in row.changed_data:
            raise ValidationError({"class_name": "Выбытие оформляет завуч на странице класса."})

    def _class(self, text):
        name = class_name(text)
        found = classes_of(self.year).get(name) if name else None
        if found is None:
            raise ValidationError({"class_name": f"Класса «{text}» нет: заведите его в «Классах»."})
        return found


# --- parents ---


class ParentRowForm(Removable, NamedRowForm):
    child = forms.CharField(label="Ребёнок", max_length=350)
    relation = forms.ChoiceField(
        label="Кем приходится", required=False, choices=[("", ""), *Parenthood.Relation.choices]
    )
    phone = PhoneField(label="Телефон", required=False)
    email = forms.EmailField(label="Почта", required=False)
    field_order = (
        *("child", "last_name", "first_name", "patronymic"),
        *("relation", "phone", "email", "remove"),
    )

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["child"].disabled = bool(self.key)


LACKS = "s"  # of a pupil who has none: the key is his


class Parents(Paged):
    """Of those who have none yet a row waits for each."""

    row = ParentRowForm

    def found(self):
        if self.without == "parents":
            return find_students(parentless(pupils(self.day)), self.text, self.day)
        found = Parenthood.objects.select_related("parent__user", "student__user")
        there = find_students(pupils(self.day), self.text, self.day).order_by()
        of_children = found.filter(student__in=there.values("pk"))
        of_names = by_name(found, self.text, "parent__user__") if self.text else of_children
        classes = students_with_class(Student.objects.filter(pk=OuterRef("student")), self.day)
        found = (of_children | of_names).annotate(
            class_name=Subquery(classes.order_by().values("class_name"))
        )
        return found.order_by("student__user__sort_name", "student", "pk")

    def stands(self, one):
        if self.without == "parents":
            return StandingRow(f"{LACKS}{one.pk}", {"child": _called(one, one.class_name)})
        values = names_of(one.parent.user) | contacts_of(one.parent.user)
        child = _called(one.student, one.class_name)
        return StandingRow(str(one.pk), values | {"child": child, "relation": one.relation})

    def spread(self, cells):
        return split_name(cells, 1)

    def write(self, row):
        said = dict(row.said)
        text = said.pop("child", "")
        if row.key.startswith(LACKS):
            actions.add_parent(Student.objects.get(pk=row.key[1:]), said)
        elif row.key:
            found = Parenthood.objects.filter(pk=row.key).select_related("parent__user")
            if row.is_removed:
                return remove(found)
            actions.change_parent(found.get(), said)
        else:
            actions.add_parent(self._child(text), said)

    def _child(self, text):
        found = find_child(text, self.day)
        if len(found) == 1:
            return found[0]
        if not found:
            raise ValidationError({"child": f"Ученика «{text}» нет. Так: «Иванов Иван, 5А»."})
        names = "; ".join(_called(one, one.class_name) for one in found[:5])
        raise ValidationError({"child": f"Таких несколько: {names}. Впишите одного из них."})


def _called(student, its_class):
    return ", ".join(filter(None, [student.user.full_name, its_class]))


# --- staff ---


class StaffRowForm(NamedRowForm):
    position = NameField(label="Должность", required=False, max_length=200)
    phone = PhoneField(label="Телефон", required=False)
    email = forms.EmailField(label="Почта", required=False)
    left_on = DayText(label="Последний день", required=False, validators=OF_OUR_TIME)


class Staff(Paged):
    row = StaffRowForm

    def found(self):
        found = working_staff(self.day).select_related("employee")
        return by_name(found, self.text, "").order_by("sort_name", "pk")

    def stands(self, one):
        employee = getattr(one, "employee", None)
        values = names_of(one) | contacts_of(one)
        values |= {
            "position": employee.position if employee else "",
            "left_on": employee.left_on if employee else None,
        }
        return StandingRow(str(one.pk), values)

    def spread(self, cells):
        return split_name(cells, 0)

    def write(self, row):
        if row.key:
            actions.change_employee(User.objects.get(pk=row.key), row.said)
        else:
            actions.create_employee(row.said)
