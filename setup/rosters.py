"""The school as OneRoster 1.2 CSV files (binding 1.2.1), all «bulk», for other systems. Pure.

A class is a homeroom, a journal a scheduled class, as `setup.reading.oneroster` reads them. Ids are
made of our primary keys and stay the same. Logins are ours alone: `username` is the id; `password`
is left empty. Individual plans are left out: they tell of health.
"""

import csv
import datetime
import re
import zipfile
from collections.abc import Iterable, Iterator
from io import BytesIO, StringIO

from .exported import named_journals
from .queries.standing import Standing, StandingAdult, StandingJournal, StandingPupil

HEADS = {
    "academicSessions": "title,type,startDate,endDate,parentSourcedId,schoolYear",
    "orgs": "name,type,identifier,parentSourcedId",
    "courses": "schoolYearSourcedId,title,courseCode,grades,orgSourcedId,subjects,subjectCodes",
    "classes": (
        "title,grades,courseSourcedId,classCode,classType,location,schoolSourcedId,termSourcedIds,"
        "subjects,subjectCodes,periods"
    ),
    "users": (
        "enabledUser,username,userIds,givenName,familyName,middleName,identifier,email,sms,phone,"
        "agentSourcedIds,grades,password,userMasterIdentifier,preferredGivenName,"
        "preferredMiddleName,preferredFamilyName,primaryOrgSourcedId,pronouns"
    ),
    "roles": "userSourcedId,roleType,role,beginDate,endDate,orgSourcedId,userProfileSourcedId",
    "enrollments": ("classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,endDate"),
    "demographics": (
        "birthDate,sex,americanIndianOrAlaskaNative,asian,blackOrAfricanAmerican,"
        "nativeHawaiianOrOtherPacificIslander,white,demographicRaceTwoOrMoreRaces,"
        "hispanicOrLatinoEthnicity,countryOfBirthCode,stateOfBirthAbbreviation,cityOfBirth,"
        "publicSchoolResidenceStatus"
    ),
}
_ABSENT = (
    "categories",
    "classResources",
    "courseResources",
    "lineItemLearningObjectiveIds",
    "lineItems",
    "lineItemScoreScales",
    "resources",
    "resultLearningObjectiveIds",
    "results",
    "resultScoreScales",
    "scoreScales",
    "userProfiles",
    "userResources",
)
SYSTEM, SCHOOL, HOME = "Электронный журнал", "school", "course-home"
_SEXES = {"m": "male", "f": "female"}
_SEX_OF = {"father": "male", "mother": "female"}
_PERIODS = {"quarter": "четверть", "trimester": "триместр", "half_year": "полугодие"}

Line = dict[str, str]


def written(standing: Standing, school: str) -> bytes:
    """The archive of all that stands of the year; `school`: its name. ValueError where there is no
    year yet."""
    roster = _Roster(standing, school)
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("manifest.csv", _manifest())
        for name, lines in roster.files():
            package.writestr(f"{name}.csv", _table(name, lines))
    return file.getvalue()


def _manifest() -> str:
    modes = dict.fromkeys(HEADS, "bulk") | dict.fromkeys(_ABSENT, "absent")
    files = [(f"file.{name}", modes[name]) for name in sorted(modes, key=str.lower)]
    versions = [("manifest.version", "1.0"), ("oneroster.version", "1.2")]
    return _csv([("propertyName", "value"), *versions, *files, ("source.systemName", SYSTEM)])


def _table(name: str, lines: Iterable[Line]) -> str:
    # Of a «bulk» file status and dateLastModified are blank.
    heads = ["sourcedId", "status", "dateLastModified", *HEADS[name].split(",")]
    return _csv([heads, *([line.get(head, "") for head in heads] for line in lines)])


def _csv(rows: Iterable[Iterable[str]]) -> str:
    text = StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()


