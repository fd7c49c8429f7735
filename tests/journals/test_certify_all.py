"""The director certifies the journals of a class, or of the school, in one deed (4.1)."""

import pytest
from django.urls import reverse

from attendance.refusals import Refused
from journals.actions import certifying
from journals.models import Certificate, Certifying, GradeSheet
from journals.queries.certifying import progress
from school import sealing
from school.models import PeriodLock, Unlock
from tests import world as worlds
from tests.journals.test_certificates import archive
from tests.school.test_signing import PASSWORD, make_key
from tests.world import NOON, queries_of

PAGE = "/review/certify/"


@pytest.fixture
def closed(world):
    PeriodLock.objects.create(period=world.quarters[1], locked_by=world.deputy)
    return world


def of(w, *journals):
    return certifying.start_certifying(w.quarters[1], journals, w.director)


def told(one):
    """{journal's key: why it was not certified, «» if it was} of a deed."""
    return {line.journal_id: line.refusal for line in one.lines.filter(done_at__isnull=False)}


def page(client):
    return client.get(PAGE).content.decode()


def press(client, w, *places, **changed):
    said = {"place": [str(one) for one in places], "password": worlds.PASSWORD} | changed
    return client.post(f"{PAGE}?period={w.quarters[1].pk}", said, follow=True).content.decode()


def test_from_the_press_to_the_archive(closed, login):
    w, director = closed, login(closed.director)
    GradeSheet.objects.create(journal=w.russian, period=w.quarters[1])
    assert "оценки выставлены не всем" in page(director)
    html = press(director, w, w.a5.pk)
    assert "Готово 0 из" in html
    assert certifying.certify_waiting() == 1
    html = page(director)
    assert "Закончено" in html
    assert "Оценки выставлены не всем." in html
    made = Certificate.objects.filter(period=w.quarters[1])
    assert w.maths in {one.journal for one in made}
    assert w.russian not in {one.journal for one in made}
    assert w.maths_b not in {one.journal for one in made}
    kept = made.get(journal=w.maths)
    assert (kept.certified_by, kept.certified_at) == (w.director, NOON)
    assert kept.history.get().history_user == w.director
    assert len(archive()) == made.count()


def test_who_is_certified_unchanged_stays_so(closed, noon):
    of(closed, closed.maths, closed.maths_b)
    certifying.certify_waiting()
    noon.shift(60)
    again = of(closed, closed.maths, closed.maths_b)
    certifying.certify_waiting()
    assert progress(again, NOON).standing == 2
    assert Certificate.objects.count() == 2


def test_one_that_is_open_is_named_and_the_others_are_taken(closed):
    Unlock.objects.create(
        journal=closed.maths,
        period=closed.quarters[1],
        until=NOON.replace(hour=15),
        reason="ошибка",
        made_by=closed.deputy,
        made_at=NOON,
    )
    one = of(closed, closed.maths, closed.maths_b)
    certifying.certify_waiting()
    assert told(one)[closed.maths_b.pk] == ""
    assert "открыт для исправлений до 25.11.2026 18:00" in told(one)[closed.maths.pk]


def test_a_worker_that_was_killed_is_followed_by_another(closed, noon, monkeypatch):
    one = of(closed, closed.maths, closed.maths_b)
    keep = certifying.keep

    def killed(*args):
        keep(*args)
        raise KeyboardInterrupt  # after the certificate, before it is written down

    with monkeypatch.context() as patched:
        patched.setattr(certifying, "keep", killed)
        with pytest.raises(KeyboardInterrupt):
            certifying.certify_waiting()
    assert certifying.certify_waiting() == 0  # it may be alive
    noon.shift(16 * 60)
    assert certifying.certify_waiting() == 1
    assert Certificate.objects.count() == len(archive()) == 2
    assert progress(one, NOON).certified == 2


def test_stopped_it_begins_no_further_journal(closed, login):
    one = of(closed, closed.maths, closed.maths_b)
    director = login(closed.director)
    director.post(reverse("stop_certifying"))
    assert certifying.certify_waiting() == 1
    assert not Certificate.objects.exists()
    html = page(director)
    assert "Остановлено" in html
    assert "не дошла очередь: 2" in html
    one.refresh_from_db()
    assert one.stopped_by == closed.director


def test_one_deed_at_a_time(closed):
    of(closed, closed.maths)
    with pytest.raises(Refused, match="уже заверяются"):
        of(closed, closed.maths_b)


def test_what_can_not_begin_says_why(closed, world, login):
    director = login(closed.director)
    assert "Пароль неверный: ничего не заверено." in press(director, closed, password="wrong")
    assert "Выберите классы" in press(director, closed)
    with pytest.raises(Refused, match="период не закрыт"):
        certifying.start_certifying(world.quarters[0], [world.maths], world.director)
    assert not Certifying.objects.exists()


def test_who_is_director_no_more_certifies_nothing(closed):
    one = of(closed, closed.maths)
    closed.director.roles.all().delete()
    certifying.certify_waiting()
    one.refresh_from_db()
    assert "больше не директор" in one.error
    assert not Certificate.objects.exists()


def test_the_keys_password_waits_sealed_and_is_forgotten(closed, settings, tmp_path):
    path, _ = make_key(tmp_path)
    settings.SIGNING_KEY = str(path)
    one = certifying.start_certifying(closed.quarters[1], [closed.maths], closed.director, PASSWORD)
    assert PASSWORD not in one.sealed_key
    assert sealing.unseal(one.sealed_key) == PASSWORD
    certifying.certify_waiting()
    one.refresh_from_db()
    assert (one.sealed_key, one.error) == ("", "")
    assert Certificate.objects.get().is_signed


def test_a_password_that_has_waited_too_long_is_not_used(closed, settings, tmp_path, noon):
    path, _ = make_key(tmp_path)
    settings.SIGNING_KEY = str(path)
    one = certifying.start_certifying(closed.quarters[1], [closed.maths], closed.director, PASSWORD)
    noon.shift(13 * 3600)
    certifying.certify_waiting()
    one.refresh_from_db()
    assert "больше не хранится" in one.error
    assert one.sealed_key == ""
    assert not Certificate.objects.exists()


def test_queries_do_not_grow_with_journals(closed, login):
    director = login(closed.director)
    of(closed, closed.maths)
    certifying.certify_waiting()
    before = queries_of(director, PAGE)
    of(closed, closed.maths_b, closed.russian, closed.english)
    certifying.certify_waiting()
    assert queries_of(director, PAGE) <= before
