"""What every row of history says beside django-simple-history's who, when and what."""

from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache

from django.conf import settings
from django.db import connection, models, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from simple_history.manager import HistoryManager
from simple_history.models import HistoricalRecords


def request_address(request):
    """The browser's address: behind a proxy of ours the one that the proxy itself has seen, which
    it puts last; what stands before it anybody could have sent."""
    if settings.BEHIND_HTTPS and (seen := request.META.get("HTTP_X_FORWARDED_FOR")):
        return seen.rsplit(",", 1)[-1].strip()
    return request.META.get("REMOTE_ADDR") or None  # a log-in by code has none


def current_address():
    """The address of the request being answered in this thread, None outside of one."""
    request = getattr(HistoricalRecords.context, "request", None)
    return request_address(request) if request else None


SYSTEM = "система"  # the name of who changes what no person did
BASELINE = "начало истории"  # the origin of a row that says how things stood when one began

_origin = ContextVar("origin", default=None)


@contextmanager
def originating(text):
    """What is written meanwhile says in its history where it comes from: a Russian text of at most
    100 characters, «из временного журнала, сбой 24.11.2026 09:00»."""
    token = _origin.set(text)
    try:
        yield
    finally:
        _origin.reset(token)


def origin():
    """That text, None where nothing was said. Rows that are saved or written by the functions below
    have it; who writes history in bulk otherwise says nothing."""
    return _origin.get()


class Traced(models.Model):
    """Base of the history tables: the network address a change came from (NULL: not from a page).
    A default, so that bulk writes of history have it too: they send no signals."""

    history_address = models.GenericIPAddressField("адрес", null=True, default=current_address)

    class Meta:
        abstract = True


class KeptManager(HistoryManager):
    """simple-history makes this class anew at every write, a third of the time of a history row."""

    from_queryset = classmethod(lru_cache(HistoryManager.from_queryset.__func__))


class History(HistoricalRecords):
    """The history of a model: `history = History()`."""

    def __init__(self, base=Traced, **options):
        super().__init__(bases=[base], history_manager=KeptManager, **options)

    def get_change_reason_for_object(self, instance, history_type, using):
        return origin()

    def _get_history_user_fields(self):
        """Whoever wrote stays named for ever: an account that did is not to be deleted."""
        (writer,) = super()._get_history_user_fields().values()
        writer.remote_field.on_delete = models.PROTECT
        return {"history_user": writer}

    def post_save(self, instance, created, using=None, update_fields=None, **options):
        """Nothing of the history has changed where only excluded fields were saved."""
        if update_fields is not None:
            tracked = self.fields_included(instance)
            if not any({one.name, one.attname} & set(update_fields) for one in tracked):
                return
        super().post_save(instance, created, using, **options)


@transaction.atomic(savepoint=False)
def begin_history(model):
    """Write down how the rows stand that have no history yet: they were written in bulk. Whoever
    changes one later is then told from what."""
    known = model.history.filter(id=OuterRef("pk"))
    rows = list(model._default_manager.filter(~Exists(known)))
    if rows:
        with originating(BASELINE):
            _copy_into_history(model, rows, "+")


@transaction.atomic(savepoint=False)
def create_with_history(model, rows, person=None):
    """`bulk_create`, and the history that saving each row would have written, with the `origin`.
    `person`: the User whose deed it is where there is no request to say so, as in a worker."""
    if rows:
        model._default_manager.bulk_create(rows)
        _copy_into_history(model, rows, "+", person)


@transaction.atomic(savepoint=False)
def update_with_history(model, rows, fields, person=None):
    """`bulk_update`, and the history of it."""
    if rows:
        model._default_manager.bulk_update(rows, fields)
        _copy_into_history(model, rows, "~", person)


@transaction.atomic(savepoint=False)
def delete_with_history(model, rows, person=None):
    """Delete rows that nothing refers to, and the history that deleting each would have written."""
    if rows:
        _copy_into_history(model, rows, "-", person)
        found = model._default_manager.filter(pk__in=[row.pk for row in rows])
        found._raw_delete(found.db)  # `delete` would have each row write its history once more


def _copy_into_history(model, rows, history_type, person=None):
    """The database copies what it has just been given or is about to lose: making an instance of
    history for each row takes five times as long."""
    history = model.history.model
    writer = person or history.get_default_history_user(rows[0])
    said = {
        "history_date": timezone.now(),
        "history_type": history_type,
        "history_change_reason": origin(),
        "history_user": writer and writer.pk,
        "history_address": current_address(),
    }
    fields = [history._meta.get_field(name) for name in said]
    values = [
        field.get_db_prep_save(value, connection)
        for field, value in zip(fields, said.values(), strict=True)
    ]
    quote = connection.ops.quote_name
    key = quote(model._meta.pk.column)
    copied = ", ".join(quote(field.column) for field in history.tracked_fields)
    told = ", ".join(quote(field.column) for field in fields)
    keys = ", ".join(str(int(row.pk)) for row in rows)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {quote(history._meta.db_table)} ({copied}, {told}) "
            f"SELECT {copied}, %s, %s, %s, %s, %s FROM {quote(model._meta.db_table)} "
            f"WHERE {key} IN ({keys}) ORDER BY {key}",
            values,
        )
