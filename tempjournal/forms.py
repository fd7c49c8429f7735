"""Forms of outages and temporary journals."""

import datetime
import re

from django import forms
from django.utils import timezone
from django.utils.dates import MONTHS
from django.utils.formats import date_format

from school.models import Outage
from school.queries.calendar import year_of
from school.rules.days import ONE_WEEK, monday_of, monday_of_week, week_key
from school.rules.spans import ONE_DAY
from school.uploads import too_big

from . import filled

WEEKS_BEFORE, WEEKS_AFTER = 4, 8  # of the present one, to choose from
MOST_DAYS = 5 * 7  # more would keep who prints waiting, and a web process busy, too long
MINE = "mine"  # instead of a class
ONE_MINUTE = datetime.timedelta(minutes=1)


class PaperForm(forms.Form):
    """For which days a temporary journal is to be printed: `from` … `to` are ISO weeks or days, the
    present week by default; a `month` («2026-11») stands instead of them. Of a school year
    (YearChoice) that is over each week and month can be chosen."""

    def __init__(self, data=None, *, years, classes=(), writes=False):
        super().__init__(data, label_suffix="")
        today = years.last_day
        if years.query:
            first = years.year.starts_on
            weeks, months = _weeks_between(first, today), _months_between(first, today)
            self.fields["year"] = forms.CharField(
                required=False, initial=years.year.pk, widget=forms.HiddenInput
            )
        else:
            weeks, months = _weeks(today), _months(today)
        own = [(MINE, "мои журналы")] if writes else []
        if choices := [*own, *((one.pk, str(one)) for one in classes)]:
            self.fields["class"] = forms.CharField(
                label="Класс", required=False, widget=forms.Select(choices=choices)
            )
        for name, label in (("from", "С недели"), ("to", "По неделю")):
            self.fields[name] = forms.CharField(
                label=label,
                required=False,
                initial=week_key(today),
                widget=forms.Select(choices=weeks),
            )
        self.fields["month"] = forms.CharField(
            label="или месяц", required=False, widget=forms.Select(choices=[("", "—"), *months])
        )

    def clean(self):
        data = self.cleaned_data
        if data.get("month"):
            first, last = _days_of_month(data["month"])
        else:
            present = week_key(timezone.localdate())
            first, _ = _days(data.get("from") or present)
            _, last = _days(data.get("to") or data.get("from") or present)
        if last < first:
            raise forms.ValidationError("Последняя неделя раньше первой.")
        if (last - first).days >= MOST_DAYS:
            raise forms.ValidationError("Слишком много: не больше пяти недель сразу.")
        return data | {"first": first, "last": last}


ALL_CLASSES = ""


class DayForm(forms.Form):
    """Of which class, or of all that one may take, the short form of which `day` is printed."""

    day = forms.DateField(
        label="День",
        input_formats=["%Y-%m-%d", "%d.%m.%Y"],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": "Укажите день.",
            "invalid": "Такого дня нет. День пишут так: 26.11.2026.",
        },
    )

    def __init__(self, data=None, *, classes=(), day=None):
        super().__init__(data, label_suffix="", initial={"day": day}, auto_id="id_day_%s")
        choices = [(ALL_CLASSES, "все"), *((one.pk, str(one)) for one in classes)]
        self.fields["class"] = forms.CharField(
            label="Класс", required=False, widget=forms.Select(choices=choices)
        )
        self.order_fields(["class", "day"])


def _days(key):
    """The first and the last day of «2026-W48», or «2026-11-25» as both."""
    try:
        if re.fullmatch(r"20\d\d-\d\d-\d\d", key, re.ASCII):
            day = datetime.date.fromisoformat(key)
            return day, day
        monday = monday_of_week(key)
        return monday, monday + 6 * ONE_DAY
    except ValueError:
        raise forms.ValidationError(
            "Такой недели нет. Неделю пишут так: 2026-W48.", code="week"
        ) from None


def _days_of_month(key):
    if not re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", key, re.ASCII):
        raise forms.ValidationError("Такого месяца нет. Месяц пишут так: 2026-11.", code="month")
    first = datetime.date.fromisoformat(f"{key}-01")
    next_month = (first + datetime.timedelta(days=31)).replace(day=1)
    return first, next_month - ONE_DAY


def _weeks(today):
    monday = monday_of(today)
    weeks = [monday + n * ONE_WEEK for n in range(-WEEKS_BEFORE, WEEKS_AFTER + 1)]
    return [(week_key(one), _week_name(one)) for one in weeks]


def _weeks_between(first, last):
    mondays, monday = [], monday_of(first)
    while monday <= last:
        mondays.append(monday)
        monday += ONE_WEEK
    return [(week_key(one), _week_name(one)) for one in mondays]


def _week_name(monday):
    sunday = monday + 6 * ONE_DAY
    starts = f"{monday.day}" if monday.month == sunday.month else date_format(monday, "j E")
    return f"{starts} – {date_format(sunday, 'j E')}"


