"""The packet that is written every morning: its files, its keeping, its letter."""

import datetime
import zipfile
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core import mail
from django.core.exceptions import ValidationError
from django.utils import timezone

from school.models import Lesson, School, SchoolClass, Substitution
from school.printing import pool
from tempjournal import printing, tasks
from tempjournal.actions import packets
from tempjournal.actions.packets import make_packet
from tempjournal.apps import packets_have_a_place
from tempjournal.models import LeftOut, Packet, PacketFolder
from tempjournal.queries.packets import packet_days, packet_due
from tempjournal.xlsx import write
from tests import world as worlds
from tests.pdf import pages
from tests.world import TODAY, day, day_off, lesson, queries_of

# Of pages, alike on every database; the queries behind them have tests on both.
pytestmark = pytest.mark.any_database

PAGE = "/temp-journals/"
WHOLE = "вся-школа.pdf"
# Of the two first days of the packet with lessons those have a sheet that are taught then.
SHEETS = {
    "5А-2026-11-25.pdf",
    "5А-2026-11-27.pdf",
    "вся-школа-2026-11-25.pdf",
    "вся-школа-2026-11-27.pdf",
}
FILES = {"5А.pdf", "5А.xlsx", "5Б.pdf", "5Б.xlsx", WHOLE} | SHEETS
MINUTE = datetime.timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _one_press(monkeypatch):
    """Two classes need no more; the other core has tests of its own."""
    monkeypatch.setattr(pool, "cores", lambda: 1)


@pytest.fixture
def folder(temp_journal_dir):
    """Where today's packet is to be."""
    return temp_journal_dir / "2026-11-25"


@pytest.fixture
def addresses(db):
    """Where the school wants it sent."""

    def wanted(text="office@school.example\ndeputy@school.example"):
        School.objects.update(temp_journal_emails=text)

    return wanted


def names(folder):
    return {path.name for path in folder.iterdir()} if folder.exists() else set()


def link(packet_day, name):
    return f"{PAGE}packets/{packet_day}/{name}/"


# --- when ---


def test_it_works(world, folder):
    assert make_packet()
    assert names(folder) == FILES
    packet = Packet.objects.get()
    assert (packet.day, packet.first_day, packet.last_day) == (TODAY, TODAY, day(11, 27))
    assert packet.written_at == timezone.now()
    assert "Математика" in pages((folder / "5А.pdf").read_bytes())[1]


def test_it_is_written_once_a_day(world, folder):
    assert make_packet()
    written = (folder / WHOLE).stat().st_mtime_ns
    tasks.make_packet()
    assert not make_packet()
    assert (folder / WHOLE).stat().st_mtime_ns == written
    assert names(folder.parent) == {"2026-11-25"}


@pytest.mark.parametrize(
    ("hour", "minute", "is_due"), [(4, 59, False), (5, 0, True), (14, 0, True), (23, 50, True)]
)
def test_it_is_due_from_early_morning_on(world, noon, hour, minute, is_due):
    """A server that was away in the morning makes up for it."""
    noon.move_to(
        datetime.datetime(2026, 11, 25, hour, minute, tzinfo=timezone.get_current_timezone())
    )
    assert (packet_due() == TODAY) == is_due


def test_on_a_day_off_there_is_none(world, noon, folder):
    day_off(TODAY, "Карантин")
    assert packet_due() is None
    assert not make_packet()
    assert not Packet.objects.exists()


def test_it_is_for_five_days_with_lessons(world):
    for number in range(30):
        date = day(11, 25) + datetime.timedelta(days=number)
        worlds.lesson(world.russian, date, world.slots[6])  # at weekends too
    Lesson.objects.filter(date=day(11, 26)).update(cancelled="карантин")
    day_off(day(11, 30), "День школы")
    # 25, 27, 28, 29 November; 1 December
    assert packet_days(TODAY) == (TODAY, day(12, 1))


def test_before_the_summer_it_is_for_what_is_left(world):
    Lesson.objects.filter(date__gt=TODAY).delete()
    worlds.lesson(world.russian, day(12, 21), world.slots[6])  # too far away
    assert packet_days(TODAY) == (TODAY, TODAY)
    assert packet_days(day(11, 26)) is None


