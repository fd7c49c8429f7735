"""Forms of the temporary journals."""

import datetime
import re

from django import forms
from django.utils import timezone
from django.utils.dates import MONTHS
from django.utils.formats import date_format

from school import rules as school_rules

WEEKS_BEFORE, WEEKS_AFTER = 4, 8  # of the present one, to choose from
MOST_DAYS = 190  # half a year and a few days more


class PaperForm(forms.Form):
    """For which days a temporary journal is to be printed: `from` … `to` are ISO weeks, the present
    one by default; a `month` («2026-11») stands instead of them."""

    def __init__(self, data=None, *, classes=()):
        super().__init__(data, label_suffix="")
        today = timezone.localdate()
        weeks, months = _weeks(today), _months(today)
        if classes:
            choices = [(one.pk, str(one)) for one in classes]
            self.fields["class"] = forms.CharField(
                label="Класс", required=False, widget=forms.Select(choices=choices)
            )
        for name, label in (("from", "С недели"), ("to", "По неделю")):
            self.fields[name] = forms.CharField(
                label=label,
                required=False,
                initial=school_rules.week_key(today),
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
            present = school_rules.week_key(timezone.localdate())
            first = _monday(data.get("from") or present)
            last = _monday(data.get("to") or data.get("from") or present) + 6 * school_rules.ONE_DAY
        if last < first:
            raise forms.ValidationError("Последняя неделя раньше первой.")
        if (last - first).days > MOST_DAYS:
            raise forms.ValidationError("Слишком много: не больше полугода сразу.")
        return data | {"first": first, "last": last}


def _monday(key):
    try:
        return school_rules.monday_of_week(key)
    except ValueError:
        raise forms.ValidationError(
            "Такой недели нет. Неделю пишут так: 2026-W48.", code="week"
        ) from None


def _days_of_month(key):
    if not re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", key, re.ASCII):
        raise forms.ValidationError("Такого месяца нет. Месяц пишут так: 2026-11.", code="month")
    first = datetime.date.fromisoformat(f"{key}-01")
    next_month = (first + datetime.timedelta(days=31)).replace(day=1)
    return first, next_month - school_rules.ONE_DAY


def _weeks(today):
    monday = today - datetime.timedelta(days=today.weekday())
    weeks = [monday + n * school_rules.ONE_WEEK for n in range(-WEEKS_BEFORE, WEEKS_AFTER + 1)]
    return [(school_rules.week_key(one), _week_name(one)) for one in weeks]


def _week_name(monday):
    sunday = monday + 6 * school_rules.ONE_DAY
    starts = f"{monday.day}" if monday.month == sunday.month else date_format(monday, "j E")
    return f"{starts} – {date_format(sunday, 'j E')}"


def _months(today):
    """The month before the present one, that, and the three that follow."""
    months = [today.year * 12 + today.month - 1 + n for n in range(-1, 4)]
    return [
        (f"{one // 12}-{one % 12 + 1:02}", f"{MONTHS[one % 12 + 1]} {one // 12}".lower())
        for one in months
    ]
