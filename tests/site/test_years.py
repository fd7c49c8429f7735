"""After 1 September each list has its choice of the year, and links of last year keep working."""

import datetime

import pytest
from django.urls import reverse

from diaries.actions.applications import register_application
from diaries.actions.batches import draw_waiting_batches, request_batch
from diaries.models import WeeklyReport
from diaries.queries.classes import class_name_of_week, classes_of_week
from journals.actions.entries import save_cell
from journals.actions.review import make_remark
from journals.actions.watch import sweep
from school import access
from school.actions.pupils import move_to_class
from school.models import Outage, SchoolYear, TeachingAssignment
from school.rights import role_names
from tempjournal.actions.outages import record_outage
from tests import world as worlds
from tests.pdf import pages
from tests.world import TODAY, day, following, queries_of

SEPTEMBER = datetime.datetime(2027, 9, 1, 9, tzinfo=datetime.UTC)
MONDAY = day(11, 23)


@pytest.fixture
def september(world, noon):
    save_cell(world.maths, world.lesson.pk, world.ivanov.pk, "", "5")
    worlds.lesson(world.maths, day(5, 20), world.slots[1])  # whose topic was never written
    world.remark = make_remark(world.maths, None, world.deputy, "Мало отметок")
    following(world)
    noon.move_to(SEPTEMBER)
    sweep()
    world.last = f"?year={world.year.pk}"
    return world


def text_of(pdf):
    return " ".join("".join(pages(pdf, "-raw")).split())


def html(client, path):
    page = client.get(path)
    assert page.status_code == 200, path
    return page.content.decode()


LEADERS_PAGES = {
    "/journals/": "5А",
    "/review/": "5А",
    "/review/late/": "20.05",
    "/review/remarks/": "Мало отметок",
    "/review/history/": "5А, Математика",
    "/review/locks/": "4 четверть",
    "/review/unattended/": "Таких уроков нет",
    "/reports/weekly/": "",
    "/temp-journals/": "май 2027",
    "/temp-journals/register/": "2026/2027",
}


@pytest.mark.parametrize(("path", "told"), LEADERS_PAGES.items(), ids=LEADERS_PAGES)
def test_a_leader_chooses_the_year(september, login, path, told):
    deputy = login(september.deputy)
    present = html(deputy, path)
    assert f'href="{september.last}"' in present
    assert 'aria-current="page">2027/2028</a>' in present
    last = html(deputy, path + september.last)
    assert 'aria-current="page">2026/2027</a>' in last
    assert told in last.split("<main")[1]
    assert deputy.get(f"{path}?year=999999").status_code == 404


@pytest.mark.parametrize("path", LEADERS_PAGES)
def test_there_is_nothing_to_choose_in_a_schools_first_year(world, login, path):
    assert 'aria-label="Учебный год"' not in html(login(world.deputy), path)


def test_a_teacher_and_a_class_teacher_find_what_they_kept(september, login):
    for person in (september.teacher, september.class_teacher):
        client = login(person)
        page = html(client, f"/journals/{september.last}")
        path = reverse("grid", args=[september.maths.pk])
        assert path in page
        assert "2026/2027" in html(client, path)
        assert html(client, reverse("grades", args=[september.maths.pk]))
    assert reverse("class_summary", args=[september.a5.pk]) in page  # of the class teacher's


def test_who_sees_nothing_of_a_year_has_no_such_year(september, login):
    substitute = login(september.substitute)
    assert september.last in html(substitute, "/journals/")  # took a lesson then
    next_year = f"/journals/?year={september.next_year.pk}"
    assert substitute.get(next_year).status_code == 200  # the present one is always there
    newcomer = login(worlds.user("newteacher"))
    assert 'aria-label="Учебный год"' not in html(newcomer, "/journals/")
    assert newcomer.get(f"/journals/{september.last}").status_code == 404


def test_filters_pages_and_downloads_stay_in_the_year(september, login):
    deputy = login(september.deputy)
    page = html(deputy, f"/review/{september.last}")
    assert f'name="year" value="{september.year.pk}"' in page
    assert f'href="?year={september.year.pk}&amp;format=xlsx"' in page
    assert f'href="/review/late/{september.last}"' in page
    assert f'href="/review/{september.last}">Сбросить' in page
    chosen = f"/journals/{september.last}&school_class={september.a5.pk}"
    page = html(deputy, chosen)
    assert reverse("grid", args=[september.maths.pk]) in page
    assert reverse("grid", args=[september.maths_b.pk]) not in page