# --- what is in it ---


def test_the_whole_school_is_what_the_classes_are(world, folder):
    """Class by class, each from a new leaf on; nothing is drawn a second time."""
    make_packet()
    classes = [pages((folder / name).read_bytes()) for name in ("5А.pdf", "5Б.pdf")]
    whole = pages((folder / WHOLE).read_bytes())
    assert [len(one) for one in classes] == [5, 5]
    first = len(classes[0])
    assert whole[:first] == classes[0]
    assert whole[first].strip() == ""
    assert whole[first + 1 : first + 1 + len(classes[1])] == classes[1]
    assert (first + 1) % 2 == 0


def test_each_of_the_first_two_days_has_a_sheet_for_every_class(world, folder, addresses):
    """Today and the next with lessons; of a class without a lesson that day none."""
    addresses()
    for number in (28, 30):
        lesson(world.maths_b, day(11, number), world.slots[0])
    lesson(world.maths_b, day(11, 27), world.slots[0])
    make_packet()
    first, second = (folder / f"вся-школа-2026-11-{number}.pdf" for number in (25, 27))
    assert [len(pages(one.read_bytes())) for one in (first, second)] == [2, 4]
    assert pages((folder / "5Б-2026-11-27.pdf").read_bytes()) == pages(second.read_bytes())[2:]
    assert not [name for name in names(folder) if "11-28" in name or "11-30" in name]
    (letter,) = mail.outbox
    assert [name for name, *_ in letter.attachments if name.startswith("по-листу-на-класс")] == [
        "по-листу-на-класс-вся-школа-2026-11-25.pdf",
        "по-листу-на-класс-вся-школа-2026-11-27.pdf",
    ]


def test_the_sheets_are_handed_out_as_the_class_is(world, login):
    make_packet()

    def statuses(person):
        client = login(person)
        found = ("5А-2026-11-25.pdf", "вся-школа-2026-11-25.pdf")
        return [client.get(link("2026-11-25", name)).status_code for name in found]

    assert statuses(world.deputy) == [200, 200]
    assert statuses(world.teacher) == [200, 404]
    assert statuses(world.substitute) == [404, 404]
    assert ">на ср 25.11</a>" in login(world.teacher).get(PAGE).content.decode()


def test_a_class_without_anything_has_no_file(world, folder):
    SchoolClass.objects.create(year=world.year, number=9, letter="Я")
    make_packet()
    assert names(folder) == FILES


# --- dying and beginning anew ---


@pytest.fixture
def dies(monkeypatch):
    """The worker fails after the first class."""

    def drawn(forms, *rest):
        for number, pdf in enumerate(draw_all(forms, *rest)):
            if number:
                raise RuntimeError("power lost")
            yield pdf

    draw_all = pool.draw_all
    monkeypatch.setattr(pool, "draw_all", drawn)
    return lambda: monkeypatch.setattr(pool, "draw_all", draw_all)


def test_a_job_that_failed_runs_again(world, noon, folder, dies, caplog):
    assert not make_packet()
    assert "power lost" in caplog.text
    assert names(folder.parent) == set()
    assert Packet.objects.get().written_at is None
    dies()
    assert not make_packet()  # whoever claimed it may still be alive
    noon.shift(16 * MINUTE)
    assert make_packet()
    assert names(folder) == FILES


# --- a class that can't be made ---


@pytest.fixture
def fails(monkeypatch):
    """The form of 5А can't be drawn, while `fails` holds «5А»."""
    names = {"5А"}

    def form(school, classes, *rest):
        html = made(school, classes, *rest)
        return {"no": "HTML"} if classes in names else html

    made = printing.form
    monkeypatch.setattr(printing, "form", form)
    return names