class _Roster:
    def __init__(self, standing: Standing, school: str) -> None:
        if standing.year is None:
            raise ValueError("Учебного года ещё нет")
        self.standing, self.year, self.school = standing, standing.year, school
        self.ends_in = str(standing.year.ends_on.year)
        self.subjects = {one.pk: one for one in standing.subjects}
        self.pupils = {one.pk: one for one in standing.pupils if one.class_name}
        self.journals = list(named_journals(standing))
        self.staff = {user for user in standing.staff if user in standing.adults}
        self.parents = {
            user: [self.pupils[pk] for pk in adult.children if pk in self.pupils]
            for user, adult in standing.adults.items()
        }

    def files(self) -> Iterator[tuple[str, Iterable[Line]]]:
        yield "academicSessions", self._sessions()
        yield "orgs", [{"sourcedId": SCHOOL, "name": self.school, "type": "school"}]
        yield "courses", self._courses()
        yield "classes", self._classes()
        yield "users", self._users()
        yield "roles", self._roles()
        yield "enrollments", self._enrollments()
        yield "demographics", self._demographics()

    # --- what is taught ---

    def _sessions(self) -> Iterator[Line]:
        yield {
            "sourcedId": f"year-{self.year.pk}",
            "title": f"{self.year} учебный год",
            "type": "schoolYear",
            "startDate": _day(self.year.starts_on),
            "endDate": _day(self.year.ends_on),
            "schoolYear": self.ends_in,
        }
        for (kind, number), period in sorted(self.standing.periods.items()):
            yield {
                "sourcedId": f"period-{period.pk}",
                "title": f"{number} {_PERIODS[kind]}",
                "type": "semester" if kind == "half_year" else "gradingPeriod",
                "startDate": _day(period.starts_on),
                "endDate": _day(period.ends_on),
                "parentSourcedId": f"year-{self.year.pk}",
                "schoolYear": self.ends_in,
            }

    def _courses(self) -> Iterator[Line]:
        own = {"schoolYearSourcedId": f"year-{self.year.pk}", "orgSourcedId": SCHOOL}
        yield {"sourcedId": HOME, "title": "Класс", **own}
        for pk, subject in self.subjects.items():
            told = {"subjects": subject.name, "subjectCodes": subject.abbreviation}
            yield {"sourcedId": f"subject-{pk}", "title": subject.name, **own, **told}

    def _classes(self) -> Iterator[Line]:
        for name, one in self.standing.classes.items():
            yield {
                "sourcedId": f"class-{one.pk}",
                "title": name,
                "classCode": name,
                "classType": "homeroom",
                "courseSourcedId": HOME,
                "grades": _grade(name),
                **self._at_school(""),
            }
        for journal, classes, group in self.journals:
            subject = self.subjects[journal.subject]
            title = f"{', '.join(classes)} {subject.name}"
            yield {
                "sourcedId": f"journal-{journal.pk}",
                "title": f"{title} ({group})" if group else title,
                "classType": "scheduled",
                "courseSourcedId": f"subject-{subject.pk}",
                "grades": ",".join(dict.fromkeys(map(_grade, classes))),
                "subjects": subject.name,
                "subjectCodes": subject.abbreviation,
                **self._at_school(journal.period_kind),
            }

    def _at_school(self, period_kind: str) -> Line:
        periods = sorted(self.standing.periods.items())
        terms = [f"period-{one.pk}" for (kind, _), one in periods if kind == period_kind]
        year = f"year-{self.year.pk}"
        return {"schoolSourcedId": SCHOOL, "termSourcedIds": ",".join(terms) or year}

    # --- people ---

    def _adults(self) -> Iterator[StandingAdult]:
        for user, adult in self.standing.adults.items():
            if (user in self.staff and not adult.left_on) or self.parents[user]:
                yield adult

    def _users(self) -> Iterator[Line]:
        guardians: dict[int, list[str]] = {}
        for user, children in self.parents.items():
            for child in children:
                guardians.setdefault(child.pk, []).append(_id(user))
        for pupil in self.pupils.values():
            yield _user(pupil) | {
                "identifier": pupil.file_number,
                "grades": _grade(pupil.class_name),
                "agentSourcedIds": ",".join(guardians.get(pupil.pk, [])),
            }
        for adult in self._adults():
            children = self.parents[adult.user]
            yield _user(adult) | {
                "email": adult.email,
                "phone": adult.phone,
                "agentSourcedIds": ",".join(_id(child.user) for child in children),
            }

    def _roles(self) -> Iterator[Line]:
        for pupil in self.pupils.values():
            yield _role(pupil.user, "student", "primary")
        for adult in self._adults():
            roles = [self._role(adult)] if adult.user in self.staff and not adult.left_on else []
            if self.parents[adult.user]:
                kinds = {relation for _, relation in adult.children.values()}
                roles.append("guardian" if kinds == {"other"} else "parent")
            for place, role in enumerate(roles):
                yield _role(adult.user, role, "secondary" if place else "primary")

    def _role(self, adult: StandingAdult) -> str:
        position = adult.position.casefold()
        if position.startswith("директор"):
            return "principal"
        if position.startswith("зам"):
            return "siteAdministrator"
        teaches = any(
            its.teacher == adult.user for one, *_ in self.journals for its in one.assignments
        )
        leads = any(one.teacher == adult.user for one in self.standing.classes.values())
        return "teacher" if teaches or leads or not position or "учит" in position else "aide"

    def _demographics(self) -> Iterator[Line]:
        for pupil in self.pupils.values():
            born = _day(pupil.born_on) if pupil.born_on else ""
            sex = _SEXES.get(pupil.sex, "")
            if born or sex:
                yield {"sourcedId": _id(pupil.user), "birthDate": born, "sex": sex}
        for adult in self._adults():
            sexes = {_SEX_OF.get(relation, "") for _, relation in adult.children.values()}
            if len(sexes) == 1 and "" not in sexes and self.parents[adult.user]:
                yield {"sourcedId": _id(adult.user), "sex": sexes.pop()}

    # --- who is where ---

    def _enrollments(self) -> Iterator[Line]:
        for one in self.standing.classes.values():
            if one.teacher is not None and one.teacher in self.standing.adults:
                yield _enrolment(f"class-{one.pk}", one.teacher, "teacher", primary="true")
        for pupil in self.pupils.values():
            roll = f"class-{self.standing.classes[pupil.class_name].pk}"
            yield _enrolment(roll, pupil.user, "student", pupil.since, pupil.until)
        for journal, classes, group in self.journals:
            yield from self._of_journal(journal, classes, group)

    def _of_journal(
        self, journal: StandingJournal, classes: tuple[str, ...], group: str
    ) -> Iterator[Line]:
        roll = f"journal-{journal.pk}"
        teachers = {its.teacher: its for its in journal.assignments}
        for place, (user, its) in enumerate(teachers.items()):
            if user in self.standing.adults:
                primary = "false" if place else "true"
                yield _enrolment(roll, user, "teacher", its.since, its.until, primary)
        own = self.standing.groups[journal.group]
        if own.class_name:
            for pupil in self.pupils.values():
                if pupil.class_name == own.class_name:
                    yield _enrolment(roll, pupil.user, "student", pupil.since, pupil.until)
        for pk, (_, since) in own.members.items():
            if pk in self.pupils:
                yield _enrolment(roll, self.pupils[pk].user, "student", since)


