"""Forms of the journals."""

from django import forms
from django.contrib.auth import authenticate
from django.contrib.auth.signals import user_login_failed
from django.core.exceptions import ValidationError

from school import namesakes, signing
from school.forms import OF_OUR_TIME, DayField, Filter, OfPeriod, choice, keep_year
from school.models import (
    Journal,
    Lesson,
    LessonKind,
    Room,
    SchoolClass,
    Subject,
    Substitution,
    TeachingAssignment,
    User,
)
from school.models.names import LinesField, NameField
from school.queries.bells import bell_numbers
from school.rules.days import exams_open_until

from .models import LateEntry, Remark
from .queries import late, search
from .queries.duties import duties
from .queries.late import LATE_STATES
from .queries.lists import in_class_order
from .queries.review import REMARK_STATES


class MoveForm(forms.Form):
    """Where a lesson is to be held instead."""

    date = DayField(label="День", validators=OF_OUR_TIME)
    number = forms.TypedChoiceField(label="Урок", coerce=int)

    def __init__(self, *args, lesson, **kwargs):
        initial = {"date": lesson.date, "number": lesson.number}
        super().__init__(*args, initial=initial, **kwargs)
        numbers = {lesson.number, *bell_numbers()}
        self.fields["number"].choices = [(one, f"{one}-й урок") for one in sorted(numbers)]


class ExchangeForm(MoveForm):
    """With which lesson of the same pupils one changes places."""


class RoomForm(forms.Form):
    room = forms.ModelChoiceField(
        Room.objects.all(), label="Кабинет", required=False, empty_label="не указан"
    )


