"""What is ended, never deleted: whatever something was written about, whoever wrote or is named
(design, section 11). Django's signals refuse it, so that no page, no action and no code goes round
it; what is deleted at once by a query without them has to ask here."""

from django.apps import apps
from django.db import models
from django.db.models import ProtectedError
from django.db.models.signals import pre_delete
from guardian.models import UserObjectPermission
from simple_history.models import HistoricalChanges

from .models import (
    EnrolmentOrder,
    HealthRecord,
    Journal,
    Lesson,
    Period,
    PeriodLock,
    SchoolClass,
    SchoolYear,
    Student,
    StudentCard,
    TeachingGroup,
    Unlock,
    User,
)

RECORDS = ("journals", "attendance", "diaries", "tempjournal")
CARDS = (StudentCard, HealthRecord, EnrolmentOrder)
WRITTEN_IN = (Lesson, PeriodLock, Unlock)  # their histories: the rows themselves protect

WRITTEN_ABOUT = (
    "Об этом уже есть записи в журналах, пропусках или карточках: удалить нельзя. Срок можно "
    "закончить датой."
)
NAMED = (
    "Эта учётная запись уже где-то названа: кем-то работал или учился этот человек, или он что-то "
    "внёс. Удалить её нельзя. Снимите флажок «Активный»: войти по ней станет нельзя, а подписи "
    "под записями останутся."
)


def is_written_about(rows):
    """Whether anything of a queryset, or what would be deleted with it, has or ever had something
    written about it in another app or a card."""
    for relation in rows.model._meta.get_fields(include_hidden=True):
        if not (relation.auto_created and (relation.one_to_many or relation.one_to_one)):
            continue
        model = relation.related_model
        found = model._base_manager.filter(**{f"{relation.field.name}__in": rows})
        if issubclass(model, HistoricalChanges):
            of = model.instance_type
            on_delete = of._meta.get_field(relation.field.name).remote_field.on_delete
            if on_delete is models.SET_NULL:
                continue  # it lets go of the thing: a day off of the lessons it had cancelled
            if (_is_record(of) or of in WRITTEN_IN) and found.exists():
                return True
        elif relation.on_delete not in (models.CASCADE, models.PROTECT):
            continue
        elif _is_record(model):
            if found.exists():
                return True
        elif relation.on_delete is models.CASCADE and is_written_about(found):
            return True
    return False


def _is_record(model):
    return model._meta.app_label in RECORDS or model in CARDS


def is_named(users):
    """Whether anything names an account of a queryset, or did: as who wrote it or whom it is about.
    Rights are no such thing: they only follow."""
    return any(
        model._base_manager.filter(**{f"{field.name}__in": users}).exists()
        for model in apps.get_models()
        if model is not UserObjectPermission
        for field in model._meta.concrete_fields
        if field.is_relation and field.related_model is User
    )


def refusal(rows):
    """Why the things of a queryset are to be kept, as a Russian text; None where they are not."""
    if rows.model is User:
        return NAMED if is_named(rows) else None
    return WRITTEN_ABOUT if is_written_about(rows) else None


def _refuse(sender, instance, **kwargs):
    if told := refusal(sender._base_manager.filter(pk=instance.pk)):
        raise ProtectedError(told, {instance})


def keep_what_is_written():
    """ProtectedError for whoever deletes such a thing."""
    for model in (User, Student, SchoolYear, Period, SchoolClass, TeachingGroup, Journal):
        pre_delete.connect(_refuse, sender=model)
