"""Forms of the page of locks (4.2)."""

from django import forms

from school.forms import choice
from school.models import Journal, Period, Unlock, YearClosing
from school.models.names import NameField
from school.queries.calendar import in_kind_order

from .actions.locks import MOST_HOURS
from .queries.lists import in_class_order


class UnlockForm(forms.Form):
    """Which journal of a closed period to open, for how long and why; `asked` may name journal and
    period beforehand."""

    hours = forms.IntegerField(
        label="На сколько часов",
        min_value=1,
        max_value=MOST_HOURS,
        initial=24,
        help_text=f"От 1 до {MOST_HOURS} (неделя).",
    )
    reason = NameField(label="Почему", max_length=Unlock._meta.get_field("reason").max_length)
    field_order = ("journal", "period", "hours", "reason")

    def __init__(self, data, *, year, asked):
        super().__init__(data, initial={name: asked.get(name) for name in ("journal", "period")})
        journals = in_class_order(
            Journal.objects.filter(group__year=year).select_related("group", "subject")
        )
        closed = Period.objects.filter(year=year, lock__isnull=False).order_by("starts_on")
        for name, label, choices in (
            ("journal", "Журнал", [(one.pk, str(one)) for one in journals]),
            ("period", "Закрытый период", [(one.pk, str(one)) for one in in_kind_order(closed)]),
        ):
            self.fields[name] = choice(label, "выберите", choices)
            self.fields[name].required = True
        self.order_fields(self.field_order)


class ReopenForm(forms.Form):
    """Why a closed school year is opened again."""

    why = NameField(
        label="Почему год снова открывается",
        max_length=YearClosing._meta.get_field("why").max_length,
    )
