"""The due instant of an absence's reason (2.9)."""

import datetime
from zoneinfo import ZoneInfo

import pytest

from attendance import reasons, rules
from attendance.reasons import Reason
from attendance.refusals import Refused
from attendance.rules import ReasonFacts, Said, decide_reason
from school.rules.days import WorkingCalendar

MOSCOW = ZoneInfo("Europe/Moscow")


@pytest.mark.parametrize(
    ("received", "week_days", "overrides", "due"),
    [
        ("2026-11-24", 5, {}, "2026-11-26"),  # Tuesday: Thursday
        ("2026-11-27", 5, {}, "2026-12-01"),  # Friday: over the weekend
        ("2026-11-27", 6, {}, "2026-11-30"),  # the same in a six-day week
        ("2026-11-28", 5, {}, "2026-12-01"),  # received on a Saturday
        ("2026-12-29", 5, {}, "2027-01-11"),  # before the long holidays: Dec 30 is the first
        ("2026-12-30", 5, {}, "2027-01-12"),  # Dec 31 is a free day in 2026
        ("2026-11-24", 5, {"2026-11-25": False}, "2026-11-27"),  # the school's own free day
        ("2026-11-27", 5, {"2026-11-28": True}, "2026-11-30"),  # a Saturday that is worked
        # Of a six-day week nothing is moved from a Saturday (article 112 of the labour code).
        ("2026-05-08", 6, {}, "2026-05-12"),  # 9 May is a Saturday: Monday is worked
        ("2026-05-08", 5, {}, "2026-05-13"),
        ("2027-04-30", 6, {}, "2027-05-04"),  # so is 1 May
        ("2027-06-11", 6, {}, "2027-06-15"),  # and 12 June
        ("2025-12-30", 6, {}, "2026-01-10"),  # 31 December for a Sunday, 9 January for a Saturday
        ("2027-02-19", 6, {}, "2027-02-22"),  # a Saturday as ever, and the Monday it was given for
        ("2027-02-20", 6, {}, "2027-02-24"),
        ("2027-11-03", 6, {}, "2027-11-06"),  # Friday the 5th for a Saturday in January
        ("2027-05-08", 6, {}, "2027-05-12"),  # 9 May is a Sunday: Monday is free for everybody
    ],
)
def test_the_second_working_day(received, week_days, overrides, due):
    day = datetime.date.fromisoformat
    overrides = {day(one): (works, None) for one, works in overrides.items()}
    found = rules.reason_due(day(received), WorkingCalendar(week_days, overrides), MOSCOW)
    assert found.astimezone(MOSCOW).date() == day(due)
    assert f"{found.astimezone(MOSCOW):%H:%M:%S.%f}" == "23:59:59.999999"


def days(*numbers):
    return [datetime.date(2026, 11, number) for number in numbers]


def test_a_spell_goes_over_a_weekend_and_ends_after_more():
    friday, monday, tuesday, later = days(13, 16, 17, 24)
    assert rules.spells([tuesday, friday, later, monday]) == {
        friday: (friday, tuesday),
        monday: (friday, tuesday),
        tuesday: (friday, tuesday),
        later: (later, later),
    }


def test_totals():
    """Being late is counted, but no day and no lesson was missed by it."""
    monday, tuesday, friday = days(23, 24, 27)
    found = rules.totals(
        [
            (monday, "б"),
            (monday, "б"),
            (monday, "оп"),
            (tuesday, "н"),
            (tuesday, "уп"),
            (friday, "оп"),
        ]
    )
    assert found == rules.Totals(
        days=2, lessons=4, by_reason={"н": 1, "б": 2, "уп": 1, "нп": 0, "оп": 2}
    )


