"""What is ended, never deleted: accounts that are named anywhere, whatever was written about."""

import pytest
from django.contrib.admin.models import LogEntry
from django.db import transaction
from django.db.models import ProtectedError
from django.urls import reverse

from journals.actions.entries import save_cell
from journals.models import Mark, PeriodGrade
from school import kept
from school.actions.days import declare_days
from school.models import (
    DayOverride,
    Journal,
    Lesson,
    Outage,
    Period,
    PeriodLock,
    Role,
    SchoolClass,
    SchoolYear,
    Student,
    TeachingGroup,
    User,
)
from tests import world as worlds
from tests.site.test_admin import form_of
from tests.world import FIRST, TODAY, special


@pytest.fixture
def newcomer(world):
    return worlds.user("new", "Новая", "Нина")


def refused(one):
    with pytest.raises(ProtectedError), transaction.atomic():
        one.delete()
    with pytest.raises(ProtectedError), transaction.atomic():
        type(one).objects.filter(pk=one.pk).delete()
    one.refresh_from_db()


def test_an_account_that_nothing_names_goes(world, newcomer):
    newcomer.delete()
    assert not User.objects.filter(pk=newcomer.pk).exists()


def wrote(w, newcomer, login):
    """A throwaway substitute writes a mark; then neither substitution nor mark is there."""
    w.substituted.substitution.delete()
    w.lesson.substitution = row = worlds.Substitution.objects.create(
        lesson=w.lesson, teacher=newcomer
    )
    data = {"lesson": w.lesson.pk, "student": w.ivanov.pk, "was": "", "text": "5"}
    client = login(newcomer)
    assert client.post(f"/journals/{w.maths.pk}/cells/", data).status_code == 200
    data |= {"was": "5", "text": ""}
    assert client.post(f"/journals/{w.maths.pk}/cells/", data).status_code == 200
    row.delete()
    worlds.Substitution.history.filter(teacher=newcomer).delete()  # what he wrote is enough
    assert not Mark.objects.exists()


def taught(w, newcomer, login):
    worlds.assign(newcomer, w.maths, FIRST).delete()


def led(w, newcomer, login):
    w.a5.class_teacher = newcomer
    w.a5.save()
    w.a5.class_teacher = w.class_teacher
    w.a5.save()


def had_a_role(w, newcomer, login):
    Role.objects.create(user=newcomer, kind="deputy").delete()


def administered(w, newcomer, login):
    LogEntry.objects.create(user=newcomer, action_flag=1, object_repr="5А")


def changed_its_own_password(w, newcomer, login):
    login(newcomer).post(
        "/account/",
        {
            "old_password": worlds.PASSWORD,
            "new_password1": "quite-another-17",
            "new_password2": "quite-another-17",
        },
    )


@pytest.mark.parametrize(
    "deed", [wrote, taught, led, had_a_role, administered, changed_its_own_password]
)
def test_an_account_that_is_named_anywhere_stays(world, newcomer, login, deed):
    deed(world, newcomer, login)
    refused(newcomer)
    assert kept.refusal(User.objects.filter(pk=newcomer.pk)) == kept.NAMED
    assert LogEntry.objects.filter(user=newcomer).count() == (deed is administered)


def test_a_lesson_on_the_paper_of_an_outage_stays(world):
    lesson = worlds.lesson(world.maths, TODAY, world.slots[6])
    assert kept.refusal(Lesson.objects.filter(pk=lesson.pk)) is None
    outage = Outage.objects.create(starts_at=worlds.NOON, found_at=worlds.NOON)
    outage.hindered_lessons.add(lesson)
    assert kept.refusal(Lesson.objects.filter(pk=lesson.pk)) == kept.WRITTEN_ABOUT


def test_who_wrote_stays_named(world, login):
    data = {"lesson": world.lesson.pk, "student": world.ivanov.pk, "was": "", "text": "5"}
    login(world.teacher).post(f"/journals/{world.maths.pk}/cells/", data)
    User.objects.filter(pk=world.teacher.pk).update(is_active=False)
    assert Mark.history.get().history_user == world.teacher
    for model in [Mark, Role, Student]:
        writer = model.history.model._meta.get_field("history_user")
        assert writer.remote_field.on_delete.__name__ == "PROTECT"


