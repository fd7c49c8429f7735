"""What is ended, never deleted: whatever something was written about, whoever wrote or is named
(design, section 11). Django's signals refuse it, so that no page, no action and no code goes round
it; what is deleted at once by a query without them has to ask here."""

from django.apps import apps
from django.db import connection, models
from django.db.models import ProtectedError, Q
from django.db.models.signals import pre_delete, pre_save
from django.utils import timezone
from guardian.models import UserObjectPermission
from simple_history.models import HistoricalChanges

from .actions.holding import hold
from .declared import declared
from .models import (
    Enrolment,
    EnrolmentOrder,
    GradeScale,
    GroupMembership,
    HealthRecord,
    Journal,
    Lesson,
    LessonKind,
    Outage,
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
from .models.versions import Version
from .rules.days import start_of_day

RECORDS = ("journals", "attendance", "diaries", "tempjournal")
# What the apps above declare in their modules `records`: JOURNALS_OF, functions of (pupil's key,
# first, last) with the keys of the journals that have something of the pupil on the school-local
# days first … last (None: open), as a queryset; EXAM_GRADED_IN, functions of a journal's key that
# say whether something is written that only a journal with an exam shows; GRADED_IN, whether grades
# are, which are those of its subject; PERIODS_GRADED_IN, of a
# journal's key and a kind of periods, whether something is that only another kind's pages show.
OWN_RECORDS = (StudentCard, HealthRecord, EnrolmentOrder, Outage.hindered_lessons.through)
PLACES = (Enrolment, GroupMembership)  # what makes a pupil belong to journals
WRITTEN_IN = (Lesson, PeriodLock, Unlock)  # their histories: the rows themselves protect

WRITTEN_ABOUT = (
    "Об этом уже есть записи в журналах, пропусках или карточках: удалить нельзя. Срок можно "
    "закончить датой."
)
HAS_BEGUN = (
    "Эта запись уже действовала: удалить её или перенести в другое место нельзя. Закончите её "
    "датой и добавьте новую."
)
EXAM_GRADED = (
    "По этому журналу уже выставлены экзаменационные или итоговые оценки: экзамен остаётся. Если "
    "он отмечен по ошибке, сначала учитель стирает эти оценки."
)
PERIODS_GRADED = (
    "По этому журналу уже выставлены оценки за периоды другого вида: они больше нигде не были бы "
    "видны. Если их выставили по ошибке, сначала учитель стирает эти оценки."
)
SUBJECT_GRADED = (
    "По этому журналу уже выставлены оценки: они относятся к его предмету. Чтобы сменить предмет, "
    "заведите новый журнал."
)
IN_USE = (
    "Этим уже пользуются: удалить нельзя. Значение шкалы и вид работы можно закончить датой, "
    "шкалу и вид занятий журнала сменить."
)
NAMED = (
    "Эта учётная запись уже где-то названа: кем-то работал или учился этот человек, или он что-то "
    "внёс. Удалить её нельзя. Снимите флажок «Активный»: войти по ней станет нельзя, а подписи "
    "под записями останутся."
)


def is_written_about(rows):
    """Whether anything of a queryset, or what would be deleted with it, has or ever had something
    written about it in another app or a card, or is on the paper of an outage."""
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
    return model._meta.app_label in RECORDS or model in OWN_RECORDS


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


def is_written_under(rows):
    """Whether on the days of a queryset of Enrolments or GroupMemberships something of the pupil
    stands in a journal that he belongs to by them: a mark that would leave grades and diary."""
    return any(
        Journal.objects.filter(journals_by(row), pk__in=found).exists()
        for row in rows
        for journals_of in declared("records", "JOURNALS_OF")
        for found in [journals_of(row.student_id, row.starts_on, row.ends_on)]
    )


def is_kept(row):
    """Whether an Enrolment or GroupMembership is ended, never deleted: one that has begun, whatever
    its days are by now. Only what was entered today, for a place where the pupil never was before,
    is a slip and goes, unless something was written under it meanwhile. So that the answer tells
    nobody of marks: it follows from what he himself has entered."""
    today, place = timezone.localdate(), _place(row)
    told = type(row).history.filter(id=row.pk)
    if row.starts_on > today and not told.filter(starts_on__lte=today).exists():
        return False
    began = start_of_day(today, timezone.get_default_timezone())
    was_there = type(row).history.filter(**place).exclude(id=row.pk).exists()
    is_slip = not (was_there or told.filter(history_date__lt=began).exists())
    return not is_slip or is_written_under([row])


def _place(row):
    """The pupil and the class or group."""
    keys = [field.attname for field in row._meta.concrete_fields if field.many_to_one]
    return {name: getattr(row, name) for name in keys}


def journals_by(row):
    """Q of the Journals to which an Enrolment or GroupMembership lets its pupil: also those of
    subgroups need an enrolment."""
    if isinstance(row, GroupMembership):
        return Q(group=row.group_id)
    return Q(group__school_class=row.school_class_id) | Q(group__school_class=None)


def refusal(rows):
    """Why the things of a queryset are to be kept, as a Russian text; None where they are not."""
    if rows.model is User:
        return NAMED if is_named(rows) else None
    if rows.model in PLACES:
        return HAS_BEGUN if any(map(is_kept, rows)) else None
    if any(row.is_used for row in rows if isinstance(row, GradeScale | LessonKind)):
        return IN_USE
    if any(row.is_in_use for row in rows if isinstance(row, Version)):
        return IN_USE
    return WRITTEN_ABOUT if is_written_about(rows) else None


def moved(row):
    """The same of an Enrolment or GroupMembership that is to be saved (it is stored) for another
    pupil, class or group than so far; other days are how one ends it."""
    stored = type(row)._base_manager.filter(pk=row.pk)
    if stored.filter(**_place(row)).exists():
        return None
    return refusal(stored)


def has_exam_grades(journal):
    """Whether a journal has grades that would be seen nowhere without its exam (2.4)."""
    return any(is_graded(journal.pk) for is_graded in declared("records", "EXAM_GRADED_IN"))


def has_grades(journal):
    """Whether a journal has grades, each of which is its subject's."""
    return any(is_graded(journal.pk) for is_graded in declared("records", "GRADED_IN"))


def has_grades_of_others(journal, kind):
    """Whether a journal has grades that would be seen nowhere were it graded by this kind of
    periods."""
    asked = declared("records", "PERIODS_GRADED_IN")
    return any(is_graded(journal.pk, kind) for is_graded in asked)


def _refuse_other_periods(sender, instance, raw=False, update_fields=None, **kwargs):
    if _writes("period_kind", instance, raw, update_fields):
        stored = sender._base_manager.filter(pk=instance.pk)
        if stored.exclude(period_kind=instance.period_kind).exists():
            _refuse_to_hide(instance, PERIODS_GRADED, has_grades_of_others, instance.period_kind)


def _refuse_other_subject(sender, instance, raw=False, update_fields=None, **kwargs):
    if _writes("subject", instance, raw, update_fields):
        stored = sender._base_manager.filter(pk=instance.pk)
        if stored.exclude(subject=instance.subject_id).exists():
            _refuse_to_hide(instance, SUBJECT_GRADED, has_grades)


def _refuse_without_exam(sender, instance, raw=False, update_fields=None, **kwargs):
    if not instance.has_exam and _writes("has_exam", instance, raw, update_fields):
        _refuse_to_hide(instance, EXAM_GRADED, has_exam_grades)


def _writes(field, instance, raw, update_fields):
    """Whether a save of what is stored writes that field."""
    if raw or instance._state.adding:
        return False
    return update_fields is None or field in update_fields


def _refuse_to_hide(journal, told, has_grades, *args):
    """Who enters such a grade meanwhile holds the journal: one of the two sees what the other
    did."""
    if connection.in_atomic_block:
        hold([journal.pk])
    if has_grades(journal, *args):
        raise ProtectedError(told, {journal})


def _refuse_move(sender, instance, raw=False, **kwargs):
    if not (raw or instance._state.adding) and (told := moved(instance)):
        raise ProtectedError(told, {instance})


def _refuse(sender, instance, **kwargs):
    if told := refusal(sender._base_manager.filter(pk=instance.pk)):
        raise ProtectedError(told, {instance})


def keep_what_is_written():
    """ProtectedError for whoever deletes or hides such a thing."""
    pre_save.connect(_refuse_without_exam, sender=Journal)
    pre_save.connect(_refuse_other_periods, sender=Journal)
    pre_save.connect(_refuse_other_subject, sender=Journal)
    structure = (SchoolYear, Period, SchoolClass, TeachingGroup, Journal)
    for model in (User, Student, *structure, *PLACES):
        pre_delete.connect(_refuse, sender=model)
    for model in PLACES:
        pre_save.connect(_refuse_move, sender=model)
