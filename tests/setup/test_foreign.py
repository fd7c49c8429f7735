"""Exports of other programs with their quirks, and files that only look like them."""

import zipfile
from decimal import Decimal
from io import BytesIO

import pytest

from school.tables.table import Unreadable
from setup.batch import Kind, Person
from setup.reading.asc import read_asc
from setup.reading.oneroster import is_oneroster, read_oneroster
from setup.reading.untis import read_untis

pytestmark = pytest.mark.any_database

DAYS = """<daysdefs><daysdef id="d1" name="Вторник" days="100000"/>
<daysdef id="d2" name="Среда" days="010000"/></daysdefs>"""
BASE = """
<subjects><subject id="s1" name="Физическая культура" short="Физ-ра"/>
<subject id="s2" name="Музыка" short=""/></subjects>
<teachers><teacher id="t1" name="Ежова М. И." short="Ежо" mobile="8 913 555-01-24"/>
<teacher id="t2" lastname="Вакансия" firstname="2" name="Вакансия 2" short="В2"/></teachers>
<classrooms><classroom id="r1" name="Спортзал" short="с/з"/><classroom id="r2" name="Зал" short=""/>
</classrooms>
<classes><class id="c1" name="5 «А»" short="5a" teacherid="t1"/><class id="c2" name="5Б" short=""/>
</classes>
<groups><group id="g1" classid="c1" name="Весь класс" entireclass="1" divisiontag="0"/>
<group id="g2" classid="c2" name="Группа 1" entireclass="0" divisiontag="1"/>
<group id="g3" classid="c2" name="Группа 2" entireclass="0" divisiontag="1"/>
<group id="g4" classid="c1" name="мал." entireclass="0" divisiontag="2"/>
<group id="g5" classid="c1" name="дев." entireclass="0" divisiontag="2"/></groups>
"""


def asc(lessons, cards, *, days=DAYS, more="", encoding="utf-8", declared=None):
    text = (
        f'<?xml version="1.0" encoding="{declared or encoding}"?>\r\n<timetable ascttversion="1">'
        f"{days}{BASE}{more}<lessons>{lessons}</lessons><cards>{cards}</cards></timetable>"
    )
    return text.encode(encoding)


def lesson(number, subject="s1", classes="c1", groups="g1", teachers="t1", **others):
    told = " ".join(f'{name}="{value}"' for name, value in others.items())
    return (
        f'<lesson id="{number}" subjectid="{subject}" classids="{classes}" groupids="{groups}" '
        f'teacherids="{teachers}" periodsperweek="2.0" {told}/>'
    )


def card(number, period=1, days="100000", rooms="r1", **others):
    told = " ".join(f'{name}="{value}"' for name, value in others.items())
    return (
        f'<card lessonid="{number}" period="{period}" days="{days}" classroomids="{rooms}" {told}/>'
    )


def rows(batch):
    return [
        (row.classes, row.weekday, row.number, row.weeks, row.subject, row.group, row.room)
        for row in batch.rows.get(Kind.TIMETABLE, [])
    ]


def test_the_first_bit_is_the_day_that_is_called_so():
    batch = read_asc("a.xml", asc(lesson("l1"), card("l1") + card("l1", days="110000")), {})
    assert [row.weekday for row in batch.rows[Kind.TIMETABLE]] == [2, 2, 3]


def test_a_mark_of_utf8_a_code_page_and_blanks_before_the_declaration():
    one = read_asc("a.xml", asc(lesson("l1"), card("l1")), {})
    for data in (
        asc(lesson("l1"), card("l1"), encoding="windows-1251"),
        b"\xef\xbb\xbf" + asc(lesson("l1"), card("l1")),
        b"\r\n " + asc(lesson("l1"), card("l1")),
    ):
        assert rows(read_asc("a.xml", data, {})) == rows(one)


def test_a_joint_lesson_all_groups_of_a_division_and_groups_of_several_classes():
    found = lesson("l1", classes="c1,c2", groups="g1,g2,g3") + lesson(
        "l2", classes="c1,c2", groups="g4,g2"
    )
    batch = read_asc("a.xml", asc(found, card("l1") + card("l2", period=3)), {})
    assert [(row.classes, row.group) for row in batch.rows[Kind.WORKLOAD]] == [
        (("5А", "5Б"), ""),
        (("5А", "5Б"), "Мальчики + 1 группа"),
    ]