@pytest.fixture
def emptied(world):
    """A pupil, a class, a group and a journal, of a year, that held what is gone by now."""
    w = world
    began = FIRST.replace(year=2025)
    w.old = SchoolYear.objects.create(starts_on=began, ends_on=began)
    w.old_period = Period.objects.create(
        year=w.old, kind="quarter", number=1, starts_on=began, ends_on=began
    )
    w.old_class = SchoolClass.objects.create(year=w.old, number=4, letter="А")
    w.old_group = TeachingGroup.objects.create(
        kind="class", year=w.old, name="4А", school_class=w.old_class
    )
    w.old_journal = Journal.objects.create(group=w.old_group, subject=w.maths.subject, scale=w.five)
    w.pupil = Student.objects.create(user=worlds.user("once", "Однажды", "Олег"))
    return w


THINGS = ["pupil", "old_journal", "old_group", "old_class", "old_period", "old"]


def test_what_held_nothing_goes(emptied):
    for name in THINGS:
        getattr(emptied, name).delete()


def test_what_ever_held_something_stays(emptied):
    w = emptied
    grade = PeriodGrade.objects.create(
        journal=w.old_journal,
        student=w.pupil,
        kind="period",
        period=w.old_period,
        value=w.five.values.first(),
        set_by=w.teacher,
    )
    grade.delete()
    for name in ("pupil", "old_journal", "old_period"):
        refused(getattr(w, name))
    for name in ("old_group", "old_class", "old"):  # for what stands in them stays
        with pytest.raises(ProtectedError), transaction.atomic():
            getattr(w, name).delete()


def test_a_period_that_was_ever_closed_stays(emptied):
    PeriodLock.objects.create(period=emptied.old_period, locked_by=emptied.deputy).delete()
    refused(emptied.old_period)
    with pytest.raises(ProtectedError), transaction.atomic():
        emptied.old_period.year.delete()


@pytest.fixture
def browser(world, login):
    return login(world.admin)


def test_the_page_says_how_an_account_ends(world, browser):
    path = reverse("admin:school_user_delete", args=[world.teacher.pk])
    assert kept.NAMED in browser.get(path).content.decode()
    browser.post(path, {"post": "yes"})
    chosen = {
        "action": "delete_selected",
        "_selected_action": world.teacher.pk,
        "post": "yes",
    }
    browser.post(reverse("admin:school_user_changelist"), chosen)
    assert User.objects.filter(pk=world.teacher.pk).exists()


@pytest.mark.parametrize("kind", ["scale", "period"])
def test_a_row_that_is_to_go_names_nothing_of_journals(world, browser, kind):
    save_cell(world.maths, world.lesson.pk, world.ivanov.pk, "", "5")
    PeriodGrade.objects.create(
        journal=world.maths,
        student=world.ivanov,
        kind="period",
        period=world.quarters[1],
        value=world.five.values.get(text="5"),
        set_by=world.teacher,
    )
    if kind == "scale":
        path, rows, row = "gradescale", "values", world.five.values.get(text="5")
        path = reverse(f"admin:school_{path}_change", args=[world.five.pk])
    else:
        path, rows, row = "schoolyear", "periods", world.quarters[1]
        path = reverse(f"admin:school_{path}_change", args=[world.year.pk])
    data = form_of(browser.get(path))
    place = next(
        name
        for name, v in data.items()
        if name.startswith(rows) and name.endswith("-id") and v == row.pk
    )
    page = browser.post(path, data | {place.replace("-id", "-DELETE"): "on"})
    text = page.content.decode()
    assert page.status_code == 200
    assert (kept.IN_USE if kind == "scale" else kept.WRITTEN_ABOUT) in text
    assert "Иванов" not in text
    assert type(row).objects.filter(pk=row.pk).exists()


