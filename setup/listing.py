"""Many rows of one page at once: those that stand, and new ones typed or pasted.

A row is sent with what it held when the page was opened. So only what a person has changed is
written, and where somebody else has changed the same meanwhile he is told instead. What is wrong
stays in its row as it was typed, with the reason; it keeps no other row from being written.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError, QuerySet

from school import kept
from school.actions.refusals import ScheduleError
from school.rules.texts import visible

MOST_ROWS = 300  # of one page
MOST_PASTED = 60  # each is judged and written for itself: longer lists come as files
ROWS, BLOCK = "rows", "block"  # which rows are sent; a block of a spreadsheet

GONE = "Пока страница была открыта, эту строку убрали. Откройте страницу снова."
AT_ONCE = "То же самое только что записал кто-то другой. Откройте страницу снова."
USED = "Этим уже пользуются: убрать нельзя."
TOO_MANY = f"Больше {MOST_PASTED} строк за раз не принимаем: такой список загрузите файлом."


class RowForm(forms.Form):
    """A row. `key` says which of those that stand it is, «» of a new one; `label` is what is shown
    of it beside its fields."""

    use_required_attribute = False

    def __init__(self, data=None, *, key="", label="", initial=None, is_gone=False, **options):
        super().__init__(data, initial=initial or {}, empty_permitted=True, **options)
        self.key, self.label, self.is_gone = key, label, is_gone
        for field in self.fields.values():
            field.show_hidden_initial = bool(key)
            field.widget.attrs["aria-label"] = field.label

    def clean(self):
        data = super().clean()
        if self.is_gone:
            raise ValidationError(GONE)
        if self.key:
            for name in set(self.changed_data) & set(data):
                self._refuse_stale(self[name])
        return data

    def _refuse_stale(self, cell):
        """Somebody else was first with a field; the next press knows what stands there now."""
        present = cell.field.prepare_value(self.initial.get(cell.name))
        now = cell.field.hidden_widget().format_value(present) or ""
        if now == self.data.get(cell.html_initial_name, ""):
            return
        self.data[cell.html_initial_name] = now
        shown = dict(getattr(cell.field, "choices", ())).get(present, present)
        told = f"Тем временем здесь записали «{shown}»." if now else "Тем временем это стёрли."
        self.add_error(cell.name, f"{told} Сохраните ещё раз, если верно ваше.")

    @property
    def said(self):
        """{field: value} of what was changed, of a new row of all fields."""
        names = self.changed_data if self.key else self.fields
        return {name: self.cleaned_data[name] for name in names}

    def fail(self, error):
        """Show at the row why it can't be written: a ValidationError or ScheduleError."""
        if not hasattr(error, "error_dict"):
            self.add_error(None, getattr(error, "messages", None) or str(error))
            return
        for name, errors in error.error_dict.items():
            is_shown = name != NON_FIELD_ERRORS and name in self.fields
            self.add_error(name if is_shown else None, errors)


class Removable(RowForm):
    """A RowForm that can be taken away as long as nothing was built upon it."""

    remove = forms.BooleanField(label="убрать", required=False)

    @property
    def is_removed(self):
        return bool(self.key) and self.cleaned_data["remove"]

    @property
    def said(self):
        return {name: value for name, value in super().said.items() if name != "remove"}

    def has_changed(self):
        """A new row that is only ticked away is none."""
        return bool(set(self.changed_data) - (set() if self.key else {"remove"}))


def remove(rows: QuerySet) -> None:
    """Delete the things of a queryset; ValidationError if something was built upon one."""
    if told := kept.refusal(rows):
        raise ValidationError(told)
    try:
        for row in rows:
            row.delete()
    except ProtectedError:
        raise ValidationError(USED) from None


def change(thing, said: Mapping[str, object]) -> None:
    """Save a model's instance with these {field: value}, judged as a whole; ValidationError."""
    for name, value in said.items():
        setattr(thing, name, value)
    thing.full_clean()
    thing.save()


@dataclass(frozen=True)
class StandingRow:
    """A row that stands: its key, its values {field: value}, what is shown beside them."""

    key: str
    initial: Mapping[str, object]
    label: str = ""