def test_the_others_go_out(world, noon, folder, addresses, login, fails, caplog):
    addresses()
    assert make_packet()
    assert "temporary journals of 5А not made" in caplog.text
    assert names(folder) == {"5Б.pdf", "5Б.xlsx", WHOLE}
    (letter,) = mail.outbox
    assert "Не вошли: 5А." in letter.body
    told = "В пакет не вошёл класс 5А"
    for person, sees in ((world.deputy, True), (world.class_teacher, True), (world.teacher, True)):
        assert (told in login(person).get(PAGE).content.decode()) is sees
    assert told not in login(world.substitute).get(PAGE).content.decode()
    home = login(world.deputy).get("/", follow=True)
    assert home.request["PATH_INFO"] == "/"
    assert "не вошли: 5А" in home.content.decode()


def test_it_is_tried_again_and_sent_alone(world, noon, folder, addresses, login, fails):
    addresses()
    make_packet()
    before = (folder / "5Б.pdf").read_bytes()
    assert not make_packet()  # not at once
    noon.shift(16 * MINUTE)
    assert not make_packet()  # nor is it better
    assert len(mail.outbox) == 1
    fails.clear()
    noon.shift(16 * MINUTE)
    for _ in range(2):
        make_packet()
        noon.shift(16 * MINUTE)
    assert names(folder) == FILES
    assert names(folder.parent) == {"2026-11-25"}
    assert (folder / "5Б.pdf").read_bytes() == before
    whole = "".join(pages((folder / WHOLE).read_bytes()))
    assert whole.index("5А, Математика") < whole.index("5Б, Математика")
    _, letter = mail.outbox
    assert letter.subject == "Временные журналы 5А на 25.11–27.11.2026"
    assert "не вошло в него утром: 5А." in letter.body
    assert [name for name, *_ in letter.attachments] == [
        "временные-журналы-2026-11-25-5А.pdf",
        "временные-журналы-2026-11-25-5А-2026-11-25.pdf",
        "временные-журналы-2026-11-25-5А-2026-11-27.pdf",
        "временные-журналы-2026-11-25-xlsx.zip",
    ]
    with zipfile.ZipFile(BytesIO(letter.attachments[3][1])) as archive:
        assert archive.namelist() == ["5А.xlsx"]
    assert "не вошёл" not in login(world.deputy).get(PAGE).content.decode()
    assert "не вошли" not in login(world.deputy).get("/", follow=True).content.decode()


def test_a_class_that_never_can_be_made_is_given_up(world, noon, folder, login, fails):
    make_packet()
    for _ in range(10):
        noon.shift(16 * MINUTE)
        make_packet()
    assert LeftOut.objects.get().tries == 6
    assert "скажите администратору" in login(world.deputy).get(PAGE).content.decode()


def test_a_workbook_that_cannot_be_made_is_one_class_too(world, noon, folder, monkeypatch):
    def workbook(papers, title):
        if any(str(one.journal.group) == "5Б" for one in papers):
            raise ValueError("no workbook")
        return made(papers, title)

    made = write.class_workbook
    monkeypatch.setattr(write, "class_workbook", workbook)
    assert make_packet()
    assert names(folder) == {"5А.pdf", "5А.xlsx", WHOLE} | SHEETS


def test_where_no_class_can_be_made_nothing_is_a_packet(world, folder, fails, caplog):
    fails.add("5Б")
    assert not make_packet()
    assert "No class of the packet could be made" in caplog.text
    assert names(folder.parent) == set()


def left_behind(packet, name, *, is_draft):
    """What a worker that was killed has left: a row, a folder, two files in it, the PDFs half."""
    files = {"5А.pdf": b"%PDF half", "6А.pdf": b"%PDF other half"}
    row = PacketFolder.objects.create(
        packet=packet,
        place=str(settings.TEMP_JOURNAL_DIR),
        name=name,
        files={one: "" if is_draft else sha256(held).hexdigest() for one, held in files.items()},
        is_draft=is_draft,
    )
    path = settings.TEMP_JOURNAL_DIR / name
    path.mkdir(parents=True)
    for one, held in files.items():
        (path / one).write_bytes(held)
    return row


