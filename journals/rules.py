"""Pure rules of the journal: the cell's language, averages, the plan. No database."""

import datetime
import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from itertools import pairwise

from school.rules import (
    LOOKS,
    ONE_DAY,
    end_of_day,
    grades_open_on,
    visible,
    working_day_after,
    working_days_between,
)

ABSENCES = ("н", "уп", "б", "нп", "оп")
NOT_THERE = "нб"  # «не был», as many write «н»
NO_MARK = "-"  # holds the place of a work that has no mark: «-/5» is a mark for the second one
# «Точка» in the place of a mark: the pupil owes the work until a mark replaces it. It counts in no
# average; who typed it has not forgotten that pupil (2.6).
DEBT = "."
DEBT_NAME = "точка (должен сдать)"
EXEMPT = "осв"
NO_HOMEWORK = "не задано"
ALL_PRESENT = "все"  # the attendance field of a lesson once it is taken (2.5)

# A hurried teacher leaves the keyboard in Latin letters: what the same keys give in Russian. Where
# no code of ours has the key's Russian letter, the letter that looks or sounds alike is meant.
_LATIN_KEYS = str.maketrans("yegjpxcd,hnbofa", "нупозчсвбннбоаа")
_LETTERS = re.compile(r"[^\W\d_]+|,")
_LATIN = re.compile("[a-z]")
_NOT_THERE = re.compile(r"(?<![а-яё])н[\s./\\|]*б\.?(?![а-яё])")  # «н/б», «н.б.»
_SEPARATORS = re.compile(r"[\s/\\|⁄∕]+")
# Spreadsheets and phones write «—» for «-» and «¾» for «3/4».
_DASHES = re.compile("[‐-―−﹘﹣－]")
_FRACTIONS = re.compile("[¼-¾⅐-⅞]")
# The Russian layout has «.» on the key of «/»: «4.5» is «4/5», and so «4..» is «4/.».
_PLACE = r"(?:[^.]+|\.)"
_DOTTED = re.compile(rf"{_PLACE}(?:\.{_PLACE})+")
_DOTTED_PLACE = re.compile(rf"({_PLACE})(?:\.|$)")


class CellError(ValueError):
    """What was typed can't be written; the text is Russian and says what can."""


@dataclass(frozen=True)
class Cell:
    """What one cell says: an absence code or «», and the marks in the order of the lesson's works,
    None where a work has no mark for the pupil."""

    absence: str = ""
    marks: tuple = ()

    @cached_property
    def text(self):
        """The one way to write it: «н», «4/5», «оп/4», «-/5», «5/.», «»."""
        marks = list(self.marks)
        while marks and marks[-1] is None:
            marks.pop()
        parts = [self.absence] if self.absence else []
        return "/".join(parts + [mark or NO_MARK for mark in marks])


def given_text(given, expected):
    """«11 из 22»: how many have a mark of those from whom one is expected; «» of who was asked."""
    return "" if expected is None else f"{given} из {expected}"


def is_unmarked(values):
    """Whether a scale has nothing but «осв» to give: «безотметочное обучение»."""
    return not set(values) - {EXEMPT}


def parse_cell(text, values):
    """Cell of what a teacher typed, in any case and on either keyboard layout.

    `values` are the texts of the journal's scale, in their order. CellError if it says anything
    else; only a blank text is the empty cell.
    """
    typed = visible(text)
    text = _DASHES.sub(NO_MARK, typed.casefold())
    text = _FRACTIONS.sub(lambda found: f"/{unicodedata.normalize('NFKC', found[0])}/", text)
    text = re.sub(r"(?<=\d)\s*[,;]\s*(?=\d)", "/", text)  # «4,5» is two marks, no fraction
    text = in_russian(text, (*ABSENCES, NOT_THERE, *values))
    text = _NOT_THERE.sub("н", text)
    absence, marks = "", []
    for token in filter(None, _SEPARATORS.split(text)):
        for part in _parts(token, values):
            if part in ABSENCES:
                if absence:
                    raise CellError(f"Пропуск указан дважды: «{absence}» и «{part}».")
                absence = part
            elif part == NO_MARK:
                marks.append(None)
            elif part in values or (part == DEBT and not is_unmarked(values)):
                marks.append(part)
            else:
                raise CellError(f"Нет такой отметки: «{_quoted(part)}». {_what_can_be(values)}")
    if typed and not absence and not any(marks):
        raise CellError(
            f"«{typed}» клетку не стирает. Чтобы её очистить, нажмите Delete или сотрите в ней всё."
        )
    return Cell(absence, tuple(marks))


def in_russian(text, known):
    """A casefolded text with its Latin letters as they are meant. CellError where both alphabets
    are mixed in one run of letters, unless it looks like one of the `known`: «yп» is «уп», and no
    key makes «нп» of it."""

    def meant(found):
        letters = found[0]
        if letters.isascii():
            return letters.translate(_LATIN_KEYS)
        if not _LATIN.search(letters):
            return letters
        # The keyboard was Russian: a Latin letter among the others was pasted, or put there by a
        # phone, and is what it looks like.
        looks = letters.translate(LOOKS)
        if looks in known:
            return looks
        raise CellError(f"В «{letters}» смешаны русские и латинские буквы: наберите заново.")

    return _LETTERS.sub(meant, text)