@pytest.mark.parametrize("is_one", [True, False])
def test_a_day_off_is_withdrawn(world, browser, is_one):
    off = special(TODAY, "мороз")
    declare_days(off)
    if is_one:
        path = reverse("admin:school_dayoverride_delete", args=[off.pk])
        assert kept.WRITTEN_ABOUT not in browser.get(path).content.decode()
        browser.post(path, {"post": "yes"})
    else:
        chosen = {"action": "delete_selected", "_selected_action": off.pk, "post": "yes"}
        browser.post(reverse("admin:school_dayoverride_changelist"), chosen)
    assert not DayOverride.objects.exists()
    world.today_lesson.refresh_from_db()
    assert world.today_lesson.cancelled == ""


# --- by what a pupil belongs to journals ---


def marked(w):
    save_cell(w.maths, w.lesson.pk, w.ivanov.pk, "", "5")
    return w.ivanov.enrolments.get()


def absent(w):
    save_cell(w.maths, w.lesson.pk, w.ivanov.pk, "", "н")
    return w.ivanov.enrolments.get()


def graded(w, **of):
    PeriodGrade.objects.create(student=w.ivanov, set_by=w.teacher, value=None, **of)
    return w.ivanov.enrolments.get()


def graded_for_a_quarter(w):
    return graded(w, journal=w.maths, kind="period", period=w.quarters[1])


def graded_for_the_year(w):
    return graded(w, journal=w.maths, kind="year")


def marked_in_a_subgroup(w):
    save_cell(w.english, w.english_lesson.pk, w.ivanov.pk, "", "5")
    return w.ivanov.memberships.get()


def marked_in_a_subgroup_while_enrolled(w):
    marked_in_a_subgroup(w)
    return w.ivanov.enrolments.get()


UNDER = [
    marked,
    absent,
    graded_for_a_quarter,
    graded_for_the_year,
    marked_in_a_subgroup,
    marked_in_a_subgroup_while_enrolled,
]


@pytest.mark.parametrize("written", UNDER)
def test_what_makes_a_pupil_belong_to_what_is_written_stays(world, written):
    row = written(world)
    refused(row)
    if hasattr(row, "group"):
        row.group = TeachingGroup.objects.create(kind="subgroup", year=world.year, name="иная")
    else:
        row.school_class = world.b5
    with pytest.raises(ProtectedError):
        row.save()
    row.refresh_from_db()
    row.ends_on = FIRST  # so one ends it
    row.save()


def test_a_place_under_which_nothing_is_written_goes(world):
    marked(world)
    world.petrova.enrolments.get().delete()  # what is written of another is no matter
    world.ivanov.memberships.get().delete()
    newcomer = worlds.pupil("late", "Поздний", "Пётр", world.a5, starts_on=TODAY)
    row = newcomer.enrolments.get()
    row.school_class = world.b5
    row.save()
    row.delete()


@pytest.mark.parametrize("page", ["student", "teachinggroup"])
@pytest.mark.parametrize("how", ["deleted", "moved"])
def test_beside_the_row_stands_how_it_is_ended(world, browser, page, how):
    row = marked_in_a_subgroup(world)
    other = TeachingGroup.objects.create(kind="subgroup", year=world.year, name="иная")
    one = world.ivanov if page == "student" else world.subgroup
    path = reverse(f"admin:school_{page}_change", args=[one.pk])
    data = form_of(browser.get(path))
    place = next(
        name.removesuffix("-id")
        for name, value in data.items()
        if name.startswith("memberships-") and name.endswith("-id") and value == row.pk
    )
    if how == "deleted":
        change = {f"{place}-DELETE": "on"}
    elif page == "student":
        change = {f"{place}-group": other.pk}
    else:
        change = {f"{place}-student": world.petrova.pk}
    answer = browser.post(path, data | change)
    assert answer.status_code == 200
    assert kept.HAS_BEGUN in answer.content.decode()
    row.refresh_from_db()
    assert (row.group, row.student) == (world.subgroup, world.ivanov)
    ended = browser.post(path, data | {f"{place}-ends_on": "01.10.2026"})
    assert ended.status_code == 302
    row.refresh_from_db()
    assert row.ends_on == worlds.day(10, 1)
