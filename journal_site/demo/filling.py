"""What teachers have written: topics, homework, works, marks, absences, and their history."""

import datetime
from collections import defaultdict

from django.utils import timezone

from attendance import rules as attendance_rules
from attendance.models import Absence, AbsenceDocument
from attendance.reasons import Reason
from journals.models import GivenTopic, LessonWork, Mark, WorkType
from school.models import Enrolment, GradeValue, Lesson
from school.queries.belonging import attendees
from school.queries.calendar import working_calendar
from school.queries.teaching import teachers_of

from . import curriculum
from .big import big_lessons

MINUTE = datetime.timedelta(minutes=1)
DAY = datetime.timedelta(days=1)
RECENT = datetime.timedelta(days=14)
YEAR = datetime.timedelta(days=366)
ONCE_A_WEEK = 45  # lessons a year


class Filler:
    """Fills the lessons that end before `until`. Of the last two weeks' some entries are missing,
    as it happens; of the login `teacher` some more, so that the demo has something to mend."""

    def __init__(self, random, until, teacher, tell):
        self.random, self.until, self.teacher, self.tell = random, until, teacher, tell
        self.types = {one.short_name: one for one in WorkType.objects.all()}
        self.abilities = {}
        self.spells = {}
        self.works, self.marks, self.absences, self.lessons = [], [], [], []
        self.given = []
        self.big = set()
        self.explained = defaultdict(list)  # (pupil's id, spell): its absences

    def fill(self, journals):
        journals = list(journals)
        self.big = big_lessons(journals)
        teachers = teachers_of(journals, self.until.date())
        values = defaultdict(dict)
        for value in GradeValue.objects.all():
            values[value.scale_id][value.text] = value
        for place, journal in enumerate(journals, start=1):
            if place % 25 == 0:
                self.tell(f"журналы: {place} из {len(journals)}")
            found = teachers.get(journal.pk)
            self._fill_journal(journal, found[0] if found else None, values[journal.scale_id])
        self.tell("запись в базу")
        self._write()

    def _fill_journal(self, journal, teacher, values):
        lessons = list(journal.lessons.select_related("kind").order_by("date", "number"))
        is_rare = len(lessons) < ONCE_A_WEEK
        lessons = [one for one in lessons if one.last_instant <= self.until and not one.cancelled]
        if not lessons:
            return
        plan = [
            topic
            for topic in journal.planned_topics.order_by("position")
            for _ in range(topic.hours)
        ]
        pupils = attendees(journal, lessons[0].date, lessons[-1].date)
        subject = journal.subject.name
        for place, lesson in enumerate(lessons):
            self._fill_lesson(lesson, place, plan, subject, teacher)
            here = [pupil for pupil in pupils if pupil.attends(lesson.date)]
            absent = self._absences(lesson, here, teacher)
            if values:
                present = [pupil for pupil in here if pupil.student_id not in absent]
                missed = [pupil for pupil in here if pupil.student_id in absent]
                self._mark(lesson, present, missed, subject, teacher, values, is_rare)

    def _omits(self, lesson, teacher):
        """Whether an entry is left out: an honest omission of the last two weeks."""
        age = self.until.date() - lesson.date
        if age > RECENT:
            return False
        hurried = teacher == self.teacher and age <= 3 * DAY
        return self.random.random() < (0.3 if hurried else 0.03)

    def _entered(self, at):
        """An instant of entry: mostly `at`, seldom some days late."""
        late = self.random.randint(1, 3) if self.random.random() < 0.015 else 0
        return min(at + late * DAY, self.until)

    def _fill_lesson(self, lesson, place, plan, subject, teacher):
        random = self.random
        end = lesson.last_instant
        if plan and not self._omits(lesson, teacher):
            lesson.topic = plan[min(place, len(plan) - 1)].title
            lesson.topic_entered_at = self._entered(end + random.randint(-20, 10) * MINUTE)
            if place < len(plan):
                given = GivenTopic(lesson=lesson, line=plan[place])
                self.given.append((given, teacher, lesson.topic_entered_at))
        if lesson.kind.owes_homework and not self._omits(lesson, teacher):
            lesson.homework = curriculum.homework(subject, place)
            if not lesson.homework or random.random() < 0.12:
                lesson.homework, lesson.no_homework = "", True
            elif place % 9:  # not everybody says it
                usual = curriculum.HOMEWORK_MINUTES.get(subject, 10)
                lesson.homework_minutes = usual + 5 * (place % 4)
            lesson.homework_entered_at = self._entered(end + random.randint(-15, 60) * MINUTE)
        if not self._omits(lesson, teacher):
            lesson.attendance_taken_at = lesson.first_instant + random.randint(2, 35) * MINUTE
        self.lessons.append((lesson, teacher, end))

    def _absences(self, lesson, pupils, teacher):
        """Ids of the absent; nobody is written down in a lesson without attendance."""
        if lesson.attendance_taken_at is None:
            return set()
        absent = set()
        for pupil in pupils:
            spell, reason = self._reason(pupil.student_id, lesson.date)
            if not reason:
                continue
            absence = Absence(
                lesson=lesson,
                student_id=pupil.student_id,
                reason=reason,
                entered_at=lesson.attendance_taken_at,
            )
            self.absences.append((absence, teacher))
            if spell and reason != Reason.UNKNOWN:
                self.explained[pupil.student_id, spell].append((absence, teacher))
            if reason != Reason.LATE:
                absent.add(pupil.student_id)
        return absent

    def _reason(self, student, day):
        random = self.random
        if student not in self.spells:
            self.spells[student] = self._year_of_spells(day)
        for spell in self.spells[student]:
            first, last, reason = spell
            if first <= day <= last:
                # The paper comes after the illness: what is recent has no reason yet (2.9).
                recent = self.until.date() - last < 3 * DAY
                return spell, Reason.UNKNOWN if recent else reason
        chance = random.random()
        if chance < 0.002:
            return None, Reason.TRUANCY
        return None, Reason.LATE if chance < 0.008 else ""

    def _year_of_spells(self, first_day):
        """[(first, last, reason)] of a pupil's absences from `first_day` on, some a year."""
        random, spells = self.random, []
        day = first_day + random.randint(0, 60) * DAY
        while day < first_day + 300 * DAY:
            reason, most = random.choice(
                [
                    (Reason.ILLNESS, 8),
                    (Reason.ILLNESS, 5),
                    (Reason.VALID, 2),
                ]
            )
            last = day + random.randint(0, most - 1) * DAY
            spells.append((day, last, reason))
            day = last + random.randint(25, 110) * DAY
        return spells

    def _mark(self, lesson, pupils, missed, subject, teacher, values, is_rare):
        """Marks of those who were there; who `missed` a big work still owes it for a while."""
        random = self.random
        graded = [value for value in values.values() if value.points]
        passed, _ = passes = values.get("зч"), values.get("нз")
        if not graded and not passed:
            return
        big = graded and lesson.pk in self.big
        if big:
            kinds = curriculum.BIG_WORKS.get(subject, ["КР"])
        else:
            kinds = [random.choices(["ОТВ", "РУ", "ДЗ", "СР", "ТЕСТ"], [50, 18, 12, 12, 8])[0]]
        of_all = self.types[kinds[0]].expects == WorkType.Expects.PRESENT
        if big and self._omits(lesson, teacher):
            # The papers are still being read.
            marked = random.choice([[], pupils[: len(pupils) // 2]])
        elif of_all:
            marked = pupils
        else:
            # Who sees a class once a week asks more of its pupils at a time.
            share = random.uniform(0.4, 0.6) if is_rare else random.uniform(0.1, 0.3)
            marked = [pupil for pupil in pupils if random.random() < share]
        if not marked and not big:
            return
        owing = missed if big and marked and self.until.date() - lesson.date <= RECENT else []
        for position, kind in enumerate(kinds, start=1):
            days = random.randint(0, self.types[kind].mark_days) * DAY
            entered = min(lesson.last_instant + days + random.randint(0, 30) * MINUTE, self.until)
            work = LessonWork(
                lesson=lesson,
                work_type=self.types[kind],
                position=position,
                marked_at=self._marked_at(lesson, entered, marked, pupils, of_all),
            )
            self.works.append((work, teacher, lesson.last_instant))
            for pupil in marked:
                value = self._value(pupil.student_id, graded, values, passes)
                mark = Mark(work=work, student_id=pupil.student_id, value=value, entered_at=entered)
                self.marks.append((mark, teacher))
            for pupil in owing:
                debt = Mark(work=work, student_id=pupil.student_id, entered_at=entered)
                self.marks.append((debt, teacher))

    @staticmethod
    def _marked_at(lesson, entered, marked, pupils, of_all):
        """As `marking` would have it."""
        if of_all and not pupils:
            return lesson.last_instant
        return entered if marked and (marked == pupils or not of_all) else None

    def _value(self, student, graded, values, passes):
        random = self.random
        ability = self.abilities.setdefault(student, min(max(random.gauss(3.95, 0.55), 2.7), 5))
        if not graded:
            passed, failed = passes
            return failed if failed and random.random() < 0.06 else passed
        return values[str(min(5, max(2, round(random.gauss(ability, 0.65)))))]

    # --- into the database, each with its row of history ---

    def _write(self):
        Lesson.objects.bulk_update(
            [lesson for lesson, _, _ in self.lessons],
            [
                "topic",
                "homework",
                "no_homework",
                "homework_minutes",
                "attendance_taken_at",
                "topic_entered_at",
                "homework_entered_at",
            ],
            batch_size=300,
        )
        record(Lesson, self.lessons, "~")
        GivenTopic.objects.bulk_create([given for given, _, _ in self.given], batch_size=2000)
        record(GivenTopic, self.given, "+")
        LessonWork.objects.bulk_create([work for work, _, _ in self.works], batch_size=2000)
        record(LessonWork, self.works, "+")
        for mark, _ in self.marks:
            mark.work_id = mark.work.pk
        Mark.objects.bulk_create([row for row, _ in self.marks], batch_size=2000)
        record(Mark, [(row, who, row.entered_at) for row, who in self.marks], "+")
        self._write_absences()

    def _write_absences(self):
        """The explained ones have a history of two rows: as the subject teacher left it, and with
        the reason that the class teacher gave."""
        explained = self._documents()
        given = [(one, one.reason, document, who) for one, document, who, _ in explained]
        _say(given)
        Absence.objects.bulk_create([row for row, _ in self.absences], batch_size=2000)
        _say([(one, Reason.UNKNOWN, None, None) for one, *_ in explained])
        record(Absence, [(row, who, row.entered_at) for row, who in self.absences], "+")
        _say(given)
        record(Absence, [(row, who, when) for row, _, who, when in explained], "~")

    def _documents(self):
        """Write the documents about the pupils' spells; of a few there is none, and the class
        teacher knows by telephone. Returns [(absence, document or None, class teacher, when)]."""
        enrolments = Enrolment.objects.select_related("school_class__class_teacher")
        leaders = {one.student_id: one.school_class.class_teacher for one in enrolments}
        calendar = working_calendar(self.until.date() - YEAR, self.until.date() + YEAR)
        documents, explained = [], []
        for (student, spell), absences in self.explained.items():
            if (leader := leaders[student]) is None:
                continue
            _, last_day, _ = spell
            entered = self._received(last_day)
            document = None
            if self.random.random() < 0.93:
                document = self._document(student, spell, leader, entered, calendar)
                documents.append((document, leader, document.entered_at))
                entered = document.entered_at
            explained += [(one, document, leader, entered) for one, _ in absences]
        AbsenceDocument.objects.bulk_create([one for one, *_ in documents], batch_size=2000)
        record(AbsenceDocument, documents, "+")
        return explained

    def _received(self, last):
        """The instant of a break of the pupil's first or second day back."""
        at = datetime.datetime.combine(last + self.random.randint(1, 2) * DAY, datetime.time(13))
        return timezone.make_aware(at + self.random.randint(0, 120) * MINUTE)

    def _document(self, student, spell, leader, received, calendar):
        random = self.random
        first, last, reason = spell
        if reason == Reason.ILLNESS:
            kind, number = AbsenceDocument.Kind.MEDICAL, str(random.randint(100, 999))
        else:
            kind, number = random.choice(
                [(AbsenceDocument.Kind.PARENTS, ""), (AbsenceDocument.Kind.ORDER, "112-у")]
            )
        late = random.randint(4, 7) if random.random() < 0.03 else random.choice([0, 0, 0, 1])
        received_on = timezone.localdate(received)
        zone = timezone.get_default_timezone()
        return AbsenceDocument(
            student_id=student,
            kind=kind,
            number=number,
            received_on=received_on,
            starts_on=first,
            ends_on=last,
            reason=reason,
            entered_by=leader,
            entered_at=min(received + late * DAY, self.until),
            reason_due_at=attendance_rules.reason_due(received_on, calendar, zone),
        )


def _say(reasons):
    """Set, in memory, [(absence, its reason, document, who confirms it)]."""
    for absence, reason, document, who in reasons:
        absence.reason, absence.document, absence.confirmed_by = reason, document, who


def record(model, rows, kind):
    """History of (row, who, when), as django-simple-history would have written it then."""
    history = model.history.model
    columns = [field.attname for field in history.tracked_fields]
    history.objects.bulk_create(
        [
            history(
                **{column: getattr(row, column) for column in columns},
                history_date=when,
                history_type=kind,
                history_user_id=who and who.pk,
            )
            for row, who, when in rows
        ],
        batch_size=2000,
    )