def _parts(token, values):
    """What a token without blanks and slashes says, part by part."""
    if DEBT not in token or token == DEBT:
        return _split_glued(token, values)
    if not token.strip(DEBT):  # a key that was held down
        raise CellError(f"Непонятно «{token}». Точка, «должен сдать», ставится одна.")
    if not _DOTTED.fullmatch(token):
        meant = "/".join(re.findall(r"[^.]+|\.(?!\.)", token))
        raise CellError(
            f"Непонятна точка в «{token}». Если она значит «должен сдать», отделите её дробью: "
            f"«{meant}», а если лишняя, сотрите."
        )
    return [part for place in _DOTTED_PLACE.findall(token) for part in _split_glued(place, values)]


def _split_glued(token, values):
    """«н4» is «н» and «4»."""
    if token not in values:
        for code in sorted(ABSENCES, key=len, reverse=True):
            if token.startswith(code) and token[len(code) :] in values:
                return [code, token[len(code) :]]
    return [token]


def _quoted(text):
    """As much of it as tells which is meant."""
    return text if len(text) <= 20 else f"{text[:20]}…"


def _what_can_be(values):
    absences = f"Пропуски: {', '.join(ABSENCES)}."
    if not values:
        return f"В этом журнале отметок не ставят. {absences}"
    two = "; две через дробь: 4/5" if {"4", "5"} <= set(values) else ""
    debt = "" if is_unmarked(values) else " Точка: должен сдать."
    return f"Отметки: {', '.join(values)}{two}.{debt} {absences}"


def parse_homework(text):
    """(homework, nothing is set): «-» or «не задано» says outright that there is none (2.8)."""
    text = text.strip()
    if text.casefold().rstrip(".") in {"-", "–", "—", NO_HOMEWORK}:
        return "", True
    return text, False


def homework_text(homework, no_homework):
    """What the homework's field shows; `parse_homework` reads it back."""
    return NO_HOMEWORK if no_homework else homework


# --- averages ---


def of_one_scale(scales, own):
    """Of the scales that marks of a journal are of (a collection) the one whose marks are averaged:
    the journal's `own`; else, as before it got that, the only one there is. None where there are
    several others: points of different scales are never added up."""
    if own in scales:
        return own
    (only,) = scales if len(scales) == 1 else (None,)
    return only


def journal_average(marks, own):
    """The weighted average of a journal's marks (points, weight, scale) within one scale; `own` is
    the scale of the journal. Debts have no scale."""
    scale = of_one_scale({one for _, _, one in marks if one is not None}, own)
    return weighted_average([(points, weight) for points, weight, one in marks if one == scale])


def weighted_average(points_and_weights):
    """Weighted mean of (points, weight) pairs of one scale, rounded half up to two places; None
    without any. Pairs whose points are None (зачёт, освобождён) do not count."""
    total = weights = 0
    for points, weight in points_and_weights:
        if points is not None:
            total += points * weight
            weights += weight
    return mean(total, weights)


def mean(total, weights):
    """A sum by its weights, rounded half up to two places; None without weight."""
    return rounded(Fraction(total, weights), 2) if weights else None


def rounded(fraction, places):
    """A fraction as a person reads it: half up to some places (Decimal). Whoever compares it with a
    threshold takes the fraction itself."""
    scale = 10**places
    nearest = (fraction * scale + Fraction(1, 2)).__floor__()
    return Decimal(nearest).scaleb(-places)


def average_text(average):
    """«4,33»; «» without marks."""
    return "" if average is None else str(average).replace(".", ",")


