"""Letters: what a digest says, in plain text. No pupil is named in one: mail is read by others."""

from dataclasses import dataclass, replace

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core.signing import Signer
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlsafe_base64_encode

from school.rules.texts import counted

from .queries.digests import last_digest_at, named_since
from .queries.teacher_day import teacher_day

STOP_SALT = "digest"
PAST_LESSONS = 10  # a letter names so many; who owes more finds them on the home page


@dataclass(frozen=True)
class Letter:
    """`stop_url`: where the reader can stop letters of this kind; «» where he can't."""

    subject: str
    text: str
    stop_url: str = ""


def teacher_digest(teacher, now):
    """The Letter with what a teacher has not written, the lessons to come in which he stands in and
    the remarks that wait for an answer; None when nothing is late or due today and neither of these
    has come since the letter before. Marks that may
    wait for a later day are told, but are no reason to write. A remark is not quoted: it may name a
    pupil."""
    day = teacher_day(teacher, now)
    today = [one for one in day.lessons if one.todo]
    due = [todo for one in today + day.gaps for todo in one.todo if todo.is_due]
    sheets = [(sheet, todo) for sheet, todo in day.sheets if todo.is_due]
    transfers = [(one, todo) for one, todo in day.transfers if todo.is_due]
    due += [todo for _, todo in (*sheets, *transfers)]
    before = last_digest_at(teacher) if day.remarks or day.coming else None
    remarks = [(one, before is None or one.waits_since > before) for one in day.remarks]
    new = sum(is_new for _, is_new in remarks)
    named = named_since(before, teacher, [one.lesson for one in day.coming])
    if not (due or new or named):
        return None
    late = sum(todo.is_late for todo in due)
    told = [_not_written(len(due) - late, late)] if due else []
    told += [counted(named, "новая замена", "новые замены", "новых замен")] if named else []
    told += [counted(new, "новое замечание", "новых замечания", "новых замечаний")] if new else []
    return _digest(
        f"Журнал: {', '.join(told)}",
        "letters/teacher_digest.txt",
        person=teacher,
        today=timezone.localdate(now),
        lessons=today,
        coming=day.coming,
        sheets=sheets,
        transfers=transfers,
        remarks=remarks,
        gaps=day.gaps[:PAST_LESSONS],
        more_gaps=len(day.gaps[PAST_LESSONS:]),
    )


def _not_written(for_today, late):
    """«3 записи на сегодня, 1 просрочена»"""
    if not for_today:
        return counted(late, "запись просрочена", "записи просрочены", "записей просрочено")
    told = f"{counted(for_today, 'запись', 'записи', 'записей')} на сегодня"
    if late:
        told += f", {counted(late, 'просрочена', 'просрочены', 'просрочено')}"
    return told


def leader_digest(leader, overdue):
    """The Letter about what queries.overdue_before found; None when that is nothing."""
    if not overdue.total:
        return None
    told = counted(overdue.total, "запись просрочена", "записи просрочены", "записей просрочено")
    return _digest(
        f"Журналы школы: {told}", "letters/leader_digest.txt", person=leader, overdue=overdue
    )


def reminder(teacher, reminder, lessons):
    """The Letter that reminds a teacher of Lessons without attendance."""
    told = counted(len(lessons), "журнал не открыт", "журнала не открыты", "журналов не открыты")
    return _digest(
        f"Журнал: {told}",
        "letters/reminder.txt",
        person=teacher,
        reminder=reminder,
        lessons=lessons,
    )


def leader_change(person, change):
    """The Letter that tells somebody of a queries.LeaderChange."""
    return _letter(
        f"Журнал: {change.person}: {change.told}",
        "letters/leader_change.txt",
        person=person,
        change=change,
    )


def way_back(person):
    """The Letter with the link by which who has forgotten the password chooses a new one."""
    key = urlsafe_base64_encode(str(person.pk).encode())
    address = reverse("reset_password", args=[key, default_token_generator.make_token(person)])
    minutes = settings.PASSWORD_RESET_TIMEOUT // 60
    context = {"person": person, "address": address, "minutes": minutes}
    return _letter("Журнал: новый пароль", "letters/way_back.txt", **context)


def new_device(event):
    """The Letter that tells the owner of an account of a LoginEvent from a new device."""
    return _letter(
        "Журнал: вход с нового устройства",
        "letters/new_device.txt",
        person=event.user,
        event=event,
    )


def _digest(subject, template, person, **context):
    stop_url = settings.SITE_URL + reverse("stop_digest", args=[stop_token(person)])
    letter = _letter(subject, template, person=person, stop_url=stop_url, **context)
    return replace(letter, stop_url=stop_url)


def stop_token(person):
    """What in an address says that it comes from this person's digest."""
    return Signer(salt=STOP_SALT).sign(person.pk)


def digest_reader(token):
    """The key of the person whose digest brought the token; BadSignature."""
    return int(Signer(salt=STOP_SALT).unsign(token))


def _letter(subject, template, **context):
    context["site"] = settings.SITE_URL
    return Letter(subject, render_to_string(template, context).strip() + "\n")