def test_a_worker_that_was_killed_does_no_harm(world, noon, folder):
    """Whatever it left behind: a half filled folder, or a full one it could not write down."""
    packet = Packet.objects.create(day=TODAY)
    assert packet.claim()
    left_behind(packet, "2026-11-25", is_draft=False)
    left_behind(packet, ".2026-11-25-0123", is_draft=True)
    assert not make_packet()
    noon.shift(16 * MINUTE)
    assert make_packet()
    assert names(folder) == FILES
    assert pages((folder / "5А.pdf").read_bytes())
    noon.shift(24 * 60 * MINUTE)
    make_packet()
    assert names(folder.parent) == {"2026-11-25", "2026-11-26"}
    assert not PacketFolder.objects.filter(is_draft=True).exists()


def test_nobody_ever_sees_half_of_it(world, folder, monkeypatch):
    """While it is written there is no such folder, and the page has no file."""
    seen = []

    def drawn(*args):
        for pdf in draw_all(*args):
            seen.append((folder.exists(), Packet.objects.get().written_at))
            yield pdf

    draw_all = pool.draw_all
    monkeypatch.setattr(pool, "draw_all", drawn)
    assert make_packet()
    assert seen == [(False, None)] * 4
    assert names(folder.parent) == {"2026-11-25"}


def test_who_is_slow_but_alive_is_not_taken_over(world, noon, folder, monkeypatch):
    def drawn(*args):
        for pdf in draw_all(*args):
            noon.shift(10 * MINUTE)
            assert not make_packet()  # another worker looks
            yield pdf

    draw_all = pool.draw_all
    monkeypatch.setattr(pool, "draw_all", drawn)
    assert make_packet()
    assert names(folder) == FILES


def test_who_was_taken_over_throws_away_what_it_has(world, noon, folder, monkeypatch):
    def drawn(*args):
        for pdf in draw_all(*args):
            Packet.objects.update(claimed_at=timezone.now() + MINUTE)  # another worker
            yield pdf

    draw_all = pool.draw_all
    monkeypatch.setattr(pool, "draw_all", drawn)
    assert not make_packet()
    assert names(folder.parent) == set()
    assert Packet.objects.get().written_at is None
    assert not mail.outbox


def test_ten_days_are_kept(world, noon, temp_journal_dir):
    for n in range(1, 13):
        date = day(11, n)
        made = {"written_at": timezone.now(), "first_day": date, "last_day": date}
        packet = Packet.objects.create(day=date, folder=str(date), **made)
        left_behind(packet, str(date), is_draft=False)
    make_packet()
    kept = [day(11, n).isoformat() for n in range(4, 13)] + ["2026-11-25"]
    assert names(temp_journal_dir) == set(kept)
    assert Packet.objects.count() == packets.KEPT == 10


# --- the disk is others' too ---


FOREIGN = (
    "2026-09-01 Приказы по школе",
    "2025-12-31 Фото",
    "2026-09-01",
    ".2026-09-01-0123",
    "2026-11-25",
    "2026-11-25-2",
    "заметки",
)


def test_nothing_foreign_is_touched(world, noon, temp_journal_dir, login):
    """Not what begins with a date or is called as a packet is, be it of a database that was
    restored since, or of another school on the same disk."""
    for name in FOREIGN:
        (temp_journal_dir / name).mkdir(parents=True)
        (temp_journal_dir / name / "5А.pdf").write_text("ours")
    (temp_journal_dir / "2024-01-01.txt").write_text("ours")
    assert make_packet()
    assert Packet.objects.get().folder == "2026-11-25-3"
    assert names(temp_journal_dir / "2026-11-25-3") == FILES
    assert login(world.deputy).get(link("2026-11-25", "5А.pdf")).status_code == 200
    page = login(world.deputy).get(PAGE).content.decode()
    assert "Папка пакета на диске называется 2026-11-25-3" in page
    for _ in range(15):
        noon.shift(24 * 60 * MINUTE)
        lesson(world.maths, timezone.localdate(), world.slots[0])
        make_packet()
    assert {*FOREIGN, "2024-01-01.txt"} < names(temp_journal_dir)
    assert "2026-11-25-3" not in names(temp_journal_dir)
    for name in FOREIGN:
        assert (temp_journal_dir / name / "5А.pdf").read_text() == "ours"