def test_a_double_fills_the_next_period_and_two_rooms_are_both_told():
    batch = read_asc(
        "a.xml", asc(lesson("l1", periodspercard="2"), card("l1", 0, rooms="r1,r2")), {}
    )
    assert [(row.number, row.room) for row in batch.rows[Kind.TIMETABLE]] == [
        (0, "с/з+Зал"),
        (1, "с/з+Зал"),
    ]


def test_two_teachers_of_a_lesson_both_have_the_load():
    batch = read_asc("a.xml", asc(lesson("l1", teachers="t1,t2"), card("l1")), {})
    assert [row.teacher for row in batch.rows[Kind.TIMETABLE]] == [None]
    assert [(row.teacher.last, row.hours) for row in batch.rows[Kind.WORKLOAD]] == [
        ("Ежова", Decimal(2)),
        ("Вакансия", Decimal(2)),
    ]


def test_singles_and_doubles_of_one_load_are_added_up():
    batch = read_asc("a.xml", asc(lesson("l1") + lesson("l2", periodspercard="2"), ""), {})
    assert [row.hours for row in batch.rows[Kind.WORKLOAD]] == [Decimal(4)]


def test_what_is_not_placed_is_told_and_what_has_no_lesson_is_a_problem():
    batch = read_asc("a.xml", asc(lesson("l1"), card("l1", days="") + card("l9")), {})
    assert [why for _, why in batch.passed_over] == [
        "Физическая культура: не поставлен в расписание"
    ]
    assert [(one.place.source.sheet, one.place.row) for one in batch.problems] == [("cards", 2)]
    assert rows(batch) == []


@pytest.mark.parametrize(
    ("mask", "weeks"), [("1", 3), ("11", 3), ("10", 1), ("01", 2), ("1010", 1), ("1111", 3)]
)
def test_masks_of_weeks(mask, weeks):
    batch = read_asc("a.xml", asc(lesson("l1"), card("l1", weeks=mask)), {})
    assert [row.weeks for row in batch.rows[Kind.TIMETABLE]] == [weeks]


@pytest.mark.parametrize("mask", ["100", "1000", "10,01", "xx"])
def test_weeks_that_a_timetable_of_two_can_not_say(mask):
    batch = read_asc("a.xml", asc(lesson("l1"), card("l1", weeks=mask)), {})
    assert rows(batch) == []
    assert [(one.field, one.written) for one in batch.problems] == [("weeks", mask)]


def test_a_term_is_asked_for_once():
    terms = """<termsdefs><termsdef id="a" name="1 полугодие" terms="10"/>
    <termsdef id="b" name="2 полугодие" terms="01"/></termsdefs>"""
    cards = card("l1", terms="10") + card("l1", 2, terms="01") + card("l1", 3, terms="11")
    data = asc(lesson("l1"), cards, more=terms)
    batch = read_asc("a.xml", data, {})
    asked = {one.key: one for one in batch.questions}["asc:term"]
    assert dict(asked.options) == {"10": "1 полугодие", "01": "2 полугодие"}
    assert [row.number for row in batch.rows[Kind.TIMETABLE]] == [3]
    second = read_asc("a.xml", data, {"asc:term": "01"})
    assert [row.number for row in second.rows[Kind.TIMETABLE]] == [2, 3]


def test_the_older_kind_says_the_day_by_number():
    days = '<days><day name="Понедельник" short="По" day="0"/><day name="Вторник" day="1"/></days>'
    cards = '<card lessonid="l1" day="1" period="2" classroomid="r1" durationperiods="2"/>'
    batch = read_asc("a.xml", asc(lesson("l1", weeks="01"), cards, days=days), {})
    assert rows(batch) == [
        (("5А",), 2, number, 2, "Физическая культура", "", "с/з") for number in (2, 3)
    ]


def test_an_unregistered_copy_is_said_to_be_one():
    many = "".join(lesson(f"l{n}") for n in range(10))
    batch = read_asc("a.xml", asc(many, "".join(card(f"l{n}") for n in range(10))), {})
    assert any("незарегистрированная" in note for note in batch.notes)


