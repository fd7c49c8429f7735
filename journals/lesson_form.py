"""The form of one lesson, for its page without a script."""

from django import forms
from django.db.models import Q
from django.utils.html import format_html

from school.models import Lesson
from school.models.dated import on_day
from school.models.names import NameField

from . import rules
from .drawing import hints_html
from .models import LessonWork, WorkType


class KindOfWorkField(forms.ModelChoiceField):
    def __init__(self, **options):
        options |= {"required": False, "empty_label": "—"}
        super().__init__(WorkType.objects.none(), **options)

    def label_from_instance(self, work_type):
        return rules.kind_name(work_type.name, work_type.is_control)


class TitleField(NameField):
    def __init__(self, **options):
        most = LessonWork._meta.get_field("title").max_length
        super().__init__(required=False, max_length=most, **options)


class LessonForm(forms.Form):
    """A lesson's topic, homework and how long it takes, works and what they are about, attendance;
    beside each what stood there (`was`), for compare-and-set. `actions.save_lesson` checks and
    writes."""

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
    homework_minutes = forms.CharField(
        label="Сколько минут займёт",
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "size": 6}),
        help_text="Можно не указывать. Ученики и родители увидят это в дневнике.",
    )
    work_1 = KindOfWorkField(label="Первый вид работы")
    title_1 = TitleField(label="Тема первой работы")
    work_2 = KindOfWorkField(label="Второй вид работы")
    title_2 = TitleField(label="Тема второй работы")
    attendance = forms.BooleanField(
        label="Отсутствующие отмечены, остальные были на уроке", required=False
    )
    was_topic = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)
    was_homework = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)
    was_homework_minutes = forms.CharField(required=False, widget=forms.HiddenInput)
    was_title_1 = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)
    was_title_2 = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)
    was_works = forms.CharField(required=False, widget=forms.HiddenInput)
    was_attendance = forms.CharField(required=False, widget=forms.HiddenInput)

    TEXTS = ("topic", "homework", "homework_minutes", "title_1", "title_2")

    def __init__(self, *args, texts, planned, may_untake, day, hints, **kwargs):
        """`texts` {field of actions.FIELDS: present text}; `planned` is a plans.Place;
        `may_untake`: attendance that was taken may still be taken back; `day` is the lesson's;
        `hints` are the Hints of the norms."""
        works = texts["works"].split()
        initial = {
            **{name: texts.get(name, "") for name in self.TEXTS},
            **{f"was_{name}": texts.get(name, "") for name in self.TEXTS},
            "attendance": bool(texts["attendance"]),
            "was_works": texts["works"],
            "was_attendance": texts["attendance"],
            **{f"work_{place}": pk for place, pk in enumerate(works[:2], start=1)},
        }
        super().__init__(*args, initial=initial, **kwargs)
        types = WorkType.objects.filter(on_day(day) | Q(pk__in=works))
        self.fields["work_1"].queryset = self.fields["work_2"].queryset = types
        self.further_works = works[2:]  # a third work is kept; the grid has the tool for it
        if planned.line and not planned.is_given:
            self.fields["topic"].help_text = f"По плану: {planned.line.title}"
            self.fields["topic"].widget.attrs["placeholder"] = planned.line.title
        self._advise("homework_minutes", "homework", hints.homework)
        self._advise("work_1", "works", hints.works)
        self.fields["attendance"].disabled = bool(texts["attendance"]) and not may_untake

    def _advise(self, name, told, hints):
        """Hints below a field, beside what helps there anyhow; the page's script renews them by
        what they are told of."""
        field = self.fields[name]
        field.help_text = format_html(
            '{}<span class="norm-hints" data-hints="{}">{}</span>',
            field.help_text,
            told,
            hints_html(hints),
        )

    def clean(self):
        """One work alone is the first."""
        data = super().clean()
        if data.get("work_2") and "work_1" in data and not data["work_1"]:
            data |= {"work_1": data["work_2"], "title_1": data.get("title_2", "")}
            data |= {"work_2": None, "title_2": ""}
        return data

    def changes(self):
        """{field: (was, text)} of what was changed, as `actions.save_lesson` takes them: what
        another has written meanwhile into a field left alone is none of this form's business."""
        data = self.cleaned_data
        works = [data["work_1"], data["work_2"]]
        chosen = [str(work.pk) for work in works if work] + self.further_works
        fields = {
            "topic": (data["was_topic"], data["topic"]),
            "homework": (data["was_homework"], data["homework"]),
            "works": (data["was_works"], " ".join(chosen)),
        }
        fields |= {name: (data[f"was_{name}"], data[name]) for name in self.TEXTS[2:]}
        if not self.fields["attendance"].disabled:
            was = data["was_attendance"]
            fields["attendance"] = (was, rules.ALL_PRESENT if data["attendance"] else "")
        return {field: (was, text) for field, (was, text) in fields.items() if was != text}
