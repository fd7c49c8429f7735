"""What is printed can be read: no type below 7 points on any paper of ours (design, section 11)."""

import pytest

from journals.actions.entries import save_cell, save_field
from journals.actions.review import make_remark
from school.models import Journal, Subject
from tempjournal.actions.outages import record_outage
from tests import world as worlds
from tests.diaries.test_printing import LONG, fill
from tests.pdf import type_sizes
from tests.tempjournal.conftest import outage
from tests.tempjournal.test_form import LONG as NAMES
from tests.world import day

pytestmark = pytest.mark.any_database

SMALLEST = 7.0


def smallest(client, address):
    answer = client.get(address)
    assert answer["Content-Type"] == "application/pdf"
    return min(type_sizes(answer.content))


def test_the_sizes_are_those_on_the_paper():
    from school.printing.draw import draw

    html = (
        "<style>html { font-size: 9pt }</style><p>а<small>б</small>"
        '<span style="opacity: .5; font-size: 5pt">в</span>'
        '<svg width="99" height="9"><text y="8" font-size="4">г</text></svg>'
    )
    assert type_sizes(draw(html)) == {9.0, 7.2, 5.0, 3.0}


@pytest.mark.parametrize("homework", ["§ 5", LONG * 2, LONG * 4, "Слово" * 60])
def test_a_week_however_much_was_set(world, login, homework):
    fill(world, homework)
    for text in ("4/5", "б/5"):
        lesson = world.lesson if text == "4/5" else world.substituted
        save_cell(world.maths, lesson.pk, world.ivanov.pk, "", text)
    assert smallest(login(world.deputy), f"/diary/{world.ivanov.pk}/week.pdf") >= SMALLEST


def test_a_class_of_twenty_subjects(world, login):
    group = world.maths.group
    for number in range(20):
        subject = Subject.objects.create(name=f"Предмет {number}", short_name=f"Предм{number:02}")
        Journal.objects.create(group=group, subject=subject, scale=world.five)
    for name in NAMES:
        worlds.pupil(f"long{len(name[0])}", *name, world.a5)
    address = f"/classes/{world.a5.pk}/summary.pdf"
    assert smallest(login(world.deputy), address) >= SMALLEST


def test_a_book(world, login):
    worlds.lesson(world.maths, day(11, 23), world.slots[5])  # its day repeats
    save_field(world.maths, world.lesson.pk, "homework", "", LONG * 4)
    save_cell(world.maths, world.lesson.pk, world.ivanov.pk, "", "4/5")
    save_cell(world.maths, world.lesson.pk, world.petrova.pk, "", "н/.")
    make_remark(world.maths, world.lesson, world.deputy, "Нет задания")
    address = f"/journals/{world.maths.pk}/print.pdf"
    assert smallest(login(world.deputy), address) >= SMALLEST


def test_the_temporary_form_with_the_longest_of_names(world, login):
    for number, name in enumerate(NAMES * 4):
        worlds.pupil(f"long{number}", *name, world.a5)
    client = login(world.deputy)
    assert smallest(client, "/temp-journals/form.pdf") >= SMALLEST
    address = f"/temp-journals/form.pdf?class={world.a5.pk}&from=2026-W48"
    assert smallest(client, address) >= SMALLEST


def test_the_register_of_outages(world, login):
    record_outage(outage("23 09:00", "24 15:00"), world.deputy)
    assert smallest(login(world.deputy), "/temp-journals/register.pdf") >= SMALLEST
