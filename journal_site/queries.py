"""The read models of the home page and of the digests."""

import datetime
from collections import Counter
from dataclasses import dataclass

from django.db.models import Exists, Max, OuterRef
from django.urls import reverse
from django.utils import timezone

from journals import dues
from journals.dues import lateness, time_left
from journals.models import LateEntry
from journals.queries.duties import tell, with_closed_period
from journals.queries.grades import open_sheets_of
from journals.queries.judged import self_judged
from journals.queries.lists import grid_url
from journals.queries.open_duties import open_duties, with_open_duties
from journals.queries.review import unanswered_remarks
from school import access, namesakes
from school import rules as school_rules
from school.models import Lesson, Role, User
from school.models.history import SYSTEM
from school.queries.calendar import days_span, working_calendar, year_of
from school.queries.lessons import lessons_to_write
from school.queries.outages import standing_outages
from school.queries.teaching import holders_of, teachers_of_lessons
from tempjournal.queries.outages import proposals
from tempjournal.queries.packets import left_out, packets
from tempjournal.queries.transfers import transfers_of

from .models import Digest

LONGEST_HOLIDAYS = datetime.timedelta(days=30)
LOOK_AHEAD = datetime.timedelta(days=14)
TOLD_FOR = datetime.timedelta(days=30)  # how long what changed about the leaders is told


@dataclass(frozen=True)
class Todo:
    """A duty not done yet: `when` says how long it may take or how late it is; `url` leads to the
    place where it is done. `is_due`: late, or to be done by the end of today."""

    name: str
    when: str
    is_late: bool
    is_due: bool
    url: str


@dataclass(frozen=True)
class HomeLesson:
    """A lesson on its teacher's home page; `todo` is what is still to be written."""

    lesson: Lesson
    url: str
    todo: list
    is_substitution: bool
    is_now: bool
    is_past: bool

    @property
    def journal(self):
        return self.lesson.journal

    @property
    def date(self):
        return self.lesson.date

    @property
    def number(self):
        return self.lesson.slot.number

    @property
    def starts_at(self):
        return self.lesson.slot.starts_at

    @property
    def ends_at(self):
        return self.lesson.slot.ends_at

    @property
    def cancelled(self):
        return self.lesson.cancelled


@dataclass(frozen=True)
class TeacherDay:
    """Today's lessons, earlier ones of the school year with something not written (newest first),
    the next day that has lessons, grades of periods that are missing as (GradeSheet, Todo),
    temporary journals to be transferred as (TemporaryJournal, Todo), remarks that wait for an
    answer."""

    lessons: list
    gaps: list
    next_day: datetime.date | None
    sheets: list
    transfers: list
    remarks: list


def teacher_day(teacher, now):
    """The TeacherDay of a person at an instant; a fixed number of queries."""
    now = timezone.localtime(now)
    today = now.date()
    year = year_of(today)
    since = year.starts_on if year else today
    calendar = working_calendar(since, today)
    lessons = lessons_to_write(teacher, since, today + LOOK_AHEAD, today)
    found = [
        _home_lesson(lesson, duties, teacher, now, calendar)
        for lesson, duties in _own_duties(lessons, teacher, now)
        if duties or lesson.date >= today
    ]
    year_began = days_span(since, today)[0]
    return TeacherDay(
        [one for one in found if one.date == today],
        sorted([one for one in found if one.date < today], key=_newest_day_first),
        next((one.date for one in found if one.date > today and not one.cancelled), None),
        [
            (sheet, _sheet_todo(sheet, now, calendar))
            for sheet in open_sheets_of(teacher, year_began, today)
        ],
        [
            (one, _transfer_todo(one, now, calendar))
            for one in transfers_of(teacher, year_began, now)
        ],
        list(unanswered_remarks(teacher, today)),
    )


def _own_duties(lessons, teacher, now):
    """[(Lesson, the OpenDuties that are this person's)] of `lessons_to_write`; of those before
    today with anything open alone."""
    today = now.date()
    found = {lesson: open_duties(lesson, now) for lesson in with_open_duties(lessons, today, now)}
    earlier = [one for one in found if one.date < today]  # who writes today's has its duties
    holders = holders_of({(one.pk, duty.due) for one in earlier for duty in found[one]}, today)
    for lesson in earlier:
        found[lesson] = [one for one in found[lesson] if teacher.pk in holders[lesson.pk, one.due]]
    return list(found.items())


