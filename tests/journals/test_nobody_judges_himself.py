"""Nobody judges himself (4.2): who teaches and leads excuses, opens and closes nothing of his own
while another leader is there; where there is none, it is marked and told."""

import datetime

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from attendance.refusals import Refused
from journal_site.actions import send_leader_changes
from journals import self_judging
from journals.actions.certificates import certify
from journals.actions.late import recheck
from journals.actions.locks import relock_journal, unlock_journal
from journals.actions.review import close_remark, excuse, make_remark, withdraw_excuse
from journals.actions.watch import sweep
from journals.models import Certificate, LateEntry, Remark
from journals.queries.self_judged import self_judged
from school import access
from school.models import PeriodLock, Role, Substitution, Unlock, User
from tests.world import FIRST, assign, day


@pytest.fixture
def teaching(world):
    """The deputy teaches mathematics in 5А; all of that is late."""
    assign(world.deputy, world.maths)
    sweep()
    return world


@pytest.fixture
def alone(teaching):
    """There is no other leader: the director's account is switched off for a while."""
    User.objects.filter(pk=teaching.director.pk).update(
        is_active=False, email="director@school.example"
    )
    return teaching


def closed(w):
    PeriodLock.objects.get_or_create(period=w.quarters[1], locked_by=w.deputy)
    return w.quarters[1]


def fresh(user):
    """As another request has him."""
    return User.objects.get(pk=user.pk)


def late(w, journal):
    return LateEntry.objects.filter(journal=journal, kind="topic").order_by("due_at").first()


# deed: (what he does with a journal, whether it is done, what is marked)
def _excuses(w, journal):
    entry = late(w, journal)
    excuse([entry.pk], fresh(w.deputy), "болел")
    return LateEntry.objects.get(pk=entry.pk)


def _opens(w, journal):
    return unlock_journal(journal, closed(w), fresh(w.deputy), 2, "опечатка")


def _closes_a_remark(w, journal):
    remark = make_remark(journal, None, w.director, "Нет тем.")
    close_remark(remark.pk, fresh(w.deputy))
    return Remark.objects.get(pk=remark.pk)


DEEDS = {"excuse": _excuses, "unlock": _opens, "remark": _closes_a_remark}


@pytest.mark.parametrize("deed", DEEDS.values(), ids=DEEDS)
def test_ones_own_is_for_another_leader(teaching, deed):
    with pytest.raises(Refused, match=r"собственн.*Директорова"):
        deed(teaching, teaching.maths)
    assert not LateEntry.objects.exclude(excuse="").exists()
    assert not Unlock.objects.exists()
    assert not Remark.objects.exclude(closed_at=None).exists()


@pytest.mark.parametrize("deed", DEEDS.values(), ids=DEEDS)
def test_of_others_he_judges_as_before(teaching, deed):
    assert not deed(teaching, teaching.english).self_judged


@pytest.mark.parametrize("deed", DEEDS.values(), ids=DEEDS)
def test_where_he_is_alone_it_is_marked(alone, deed):
    made = deed(alone, alone.maths)
    assert made.self_judged
    assert type(made).history.filter(self_judged=True).count() == 1


@pytest.mark.parametrize("deed", DEEDS.values(), ids=DEEDS)
def test_another_deputy_will_do(alone, deed):
    Role.objects.create(user=alone.class_teacher_b, kind=Role.Kind.DEPUTY)
    with pytest.raises(Refused, match="Бэшкина"):
        deed(alone, alone.maths)
    assign(alone.class_teacher_b, alone.maths)  # it is the other's own too: nobody stands apart
    assert deed(alone, alone.maths).self_judged


def test_all_who_judge_are_named(teaching):
    for person in (teaching.class_teacher_b, teaching.class_teacher):
        Role.objects.create(user=person, kind=Role.Kind.DEPUTY)
    teaching.a5.class_teacher = None  # whose own all journals of the class would be
    teaching.a5.save()
    with pytest.raises(Refused) as told:
        _opens(teaching, teaching.maths)
    _, _, names = str(told.value).partition("Решает ")
    first, last = names.split(" или ")
    surnames = sorted(one.split("\u00a0")[0] for one in (*first.split(", "), last))
    assert surnames == ["Бэшкина", "Директорова", "Руссова"]


def _assigned(w):
    assign(w.deputy, w.english)


def _leads_the_class(w):
    w.a5.class_teacher = w.deputy
    w.a5.save()


def _took_a_lesson(w):
    Substitution.objects.create(lesson=w.english_lesson, teacher=w.deputy)


def _taught_then(w):
    assign(w.deputy, w.english, ends_on=day(11, 20))


def _taught_before(w):
    assign(w.deputy, w.english, ends_on=day(10, 10))


@pytest.mark.parametrize(
    ("how", "is_own"),
    [
        (_assigned, True),
        (_leads_the_class, True),  # rows of a mixed subgroup
        (_took_a_lesson, True),
        (_taught_then, True),
        (_taught_before, False),
        (lambda w: None, False),
    ],
)
def test_what_a_journal_of_ones_own_is(world, how, is_own):
    how(world)
    span = world.quarters[1].starts_on, world.quarters[1].ends_on
    found = access.own_journals(fresh(world.deputy), {world.english.pk}, span)
    assert (world.english.pk in found) == is_own


def test_a_duty_of_ones_own_in_anothers_journal(world):
    """The substitute's duty is his, whoever holds the journal."""
    Role.objects.create(user=world.substitute, kind=Role.Kind.DEPUTY)
    sweep()
    entry = LateEntry.objects.get(lesson=world.substituted, kind="topic")
    with pytest.raises(Refused):
        excuse([entry.pk], fresh(world.substitute), "болела")
    assert excuse([entry.pk], world.deputy, "болела") == 1


