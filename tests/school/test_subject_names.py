"""What a subject is called in four letters."""

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, transaction

from school.models import Subject
from school.rules.subjects import abbreviation
from tests.site.test_admin import form_of
from tests.site.test_admin_rows import page_of

CASES = [  # name, short name, taken, what it becomes
    ("Математика", "", [], "Мат"),
    ("Русский язык", "Рус. яз.", [], "Рус"),
    ("Физика", "", [], "Физ"),
    ("Физическая культура", "Физ-ра", ["Физ"], "Физк"),
    ("Физиология", "", ["Физ"], "Физи"),
    ("Физическая культура", "", ["физ", "ФИЗК"], "Физи"),
    ("Литературное чтение на родном языке", "", ["Лит", "Литч"], "Литр"),  # not «на»
    ("География", "", ["Гео"], "Геог"),
    ("Труд (технология)", "", [], "Труд"),
    ("Труд (технология)", "", ["Труд"], "Тру"),
    ("ИЗО", "", [], "ИЗО"),
    ("Основы безопасности и защиты Родины", "ОБЗР", [], "ОБЗР"),  # the school's own word
    ("Литература", "Лит.", [], "Лит"),
    ("Литература", "Литер.", [], "Лит"),
    ("Английский язык", "Англ.", ["Англ"], "Анг"),
    ("чтение", "", [], "Чте"),
    ("Я и мир", "", ["Я"], "Ям"),
    ("Ёлка", "", [], "Ёлка"),
    ("3D-моделирование", "", [], "D"),
    ("№ 1", "", [], "П"),
    ("№ 2", "", ["П"], "Пааа"),
]


@pytest.mark.parametrize(("name", "short_name", "taken", "made"), CASES)
def test_it_follows_from_the_names(name, short_name, taken, made):
    assert abbreviation(name, short_name, taken) == made


def test_there_is_always_one_more():
    taken = []
    for _ in range(2000):
        taken.append(abbreviation("Физика", "Физ.", taken))
    assert len({one.casefold() for one in taken}) == 2000
    assert {len(one) for one in taken} == {3, 4}


def test_a_new_subject_gets_one(world):
    assert Subject.objects.create(name="Музыка").abbreviation == "Муз"
    assert Subject.objects.create(name="Музей").abbreviation == "Музе"


@pytest.mark.parametrize("text", ["Физра", "Ф.", "Ф я", "3D"])
def test_letters_alone(world, text):
    with pytest.raises(DatabaseError), transaction.atomic():
        Subject.objects.filter(pk=world.maths.subject_id).update(abbreviation=text)


def test_of_two_no_one_is_called_alike(world):
    other = Subject(name="Матрёшки", abbreviation=world.maths.subject.abbreviation)
    with pytest.raises(IntegrityError), transaction.atomic():
        other.save()
    other.abbreviation = world.maths.subject.abbreviation.upper()
    with pytest.raises(ValidationError, match="Так уже сокращается «Математика»"):
        other.full_clean()


@pytest.mark.any_database
def test_the_administrator_says_it(world, login):
    browser, subject = login(world.admin), world.maths.subject
    path = page_of(Subject, subject)
    browser.post(path, form_of(browser.get(path)) | {"abbreviation": "Мт"})
    subject.refresh_from_db()
    told = subject.history.first()
    assert (subject.abbreviation, told.abbreviation, told.history_user) == ("Мт", "Мт", world.admin)
    page = browser.post(path, form_of(browser.get(path)) | {"abbreviation": "РУСС"})
    assert "Так уже сокращается «Русский язык»." in page.content.decode()
    page = browser.post(path, form_of(browser.get(path)) | {"abbreviation": "М-т"})
    assert "Только буквы, не больше 4." in page.content.decode()
    browser.post(path, form_of(browser.get(path)) | {"abbreviation": ""})
    subject.refresh_from_db()
    assert subject.abbreviation == "Мате"