def _sheet_todo(sheet, now, calendar):
    name = f"оценки за {sheet.period}" if sheet.period else sheet.what
    url = reverse("grades", args=[sheet.journal_id])
    return _todo(name, sheet.grades_due_at, url, now, calendar)


def _transfer_todo(temporary_journal, now, calendar):
    name = f"перенести, сбой {temporary_journal.outage.days}"
    url = reverse("transfer", args=[temporary_journal.outage_id])
    return _todo(name, temporary_journal.transfer_due_at, url, now, calendar)


def _newest_day_first(lesson):
    return -lesson.date.toordinal(), lesson.number


def _home_lesson(lesson, duties, teacher, now, calendar):
    substitution = getattr(lesson, "substitution", None)
    url = grid_url(lesson)
    return HomeLesson(
        lesson,
        url,
        [
            _todo(duty.name, duty.due, f"{url}#{duty.anchor}", now, calendar, duty.is_excused)
            for duty in duties
        ],
        substitution is not None and substitution.teacher_id == teacher.pk,
        lesson.starts_at <= now <= lesson.ends_at,
        now > lesson.ends_at,
    )


def _todo(name, due, url, now, calendar, is_excused=False):
    is_late = dues.is_late(due, None, now) and not is_excused
    when = ""
    if is_excused:
        when = "извинено"
    elif is_late:
        when = f"опоздание {lateness(due, now, calendar, now.tzinfo)}"
    elif due:
        when = time_left(due, now, now.tzinfo)
    is_today = due is None or timezone.localdate(due) <= now.date()
    return Todo(name, when, is_late, is_today and not is_excused, url)


def outages_to_see(now):
    """The Outages that a leader has to do with at an instant: those still on, and those that the
    app proposes; two queries."""
    return [*standing_outages().filter(ends_at=None), *proposals()]


# --- who leads the school, and what was done to their accounts ---


@dataclass(frozen=True)
class LeaderChange:
    """A leader's role given or taken, his account changed by somebody else, or what he judged that
    was his own; nobody becomes a leader unseen, or loses his account between two roles. `key` names
    it for ever, `at` is UTC; `old_email` is an address that was changed, else «»; `told_to` are the
    users (ids) it is told to."""

    key: str
    at: datetime.datetime
    user_id: int
    person: str
    who: str
    told: str
    old_email: str
    told_to: frozenset


@dataclass(frozen=True)
class Led:
    """A role that a user held from an instant to another, or holds (None)."""

    user_id: int
    kind: str
    since: datetime.datetime
    until: datetime.datetime | None

    def meets(self, first, last):
        return self.since <= last and (self.until is None or first <= self.until)


def leader_changes(now):
    """The LeaderChanges of the last TOLD_FOR, newest first, and with them what leaders did about
    matters of their own; a fixed number of queries. An account is a leader's who was one within
    TOLD_FOR before or after the deed."""
    since = now - TOLD_FOR
    leading = Role.history.filter(kind__in=access.LEADERS)
    roles = list(_with_before(Role.history.filter(id__in=leading.values("id"))))
    spans = _led_spans(roles)
    found = [
        (f"role-{row.pk}-{user}", row, user, [told], "")
        for row, before in roles
        if row.history_date >= since
        for user, told in _role_deeds(row, before)
    ]
    leaders = {one.user_id for one in spans if one.meets(since - TOLD_FOR, now)}
    for row, before in _with_before(User.history.filter(id__in=leaders)):
        at = row.history_date
        own = [one for one in spans if one.user_id == row.id]
        if at < since or not any(one.meets(at - TOLD_FOR, at + TOLD_FOR) for one in own):
            continue
        if told := _account_deeds(row, before):
            old_email = before.email if before and before.email != row.email else ""
            found.append((f"user-{row.pk}", row, row.id, told, old_email))
    people = User.objects.in_bulk(leaders)
    names = namesakes.in_full({pk: one.name for pk, one in people.items()})
    writers = namesakes.staff({row.history_user for _, row, *_ in found if row.history_user})
    changes = [
        LeaderChange(
            key,
            row.history_date,
            user,
            names.get(user, "удалённая учётная запись"),
            writers.get(row.history_user_id, SYSTEM),
            ", ".join(told),
            old_email,
            _told_to(user, row.history_date, spans),
        )
        for key, row, user, told, old_email in found
    ] + _self_judged(since, now)
    return sorted(changes, key=lambda one: (one.at, one.key), reverse=True)