def test_names_of_people_and_classes():
    batch = read_asc("a.xml", asc(lesson("l1"), card("l1")), {})
    staff = batch.rows[Kind.STAFF]
    assert [(row.person, row.phone) for row in staff] == [
        (Person("Ежова", "М.", "И."), "+79135550124"),
        (Person("Вакансия", "2"), ""),
    ]
    assert [row.name for row in batch.rows[Kind.CLASSES]] == ["5А", "5Б"]


BOMB = b"""<?xml version="1.0"?><!DOCTYPE timetable [<!ENTITY a "aaaaaaaaaa">
<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><timetable><x>&b;</x></timetable>"""


@pytest.mark.parametrize(
    "data",
    [
        BOMB,
        b'<?xml version="1.0"?><!DOCTYPE t SYSTEM "file:///etc/passwd"><timetable/>',
        b"<timetable><cards>",
        b"<html><body>404</body></html>",
        b"",
        b"\x00\x01\x02",
        b'<?xml version="1.0" encoding="klingon"?><timetable/>',
        b"<timetable>" + b"<card/>" * 100_001 + b"</timetable>",
        b"<timetable>" + b" " * 9_000_000 + b"</timetable>",
    ],
)
def test_what_is_no_export_of_asc_is_refused_in_russian(data):
    with pytest.raises(Unreadable) as refused:
        read_asc("a.xml", data, {})
    assert str(refused.value)[0] in "АБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЭЮЯ"


# --- Untis ---

LESSONS = """1,2,2,2,"5А","Ежо","Физ-ра","с/з",,,,"A"
2,3,3,3,"5А","Ежо","Анг","204"
2,3,3,3,"5А","Жав","Анг","205"
3,1,1,1,"5А","Ежо","Хор","зал"
3,1,1,1,"5Б","Ежо","Хор","зал"
4,2,2,2,"5Б","Кал","Инф","301",,,,"UW1"
"""
HOURS = """1,"5А","Ежо","Физ-ра","с/з",1,1,
2,"5А","Ежо","Анг","204",1,2,
2,"5А","Жав","Анг","205",1,2,
3,"5А","Ежо","Хор","зал",2,1
3,"5Б","Ежо","Хор","зал",2,1
4,"5Б","Кал","Инф","301",2,2,
5,"5Б","Кал","Инф","301",0,,
"""


def untis(answers=None, **files):
    return read_untis(files, answers or {})


def both(encoding="utf-8", swap=","):
    return {
        "GPU001_2026": HOURS.replace(",", swap).encode(encoding),
        "gpu002": LESSONS.replace(",", swap).encode(encoding),
    }


@pytest.mark.parametrize(
    ("encoding", "separator"),
    [("utf-8", ","), ("utf-8-sig", ";"), ("cp1251", ";"), ("cp1251", "\t")],
)
def test_a_coupling_a_joint_lesson_and_a_week(encoding, separator):
    batch = untis(**both(encoding, separator))
    assert rows(batch) == [
        (("5А",), 1, 1, 1, "Физ-ра", "", "с/з"),
        (("5А",), 1, 2, 3, "Анг", "1 группа", "204"),
        (("5А",), 1, 2, 3, "Анг", "2 группа", "205"),
        (("5А", "5Б"), 2, 1, 3, "Хор", "", "зал"),
    ]
    assert [why for _, why in batch.passed_over] == ["Инф: не поставлен в расписание"]
    load = {(row.subject, row.group): row.hours for row in batch.rows[Kind.WORKLOAD]}
    assert load[("Физ-ра", "")] == 1  # every second week


def test_the_schools_own_word_of_a_week_is_asked_for():
    batch = untis(**both())
    asked = {one.key: one for one in batch.questions}["untis:weeks:UW1"]
    assert [place.row for place in asked.cells] == [6]
    answered = untis({"untis:weeks:UW1": "2"}, **both())
    assert rows(answered)[-1] == (("5Б",), 2, 2, 2, "Инф", "", "301")


def test_the_timetable_alone_is_read_as_far_as_it_is_clear():
    batch = untis(GPU001=HOURS.encode())
    assert [row[4] for row in rows(batch)] == ["Физ-ра", "Хор", "Инф"]
    assert [one.written for one in batch.problems] == ["Анг", "Анг"]
    assert any("GPU002" in note for note in batch.notes)