def _id(user: int) -> str:
    return f"user-{user}"


def _user(one: StandingPupil | StandingAdult) -> Line:
    return {
        "sourcedId": _id(one.user),
        "enabledUser": "true",
        "username": _id(one.user),
        "givenName": one.name.first_name,
        "familyName": one.name.last_name,
        "middleName": one.name.patronymic,
        "primaryOrgSourcedId": SCHOOL,
    }


def _role(user: int, role: str, kind: str) -> Line:
    told = {"roleType": kind, "role": role, "orgSourcedId": SCHOOL}
    return {"sourcedId": f"{_id(user)}.{role}", "userSourcedId": _id(user), **told}


def _enrolment(
    roll: str,
    user: int,
    role: str,
    since: datetime.date | None = None,
    until: datetime.date | None = None,
    primary: str = "",
) -> Line:
    return {
        "sourcedId": f"{roll}.{_id(user)}.{role}",
        "classSourcedId": roll,
        "schoolSourcedId": SCHOOL,
        "userSourcedId": _id(user),
        "role": role,
        "primary": primary,
        "beginDate": _day(since) if since else "",
        "endDate": _day(until) if until else "",
    }


def _day(day: datetime.date) -> str:
    return day.isoformat()


def _grade(class_name: str) -> str:
    """«05» of «5А»."""
    found = re.match(r"\d+", class_name)
    return f"{int(found[0]):02}" if found else ""