def test_addresses_of_last_year_keep_working(september, login):
    """Kept or sent before 1 September, without a year."""
    deputy, parent = login(september.deputy), login(september.parent)
    quarter, journal = september.quarters[1], september.maths
    for path in (
        f"/review/?period={quarter.pk}",
        f"/journals/?school_class={september.a5.pk}",
        f"/review/history/?journal={journal.pk}",
        f"/review/remarks/?journal={journal.pk}&state=all",
        f"/review/locks/?journal={journal.pk}&period={quarter.pk}",
    ):
        assert 'aria-current="page">2026/2027</a>' in html(deputy, path), path
    assert "5,00" in html(parent, f"/diary/{september.ivanov.pk}/grades/?period={quarter.pk}")
    for path in (
        f"/journals/{journal.pk}/?period={quarter.pk}",
        f"/journals/{journal.pk}/lessons/{september.lesson.pk}/",
        f"/classes/{september.a5.pk}/attendance/",
        f"/classes/{september.a5.pk}/summary/?period={quarter.pk}",
    ):
        assert deputy.get(path).status_code == 200, path


def test_what_is_of_no_year_narrows_nothing(september, login):
    deputy = login(september.deputy)
    for asked in ("period=999999", "period=первый", "journal=²", "school_class=-1"):
        assert 'aria-current="page">2027/2028</a>' in html(deputy, f"/review/?{asked}")


def test_the_history_of_a_year_is_what_was_changed_in_it(september, login):
    deputy = login(september.deputy)
    august = worlds.user("august")
    assert august.history.get().history_date.date() == SEPTEMBER.date()
    assert "August" not in html(deputy, f"/review/history/{september.last}")
    lines = deputy.get(f"/review/history/{september.last}").context["lines"]
    assert lines
    assert all(line.at.date() < datetime.date(2027, 9, 1) for line in lines)
    # Of a journal that is named also what was changed afterwards.
    save_cell(september.maths, september.lesson.pk, september.petrova.pk, "", "4")
    lines = deputy.get(f"/review/history/{september.last}&journal={september.maths.pk}")
    assert lines.context["lines"][0].at.date() == datetime.date(2027, 9, 1)


def test_the_choice_costs_a_fixed_number_of_queries(september, login):
    deputy = login(september.deputy)
    few = queries_of(deputy, f"/journals/{september.last}")
    for n in range(1, 6):
        first = september.year.starts_on.replace(year=2026 - n)
        SchoolYear.objects.create(starts_on=first, ends_on=first.replace(year=2027 - n, month=5))
    assert queries_of(deputy, f"/journals/{september.last}") == few


# --- the class of that day ---


def test_a_diary_is_headed_with_the_class_of_the_week(september, login):
    parent, path = login(september.parent), f"/diary/{september.ivanov.pk}/"
    assert '<span class="nowrap">6А</span></h1>' in html(parent, path)
    assert '<span class="nowrap">5А</span></h1>' in html(parent, f"{path}?week=2026-W48")
    assert '<span class="nowrap">5А</span></h1>' in html(parent, path + september.last)
    assert '<span class="nowrap">5А</span></h1>' in html(parent, f"{path}grades/{september.last}")
    summer = html(parent, f"{path}?week=2027-W29")
    assert "<h1>Иванов Иван</h1>" in summer


def test_a_pupil_who_left_still_has_the_diary_of_his_years(september, login):
    page = login(september.deputy).get(f"/diary/{september.gone.pk}/{september.last}")
    assert page.status_code == 200
    assert page.context["week"].sunday >= september.year.ends_on


CLASS_OF_WEEK = [
    # moved on, the week's Monday, the class of that week
    (day(11, 23), MONDAY, "5Б"),  # on Monday
    (day(11, 25), MONDAY, "5Б"),  # today
    (day(11, 28), MONDAY, "5А"),  # on Saturday, which is yet to come
    (day(11, 25), day(11, 16), "5А"),
    (day(11, 28), day(11, 30), "5Б"),  # of a week to come
]


@pytest.mark.parametrize(("moved_on", "monday", "told"), CLASS_OF_WEEK)
def test_the_class_of_a_week(world, moved_on, monday, told):
    move_to_class(world.petrova, world.b5, moved_on)
    assert str(classes_of_week([world.petrova.pk], monday)[world.petrova.pk]) == told
    student, _ = access.diary(world.deputy, world.petrova.pk)
    assert class_name_of_week(student, monday) == told