def _months(today):
    """The month before the present one, that, and the three that follow."""
    present = today.year * 12 + today.month - 1
    return _named(range(present - 1, present + 4))


def _months_between(first, last):
    return _named(range(first.year * 12 + first.month - 1, last.year * 12 + last.month))


def _named(months):
    """[(«2026-11», «ноябрь 2026»)] of months counted from the year 0."""
    return [
        (f"{one // 12}-{one % 12 + 1:02}", f"{MONTHS[one % 12 + 1]} {one // 12}".lower())
        for one in months
    ]


# --- outages ---


def _instant(label, **options):
    """A local date and time; a browser that knows no such field lets them be typed."""
    return forms.DateTimeField(
        label=label,
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%d.%m.%Y %H:%M"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={
            "required": "Укажите дату и время.",
            "invalid": "Напишите дату и время так: 24.11.2026 09:15.",
        },
        **options,
    )


def _not_ahead(instant, now):
    if instant and instant > now:
        raise forms.ValidationError("Это время ещё не наступило.")
    return instant


def minute(instant):
    """The local whole minute of an instant: nobody types seconds."""
    return instant and timezone.localtime(instant).replace(second=0, microsecond=0)


class OutageForm(forms.ModelForm):
    """From when to when there was no access, or that there still is none, and why."""

    starts_at = _instant("Доступа не было с")
    ends_at = _instant(
        "По", required=False, help_text="Когда доступ восстановлен; пусто, если его ещё нет."
    )
    is_on = forms.BooleanField(label="Сбой ещё продолжается", required=False)

    class Meta:
        model = Outage
        fields = ("starts_at", "ends_at", "reason")
        labels = {"reason": "Почему"}
        help_texts = {"reason": "Например: авария у провайдера, не было света."}

    field_order = ("starts_at", "ends_at", "is_on", "reason")

    def __init__(self, *args, now, **kwargs):
        super().__init__(*args, label_suffix="", **kwargs)
        self.now = now
        outage = self.instance
        self.fields["reason"].required = True
        self.fields["reason"].error_messages["required"] = "Напишите, почему не было доступа."
        if outage.starts_at:
            self.initial |= {
                "starts_at": minute(outage.starts_at),
                "ends_at": minute(outage.ends_at),
                "is_on": outage.ends_at is None,
            }
        else:
            local = minute(now)
            start = local - (local.minute % 5) * ONE_MINUTE
            self.initial["starts_at"] = start

    def clean_starts_at(self):
        starts_at = _not_ahead(self.cleaned_data["starts_at"], self.now)
        year = year_of(timezone.localdate(self.now))
        if year and timezone.localdate(starts_at) < year.starts_on:
            raise forms.ValidationError("Это было до начала учебного года: проверьте дату.")
        return starts_at

    def clean_ends_at(self):
        return _not_ahead(self.cleaned_data["ends_at"], self.now)

    def clean(self):
        data = self.cleaned_data
        starts_at, ends_at, is_on = map(data.get, ("starts_at", "ends_at", "is_on"))
        if "ends_at" in data:
            if ends_at and is_on:
                self.add_error("ends_at", "Либо конец, либо «ещё продолжается».")
            elif not ends_at and not is_on:
                self.add_error("ends_at", "Укажите конец или отметьте, что сбой продолжается.")
            elif starts_at and ends_at and ends_at <= starts_at:
                self.add_error("ends_at", "Конец не позже начала.")
        return data


class CorrectionForm(OutageForm):
    """The same of one that is there; `version` is what stood there when the form was opened."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class CloseForm(forms.Form):
    """When access came back."""

    ends_at = _instant("Доступ восстановлен")

    def __init__(self, data=None, *, outage, now):
        super().__init__(data, label_suffix="", initial={"ends_at": minute(now)})
        self.outage, self.now = outage, now

    def clean_ends_at(self):
        ends_at = _not_ahead(self.cleaned_data["ends_at"], self.now)
        if ends_at <= self.outage.starts_at:
            raise forms.ValidationError("Это раньше, чем начался сбой.")
        return ends_at


# --- the transfer ---


class TransferFileForm(forms.Form):
    """A filled XLSX; what it says is `sheets`."""

    file = forms.FileField(
        label="Заполненный файл XLSX",
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
        help_text="Не больше 5 МБ. Сначала будет видно, что изменится: сразу ничего не запишется.",
        error_messages={
            "required": "Выберите файл.",
            "empty": "Файл пустой: выберите его ещё раз.",
        },
    )

    def clean_file(self):
        file = self.cleaned_data["file"]
        if refusal := too_big(file):
            raise forms.ValidationError(refusal)
        try:
            self.sheets = filled.read(file.read())
        except filled.SheetError as error:
            raise forms.ValidationError(str(error)) from error
        return file
