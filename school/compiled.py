"""Querysets that are built and compiled once and, on PostgreSQL, planned once.

Building a queryset, compiling it and planning its joins takes several times as long as looking up
the few rows it asks for. The reads that stand behind every cell save and every grid therefore pay
for that at their first use; from then on they are only given their values.

PostgreSQL plans them once because psycopg prepares what a server-side cursor executes, by the
protocol and not by SQL's PREPARE: a pooler that hands out transactions can follow it.
"""

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models.expressions import Value
from django.db.models.query import get_related_populators
from psycopg import RawCursor
from psycopg.postgres import types
from psycopg.types.datetime import TimestamptzLoader


class Given(Value):
    """Stands in a Compiled queryset for the value of that name, known only when it is called."""

    def as_sql(self, compiler, connection):
        return "%s", [self]


def preparing_cursor():
    """A cursor, counted and told of as Django's own; on PostgreSQL one that prepares (Django's
    bind their values in the client and never prepare), and takes the protocol's own $1, $2 … with
    a list: to find named places in a long statement takes the driver 0.1 ms each time."""
    return _preparing_cursor(connections[DEFAULT_DB_ALIAS])


def _preparing_cursor(connection):
    if connection.vendor != "postgresql":
        return connection.cursor()
    connection.ensure_connection()
    cursor = RawCursor(connection.connection)
    # Django's own loader is Python around the driver's in Python: of 160 instants 0.7 ms, 0.02 by
    # the driver's in C, which gives the same as long as both speak in UTC.
    cursor.adapters.register_loader("timestamptz", TimestamptzLoader)
    return connection._prepare_cursor(cursor)


class Compiled:
    """Decorates a function that takes nothing and returns a queryset with a Given for every name;
    what is called then takes these names and returns the rows, as tuples, or by `instances` what a
    queryset of models gives. Names that the queryset does not ask for are ignored."""

    def __init__(self, build):
        self.build = build
        self.sql = self.reader = None

    def _compile(self, connection):
        compiler = self.build().query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        names = [
            param.value if isinstance(param, Given) else f"constant_{number}"
            for number, param in enumerate(params)
        ]
        self.params = dict(zip(names, params, strict=True))
        self.converters = compiler.get_converters(
            [expression for expression, *_ in compiler.select]
        )
        self.compiler = compiler
        places = {name: f"${place}" for place, name in enumerate(self.params, start=1)}
        self.numbered = sql % tuple(places[name] for name in names)
        # Last: another thread may be looking.
        self.sql = sql % tuple(f"%({name})s" for name in names)

    def statement(self, **given):
        """(SQL, {name: value}) of the query with these values, to be a part of another one."""
        return self._statement(connections[DEFAULT_DB_ALIAS], given)

    def _statement(self, connection, given):
        if self.sql is None:
            self._compile(connection)
        adapt = connection.ops.adapt_unknown_value
        return self.sql, {
            name: adapt(given[name]) if isinstance(param, Given) else param
            for name, param in self.params.items()
        }

    def __call__(self, **given):
        # Looked up once: `django.db.connection` looks the thread's up for each attribute, 0.2 ms of
        # a page of eleven reads.
        connection = connections[DEFAULT_DB_ALIAS]
        sql, params = self._statement(connection, given)
        if connection.vendor == "postgresql":
            sql, params = self.numbered, [*params.values()]
        with _preparing_cursor(connection) as cursor:
            cursor.execute(sql, params)
            rows = cursor.fetchall()
            if self.converters and connection.vendor == "postgresql":
                self.converters = _needed(self.converters, cursor.description)
        if not self.converters:
            return rows
        return [tuple(row) for row in self.compiler.apply_converters(rows, self.converters)]

    def instances(self, **given):
        """The model's instances, with what the queryset annotates and `select_related` names."""
        rows = self(**given)
        if self.reader is None:
            self.reader = _reader(self.compiler)
        model, own, names, populators, annotations = self.reader
        found = []
        for row in rows:
            instance = model.from_db(DEFAULT_DB_ALIAS, names, row[own])
            for populator in populators:
                populator.populate(row, instance)
            for name, place in annotations:
                setattr(instance, name, row[place])
            found.append(instance)
        return found


WHOLE = {types[name].oid for name in ("int2", "int4", "int8")}


def _needed(converters, description):
    """The converters without those that make whole numbers of what the driver gives as such: of the
    sums of a class's marks 0.2 ms."""
    return {
        place: (found, expression)
        for place, (found, expression) in converters.items()
        if not (
            description[place].type_code in WHOLE
            and found == [expression.convert_value]
            and expression.output_field.get_internal_type().endswith("IntegerField")
        )
    }


def _reader(compiler):
    """What makes instances of the rows: (model, where its own columns are, their names, what makes
    the related ones, [(annotation, where)])."""
    select, of_model = compiler.select, compiler.klass_info
    own = slice(of_model["select_fields"][0], of_model["select_fields"][-1] + 1)
    names = [column.target.attname for column, *_ in select[own]]
    populators = get_related_populators(of_model, select, DEFAULT_DB_ALIAS)
    annotations = list(compiler.annotation_col_map.items())
    return of_model["model"], own, names, populators, annotations