class Listing:
    """The rows of a page. A subclass says which RowForm they are of, what stands, and how one is
    written: each in a savepoint of its own."""

    row = RowForm
    label = ""  # the head of what is shown beside the fields
    label_last = False
    new_rows = 3

    def __init__(self, data=None):
        self.told, self.written = "", 0
        self.data = data.copy() if data is not None else None
        self.sent = list(dict.fromkeys(self.data.getlist(ROWS)))[: 2 * MOST_ROWS] if data else []
        stands = {one.key: one for one in self.standing()}
        if data is None:
            self.rows = [self._standing(one) for one in stands.values()] + self._blanks()
        else:
            self.rows = [self._sent(name, stands) for name in self.sent if name[:1] in ("r", "n")]

    def standing(self) -> Iterable[StandingRow]:
        raise NotImplementedError

    def write(self, row: RowForm) -> None:
        """ValidationError or ScheduleError tells why it can't be."""
        raise NotImplementedError

    def finish(self) -> str:
        """What follows once when rows were written, in their transaction; what is told of it."""
        return ""

    def options(self):
        """What each RowForm is made with."""
        return {}

    def spread(self, cells: Sequence[str]) -> Sequence[str]:
        """The texts of a pasted line as they go into the fields, in order."""
        return cells

    @property
    def blank(self):
        """A new row of which the browser makes more; «__» stands for its number."""
        return self._row("n__", None)

    @property
    def wrong(self):
        return [row for row in self.rows if row.is_bound and row.errors]

    def take(self):
        """Lay the pasted block into new rows, unwritten: what was read is seen first."""
        lines = [line for line in self.data.get(BLOCK, "").splitlines() if visible(line)]
        if len(lines) > MOST_PASTED:
            self.told = TOO_MANY
            return
        self.rows = [row for row in self.rows if row.key or row.has_changed()]
        for line in lines:
            name = self._free_name()
            cells = self.spread([visible(one) for one in line.split("\t" if "\t" in line else ";")])
            for (field, its), cell in zip(self.blank.fields.items(), cells, strict=False):
                self.data[f"{name}-{field}"] = as_sent(its, cell)
            self.sent.append(name)
            self.rows.append(self._row(name, self.data))
        self.data[BLOCK] = ""

    @transaction.atomic
    def save(self) -> int:
        """Write what was changed and is right; a row that another one is in the way of is tried
        again after that. Returns how many were written."""
        waiting = [row for row in self.rows if row.has_changed() and not row.errors]
        while waiting:
            left = [(row, error) for row in waiting if (error := self._error(row))]
            self.written += len(waiting) - len(left)
            if len(left) == len(waiting):
                for row, error in left:
                    row.fail(error)
                break
            waiting = [row for row, _ in left]
        if self.written:
            self.told = self.finish()
        return self.written

    def _error(self, row):
        try:
            with transaction.atomic():
                self.write(row)
        except (ValidationError, ScheduleError) as error:
            return error
        except IntegrityError:  # somebody else has written the same at this very moment
            return ValidationError(AT_ONCE)
        return None

    def remaining(self):
        """The page as it stands now, and in it the rows that could not be written."""
        wrong = {row.prefix: row for row in self.wrong}
        stands = [self._standing(one) for one in self.standing()]
        self.rows = [wrong.pop(row.prefix, row) for row in stands]
        self.rows += [*wrong.values(), *self._blanks()]

    def _standing(self, one):
        return self._row(f"r{one.key}", None, key=one.key, label=one.label, initial=one.initial)

    def _sent(self, name, stands):
        if name[0] == "n":
            return self._row(name, self.data)
        one = stands.get(name[1:])
        if one is None:
            return self._row(name, self.data, key=name[1:], is_gone=True)
        return self._row(name, self.data, key=one.key, label=one.label, initial=one.initial)

    def _blanks(self):
        blanks = []
        for _ in range(self.new_rows):
            self.sent.append(self._free_name())
            blanks.append(self._row(self.sent[-1], None))
        return blanks

    def _free_name(self):
        taken = set(self.sent)
        return next(name for name in map("n{}".format, range(10 * MOST_ROWS)) if name not in taken)

    def _row(self, prefix, data, **said):
        return self.row(data, prefix=prefix, **said, **self.options())


def as_sent(field: forms.Field, cell: str) -> str:
    """A pasted text as the field's own input would send it: of a choice its value, also where its
    name was written; of a tick «on» where something says yes."""
    if isinstance(field, forms.ChoiceField):
        for value, name in field.choices:
            if cell.casefold() in (str(value).casefold(), str(name).casefold()):
                return str(value)
    if isinstance(field, forms.BooleanField):
        return "on" if cell.casefold() in ("да", "1", "+", "x", "х", "v", "✓") else ""
    return cell


class DayText(forms.DateField):
    """A day as a list has it, typed or pasted."""

    widget = forms.DateInput(
        attrs={"placeholder": "дд.мм.гггг", "inputmode": "numeric", "autocomplete": "off"},
        format="%d.%m.%Y",
    )

    def __init__(self, **options):
        formats = ["%d.%m.%Y", "%d.%m.%y", "%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y"]
        errors = {"invalid": "Так: 31.08.2015."}
        super().__init__(input_formats=formats, error_messages=errors, **options)


class HourText(forms.TimeField):
    """A time of day as a list has it."""

    widget = forms.TimeInput(attrs={"placeholder": "8:30", "autocomplete": "off"}, format="%H:%M")

    def __init__(self, **options):
        formats = ["%H:%M", "%H.%M", "%H-%M", "%H:%M:%S"]
        errors = {"invalid": "Так: 8:30."}
        super().__init__(input_formats=formats, error_messages=errors, **options)
