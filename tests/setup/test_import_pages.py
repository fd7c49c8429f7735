"""Files are brought, looked at, written and taken back on the pages of the import."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from school.models import Enrolment, Student
from setup.actions.applying import write_waiting
from setup.actions.undoing import undo_waiting
from setup.models import Import

SAMPLES = Path(__file__).parent / "samples"


@pytest.fixture
def secretary(login, world):
    return login(world.admin)


def bring(client, *names, **more):
    files = [SimpleUploadedFile(name, (SAMPLES / name).read_bytes()) for name in names]
    return client.post(reverse("imports"), {"files": files, **more}, follow=True)


PASTED = (
    "Фамилия\tИмя\tКласс\tДата рождения\nГусева\tАлёна\t5А\t19.07.2015\nКим\t\t5А\t31.02.2015\n"
)


def preview(client, query=""):
    return client.get(reverse("import_preview", args=[Import.objects.get().pk]) + query)


def test_it_works(secretary):
    page = secretary.post(reverse("imports"), {"pasted": PASTED}, follow=True)
    assert "ученики" in page.content.decode()
    shown = preview(secretary)
    html = shown.content.decode()
    assert "Ошибки" in html
    assert "Записать 1" in html
    sent = secretary.post(
        shown.request["PATH_INFO"], {"version": shown.context["one"].version, "write": 1}
    )
    assert sent.url == reverse("import_report", args=[Import.objects.get().pk])
    write_waiting()
    told = secretary.get(sent.url).content.decode()
    assert "записано" in told
    assert Enrolment.objects.filter(student__user__last_name="Гусева").exists()
    secretary.post(reverse("undo_import", args=[Import.objects.get().pk]))
    undo_waiting()
    assert not Student.objects.filter(user__last_name="Гусева").exists()
    assert "возвращено" in secretary.get(sent.url).content.decode()


def test_a_mended_cell_is_shown_before_it_is_written(secretary):
    secretary.post(reverse("imports"), {"pasted": PASTED})
    shown = preview(secretary, "?tab=wrong")
    cells = [line.cell for line in shown.context["lines"] if line.cell]
    assert cells
    data = {"version": shown.context["one"].version, "write": 1}
    data |= {f"a:{cell}": "28.02.2015" if cell.endswith("born_on") else "Анна" for cell in cells}
    again = secretary.post(shown.request["PATH_INFO"], data)
    assert again.url != reverse("import_report", args=[Import.objects.get().pk])
    assert Import.objects.get().state == Import.State.ASKING


def test_files_of_every_kind_at_once(secretary):
    page = bring(
        secretary, "class_list_one_column.xlsx", "list_cp1251.csv", "list_old.xls", "list.ods"
    )
    assert page.status_code == 200
    assert len(page.context["sheets"]) >= 4
    assert preview(secretary).status_code == 200
    for tab in preview(secretary).context["tabs"]:
        assert preview(secretary, f"?tab={tab.key}").status_code == 200


def test_heads(secretary):
    secretary.post(
        reverse("imports"), {"pasted": "Фамилия\tИмя\tКласс\tНеведомое\nГусева\tАлёна\t5А\tК-1\n"}
    )
    one = Import.objects.get()
    page = secretary.get(reverse("import_heads", args=[one.pk]))
    column = page.context["sheet"].unknown[0]
    sent = secretary.post(
        reverse("import_heads", args=[one.pk]), {f"a:{column.key}": "file_number"}
    )
    assert sent.url == reverse("import_preview", args=[one.pk])
    assert preview(secretary, "?tab=new").status_code == 200


@pytest.mark.parametrize("name", ["import_template", "export_school"])
def test_workbooks(secretary, name):
    assert secretary.get(reverse(name)).content[:2] == b"PK"


def test_nobody_else_sees_it(login, world):
    assert login(world.director).get(reverse("imports")).status_code == 404
