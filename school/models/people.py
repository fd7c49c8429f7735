"""People: accounts, roles, pupils, parents."""

from django.contrib.auth.models import AbstractUser, UserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.validators import RegexValidator
from django.db import models, transaction
from django.db.models import Q
from django.db.models.functions import Lower
from django.db.models.signals import pre_save
from django.dispatch import receiver
from simple_history.signals import pre_create_historical_record

from ..rules.names import LONGEST_NAME, PersonName
from ..rules.texts import login
from .history import History, Traced
from .names import Login, Name, PersonalName, SortingName, sorting_name

NAMES = PersonName._fields
PHONE = r"^\+[0-9]{10,15}$"  # as a telephone dials it


class People(models.QuerySet):
    def update(self, **values):
        """A changed name changes what people are sorted by, too; `bulk_update` comes this way."""
        if not values.keys() & {*NAMES}:
            return super().update(**values)
        with transaction.atomic():
            found = self.model._base_manager.filter(pk__in=list(self.values_list("pk", flat=True)))
            count = super().update(**values)
            for person in found:
                found.filter(pk=person.pk).update(sort_name=sorting_name(person))
        return count

    update.alters_data = True


class Accounts(UserManager.from_queryset(People)):
    def get_by_natural_key(self, username):
        """Also a login that was given before capitals were taken out of them."""
        return self.annotate(login=Lower("username")).get(login=login(username))


class TracedAccount(Traced):
    """Of a password the history says that one was set, not which."""

    password_set = models.BooleanField("пароль", default=False, db_default=False)

    class Meta:
        abstract = True


class User(AbstractUser):
    """An account with a unique login (5.1), and the one place where a person's name stands.

    A pupil or parent who does not use the system has an account without a usable password.
    """

    username = Login(
        "логин",
        max_length=150,
        unique=True,
        validators=[UnicodeUsernameValidator()],
        error_messages={"unique": "Такой логин уже есть."},
    )
    first_name = PersonalName("имя", max_length=LONGEST_NAME, blank=True)
    last_name = PersonalName(
        "фамилия", max_length=LONGEST_NAME, help_text="Или имя, если оно из одного слова."
    )
    patronymic = PersonalName("отчество", max_length=LONGEST_NAME, blank=True)
    sort_name = SortingName("для порядка по алфавиту")
    phone = Name(
        "телефон",
        max_length=16,
        blank=True,
        help_text="«+79135550124»",
        validators=[RegexValidator(PHONE, "Так: +79135550124.")],
    )
    wants_digest = models.BooleanField("присылать сводку по почте", default=True)
    # The school-local day for which `projection.sync` has written out this person's rights.
    rights_as_of = models.DateField("права записаны на день", null=True, editable=False)

    objects = Accounts()
    history = History(
        base=TracedAccount,
        excluded_fields=["password", "last_login", "date_joined", "rights_as_of", "sort_name"],
    )
    has_new_password = False  # since it was last saved

    class Meta:
        verbose_name = "учётная запись"
        verbose_name_plural = "учётные записи"
        constraints = [
            models.UniqueConstraint(
                Lower("username"),
                name="user_login_unique",
                violation_error_message="Такой логин уже есть.",
            ),
            models.CheckConstraint(
                condition=Q(phone="") | Q(phone__startswith="+"), name="user_phone_can_be_dialled"
            ),
        ]

    def __str__(self):
        return self.full_name

    def set_password(self, raw_password):
        super().set_password(raw_password)
        self.has_new_password = True

    def set_unusable_password(self):
        super().set_unusable_password()
        self.has_new_password = True

    def save(self, *args, update_fields=None, **kwargs):
        if update_fields is not None and {*NAMES} & {*update_fields}:
            update_fields = {*update_fields, "sort_name"}
        elif update_fields is None and "sort_name" in self.get_deferred_fields():
            self.sort_name = sorting_name(self)  # else what was not loaded is not written
        super().save(*args, update_fields=update_fields, **kwargs)
        self.has_new_password = False

    @property
    def name(self):
        return PersonName(self.last_name, self.first_name, self.patronymic)

    @property
    def full_name(self):
        return self.name.full

    @property
    def short_name(self):
        return self.name.short

    @property
    def polite_name(self):
        return self.name.polite

    @property
    def list_name(self):
        return self.name.listed

    @property
    def called(self):
        """«Анна»: what one's own family calls a child."""
        return self.first_name or self.last_name