def test_a_file_called_as_a_packet_does_not_stop_it(world, folder):
    folder.parent.mkdir()
    folder.write_text("ours")
    assert make_packet()
    assert names(folder.parent) == {"2026-11-25", "2026-11-25-2"}
    assert folder.read_text() == "ours"


def _written_in(folder):
    (folder / "5А.xlsx").write_bytes(b"filled")


def _put_beside(folder):
    (folder / "скан.pdf").write_bytes(b"scan")


def _linked(folder):
    held = folder.with_name("scans")
    held.mkdir()
    (held / "5А.pdf").write_bytes((folder / "5А.pdf").read_bytes())
    (folder / "5А.pdf").unlink()
    (folder / "5А.pdf").symlink_to(held / "5А.pdf")


def _moved_away(folder):
    moved = folder.rename(folder.with_name("moved"))
    folder.symlink_to(moved, target_is_directory=True)


@pytest.mark.parametrize(
    ("deed", "stay"),
    [
        (_written_in, {"2026-11-25/5А.xlsx"}),
        (_put_beside, {"2026-11-25/скан.pdf"}),
        (_linked, {"2026-11-25/5А.pdf", "scans/5А.pdf"}),
        (_moved_away, {f"{one}/{name}" for one in ("2026-11-25", "moved") for name in FILES}),
    ],
)
def test_what_somebody_does_in_a_packet_stays(world, noon, folder, deed, stay):
    make_packet()
    deed(folder)
    packet = Packet.objects.get()
    packets.folders.discard(packet.folders.get())
    assert {f"{one.name}/{name}" for one in folder.parent.iterdir() for name in names(one)} == stay
    assert not PacketFolder.objects.exists()


def test_a_class_that_comes_later_overwrites_nothing(world, noon, folder, fails, caplog):
    make_packet()
    fails.clear()
    (folder / "5А.xlsx").write_bytes(b"by hand")
    noon.shift(16 * MINUTE)
    make_packet()
    assert (folder / "5А.xlsx").read_bytes() == b"by hand"
    assert "what is called 5А.pdf or 5А-2026-11-25.pdf or" in caplog.text
    assert LeftOut.objects.get().made_at is None  # so the leaders are told


def test_a_disk_that_is_away_is_tidied_later(world, folder):
    make_packet()
    there = PacketFolder.objects.get()
    away = folder.parent.rename(folder.parent.with_name("away"))
    packets.folders.discard(there)
    assert PacketFolder.objects.exists()
    away.rename(folder.parent)
    packets.folders.discard(there)
    assert names(folder.parent) == set()


@pytest.mark.parametrize("where", ["", ".", "/", "project", "above", "var", "inside"])
def test_what_is_no_folder_of_packets_is_left_alone(world, settings, tmp_path, where, login):
    """Empty, the root, the project's own folder, what it lies in, what it is made of."""
    settings.BASE_DIR = tmp_path / "above" / "project"
    settings.VAR_DIR = settings.BASE_DIR / "var"
    for path in (settings.VAR_DIR, settings.BASE_DIR / "school"):
        path.mkdir(parents=True)
    places = {"project": settings.BASE_DIR, "var": settings.VAR_DIR}
    places |= {"above": tmp_path / "above", "inside": settings.BASE_DIR / "school"}
    settings.TEMP_JOURNAL_DIR = Path(places.get(where, where))
    before = set(tmp_path.rglob("*"))
    with pytest.raises(packets.folders.Misplaced):
        packets.folders.place()
    assert not make_packet()
    assert set(tmp_path.rglob("*")) == before
    assert [one.id for one in packets_have_a_place(None)] == ["tempjournal.E001"]
    assert "Пакеты не пишутся" in login(world.deputy).get(PAGE).content.decode()
    assert "Пакеты не пишутся" not in login(world.teacher).get(PAGE).content.decode()
    settings.TEMP_JOURNAL_DIR = settings.VAR_DIR / "temp-journals"
    assert packets_have_a_place(None) == []