def _self_judged(since, now):
    """What a leader did about a matter of his own (4.2), as LeaderChanges: told to the directors.
    What a director did so himself stands in the register alone."""
    directors = set(Role.objects.filter(kind=Role.Kind.DIRECTOR).values_list("user", flat=True))
    return [
        LeaderChange(
            one.key,
            one.at,
            one.person.pk,
            one.person.full_name,
            one.person.short_name,
            f"сам себе: {one.deed}",  # no pupil is named in a letter
            "",
            frozenset(directors - {one.person.pk}),
        )
        for one in self_judged(timezone.localdate(since), timezone.localdate(now))
    ]


def _with_before(rows):
    """(historical row, the same thing's row before it or None)."""
    before = None
    for row in rows.select_related("history_user").order_by("id", "history_id"):
        yield row, before if before and before.id == row.id else None
        before = row


def _led_spans(roles):
    """The Leds that rows of the roles' history with those before them tell of."""
    spans, held = [], {}  # {role id: (user id, kind, since)}
    for row, before in roles:
        was, now = _led(before), _led(row if row.history_type != "-" else None)
        if was != now:
            if row.id in held:
                spans.append(Led(*held.pop(row.id), row.history_date))
            if now:
                held[row.id] = (*now, row.history_date)
    return spans + [Led(*one, None) for one in held.values()]


def _told_to(user, at, spans):
    """Whom what was done to a leader's account at an instant is told to: him, whether he leads just
    then or not; every director; where there is no other one, the deputies. Who is without his role
    just then and has it again afterwards is told like the others."""

    def holders(kind):
        led = [one for one in spans if one.kind == kind]
        before = {one.user_id for one in led if one.meets(at - TOLD_FOR, at)}
        return before & {one.user_id for one in led if one.meets(at, at + TOLD_FOR)}

    directors = [one for one in spans if one.kind == Role.Kind.DIRECTOR and one.meets(at, at)]
    told = {user} | holders(Role.Kind.DIRECTOR)
    if not {one.user_id for one in directors} - {user}:
        told |= holders(Role.Kind.DEPUTY)
    return frozenset(told)


def _role_deeds(row, before):
    """(user id, what was done) of a change of a role."""
    was, now = _led(before), _led(row if row.history_type != "-" else None)
    if was != now:
        for led, deed in ((was, "снята"), (now, "дана")):
            if led:
                user, kind = led
                yield user, f"{deed} роль «{Role.Kind(kind).label}»"


def _full_name(row):
    """As `User.full_name` has it, of a row of history."""
    return school_rules.PersonName(row.last_name, row.first_name, row.patronymic).full


def _led(row):
    return (row.user_id, row.kind) if row and row.kind in access.LEADERS else None


def _account_deeds(row, before):
    """What somebody else did to a leader's account, as Russian words."""
    if row.history_type != "~" or row.history_user_id == row.id:
        return []
    told = ["задан пароль"] if row.password_set else []
    if before:
        was, now = _full_name(before), _full_name(row)
        told += [f"изменено имя: {was} → {now}"] if was != now else []
        told += ["изменён логин"] if row.username != before.username else []
        told += ["изменён адрес почты"] if row.email != before.email else []
        if row.is_active != before.is_active:
            told.append("учётная запись " + ("включена" if row.is_active else "отключена"))
    return told


def changes_for(leader, now):
    """[(LeaderChange that is told to him, whether the leader has noted it)], newest first; four
    queries."""
    noted = set(
        Digest.objects.filter(
            user=leader, kind=Digest.Kind.CHANGE, noted_at__isnull=False
        ).values_list("about", flat=True)
    )
    return [(one, one.key in noted) for one in leader_changes(now) if leader.pk in one.told_to]