@receiver(pre_save, sender=User)
def _sort_what_is_loaded(instance, raw, **kwargs):
    """A fixture writes fields as it has them; one of before this field has none."""
    if raw:
        instance.sort_name = sorting_name(instance)


@receiver(pre_create_historical_record, sender=User.history.model)
def _note_new_password(instance, history_instance, **kwargs):
    history_instance.password_set = instance.has_new_password


class Role(models.Model):
    """A role that no other fact gives. Who teaches, leads a class, learns or is a parent is told by
    the assignments, classes, pupils and parenthoods."""

    class Kind(models.TextChoices):
        DIRECTOR = "director", "Директор"
        DEPUTY = "deputy", "Заместитель директора"
        ADMIN = "admin", "Администратор системы"

    user = models.ForeignKey(User, models.CASCADE, related_name="roles", verbose_name="кто")
    kind = models.CharField("роль", max_length=10, choices=Kind)
    history = History()

    class Meta:
        verbose_name = "роль"
        verbose_name_plural = "роли"
        constraints = [models.UniqueConstraint(fields=["user", "kind"], name="role_once")]

    def __str__(self):
        return f"{self.get_kind_display()}: {self.user}"


class Employee(models.Model):
    """Who works at the school, be it before a lesson, class or role is given to him. Whoever has
    one of these works there as well (`queries.people.staff`)."""

    user = models.OneToOneField(
        User, models.PROTECT, related_name="employee", verbose_name="учётная запись"
    )
    position = Name("должность", max_length=200, blank=True)
    left_on = models.DateField(
        "последний день работы", null=True, blank=True, help_text="Пусто: работает."
    )
    history = History()

    class Meta:
        verbose_name = "сотрудник"
        verbose_name_plural = "сотрудники"

    def __str__(self):
        return self.user.full_name


class Student(models.Model):
    """A pupil. Enrolments say when and where; leaving ends them, nothing is deleted. The number of
    his personal file («личное дело») is his for good, whatever he is called."""

    class Sex(models.TextChoices):
        MALE = "m", "м"
        FEMALE = "f", "ж"

    user = models.OneToOneField(
        User, models.PROTECT, related_name="student", verbose_name="учётная запись"
    )
    sex = models.CharField("пол", max_length=1, choices=Sex, blank=True)
    file_number = Name("№ личного дела", max_length=30, blank=True)
    history = History()

    name: str  # where a read sets it: what he is called in its list

    class Meta:
        verbose_name = "ученик"
        verbose_name_plural = "ученики"
        permissions = [
            ("view_diary", "Видит дневник ученика"),
            ("write_student", "Ведёт строки ученика в журналах"),
            ("stand_in_student", "Действует, пока у класса ученика нет руководителя"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["file_number"],
                condition=~Q(file_number=""),
                name="student_file_number_once",
                violation_error_message="Такой номер личного дела уже есть у другого ученика.",
            ),
            models.CheckConstraint(condition=Q(sex__in=["", "m", "f"]), name="student_sex"),
        ]

    def __str__(self):
        return self.user.full_name


class Parent(models.Model):
    """A parent or another legal representative."""

    user = models.OneToOneField(
        User, models.PROTECT, related_name="parent", verbose_name="учётная запись"
    )
    children = models.ManyToManyField(Student, through="Parenthood", related_name="parents")
    history = History()

    class Meta:
        verbose_name = "родитель"
        verbose_name_plural = "родители"

    def __str__(self):
        return self.user.full_name


class Parenthood(models.Model):
    """Whose child it is; gives the right to see the diary (4.6)."""

    class Relation(models.TextChoices):
        MOTHER = "mother", "мать"
        FATHER = "father", "отец"
        OTHER = "other", "законный представитель"

    parent = models.ForeignKey(Parent, models.CASCADE, verbose_name="родитель")
    student = models.ForeignKey(Student, models.CASCADE, verbose_name="ребёнок")
    relation = models.CharField("кем приходится", max_length=6, choices=Relation, blank=True)
    history = History()

    class Meta:
        verbose_name = "законный представитель"
        verbose_name_plural = "законные представители"
        constraints = [
            models.UniqueConstraint(fields=["parent", "student"], name="parenthood_once"),
            models.CheckConstraint(
                condition=Q(relation__in=["", "mother", "father", "other"]),
                name="parenthood_relation",
            ),
        ]

    def __str__(self):
        return f"{self.parent} → {self.student}"