# --- the letter ---


def test_it_is_sent_once(world, noon, addresses):
    addresses()
    for _ in range(3):
        make_packet()
        noon.shift(20 * MINUTE)
    (letter,) = mail.outbox
    assert letter.to == ["office@school.example", "deputy@school.example"]
    assert letter.subject == "Временные журналы на 25.11–27.11.2026"
    # What to do is said here: the page of the link is what can't be opened then.
    assert "Не открылось? Скажите заместителю директора" in letter.body
    assert letter.body.index("Обновите страницу") < letter.body.index("/temp-journals/")
    assert "http://127.0.0.1:8000/temp-journals/" in letter.body
    name, content, kind = letter.attachments[0]
    assert (name, kind) == ("временные-журналы-2026-11-25.pdf", "application/pdf")
    assert "Временный классный журнал" in pages(content)[0]
    assert Packet.objects.get().mailed_at


def test_the_letter_brings_what_is_filled_on_a_computer(world, noon, addresses, folder):
    make_packet()
    addresses()  # in the settings of the school since
    (folder / "5А.xlsx").write_bytes(b"PK of 5A")
    noon.shift(20 * MINUTE)
    make_packet()
    (letter,) = mail.outbox
    name, content, kind = letter.attachments[-1]
    assert (name, kind) == ("временные-журналы-2026-11-25-xlsx.zip", "application/zip")
    with zipfile.ZipFile(BytesIO(content)) as archive:
        assert archive.read("5А.xlsx") == b"PK of 5A"
        assert not [one for one in archive.namelist() if not one.endswith(".xlsx")]


@pytest.mark.parametrize("between", ["\n", "\r\n", ", ", "; ", ";", " "])
def test_addresses_may_be_parted_in_any_way(world, addresses, between):
    text = f"office@school.example{between}deputy@school.example{between}"
    School(name="Школа", temp_journal_emails=text).clean_fields()
    addresses(text)
    make_packet()
    assert mail.outbox[0].to == ["office@school.example", "deputy@school.example"]


def test_an_address_that_is_none_is_named():
    school = School(name="Школа", temp_journal_emails="office@school.example, завуч")
    with pytest.raises(ValidationError, match=r"«завуч».*по одному адресу в строке"):
        school.clean_fields()


def test_who_wants_none_gets_none(world, noon):
    make_packet()
    noon.shift(20 * MINUTE)
    make_packet()
    assert not mail.outbox
    assert Packet.objects.get().mailed_at is None


def test_a_mail_server_that_fails_is_tried_again_later(
    world, noon, login, folder, addresses, settings, caplog
):
    addresses()
    settings.EMAIL_BACKEND = "no.such.Backend"
    assert make_packet()
    assert "packet of 2026-11-25 not mailed" in caplog.text
    assert names(folder) == FILES
    deputy, told = login(world.deputy), "По почте этот пакет пока не отправлен"
    assert told in deputy.get(PAGE).content.decode()
    assert told not in login(world.teacher).get(PAGE).content.decode()
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    noon.shift(10 * MINUTE)
    make_packet()
    assert not mail.outbox
    noon.shift(10 * MINUTE)
    make_packet()
    assert len(mail.outbox) == 1
    assert told not in deputy.get(PAGE).content.decode()


def test_a_packet_of_yesterday_is_not_sent_today(world, noon, addresses, folder):
    make_packet()
    addresses()
    day_off(day(11, 26), "Карантин")
    noon.shift(24 * 60 * MINUTE)
    make_packet()
    assert not mail.outbox


# --- the page ---


def test_the_page_tells_how_fresh_it_is(world, noon, login):
    browser = login(world.deputy)
    assert "Пакета на сегодня ещё нет" in browser.get(PAGE).content.decode()
    make_packet()
    html = browser.get(PAGE).content.decode()
    assert "Пакет от 25.11, 12:00, на 25.11–27.11." in html
    assert "Пакета на сегодня ещё нет" not in html
    noon.shift(24 * 60 * MINUTE)
    html = browser.get(PAGE).content.decode()
    assert "Пакет от 25.11" in html
    assert "Пакета на сегодня ещё нет" in html
    noon.shift(3 * 24 * 60 * MINUTE)  # a Sunday
    assert "Пакета на сегодня ещё нет" not in browser.get(PAGE).content.decode()