@pytest.mark.parametrize("data", [b"PK\x03\x04\0\0", b"\0" * 100, b"\x81\x8d\x98\0"])
def test_what_is_no_text_is_refused(data):
    with pytest.raises(Unreadable):
        untis(GPU001=data)


def test_lines_that_mean_nothing_break_nothing():
    batch = untis(GPU001=b'1,2\n,,,,,\n"x\n', GPU002="5;;;\nшум\n".encode())
    assert rows(batch) == []


# --- OneRoster ---

USERS_12 = """sourcedId,status,dateLastModified,enabledUser,username,userIds,givenName,\
familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,password
p1,{status},{at},true,a,,Иван,Абрикосов,Олегович,7,,,,m1,05,secret
m1,,,true,b,,Елена,Абрикосова,Викторовна,,,,+79135550124,,,
t1,,,true,c,,Мария,Ежова,Игоревна,,,,,,,
x1,,,true,d,,Пётр,Тихий,,,,,,,,
"""
ROLES = """sourcedId,status,dateLastModified,userSourcedId,roleType,role,beginDate,endDate,\
orgSourcedId
1,,,p1,primary,student,,,o
2,,,m1,primary,guardian,,,o
3,,,t1,primary,principal,,,o
4,,,t1,secondary,teacher,,,o
"""
CLASSES = '''sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode,classType,\
location,schoolSourcedId,termSourcedIds,subjects,subjectCodes,periods
h1,,,"5 ""А""",05,,,homeroom,,o,,,,
j1,,,"5А, 5Б Хор",05,k1,,scheduled,,o,,,,
j2,,,Шахматы,05,k2,ШАХ,scheduled,,o,,,,
'''
COURSES = """sourcedId,status,dateLastModified,schoolYearSourcedId,title,courseCode,grades,\
orgSourcedId,subjects,subjectCodes
k1,,,,"Хор, 5 класс",,05,o,,
k2,,,,Шахматы,,05,o,,
"""
ENROLLMENTS = """sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,\
role,primary,beginDate,endDate
1,,,h1,o,p1,student,,,
2,,,j1,o,t1,teacher,true,,
"""


def archive(manifest="1.2", mode="bulk", status="", **changed):
    at = "2026-11-10T08:30:00.000Z" if status else ""
    files = {
        "users": USERS_12.format(status=status, at=at),
        "roles": ROLES,
        "classes": CLASSES,
        "courses": COURSES,
        "enrollments": ENROLLMENTS,
    } | changed
    lines = [f"file.{name},{mode}" for name in files]
    told = "\n".join(["propertyName,value", f"oneroster.version,{manifest}", *lines])
    return packed(
        {f"{name}.csv": text for name, text in {**files, "manifest": told}.items() if text}
    )


def packed(members, how=zipfile.ZIP_DEFLATED):
    file = BytesIO()
    with zipfile.ZipFile(file, "w", how) as package:
        for name, content in members.items():
            package.writestr(name, content)
    return file.getvalue()


def test_roles_of_1_2_and_who_has_none():
    batch = read_oneroster("o.zip", archive(), {})
    [staff] = batch.rows[Kind.STAFF]
    assert (staff.person.last, staff.position) == ("Ежова", "Директор")
    [parent] = batch.rows[Kind.PARENTS]
    assert (parent.relation, parent.phone, parent.child.class_name) == (
        "other",
        "+79135550124",
        "5А",
    )
    assert [(one.field, one.place.row) for one in batch.problems] == [("role", 5), ("title", 4)]
    [load] = batch.rows[Kind.WORKLOAD]
    assert (load.classes, load.subject, load.group) == (("5А", "5Б"), "Хор", "")


def test_1_1_says_the_role_beside_the_user():
    users = (
        USERS_12.format(status="", at="")
        .replace("enabledUser,username", "enabledUser,orgSourcedIds,role,username")
        .replace("true,a,", "true,o,student,a,")
        .replace("true,b,", "true,o,parent,b,")
        .replace("true,c,", "true,o,teacher,c,")
        .replace("true,d,", "true,o,aide,d,")
    )
    batch = read_oneroster("o.zip", archive("1.1", users=users, roles=""), {})
    assert [row.person.last for row in batch.rows[Kind.PUPILS]] == ["Абрикосов"]
    assert [row.person.last for row in batch.rows[Kind.STAFF]] == ["Ежова", "Тихий"]
    assert [row.person.first for row in batch.rows[Kind.PARENTS]] == ["Елена"]


