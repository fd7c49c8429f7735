"""Forms of the journals."""

from django import forms

from school.models import Lesson, SchoolClass, Subject, User

from . import rules
from .models import WorkType


class LessonForm(forms.Form):
    """A lesson's topic, homework, works and attendance; beside each what stood there (`was`), for
    compare-and-set. `actions.save_lesson` checks and writes."""

    topic = forms.CharField(
        label="Что пройдено на уроке",
        required=False,
        max_length=Lesson._meta.get_field("topic").max_length,
    )
    homework = forms.CharField(
        label="Домашнее задание",
        required=False,
        max_length=Lesson._meta.get_field("homework").max_length,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=f"Если не задано, так и напишите: «{rules.NO_HOMEWORK}» или «-».",
    )
    work_1 = forms.ModelChoiceField(
        WorkType.objects.all(), label="Первый вид работы", required=False, empty_label="—"
    )
    work_2 = forms.ModelChoiceField(
        WorkType.objects.all(), label="Второй вид работы", required=False, empty_label="—"
    )
    attendance = forms.BooleanField(
        label="Отсутствующие отмечены, остальные были на уроке", required=False
    )
    was_topic = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)
    was_homework = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)
    was_works = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, texts, planned, **kwargs):
        """`texts` {field of actions.FIELDS: present text}; `planned` (title, hours, homework)."""
        works = texts["works"].split()
        initial = {
            "topic": texts["topic"],
            "homework": texts["homework"],
            "attendance": bool(texts["attendance"]),
            "was_topic": texts["topic"],
            "was_homework": texts["homework"],
            "was_works": texts["works"],
            **{f"work_{place}": pk for place, pk in enumerate(works[:2], start=1)},
        }
        super().__init__(*args, initial=initial, **kwargs)
        self.further_works = works[2:]  # a third work is kept; the grid has the tool for it
        if planned:
            self.fields["topic"].help_text = f"По плану: {planned[0]}"
            self.fields["topic"].widget.attrs["placeholder"] = planned[0]
        if texts["attendance"]:
            self.fields["attendance"].disabled = True

    def changes(self):
        """{field: (was, text)} as `actions.save_lesson` takes them."""
        data = self.cleaned_data
        works = [data["work_1"], data["work_2"]]
        chosen = [str(work.pk) for work in works if work] + self.further_works
        fields = {
            "topic": (data["was_topic"], data["topic"]),
            "homework": (data["was_homework"], data["homework"]),
            "works": (data["was_works"], " ".join(chosen)),
        }
        if data["attendance"] and not self.fields["attendance"].disabled:
            fields["attendance"] = ("", rules.ALL_PRESENT)
        return fields


class JournalFilter(forms.Form):
    """Narrow the list of journals of one year."""

    school_class = forms.ModelChoiceField(
        SchoolClass.objects.none(), label="Класс", required=False, empty_label="все классы"
    )
    subject = forms.ModelChoiceField(
        Subject.objects.all(), label="Предмет", required=False, empty_label="все предметы"
    )
    teacher = forms.ModelChoiceField(
        User.objects.none(), label="Учитель", required=False, empty_label="все учителя"
    )

    def __init__(self, *args, year, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["school_class"].queryset = SchoolClass.objects.filter(year=year)
        self.fields["teacher"].queryset = (
            User.objects.filter(assignments__journal__group__year=year)
            .distinct()
            .order_by("last_name", "first_name")
        )

    def narrow(self, journals):
        """The journals that match what was chosen; all of them when the form is not valid."""
        data = self.cleaned_data if self.is_valid() else {}
        if school_class := data.get("school_class"):
            journals = journals.filter(group__school_class=school_class) | journals.filter(
                group__memberships__student__enrolments__school_class=school_class
            )
        if subject := data.get("subject"):
            journals = journals.filter(subject=subject)
        if teacher := data.get("teacher"):
            journals = journals.filter(assignments__teacher=teacher)
        return journals.distinct()
