"""What holds from one day to another: the fields, the order of the days, no overlaps."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from ..rules.spans import intersect, span


class NoOverlap(models.BaseConstraint):
    """Rows that are alike in `over` do not overlap in time: an exclusion constraint on PostgreSQL.
    Where `nothing_counts` two rows without a value are alike, though NULL equals nothing.

    SQLite has none; there the check that forms and actions make (`validate`) is the only one.
    Both days of a span belong to it; an `ends_on` of NULL is open.
    """

    BOUNDS = ("starts_on", "ends_on")
    NEEDED = ("starts_on",)
    SQL = "daterange(starts_on, ends_on, '[]') WITH &&)"
    TOLD = "Сроки пересекаются с другой записью."

    def __init__(self, *, over, name, nothing_counts=False):
        super().__init__(name=name, violation_error_message=self.TOLD)
        self.over, self.nothing_counts = tuple(over), nothing_counts

    def deconstruct(self):
        said = {"over": self.over, "name": self.name}
        if self.nothing_counts:
            said["nothing_counts"] = True
        return f"{self.__class__.__module__}.{self.__class__.__name__}", (), said

    def __eq__(self, other):
        return isinstance(other, NoOverlap) and self.deconstruct() == other.deconstruct()

    __hash__ = models.BaseConstraint.__hash__

    def constraint_sql(self, model, schema_editor):
        if schema_editor.connection.vendor != "postgresql":
            return None
        quote = schema_editor.quote_name
        fields = [model._meta.get_field(name) for name in self.over]
        columns = {field: quote(field.column) for field in fields}
        if self.nothing_counts:
            columns |= {one: f"(COALESCE({columns[one]}, -1))" for one in fields if one.null}
        same = "".join(f"{column} WITH =, " for column in columns.values())
        return f"CONSTRAINT {quote(self.name)} EXCLUDE USING gist ({same}{self.SQL}"

    def create_sql(self, model, schema_editor):
        sql = self.constraint_sql(model, schema_editor)
        return sql and f"ALTER TABLE {schema_editor.quote_name(model._meta.db_table)} ADD {sql}"

    def remove_sql(self, model, schema_editor):
        if schema_editor.connection.vendor != "postgresql":
            return None
        quote = schema_editor.quote_name
        return f"ALTER TABLE {quote(model._meta.db_table)} DROP CONSTRAINT {quote(self.name)}"

    def validate(self, model, instance, exclude=None, using="default"):
        """ValidationError if a stored row overlaps. As Django's own constraints do, it says nothing
        of fields that are in `exclude`, nor of the rows that are saved with this one (`rows.Rows`):
        they are judged together, as they will stand."""
        if exclude and {*self.over, *self.BOUNDS} & set(exclude):
            return
        columns = [model._meta.get_field(field).attname for field in self.over]
        alike = {column: getattr(instance, column) for column in columns}
        bounds = {name: getattr(instance, name) for name in self.BOUNDS}
        needed = [bounds[name] for name in self.NEEDED]
        if None in (needed if self.nothing_counts else [*alike.values(), *needed]):
            return  # what is missing is complained about by the field itself
        beside = [instance.pk, *getattr(instance, "saved_with", ())]
        rivals = model._default_manager.using(using).filter(alike_in(alike)).exclude(pk__in=beside)
        if self.overlapping(rivals, bounds).exists():
            raise ValidationError(self.violation_error_message, code="overlap")

    def overlapping(self, rows, bounds):
        """Those of a queryset that overlap {name of a bound: value}."""
        return overlapping(rows, *(bounds[name] for name in self.BOUNDS))

    def overlap(self, one, other):
        """The same of two such bounds."""
        spans = [span(*(values[name] for name in self.BOUNDS)) for values in (one, other)]
        return bool(intersect(spans[:1], spans[1:]))


def alike_in(values):
    """Q for rows with these values {column: value}, nothing (None) being like nothing."""
    said = {name: one for name, one in values.items() if one is not None}
    return Q(**said, **{f"{name}__isnull": True for name in values if name not in said})


def overlapping(queryset, first, last, prefix=""):
    """Rows of a dated model that share a day with first … last (`last` None: open)."""
    ends = f"{prefix}ends_on"
    rows = queryset.filter(Q(**{f"{ends}__isnull": True}) | Q(**{f"{ends}__gte": first}))
    return rows if last is None else rows.filter(**{f"{prefix}starts_on__lte": last})


def on_day(day, prefix=""):
    """Q: the dated row is in force on that school-local day."""
    return Q(**{f"{prefix}starts_on__lte": day}) & (
        Q(**{f"{prefix}ends_on__isnull": True}) | Q(**{f"{prefix}ends_on__gte": day})
    )


def meets(prefix):
    """Q: the dated row shares a day with the dated row behind `prefix` (a join)."""
    ends = f"{prefix}ends_on"
    return (Q(ends_on__isnull=True) | Q(**{f"{prefix}starts_on__lte": F("ends_on")})) & (
        Q(**{f"{ends}__isnull": True}) | Q(**{f"{ends}__gte": F("starts_on")})
    )


class Dated(models.Model):
    """Holds from starts_on to ends_on, both days included; an open end is NULL."""

    starts_on = models.DateField("с")
    ends_on = models.DateField("по", null=True, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="%(class)s_dates_in_order",
                violation_error_message="Последний день раньше первого.",
            )
        ]

    def holds_on(self, day):
        """Whether it is in force on a school-local day."""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)