def left_out_of_packet(now):
    """The LeftOuts that the newest packet lacks, if it is of an instant's day; two queries."""
    packet = packets().first()
    if packet is None or packet.day != timezone.localdate(now):
        return []
    return left_out(packet)


# --- digests ---


def waiting_for_digest(kind, day):
    """The Users with an address who want digests, and to whom this one of a school-local day was
    not sent and is not just being sent."""
    taken = Digest.objects.filter(user=OuterRef("pk"), kind=kind, day=day)
    to_be_sent = Digest.objects.unclaimed().filter(sent_at=None).values("pk")
    return (
        User.objects.filter(~Exists(taken.exclude(pk__in=to_be_sent)))
        .filter(is_active=True, wants_digest=True)
        .exclude(email="")
        .order_by("pk")
    )


def teachers_after_lessons(now):
    """Those of them who taught today and whose own last standing lesson is over; four queries."""
    now = timezone.localtime(now)
    standing = Lesson.objects.filter(date=now.date(), cancelled="")
    teachers = teachers_of_lessons(standing)
    until = {}
    ends = standing.order_by("slot__ends_at").values_list("pk", "slot__ends_at")
    for lesson, ends_at in ends:
        until |= dict.fromkeys(teachers.get(lesson, ()), ends_at)
    done = [teacher for teacher, ends_at in until.items() if ends_at < now.time()]
    return waiting_for_digest(Digest.Kind.TEACHER, now.date()).filter(pk__in=done)


def last_digest_at(teacher):
    """When a teacher's last digest was sent; None before the first."""
    sent = Digest.objects.filter(user=teacher, kind=Digest.Kind.TEACHER, sent_at__isnull=False)
    return sent.aggregate(at=Max("sent_at"))["at"]


def leaders_in_the_morning(day):
    """The director and the deputies who wait for their digest; one query."""
    leaders = Role.objects.filter(kind__in=access.LEADERS).values("user")
    return waiting_for_digest(Digest.Kind.LEADER, day).filter(pk__in=leaders)


@dataclass(frozen=True)
class OverdueOfTeacher:
    """How many duties of one teacher are not done yet, and how many were done late."""

    name: str
    undone: int
    done_late: int


@dataclass(frozen=True)
class Overdue:
    """What became overdue on the school-local days first … last. A duty that two teachers share is
    counted with each, once in the sums."""

    first: datetime.date
    last: datetime.date
    undone: int
    done_late: int
    teachers: list

    @property
    def total(self):
        return self.undone + self.done_late


def overdue_before(today):
    """The Overdue from the start of the previous working day to the end of yesterday, less what is
    excused and what a period that was closed since keeps from being done; teachers with the most
    undone first; a fixed number of queries."""
    calendar = working_calendar(today - LONGEST_HOLIDAYS, today)
    first = school_rules.working_day_before(today, calendar)
    yesterday = today - school_rules.ONE_DAY
    found = LateEntry.objects.filter(excuse="", due_at__range=days_span(first, yesterday))
    found = with_closed_period(found, timezone.now()).filter(closed_period=None)
    entries = list(found.select_related("lesson__slot", "journal__group", "journal__subject"))
    told = tell(entries)
    sums, by_teacher = Counter(), Counter()
    for entry in entries:
        is_undone, one = entry.settled_at is None, told[entry.pk]
        sums[is_undone] += 1
        by_teacher.update((holder, is_undone) for holder in one.holders or [one.answers])
    holders = {pk for one in told.values() for pk in one.holders}
    people = list(User.objects.filter(pk__in=holders).order_by("sort_name", "pk"))
    names = namesakes.staff(people)
    # Where nobody has the duty it is told who answers: after all who have a name.
    names |= {one: one[:1].upper() + one[1:] for one, _ in by_teacher if one not in names}
    places = {one: place for place, one in enumerate(names)}
    found = sorted(
        {one for one, _ in by_teacher}, key=lambda one: (-by_teacher[one, True], places[one])
    )
    teachers = [
        OverdueOfTeacher(names[one], by_teacher[one, True], by_teacher[one, False]) for one in found
    ]
    return Overdue(first, yesterday, sums[True], sums[False], teachers)
