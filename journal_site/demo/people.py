"""The demo's people: accounts, teachers, families."""

from dataclasses import dataclass, field

from django.contrib.auth.hashers import make_password

from school.models import Parent, Parenthood, Role, Student, User

from . import names
from .slips import NEWCOMER

PASSWORD = "demo-journal"
# Only these have an address: the digests of a whole school would flood the demo's console.
WITH_EMAIL = ("director", "deputy", "teacher", "classteacher")


class Accounts:
    """Makes users with unique logins and writes them in one go."""

    def __init__(self, random):
        self.random = random
        self.taken = {}
        self.made = []
        self.password = make_password(PASSWORD)  # one hash for all: hashing takes its time

    def make(self, last_name, first_name, patronymic, username=None):
        username = username or names.login(last_name, first_name, patronymic)
        self.taken[username] = self.taken.get(username, 0) + 1
        if self.taken[username] > 1:
            username += str(self.taken[username])
        user = User(
            username=username,
            email=f"{username}@school.example" if username in WITH_EMAIL else "",
            last_name=last_name,
            first_name=first_name,
            patronymic=patronymic,
            password=self.password,
        )
        self.made.append(user)
        return user

    def adult(self, username=None, *, woman=True):
        surname = self.random.choice(names.SURNAMES)
        father = self.random.choice(names.FATHERS)
        return self.make(
            names.feminine(surname) if woman else surname,
            self.random.choice(names.MOTHERS if woman else names.FATHERS),
            names.patronymic(father, girl=woman),
            username,
        )

    def write(self):
        User.objects.bulk_create(self.made, batch_size=500)


@dataclass
class Family:
    """Children, and who signs for them."""

    children: list[User] = field(default_factory=list)
    parents: list[User] = field(default_factory=list)


def family(accounts, size, usernames=(), parent_username=None):
    """A Family of `size` children, named after their father."""
    random = accounts.random
    surname, father = random.choice(names.SURNAMES), random.choice(names.FATHERS)
    made = Family()
    taken = set()
    for place in range(size):
        girl = random.random() < 0.48
        pool = [name for name in (names.GIRLS if girl else names.BOYS) if name not in taken]
        first_name = random.choice(pool)
        taken.add(first_name)
        made.children.append(
            accounts.make(
                names.feminine(surname) if girl else surname,
                first_name,
                names.patronymic(father, girl=girl),
                usernames[place] if place < len(usernames) else None,
            )
        )
    if parent_username or random.random() < 0.92:
        mother = names.patronymic(random.choice(names.FATHERS), girl=True)
        made.parents.append(
            accounts.make(
                names.feminine(surname), random.choice(names.MOTHERS), mother, parent_username
            )
        )
    if not made.parents or random.random() < 0.5:
        grandfather = names.patronymic(random.choice(names.FATHERS), girl=False)
        made.parents.append(accounts.make(surname, father, grandfather))
    return made


def families(accounts, pupils):
    """Families with so many children altogether. The first is the demo's: the login `parent` and
    two children, the first of them the login `student`; of the second one parent has a slip."""
    made = [family(accounts, 2, ["student"], "parent")]
    count = 2
    while count < pupils:
        size = min(accounts.random.choices([1, 2, 3], [84, 14, 2])[0], pupils - count)
        made.append(family(accounts, size))
        count += size
    made[1].parents[0].username = NEWCOMER
    return made


def write_families(made):
    """Students, Parents and Parenthoods of families whose accounts are written."""
    students = Student.objects.bulk_create(
        [Student(user=child) for one in made for child in one.children], batch_size=500
    )
    by_user = {student.user_id: student for student in students}
    parents = Parent.objects.bulk_create(
        [Parent(user=parent) for one in made for parent in one.parents], batch_size=500
    )
    parent_of = {parent.user_id: parent for parent in parents}
    Parenthood.objects.bulk_create(
        [
            Parenthood(parent=parent_of[parent.pk], student=by_user[child.pk])
            for one in made
            for parent in one.parents
            for child in one.children
        ],
        batch_size=500,
    )
    return [[by_user[child.pk] for child in one.children] for one in made]


def leaders(accounts):
    """Director, three deputies, administrator: [(User, role)], to be written."""
    return [
        (accounts.adult("director"), Role.Kind.DIRECTOR),
        (accounts.adult("deputy"), Role.Kind.DEPUTY),
        (accounts.adult(), Role.Kind.DEPUTY),
        (accounts.adult(woman=False), Role.Kind.DEPUTY),
        (accounts.adult("admin", woman=False), Role.Kind.ADMIN),
    ]
