"""Forms of the site itself."""

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.utils import timezone

from school.actions.slips import set_password
from school.models import School
from school.models.names import NameField
from school.rules.texts import login

LONGEST_PASSWORD = 128


class LoginForm(AuthenticationForm):
    """Refuses a name longer than any login before it is looked for: Django tells only the browser
    how long it may be, and the record of failed attempts can't hold it."""

    is_shared = forms.BooleanField(
        label="Чужой компьютер",
        required=False,
        help_text="Вход кончится с закрытием браузера или через 15 минут без дела.",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        username = self.fields["username"]
        username.validators.append(MaxLengthValidator(username.max_length))

    def clean_username(self):
        """As it is kept, so that attempts at «Teacher» and «teacher» are counted together."""
        username = login(self.cleaned_data["username"])
        if not username:
            raise ValidationError(self.fields["username"].error_messages["required"], "required")
        return username

    def get_invalid_login_error(self):
        """Only who has typed the password of a slip learns that it was used."""
        slip = getattr(self.request, "used_slip", None)
        if slip is None:
            return super().get_invalid_login_error()
        at = timezone.localtime(slip.opened_at)
        return ValidationError(
            f"Этот листок уже использован {at:%d.%m.%Y в %H:%M}. Вход теперь с вашим паролем. Не "
            "помните его? Новый листок даёт классный руководитель, сотруднику администратор.",
            "used_slip",
        )


class OwnPassword(forms.CharField):
    """Typed once and seen meanwhile."""

    def __init__(self):
        attributes = {
            "autocomplete": "new-password",
            "autocapitalize": "none",
            "spellcheck": "false",
            "autofocus": True,
        }
        super().__init__(
            label="Новый пароль",
            strip=False,
            max_length=LONGEST_PASSWORD,
            widget=forms.TextInput(attributes),
        )


class FirstPasswordForm(forms.Form):
    password = OwnPassword()

    def __init__(self, user, *args, **options):
        self.user = user
        super().__init__(*args, **options)

    def clean_password(self):
        validate_password(self.cleaned_data["password"], self.user)
        return self.cleaned_data["password"]


class NewPasswordForm(FirstPasswordForm):
    """The same by the link of a letter."""

    def save(self):
        set_password(self.user, self.cleaned_data["password"])
        return self.user


class AgreementsForm(forms.Form):
    """A tick for each of the AgreementTexts; without all of them nothing opens."""

    def __init__(self, texts, *args):
        super().__init__(*args)
        for one in texts:
            told = {"required": "Без согласия журнал не откроется."}
            # By its key: who has read one text has not agreed to the next.
            self.fields[str(one.pk)] = forms.BooleanField(label="Согласен", error_messages=told)


class ForgottenForm(forms.Form):
    known_by = NameField(label="Логин или адрес почты", max_length=254)


class CodeForm(forms.Form):
    """A code of the app, or a spare one."""

    code = forms.CharField(
        label="Код",
        max_length=20,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"}
        ),
        error_messages={"required": "Введите код."},
    )


class PasswordForm(forms.Form):
    """One's own password, for what a browser left open is not enough for."""

    password = forms.CharField(
        label="Ваш пароль",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": "Введите пароль."},
    )


class LoginRulesForm(forms.ModelForm):
    class Meta:
        model = School
        fields = ["idle_minutes", "wants_second_factor"]

    def __init__(self, *args, has_own, **kwargs):
        super().__init__(*args, **kwargs)
        self.has_own = has_own

    def clean_wants_second_factor(self):
        """Who switches it on shows by his own that it works."""
        wanted = self.cleaned_data["wants_second_factor"]
        if wanted and not (self.has_own or self.initial["wants_second_factor"]):
            raise ValidationError("Сначала включите второй шаг у себя: «Мои входы».")
        return wanted
