"""Rows of a form that belong to one thing and are saved at once: judged together, as they will
stand, and written in an order in which none is in the way of another.

Django's own form sets ask of each row whether it may stand beside what is stored: there the row
that is ended in the same save is still open, and two new rows know nothing of each other.
"""

from dataclasses import dataclass
from itertools import chain

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import F, UniqueConstraint

from .models.dated import NoOverlap, alike_in

ALIKE = "Такая строка уже есть."
CROSSED = "Эти строки меняются местами: сохраните сначала одну из них, потом другую."
STALE = "Пока страница была открыта, эти строки изменили. Откройте её снова и внесите своё."


@dataclass(frozen=True)
class Rule:
    """What no two rows may have alike: the values of `columns`, with a NoOverlap where they share a
    time. Nothing is like nothing only where `nothing_counts`."""

    columns: tuple[str, ...]
    overlap: NoOverlap | None
    told: str
    nothing_counts: bool = False

    def forbids(self, one, other):
        """Whether rows with these values, {column: value}, can't stand beside each other."""
        if self._says_nothing(one) or any(one[name] != other[name] for name in self.columns):
            return False
        return not self.overlap or self.overlap.overlap(one, other)

    def rivals(self, values, stored):
        """Those of a queryset that a row with these values can't stand beside."""
        if self._says_nothing(values):
            return stored.none()
        found = stored.filter(alike_in({name: values[name] for name in self.columns}))
        return self.overlap.overlapping(found, values) if self.overlap else found

    def _says_nothing(self, values):
        return not self.nothing_counts and any(values[name] is None for name in self.columns)


def rules_of(model):
    """The Rules that the fields and constraints of a model lay down. A unique constraint with a
    condition is Django's to check, row by row; one of expressions makes nothing equal nothing."""
    found = [
        Rule((field.attname,), None, ALIKE)
        for field in model._meta.concrete_fields
        if field.unique and not field.primary_key
    ]
    for constraint in model._meta.constraints:
        overlap = constraint if isinstance(constraint, NoOverlap) else None
        if overlap:
            names, told = overlap.over, overlap.violation_error_message
        elif isinstance(constraint, UniqueConstraint) and not constraint.condition:
            names, told = constraint.fields or _fields(constraint.expressions), ALIKE
        else:
            continue
        columns = tuple(model._meta.get_field(name).attname for name in names)
        of_expressions = bool(getattr(constraint, "expressions", ()))
        nothing_counts = overlap.nothing_counts if overlap else of_expressions
        found.append(Rule(columns, overlap, told, nothing_counts))
    return found


def _fields(expressions):
    """The names of the fields that expressions are made of."""
    parts = (one.flatten() if hasattr(one, "flatten") else [one] for one in expressions)
    return [part.name for part in chain.from_iterable(parts) if isinstance(part, F)]


class Rows(forms.BaseInlineFormSet):
    """The base of every form set of rows."""

    def _construct_form(self, i, **kwargs):
        form = super()._construct_form(i, **kwargs)
        form.before = self._values(form)
        return form

    def full_clean(self):
        """Each row is told of the others, for the checks it makes itself (`NoOverlap.validate`)."""
        self.keys = [form.instance.pk for form in self.forms if not _is_new(form)]
        for form in self.forms:
            form.instance.saved_with = self.keys
        super().full_clean()

    def _values(self, form):
        """{column: value} of the row; a thing that is only being added has no key yet, but all
        rows have it alike."""
        columns = [field.attname for field in self.model._meta.concrete_fields]
        values = {name: getattr(form.instance, name) for name in columns}
        return values | {self.fk.attname: self.instance.pk or 0}

    def clean(self):
        """Say at the row what can't stand beside another, above the rows what none shows."""
        standing = [form for form in self.forms if form.is_valid() and not self._is_deleted(form)]
        changed = [form for form in standing if form.has_changed()]
        kept = [form for form in standing if form not in changed and not _is_new(form)]
        after = {form: self._values(form) for form in standing}
        stored = self.model._default_manager.exclude(pk__in=self.keys)
        for place, form in enumerate(changed):
            beside = [after[other] for other in (*kept, *changed[:place])]
            for rule in rules_of(self.model):
                forbidden = any(rule.forbids(after[form], other) for other in beside)
                if forbidden or rule.rivals(after[form], stored).exists():
                    form.add_error(None, rule.told)
                    break
        for form in self._in_order()[1]:
            form.add_error(None, CROSSED)
        if any(_fails_unseen(form) for form in self.forms if not self._is_deleted(form)):
            raise ValidationError(STALE)

    def save_existing_objects(self, commit=True):
        """As Django does, but the deleted rows first and the changed ones in their order; new ones
        follow."""
        self.changed_objects, self.deleted_objects, saved = [], [], []
        for form in self.initial_forms:
            if self._is_deleted(form) and not _is_new(form):
                self.deleted_objects.append(form.instance)
                self.delete_existing(form.instance, commit=commit)
        for form in self._in_order()[0]:
            self.changed_objects.append((form.instance, form.changed_data))
            saved.append(self.save_existing(form, form.instance, commit=commit))
            if not commit:
                self.saved_forms.append(form)
        return saved

    def _in_order(self):
        """(The forms of changed rows, each after those that so far stand where it goes; those for
        which there is no such order.)"""
        order, waiting = [], [form for form in self.initial_forms if self._is_to_change(form)]
        while free := [form for form in waiting if not self._is_hindered(form, waiting)]:
            order += free
            waiting = [form for form in waiting if form not in free]
        return order, waiting

    def _is_hindered(self, form, waiting):
        values, others = self._values(form), [one.before for one in waiting if one is not form]
        return any(rule.forbids(values, one) for rule in rules_of(self.model) for one in others)

    def _is_to_change(self, form):
        is_left = form.errors or _is_new(form) or self._is_deleted(form)
        return form.has_changed() and not is_left

    def _is_deleted(self, form):
        return self.can_delete and self._should_delete_form(form)


def _is_new(form):
    return form.instance._state.adding


def _fails_unseen(form):
    """Whether something is wrong that stands in no field a person sees: a row that was deleted
    meanwhile, or that was given to something else."""
    return any(name in form.fields and form.fields[name].widget.is_hidden for name in form.errors)