def test_ones_own_journals_are_there_before_the_packet(world, login):
    page = login(world.teacher).get(PAGE).content.decode()
    own = "/temp-journals/form.pdf?journals=mine&amp;from=2026-11-25&amp;to=2026-11-27"
    assert own in page
    assert '<option value="mine">мои журналы</option>' in page
    make_packet()
    assert own in login(world.teacher).get(PAGE).content.decode()
    page = login(world.substitute).get(PAGE).content.decode()
    assert "<b>Мои журналы</b>" not in page  # his lesson was yesterday
    assert "мои журналы" in page
    assert "мои журналы" not in login(world.deputy).get(PAGE).content.decode().lower()


def test_each_may_take_the_files_of_the_own_classes(world, login):
    make_packet()

    def statuses(person):
        client = login(person)
        answers = [client.get(link("2026-11-25", name)) for name in ("5А.pdf", "5Б.pdf", WHOLE)]
        page = client.get(PAGE).content.decode()
        for answer, name in zip(answers, ("5А", "5Б", "Вся школа"), strict=True):
            assert (f"<b>{name}</b>" in page) == (answer.status_code == 200)
        return [answer.status_code for answer in answers]

    assert statuses(world.deputy) == [200, 200, 200]
    assert statuses(world.teacher) == [200, 200, 404]
    # A substitute has those of the days on which he takes a lesson.
    assert statuses(world.substitute) == [404, 404, 404]
    Substitution.objects.create(lesson=world.future_lesson, teacher=world.substitute)
    assert statuses(world.substitute) == [200, 404, 404]
    answer = login(world.deputy).get(link("2026-11-25", WHOLE))
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''2026-11-25-")
    assert b"".join(answer.streaming_content).startswith(b"%PDF")


def test_nothing_else_is_handed_out(world, login, folder):
    make_packet()
    (folder / "secret.txt").write_text("x")
    (folder.parent / "journal.sqlite3").write_text("x")
    (folder.parent / "5А.pdf").write_text("x")
    client = login(world.director)
    for packet_day, name in (
        ("2026-11-25", "нет.pdf"),
        ("2026-11-25", ".."),
        ("2026-11-25", "..%2Fjournal.sqlite3"),
        ("2026-11-25", "%2Fetc%2Fpasswd"),
        ("2026-11-25", "secret.txt"),
        ("2026-11-24", "5А.pdf"),
        ("..", "5А.pdf"),
        ("2026-11-31", "5А.pdf"),
        ("20261125", "нет.pdf"),
    ):
        assert client.get(link(packet_day, name)).status_code == 404, (packet_day, name)
    assert client.get(link("2026-11-25", "5А.pdf")).status_code == 200


def test_a_packet_whose_files_are_gone_does_no_harm(world, login, folder):
    Packet.objects.create(
        day=TODAY, written_at=timezone.now(), first_day=TODAY, last_day=day(12, 1)
    )
    client = login(world.director)
    assert client.get(PAGE).status_code == 200
    assert client.get(link("2026-11-25", "5А.pdf")).status_code == 404


def test_the_page_asks_as_often_for_many_classes_as_for_few(world, login):
    make_packet()
    client = login(world.deputy)
    before = queries_of(client, PAGE)
    for number in range(6, 12):
        SchoolClass.objects.create(year=world.year, number=number, letter="А")
    assert queries_of(client, PAGE) == before


def test_pupils_and_parents_have_no_such_page(world, login):
    for person in (world.ivanov.user, world.parent, world.admin):
        client = login(person)
        assert client.get(PAGE).status_code == 404
        assert "Временные журналы" not in client.get("/account/").content.decode()
    assert "Временные журналы" in login(world.teacher).get("/account/").content.decode()