def test_a_delta_tells_who_is_gone():
    batch = read_oneroster("o.zip", archive(mode="delta", status="tobedeleted"), {})
    assert Kind.PUPILS not in batch.rows
    assert [(kind, row.person.last) for kind, row in batch.gone] == [
        (Kind.PUPILS, "Абрикосов"),
    ]


def test_an_enrolment_that_ended_is_told_as_gone():
    ended = ENROLLMENTS.replace("1,,,h1", "1,tobedeleted,2026-11-10T08:30:00.000Z,h1").replace(
        "2,,,j1", "2,tobedeleted,2026-11-10T08:30:00.000Z,j1"
    )
    batch = read_oneroster("o.zip", archive(mode="delta", enrollments=ended), {})
    gone = dict(batch.gone)
    assert gone[Kind.PUPILS].class_name == "5А"
    assert gone[Kind.WORKLOAD].teacher.last == "Ежова"


def test_a_cell_of_it_is_corrected_and_a_row_left_out():
    answers = {"cell:o.zip|users|2|familyName": "Абрикосова", "skip:o.zip|users|5": "1"}
    batch = read_oneroster("o.zip", archive(), answers)
    assert [row.person.last for row in batch.rows[Kind.PUPILS]] == ["Абрикосова"]
    assert [one.field for one in batch.problems] == ["title"]


def test_a_date_that_is_none_is_a_problem_beside_its_head():
    demographics = "sourcedId,status,dateLastModified,birthDate,sex\np1,,,12.03.2015,male\n"
    batch = read_oneroster("o.zip", archive(demographics=demographics), {})
    assert batch.rows[Kind.PUPILS][0].born_on is None
    assert [one.written for one in batch.problems if one.field == "birthDate"] == ["12.03.2015"]


def test_a_file_of_which_the_manifest_says_nothing_is_not_read():
    data = packed(
        {
            "manifest.csv": "propertyName,value\noneroster.version,1.2\nfile.users,bulk\n",
            "users.csv": USERS_12.format(status="", at=""),
            "roles.csv": ROLES,
        }
    )
    batch = read_oneroster("o.zip", data, {})
    assert any("roles.csv" in note for note in batch.notes)
    assert [one.field for one in batch.problems] == ["role"] * 4


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"not a zip", "не архив OneRoster"),
        (b"PK\x03\x04 broken", "повреждён"),
        (
            packed({"users.csv": "sourcedId\n", "рядом.bin": b"\0" * 26_000_000}),
            "больше, чем можно",
        ),
        (packed({f"{n}.csv": "" for n in range(70)}), "больше, чем можно"),
        (packed({"users.csv": "sourcedId\n" + "a\n" * 200_001}), "больше, чем можно"),
        (packed({"users.csv": "sourcedId\n"}, zipfile.ZIP_LZMA), "повреждён"),
        (archive("2.0"), "Это OneRoster 2.0"),
        (packed({"users.csv": b"sourcedId\n\0\1\2"}), "повреждён"),
        (packed({"users.csv": "sourcedId,familyName\n1," + '"' + "я" * 200_000}), "повреждён"),
    ],
)
def test_what_is_no_such_archive_is_refused(data, why):
    with pytest.raises(Unreadable, match=why):
        read_oneroster("o.zip", data, {})


def test_either_of_parent_and_child_may_name_the_other():
    of_child = USERS_12.format(status="", at="")
    of_parent = of_child.replace(",m1,05,", ",,05,").replace("+79135550124,,", "+79135550124,p1,")
    assert of_parent != of_child
    for users in (of_child, of_parent):
        [parent] = read_oneroster("o.zip", archive(users=users), {}).rows[Kind.PARENTS]
        assert parent.child.person.last == "Абрикосов"


def test_a_spreadsheet_is_no_such_archive():
    assert not is_oneroster(packed({"[Content_Types].xml": "", "xl/workbook.xml": ""}))
    assert not is_oneroster(b"PK\x03\x04 broken")
    assert is_oneroster(archive())