@pytest.mark.parametrize(
    ("reason", "is_away", "says_why", "by_document"),
    [
        ("", False, False, False),
        ("н", True, False, False),
        ("б", True, True, True),
        ("уп", True, True, True),
        ("нп", True, True, False),  # nobody brings a document about truancy
        ("оп", False, False, False),  # was there, if not from the beginning
    ],
)
def test_what_a_reason_is(reason, is_away, says_why, by_document):
    """2.5, 2.9"""
    assert reasons.is_away(reason) == is_away
    assert reasons.confirms(reason) == says_why
    assert (reason in reasons.BY_DOCUMENT) == by_document


def test_each_reason_has_its_place_in_the_totals():
    assert sorted(reasons.TOTALLED) == sorted(Reason)


# --- whose word stands (2.9) ---

HELENA, BORIS = 1, 2  # class teachers
UNKNOWN, BY_HAND = Said("н"), Said("уп", None, HELENA)
ILL = Said("б", 9, HELENA)  # what a document says


def decide(reason, said, *, by=None, document=None, before=None):
    facts = ReasonFacts(said, by, lambda: "Е. Классная", lambda: document, lambda: before)
    try:
        return decide_reason(reason, facts)
    except Refused as refusal:
        return str(refusal)


@pytest.mark.parametrize(
    ("reason", "said", "known", "stands"),
    [
        # The subject teacher's word, until another one counts.
        ("н", None, {}, Said("н")),
        ("уп", UNKNOWN, {}, Said("уп")),
        ("оп", UNKNOWN, {}, Said("оп")),
        # It stands already.
        ("", None, {}, None),
        ("н", UNKNOWN, {"document": ILL}, None),
        ("уп", BY_HAND, {"by": BORIS}, None),
        # Clearing is for all: the pupil was there.
        ("", UNKNOWN, {}, Said("")),
        ("", BY_HAND, {}, Said("")),
        ("", ILL, {"document": ILL}, Said("")),
        # A document that covers the day knows better; of being late it says nothing.
        ("н", None, {"document": ILL}, ILL),
        ("нп", UNKNOWN, {"document": ILL}, ILL),
        ("оп", None, {"document": ILL}, Said("оп")),
        # The class teacher's word goes before the document's, if it says why.
        ("нп", None, {"by": HELENA, "document": ILL}, Said("нп", None, HELENA)),
        ("нп", ILL, {"by": BORIS, "document": ILL}, Said("нп", None, BORIS)),
        ("н", BY_HAND, {"by": HELENA}, Said("н")),
        ("н", BY_HAND, {"by": HELENA, "document": ILL}, ILL),
        ("оп", BY_HAND, {"by": HELENA}, Said("оп")),
        # Cleared and written anew it is the same absence.
        ("н", None, {"before": BY_HAND}, BY_HAND),
        ("н", None, {"before": BY_HAND, "document": ILL}, ILL),
        ("оп", None, {"before": BY_HAND}, Said("оп")),
        ("нп", None, {"before": BY_HAND, "by": HELENA}, Said("нп", None, HELENA)),
        ("нп", UNKNOWN, {"before": BY_HAND}, Said("нп")),
    ],
)
def test_whose_word_stands(reason, said, known, stands):
    assert decide(reason, said, **known) == stands


def test_nobody_else_changes_what_the_class_teacher_has_said():
    told = "Причину уже указал(а) Е. Классная: меняет её только классный руководитель."
    for said in (BY_HAND, ILL):
        for reason in ("н", "нп", "оп"):
            assert decide(reason, said, document=ILL) == told


def test_a_documents_reason_goes_with_the_document():
    assert "измените или отзовите документ" in decide("н", ILL, by=HELENA, document=ILL)


def test_what_costs_a_query_is_asked_only_where_it_matters():
    def never():
        raise AssertionError("asked")

    for reason, said, by in [
        ("", UNKNOWN, None),
        ("н", UNKNOWN, None),
        ("оп", None, None),
        ("уп", UNKNOWN, HELENA),
    ]:
        decide_reason(reason, ReasonFacts(said, by, never, never, never))
    decide_reason("уп", ReasonFacts(UNKNOWN, None, never, lambda: None, never))