class MoveDayForm(forms.Form):
    """The lessons of which day, and of which classes, are held on another one."""

    day = DayField(label="Уроки этого дня", validators=OF_OUR_TIME)
    to = DayField(label="Провести", validators=OF_OUR_TIME)
    classes = forms.TypedMultipleChoiceField(
        label="Классы",
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Ни одного не отмечено: вся школа.",
    )

    def __init__(self, *args, classes, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["classes"].choices = [(one.pk, str(one)) for one in classes]


class CancelForm(forms.Form):
    """Why a lesson is cancelled; with `works` planned in it (their texts) it is asked whether these
    are really to be given up."""

    cancelled = NameField(
        label="Почему урока нет", max_length=Lesson._meta.get_field("cancelled").max_length
    )
    with_works = forms.BooleanField(
        label="Отменить вместе с запланированной работой",
        error_messages={"required": "Работы на этом уроке не будет: отметьте, что так и надо."},
    )

    def __init__(self, *args, works, **kwargs):
        super().__init__(*args, **kwargs)
        if works:
            told = "; ".join(works)
            self.fields["with_works"].help_text = f"На этот урок запланировано: {told}."
        else:
            del self.fields["with_works"]


class KindForm(forms.Form):
    kind = forms.ModelChoiceField(LessonKind.objects, label="Вид", empty_label=None)


class JournalFilter(Filter):
    """Narrow the list of journals of one year."""

    def __init__(self, data, *, year):
        super().__init__(data, year=year)
        classes = SchoolClass.objects.filter(year=year)
        assigned = TeachingAssignment.objects.filter(journal__group__year=year)
        substitutes = Substitution.objects.filter(lesson__journal__group__year=year)
        # A duty of theirs may be late too, of those who led a class before as well.
        led = SchoolClass.history.filter(year=year).exclude(class_teacher=None).order_by()
        teachers = User.objects.filter(
            pk__in=assigned.values("teacher").union(
                substitutes.values("teacher"), led.values("class_teacher")
            )
        ).order_by("sort_name", "pk")
        subjects = Subject.objects.values_list("pk", "name")
        self.fields["school_class"] = choice(
            "Класс", "все классы", [(one.pk, str(one)) for one in classes]
        )
        self.fields["subject"] = choice("Предмет", "все предметы", subjects)
        names = namesakes.staff(teachers)
        self.fields["teacher"] = choice("Учитель", "все учителя", names.items())

    def narrow(self, journals):
        """The journals of the chosen class, subject and teacher."""
        journals = self.narrow_place(journals)
        if teacher := self.chosen.get("teacher"):
            journals = journals.filter(assignments__teacher=teacher).distinct()
        return journals

    def narrow_place(self, journals):
        """The journals of the chosen class and subject, whoever teaches."""
        if school_class := self.chosen.get("school_class"):
            journals = journals.filter(group__school_class=school_class) | journals.filter(
                group__memberships__student__enrolments__school_class=school_class
            )
        if subject := self.chosen.get("subject"):
            journals = journals.filter(subject=subject)
        return journals.distinct()


class PeriodFilter(OfPeriod, JournalFilter):
    """The same in a period of the year."""

    @property
    def due_until(self):
        """The last day on which what belongs to the period, or the year, is due: grades of exams
        are after the year's last lesson."""
        _, last = self.span
        last_days = {}
        for one in self.periods.values():
            last_days[one.kind] = max(one.ends_on, last_days.get(one.kind, one.ends_on))
        is_end = self.year is not None and last >= min(last_days.values(), default=last)
        return exams_open_until(last) if is_end else last


class LateFilter(PeriodFilter):
    """Late entries: of what kind, and whether they still stand open, as they do unless the address
    says otherwise."""

    def __init__(self, data, *, year):
        data = data.copy()
        data.setdefault("state", "open")
        super().__init__(data, year=year)
        kinds = [(one.kind, f"{one.name} ({one.clause})") for one in duties().values()]
        self.fields["kind"] = forms.ChoiceField(
            label="Что", required=False, choices=[("", "всё"), *kinds]
        )
        self.fields["state"] = forms.ChoiceField(
            label="Состояние", required=False, choices=LATE_STATES
        )

    def late_entries(self, journals):
        """The LateEntries of the journals that match all that was chosen; a teacher's are those
        that were that person's duty."""
        kind, state, teacher = (self.chosen.get(name, "") for name in ("kind", "state", "teacher"))
        return late.late_entries(
            self.narrow_place(journals),
            self.span[0],
            self.due_until,
            kind=kind,
            state=state,
            teacher=teacher,
            everybody=not {"school_class", "subject"} & self.chosen.keys(),
        )


class Excuse(forms.Form):
    """Why the chosen late entries are excused."""

    excuse = NameField(
        label="Почему это извинительно", max_length=LateEntry._meta.get_field("excuse").max_length
    )


class Cancellation(forms.Form):
    """Why the lessons that nobody attends are cancelled."""

    reason = NameField(
        label="Почему отменяются",
        max_length=Lesson._meta.get_field("cancelled").max_length,
        initial="нет учеников",
    )


class RemarkFilter(JournalFilter):
    """Remarks: whether they still stand open. A journal's page asks for its own."""

    journal = forms.IntegerField(
        required=False, min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput
    )

    def narrow_place(self, journals):
        if journal := self.chosen.get("journal"):
            journals = journals.filter(pk=journal)
        return super().narrow_place(journals)

    def __init__(self, data, *, year):
        super().__init__(data, year=year)
        self.fields["state"] = forms.ChoiceField(
            label="Состояние", required=False, choices=REMARK_STATES
        )


class RemarkForm(forms.Form):
    """A new remark on a journal."""

    text = LinesField(
        label="Замечание",
        max_length=Remark._meta.get_field("text").max_length,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class AnswerForm(forms.Form):
    """A teacher's answer to a remark."""

    answer = LinesField(
        label="Ответ",
        max_length=Remark._meta.get_field("answer").max_length,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


_BY_NAME = forms.TextInput(attrs={"placeholder": "фамилия, имя или класс"})


class HistorySearch(forms.Form):
    """Whose changes, of what, of which pupil, in which journal, on which day."""

    person = forms.CharField(label="Кто изменил", required=False, max_length=100, widget=_BY_NAME)
    student = forms.CharField(label="Ученик", required=False, max_length=100, widget=_BY_NAME)
    day = DayField(label="День", required=False, validators=OF_OUR_TIME)

    def __init__(self, data, *, year):
        super().__init__(data)
        journals = [
            (journal.pk, str(journal))
            for journal in in_class_order(
                Journal.objects.filter(group__year=year).select_related("group", "subject")
            )
        ]
        self.fields["journal"] = choice("Журнал", "все журналы", journals)
        kinds = [("", "всё"), *((kind, kind) for kind in search.kinds())]
        self.fields["kind"] = forms.ChoiceField(label="Что", required=False, choices=kinds)
        keep_year(self)

    @property
    def asked(self):
        """What `queries.search.search` takes."""
        return {name: self.cleaned_data[name] for name in self.cleaned_data if name != "year"}


def _password(label, autocomplete, help_text=""):
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
    return forms.CharField(label=label, strip=False, widget=widget, help_text=help_text)


class CertifyForm(forms.Form):
    """That it is the director who certifies, and not whoever sits at an open session of his: his
    own password, and that of the key where one signs (4.1). Wrong ones count as attempts to log in,
    so that neither is guessed here."""

    undone = "журнал не заверен"  # what follows from a wrong password
    password = _password("Ваш пароль для входа", "current-password")
    key_password = _password("Пароль ключа электронной подписи", "off", "Нигде не сохраняется.")

    def __init__(self, request, period, data=None):
        super().__init__(data, auto_id=f"%s-{period.pk}")
        self.request = request
        if not signing.is_configured():
            del self.fields["key_password"]

    def clean_password(self):
        password = self.cleaned_data["password"]
        if not authenticate(self.request, **self._login, password=password):
            raise ValidationError(f"Пароль неверный: {self.undone}.")
        return password

    def clean_key_password(self):
        password = self.cleaned_data["key_password"]
        if "password" in self.cleaned_data:  # else it is not even tried
            try:
                signing.check_key(password)
            except signing.SigningError as error:
                if isinstance(error, signing.WrongPassword):
                    user_login_failed.send(__name__, credentials=self._login, request=self.request)
                raise ValidationError(f"{error} {self.undone.capitalize()}.") from error
        return password

    @property
    def _login(self):
        return {"username": self.request.user.get_username()}


class CertifyManyForm(CertifyForm):
    """The same for the journals of chosen classes."""

    undone = "ничего не заверено"