@pytest.mark.any_database
def test_a_printed_week_is_headed_with_the_class_of_then(world, login, noon):
    move_to_class(world.ivanov, world.b5, TODAY)
    path = f"/diary/{world.ivanov.pk}/week.pdf?week="
    parent = login(world.parent)
    assert "Класс: 5А" in text_of(parent.get(f"{path}2026-W47").content)
    assert "Класс: 5Б" in text_of(parent.get(f"{path}2026-W48").content)


@pytest.mark.any_database
def test_so_is_each_of_a_batch(world, private_dir):
    move_to_class(world.ivanov, world.b5, TODAY)
    register_application(world.ivanov, "Иванова Инна", TODAY, TODAY, None)
    batch = request_batch(world.deputy, day(11, 16))
    assert draw_waiting_batches() == 1
    batch.refresh_from_db()
    assert "Класс: 5А" in text_of(batch.file.read())
    # The register is of handing out: there it is the class of today.
    assert str(WeeklyReport.objects.get().school_class) == "5Б"


def test_nobody_has_left_because_the_year_is_over(september, login):
    deputy, path = login(september.deputy), reverse("grades", args=[september.maths.pk])
    left = {row.name: row.left for row in deputy.get(path).context["page"].rows}
    assert left == {"Иванов Иван": False, "Петрова Пелагея": False, "Ушёл Устин": True}
    page = deputy.get(reverse("class_pupils", args=[september.a5.pk]))
    present = {one.name: one.is_present for one in page.context["pupils"]}
    assert present["Иванов Иван"]
    assert not present["Ушёл Устин"]


def test_a_class_list_of_last_year_leads_nowhere_in_vain(september, login):
    client = login(september.class_teacher_b)  # led 5Б, leads nothing now
    page = html(client, reverse("class_pupils", args=[september.b5.pk]))
    assert "Сидоров" in page
    assert f"/diary/{september.sidorov.pk}/" not in page
    assert f"/students/{september.sidorov.pk}/card/" not in page
    leader = login(september.class_teacher)  # leads 6А with the pupils of 5А
    page = html(leader, reverse("class_pupils", args=[september.a5.pk]))
    assert f"/diary/{september.petrova.pk}/" in page


# --- what is of now ---


def test_home_has_the_classes_of_now(september, login):
    page = html(login(september.class_teacher), "/")
    assert reverse("school_class", args=[september.a6.pk]) in page
    assert reverse("school_class", args=[september.a5.pk]) not in page
    assert "Классный руководитель (6А)" in role_names(september.class_teacher)


@pytest.mark.any_database
def test_outages_and_reports_are_of_their_year(world, login, noon):
    zone = datetime.UTC
    outage = Outage(
        starts_at=datetime.datetime(2026, 11, 23, 6, tzinfo=zone),
        ends_at=datetime.datetime(2026, 11, 23, 7, tzinfo=zone),
        reason="Авария",
    )
    record_outage(outage, world.deputy)
    register_application(world.ivanov, "Иванова Инна", TODAY, TODAY, None)
    request_batch(world.deputy, MONDAY)
    draw_waiting_batches()
    following(world)
    noon.move_to(SEPTEMBER)
    deputy, last = login(world.deputy), f"?year={world.year.pk}"
    register, reports = "/temp-journals/register/", "/reports/weekly/"
    assert f"outages/{outage.pk}/" in html(deputy, register + last)
    assert f"outages/{outage.pk}/" not in html(deputy, register)
    assert f"register.pdf{last}" in html(deputy, register + last)
    found = deputy.get(reports + last)
    assert [line.report.monday for line in found.context["lines"]] == [MONDAY]
    assert deputy.get(f"{reports}?state=").context["lines"] == []
    of_class = deputy.get(f"{reports}{last}&school_class={world.a5.pk}&state=")
    assert [line.class_name for line in of_class.context["lines"]] == ["5А"]


@pytest.mark.any_database
def test_the_paper_of_last_year_is_of_its_classes(september, login):
    deputy = login(september.deputy)
    page = deputy.get(f"/temp-journals/{september.last}").context["form"]
    assert [name for _, name in page.fields["class"].widget.choices] == ["5А", "5Б"]
    asked = f"?year={september.year.pk}&class={september.a5.pk}&month=2026-11"
    pdf = deputy.get(f"/temp-journals/form.pdf{asked}")
    assert pdf.status_code == 200
    assert "5А" in text_of(pdf.content)
    assert "2026/2027" in text_of(pdf.content)


def test_an_assignment_of_this_year_alone_writes(september):
    assert TeachingAssignment.objects.filter(teacher=september.teacher, ends_on=None).count() == 0
    assert not access.written_journals(september.teacher).exists()
    assert access.journals(september.teacher).count() == 2
