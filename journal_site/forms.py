"""Forms of the site itself."""

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator

from school.models import School
from school.rules.texts import login


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
