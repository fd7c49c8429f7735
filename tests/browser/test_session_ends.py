"""A session that ends under a page: nothing that was typed is lost, and it goes on in place."""

import datetime

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from journal_site.models import LoginSession
from tests import world as worlds

from .test_journeys import cell, marks_of
from .test_kept import light, type_mark

pytestmark = pytest.mark.any_database


def test_a_session_that_ends_in_mid_typing_loses_nothing(world, open_as):
    page = open_as("teacher", f"/journals/{world.maths.pk}/")
    type_mark(page, world.ivanov, world.lesson, "5")
    expect(light(page)).to_have_text("Всё сохранено")
    LoginSession.objects.update(seen_at=timezone.now() - datetime.timedelta(minutes=61))

    type_mark(page, world.petrova, world.lesson, "4")
    box = page.locator("#again")
    expect(box).to_contain_text("Матвеева М. М.")
    cell(page, world.ivanov, world.today_lesson).click()
    page.keyboard.type("3")  # the box takes nothing of what is being typed
    expect(box).to_be_visible()
    page.keyboard.press("Enter")
    expect(box).to_contain_text("Несохранённых записей: 2")

    box.get_by_label("Пароль", exact=True).fill("not-this")
    page.get_by_role("button", name="Войти и записать").click()
    expect(box.get_by_role("alert")).not_to_be_empty()
    assert marks_of(world.petrova) == []
    box.get_by_label("Пароль", exact=True).fill(worlds.PASSWORD)
    page.keyboard.press("Enter")
    expect(light(page)).to_have_text("Всё сохранено")
    expect(box).to_be_hidden()
    assert (marks_of(world.ivanov), marks_of(world.petrova)) == (["5", "3"], ["4"])