def test_of_many_only_ones_own_are_left(teaching, login):
    own, other = late(teaching, teaching.maths), late(teaching, teaching.english)
    browser = login(teaching.deputy)
    data = {"entry": [own.pk, other.pk], "excuse": "карантин"}
    page = browser.post("/review/late/", data, follow=True).content.decode()
    assert "Извинено записей: 1." in page
    assert "Ваши собственные записи, 1, не тронуты (4.2): их извиняет Директорова" in page
    page = browser.post("/review/late/", {"entry": own.pk, "excuse": "болел"})
    assert "Их извиняет Директорова" in page.content.decode()
    own.refresh_from_db()
    assert own.excuse == ""


def test_what_the_pages_say(teaching, login):
    browser = login(teaching.deputy)
    data = {"journal": teaching.maths.pk, "period": closed(teaching).pk, "hours": 2}
    page = browser.post(reverse("locks"), data | {"reason": "опечатка"}).content.decode()
    assert "Это ваше собственное дело (4.2)" in page
    remark = make_remark(teaching.maths, None, teaching.director, "Нет тем.")
    url = reverse("remark", args=[remark.pk])
    page = browser.post(url, {"deed": "close"}, follow=True).content.decode()
    assert "Это ваше собственное дело (4.2)" in page
    assert not Remark.objects.exclude(closed_at=None).exists()


def test_one_withdraws_an_excuse_of_ones_own(teaching):
    """It is no favour; the mark goes with it."""
    entry = late(teaching, teaching.maths)
    excuse([entry.pk], teaching.director, "болел")
    withdraw_excuse([entry.pk])
    entry.refresh_from_db()
    assert (entry.excuse, entry.self_judged) == ("", False)


def test_another_confirms_it_in_the_same_words(alone):
    entry = _excuses(alone, alone.maths)
    User.objects.filter(pk=alone.director.pk).update(is_active=True)
    assert excuse([entry.pk], fresh(alone.director), "болел") == 1
    entry.refresh_from_db()
    assert (entry.self_judged, entry.excused_by) == (False, alone.director)


def test_the_mark_comes_back_with_an_excuse(alone):
    entry = _excuses(alone, alone.maths)
    lesson = entry.lesson
    LateEntry.objects.get(pk=entry.pk).delete()
    recheck([lesson.pk])
    again = LateEntry.objects.get(lesson=lesson, kind="topic")
    assert (again.excuse, again.self_judged) == ("болел", True)


def test_the_duty_of_all_leaders_is_nobodys_to_judge(world):
    """The printed report is the administration's: somebody excuses it, and it is marked."""
    (others,) = self_judging.other_judges(
        world.deputy, [(None, {world.deputy.pk, world.director.pk})]
    )
    assert others == []


# --- who is told ---


def register(browser):
    return [
        (one.person.last_name, one.deed, str(one.journal), one.why)
        for one in browser.get("/leaders/").context["self_judged"]
    ]


def test_the_director_is_told(alone, login):
    _opens(alone, alone.maths)
    _excuses(alone, alone.maths)
    _closes_a_remark(alone, alone.maths)
    User.objects.filter(pk=alone.director.pk).update(is_active=True)
    mail.outbox.clear()
    send_leader_changes()
    told = {letter.subject for letter in mail.outbox if "сам себе" in letter.subject}
    assert {one.partition("сам себе: ")[2] for one in told} == {
        "открыт журнал закрытого периода",
        f"извинена просроченная запись «тема», срок {late(alone, alone.maths).due_at:%d.%m.%Y}",
        "закрыто замечание от 25.11.2026",
    }
    letters = [one for one in mail.outbox if "сам себе" in one.subject]
    assert [one.to for one in letters] == [["director@school.example"]] * 3
    page = login(alone.director).get("/leaders/").content.decode()
    assert "сам себе: открыт журнал закрытого периода" in page
    assert "Нет тем." not in page  # what he was told is not why he closed it
    assert {(deed.split(" ")[0], why) for _, deed, _, why in register(login(alone.director))} == {
        ("открыт", "опечатка"),
        ("извинена", "болел"),
        ("закрыто", ""),
    }


def test_the_directors_own_is_kept_in_the_register(world, login):
    assign(world.director, world.maths)
    Role.objects.filter(user=world.deputy).delete()
    unlock = unlock_journal(world.maths, closed(world), fresh(world.director), 2, "опечатка")
    assert unlock.self_judged
    browser = login(world.director)
    assert register(browser) == [
        ("Директорова", "открыт журнал закрытого периода", "5А, Математика", "опечатка")
    ]
    assert not [one for one, _ in browser.get("/leaders/").context["changes"] if "себе" in one.told]
    relock_journal(unlock.pk)
    assert len(register(browser)) == 1  # what was done stays


def test_a_journal_of_ones_own_that_is_certified(world):
    """Nobody else may (4.1)."""
    assign(world.director, world.maths, starts_on=FIRST)
    period = closed(world)
    director = fresh(world.director)
    for journal, is_own in ((world.maths, True), (world.russian, False)):
        _, granted = access.journal(director, journal.pk)
        made = certify(journal, granted, period, director)
        assert made.self_judged == is_own
    assert Certificate.history.filter(self_judged=True).count() == 1
    today = timezone.localdate()
    (one,) = self_judged(today, today)
    assert one.deed == "заверен журнал"
    yesterday = today - datetime.timedelta(days=1)
    assert self_judged(yesterday, yesterday) == []
