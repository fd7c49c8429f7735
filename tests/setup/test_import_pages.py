"""Files are brought, looked at, written and taken back on the pages of the import."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from school.models import Enrolment, Role, Student
from setup.actions.applying import write_waiting
from setup.actions.undoing import undo_waiting
from setup.models import Import, KnownWord
from tests import world as worlds
from tests.setup.books import book
from tests.world import queries_of

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


def sent_with(shown, **more):
    """What a page of the preview sends, its fields as they stand."""
    data = {"version": shown.context["one"].version}
    for line in shown.context["lines"]:
        if cell := getattr(line, "cell", ""):
            data[f"w:{cell}"] = data[f"a:{cell}"] = line.problem.written
    return data | more


def test_a_mended_cell_is_shown_before_it_is_written(secretary):
    secretary.post(reverse("imports"), {"pasted": PASTED})
    shown = preview(secretary, "?tab=wrong")
    path = shown.request["PATH_INFO"]
    cells = [line.cell for line in shown.context["lines"]]
    data = sent_with(shown, write=1) | {f"a:{cells[0]}": "Анна"}
    again = secretary.post(path, data, follow=True)
    assert Import.objects.get().state == Import.State.ASKING
    assert "Посмотрите, что получилось" in again.content.decode()
    shown = preview(secretary, "?tab=wrong")
    assert secretary.post(path, sent_with(shown, write=1)).url == reverse(
        "import_report", args=[Import.objects.get().pk]
    )


def test_a_page_that_nothing_was_typed_on_is_written_at_once(secretary):
    secretary.post(reverse("imports"), {"pasted": PASTED})
    shown = preview(secretary, "?tab=wrong")
    secretary.post(shown.request["PATH_INFO"], sent_with(shown, write=1))
    assert Import.objects.get().state == Import.State.WRITING
    assert not any(key.startswith("cell:") for key in Import.objects.get().answers)


def test_what_is_still_wrong_once_mended_is_shown_again(secretary):
    secretary.post(reverse("imports"), {"pasted": PASTED})
    shown = preview(secretary, "?tab=wrong")
    born = next(line.cell for line in shown.context["lines"] if line.cell.endswith("born_on"))
    data = sent_with(shown, write=1) | {f"a:{born}": "30.02.2015"}
    secretary.post(shown.request["PATH_INFO"], data)
    assert Import.objects.get().state == Import.State.ASKING
    shown = preview(secretary, "?tab=wrong")
    assert "30.02.2015" in [line.problem.written for line in shown.context["lines"]]


def test_a_page_of_before_another_answered_writes_nothing(secretary, login, world):
    secretary.post(reverse("imports"), {"pasted": PASTED})
    shown = preview(secretary)
    path, mine = shown.request["PATH_INFO"], sent_with(shown, write=1)
    other = login(world.admin)
    theirs = preview(other, "?tab=new").context["lines"]
    box = f"take:{theirs[0].key}"
    other.post(path, {"version": mine["version"], "box": box, "check": 1})
    told = secretary.post(path, mine, follow=True).content.decode()
    assert "показанное изменилось" in told or "Записать 0" in told
    assert Import.objects.get().state == Import.State.ASKING


def test_nothing_is_written_that_is_given_up(secretary):
    secretary.post(reverse("imports"), {"pasted": PASTED})
    shown = preview(secretary)
    assert secretary.post(shown.request["PATH_INFO"], {"drop": 1}).url == reverse("imports")
    assert Import.objects.get().state == Import.State.DROPPED
    assert not Student.objects.filter(user__last_name="Гусева").exists()


def test_what_was_pasted_stays_when_it_is_refused(secretary):
    page = secretary.post(reverse("imports"), {"pasted": "\n\n"})
    assert "Выберите файлы или вставьте таблицу" in page.content.decode()
    files = [SimpleUploadedFile(f"{n}.csv", b"%d" % n) for n in range(60)]
    page = secretary.post(reverse("imports"), {"files": files, "pasted": "Гусева\t5А"})
    assert "не больше 60" in page.content.decode()
    assert "Гусева\t5А</textarea>" in page.content.decode()


def test_a_file_that_is_too_big_is_told_and_the_others_stay(secretary, monkeypatch):
    monkeypatch.setattr("setup.views.imports.MOST_TAKEN", 1024 * 1024)
    big = SimpleUploadedFile("большой.csv", b"0" * (1024 * 1024 + 1))
    small = SimpleUploadedFile("класс.csv", PASTED.encode())
    page = secretary.post(reverse("imports"), {"files": [big, small]}, follow=True)
    assert "«большой.csv»: Файл больше 1 МБ" in page.content.decode()
    assert [file.name for file in Import.objects.get().files.all()] == ["класс.csv"]


def test_files_of_one_name_are_told_apart(secretary):
    files = [
        SimpleUploadedFile("5.csv", PASTED.replace("5А", name).encode()) for name in ("5А", "5Б")
    ]
    secretary.post(reverse("imports"), {"files": files})
    assert [file.name for file in Import.objects.get().files.all()] == ["5.csv", "5 (2).csv"]


def test_no_table_is_told_at_the_row(secretary):
    page = secretary.post(
        reverse("imports"), {"files": SimpleUploadedFile("приказ.txt", b"")}, follow=True
    )
    assert "Файл пустой" in page.content.decode()


def test_pages_take_as_many_queries_however_long_the_lists_are(secretary):
    head = "Фамилия\tИмя\tКласс\n"
    few = "".join(f"Гусев{letter}\tАнна\t5А\n" for letter in "абв")
    many = "".join(f"Гусев{a}{b}\tАнна\t5А\n" for a in "абвгдежз" for b in "абвгдежз")
    counts = []
    for rows in (few, many):
        secretary.post(reverse("imports"), {"pasted": head + rows})
        one = Import.objects.latest("pk")
        names = ("import", "import_heads", "import_preview")
        counts.append([queries_of(secretary, reverse(name, args=[one.pk])) for name in names])
        counts[-1].append(queries_of(secretary, reverse("imports")))
    assert counts[0] == counts[1]


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
    assert "К-1" in str(preview(secretary, "?tab=new").context["lines"][0].values)


GRID = [
    ["Расписание уроков"],
    ["День", "№", "5А", "5Б"],
    ["Понедельник", 1, "Русский язык 101", "Математика 102"],
    [None, 2, "Математика 101", "Ритмика акт. зал"],
    [None, 3, "Математика / — 101", "Русский язык 102"],
    ["Вторник", 1, "Ритмика акт. зал", "Математика 101"],
    [None, 2, "Русский язык 101", "Математика / — 102"],
]


def grid(client, query=""):
    return client.get(reverse("import_grid", args=[Import.objects.get().pk]) + query)


def test_a_grid_is_shown_as_it_was_read_and_asks_once(secretary):
    file = SimpleUploadedFile("расписание.xlsx", book(Лист1=GRID))
    secretary.post(reverse("imports"), {"files": file})
    one = Import.objects.get()
    onward = secretary.get(reverse("import_onward", args=[one.pk]))
    assert onward.url == reverse("import_grid", args=[one.pk])
    page = grid(secretary)
    html = page.content.decode()
    assert "<small>Русский язык 101</small><span>Русский язык · 101</span>" in html
    asked = {line.question.key: line for line in page.context["questions"]}
    half = next(line for key, line in asked.items() if key.startswith("half"))
    assert len(half.question.cells) == 2
    assert 'id="C5" class="asked"' in html
    data = {"version": page.context["one"].version, f"a:{half.question.key}": "weeks", "check": 1}
    secretary.post(page.request["PATH_INFO"], data)
    page = grid(secretary, "?cell=C5")
    assert half.question.key not in {line.question.key for line in page.context["questions"]}
    assert "I нед." in page.content.decode()
    assert "5А, понедельник, 3-й урок" in page.content.decode()
    for tab in ("questions", "clashes", "load"):
        assert grid(secretary, f"?tab={tab}").status_code == 200
    # What was answered can be asked again.
    secretary.post(page.request["PATH_INFO"], {"again": half.question.key})
    assert half.question.key in {line.question.key for line in grid(secretary).context["questions"]}


def test_a_cell_of_the_grid_is_corrected_in_its_place(secretary):
    file = SimpleUploadedFile("расписание.xlsx", book(Лист1=GRID))
    secretary.post(reverse("imports"), {"files": file})
    page = grid(secretary, "?cell=C4")
    key = page.context["chosen"].cell.answer
    data = {"version": 1, f"w:{key}": "Математика 101", f"a:{key}": "История 305", "check": 1}
    secretary.post(page.request["PATH_INFO"], data)
    assert "<span>История · 305</span>" in grid(secretary).content.decode()


def test_a_word_that_was_learnt_can_be_forgotten(secretary, world):
    KnownWord.objects.create(key="subject:ритмика", value="skip", said_by=world.admin)
    assert "ритмика: <b>не загружать</b>" in secretary.get(reverse("imports")).content.decode()
    secretary.post(reverse("forget_word"), {"key": "subject:ритмика"})
    assert not KnownWord.objects.exists()


@pytest.mark.parametrize("name", ["import_template", "export_school"])
def test_workbooks(secretary, name):
    assert secretary.get(reverse(name)).content[:2] == b"PK"


def test_nobody_else_sees_it(login, world):
    assert login(world.director).get(reverse("imports")).status_code == 404


def test_a_school_without_a_year_is_told_so_once(db, login, noon):
    """Not at each of its six hundred pupils."""
    person = worlds.user("secretary", "Лапин", "Игорь")
    Role.objects.create(user=person, kind=Role.Kind.ADMIN)
    browser = login(person)
    browser.post(reverse("imports"), {"pasted": PASTED})
    page = preview(browser)
    assert page.content.decode().count("Учебного года ещё нет") == 1
    assert page.context["review"].changes == []


def test_the_main_button_keeps_what_was_chosen(secretary):
    secretary.post(reverse("imports"), {"pasted": PASTED})
    page = reverse("import", args=[Import.objects.get().pk])
    sheet = secretary.get(page).context["sheets"][0]
    sent = {f"a:kind:{sheet.file}|{sheet.sheet}": "skip", "onward": "1"}
    assert secretary.post(page, sent).status_code == 302
    assert secretary.get(page).context["sheets"][0].what == "skip"


def test_a_note_beside_a_name_makes_no_pupil(secretary):
    pasted = "ФИО\tКласс\nвыбыл: Голубь Пётр\t5А\nвыбыл Голубь Пётр\t5А\nГолубь Олег\t5А\n"
    secretary.post(reverse("imports"), {"pasted": pasted})
    shown = preview(secretary)
    assert len(shown.context["review"].problems) == 2
    assert "это не имя" in shown.content.decode()