def even_parts(things, most):
    """The list in as few parts of at most `most` as will do, of nearly the same length each."""
    count = -(-len(things) // most)
    bounds = [len(things) * place // count for place in range(count + 1)] if count else []
    return [things[first:last] for first, last in pairwise(bounds)]


def percent(part, whole):
    """Whole percents, rounded down: 100 only when nothing is missing. None of nothing."""
    return part * 100 // whole if whole else None


# --- the calendar-thematic plan (2.7) ---


def suggest_topics(plan, taught):
    """For each lesson, in order, the plan's line it should give, or None when the plan is used up.

    `plan` is [(title, hours, homework)], `taught` the topics of the lessons in the order of time,
    «» where none is entered. A lesson whose topic stands in the plan sets the pace; one with a
    topic of its own (a repetition, a reserve hour) uses no hour of the plan.
    """
    hours = [line for line in plan for _ in range(line[1])]
    places = {}
    for place, (title, _, _) in enumerate(hours):
        places.setdefault(title, place)
    following, suggestions = 0, []
    for topic in taught:
        suggestions.append(hours[following] if following < len(hours) else None)
        if topic == "":
            following += 1
        elif topic in places:
            # Its next hour if the plan stood within this topic, else its first.
            first = places[topic]
            last = first + hours[first][1] - 1
            following = (following if first <= following <= last else first) + 1
    return suggestions


# --- deadlines: aware instants in UTC; what is entered at the due instant is in time ---

HOMEWORK_GRACE = datetime.timedelta(hours=1, minutes=30)


@dataclass(frozen=True)
class TaughtLesson:
    """A lesson that takes place: when it ends (aware), the ids of its pupils' classes, and whether
    it is of an individual plan."""

    pk: int
    ends_at: datetime.datetime
    classes: frozenset
    is_individual: bool = False


def homework_dues(taught):
    """{pk: due} of the lessons of one day: 1 h 30 min after the last lesson of the class, for a
    subgroup of the latest of its pupils' classes (2.8).

    An individual plan's lesson does not prolong the day of the class; it has its own end at least.
    """
    last_of_class = {}
    for lesson in taught:
        for one in lesson.classes if not lesson.is_individual else ():
            last_of_class[one] = max(lesson.ends_at, last_of_class.get(one, lesson.ends_at))
    dues = {}
    for lesson in taught:
        ends = [last_of_class[one] for one in lesson.classes if one in last_of_class]
        last = max([lesson.ends_at, *ends])
        dues[lesson.pk] = last.astimezone(datetime.UTC) + HOMEWORK_GRACE
    return dues


def marks_due(day, mark_days, calendar, terms, zone):
    """The end of the `mark_days`-th school day after the lesson's (2.6)."""
    return end_of_day(working_day_after(day, mark_days, calendar, terms), zone)


def exam_days(last_day, exams_due_on, finals_due_on):
    """(the last day for grades of exams, the last day for final ones) of a school year whose
    periods end with `last_day`: what the school says, else that day, for 2.6 knows no other; the
    final grade, which follows from both, is not due before them."""
    exams = exams_due_on or last_day
    return exams, max(exams, finals_due_on or last_day)


def exams_open_on(last_day, due_on):
    """The first day on which grades due by the day `due_on` are entered: those of the year are, or
    the last week before it has begun, whichever is earlier."""
    return grades_open_on(min(last_day, due_on))


def grades_due(last_day, zone):
    """Grades of a period are in by the end of its last day, working or not (2.6)."""
    return end_of_day(last_day, zone)


def in_time(heard_at, zone):
    """Until when at least there is time for what a person hears of at an instant: the end of that
    day (2.5–2.7)."""
    return end_of_day(heard_at.astimezone(zone).date(), zone)


def homework_in_time(day, heard_at, zone):
    """The same for the homework of a lesson on a school-local day: 1 h 30 min, as after lessons
    (2.8); on a later day, when no pupil waits for it any more, as much as for the rest."""
    least = heard_at.astimezone(datetime.UTC) + HOMEWORK_GRACE
    is_past = heard_at.astimezone(zone).date() > day
    return max(least, in_time(heard_at, zone)) if is_past else least


def once_known(due, unknown_from, earliest):
    """When a duty is due that its person could not know of between two instants: what had been due
    by `unknown_from` (None: nothing) is not touched by that, all else is due at the `earliest`
    instant, or later."""
    return due if unknown_from and due < unknown_from else max(due, earliest)


def is_late(due, done, now):
    """Whether a duty was or still is neglected; `due` and `done` may be None."""
    return due is not None and (done or now) > due


def time_left(due, now, zone):
    """How long a duty may still take: «до 13:10, ещё 35 мин», «до конца дня», «до 27.11»."""
    local = due.astimezone(zone)
    if local.date() != now.astimezone(zone).date():
        return f"до {local:%d.%m}"
    if due == end_of_day(local.date(), zone):
        return "до конца дня"
    # Local times of one zone would be subtracted as clocks show them.
    left = due.astimezone(datetime.UTC) - now.astimezone(datetime.UTC)
    return f"до {local:%H:%M}, ещё {_hours_and_minutes(left)}"


def _hours_and_minutes(duration):
    hours, minutes = divmod(max(int(duration.total_seconds() // 60), 1), 60)
    return " ".join(
        f"{number} {unit}" for number, unit in ((hours, "ч"), (minutes, "мин")) if number
    )


def lateness(due, until, calendar, zone):
    """How late, in words: minutes and hours up to a day, then working days: «на 35 мин», «на 3 ч
    20 мин», «на 2 раб. дн.». A weekend after the due day does not count."""
    days = working_days_between(
        due.astimezone(zone).date(), until.astimezone(zone).date(), calendar
    )
    if days and until - due >= ONE_DAY:
        return f"на {days} раб. дн."
    return f"на {_hours_and_minutes(until - due)}"


def may_untake(taken_at, now):
    """Whether a lesson's attendance, taken at an instant, may still be taken back: on the same day,
    as a slip of the finger. `now` is in the school's zone."""
    return taken_at.astimezone(now.tzinfo).date() == now.date()


# --- locks (4.2) ---


def locked_text(kind, number, locked_at):
    """Why nothing can be written in a locked period; `locked_at` is local."""
    name, closed = {"quarter": ("четверть", "закрыта"), "half_year": ("полугодие", "закрыто")}[kind]
    return (
        f"{number} {name} {closed} {locked_at:%d.%m.%Y}. Открыть журнал для исправлений может "
        "заместитель директора."
    )
