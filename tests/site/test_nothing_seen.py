"""What nobody sees is nothing, wherever people write."""

from importlib import import_module

import pytest
from django import forms
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.module_loading import module_has_submodule

from journal_site.forms import LoginForm

# Of pages and rights, alike on every database; the queries behind them have tests on both.
pytestmark = pytest.mark.any_database

APPS = ("school", "attendance", "journals", "diaries", "tempjournal", "setup", "journal_site")
# Alone and with plain blanks, as they come out of a messenger.
NOTHING = ["\u200b", "\u2060", "\ufeff", "\u3164", "\u00ad", "\u200b \r\n \u2060", "\u202e\u2800"]
# What the app writes itself, what an action reads before it is kept, and secrets.
NOT_TYPED = {
    "school.User.password",
    "school.User.email",  # such an address is refused
    "school.Lesson.topic",
    "school.Lesson.homework",
    "diaries.ReportBatch.error",
    "journals.Certificate.sha256",
    "journals.LateEntry.kind",
    "journal_site.Digest.about",
    "tempjournal.Upload.name",
    "setup.Import.error",
    "setup.ImportFile.name",
    "setup.ImportFile.sha256",
    "setup.KnownWord.key",
    "setup.KnownWord.value",
    "setup.YearDraft.new_classes",
    "setup.YearDraft.origin",
    "setup.YearDraftClass.becomes",
    "setup.YearDraftPupil.becomes",
    "journals.Certifying.error",
    "journals.CertifyingLine.refusal",
    "journal_site.LoginEvent.device",
    "journal_site.LoginEvent.device_key",
    "journal_site.LoginSession.device",
    "journal_site.LoginSession.session_data",
    "journal_site.LoginSession.session_key",
    "journal_site.SecondFactor.secret",
    "journal_site.forms.CodeForm.code",  # compared with the right one alone
    "journal_site.forms.FirstPasswordForm.password",
    "journal_site.forms.NewPasswordForm.password",
    "journal_site.forms.LoginForm.username",  # an empty one is refused by the form
}


def typed_fields():
    for label in APPS:
        for model in apps.get_app_config(label).get_models():
            if model.__name__.startswith("Historical"):
                continue
            for field in model._meta.concrete_fields:
                name = f"{label}.{model.__name__}.{field.name}"
                is_text = isinstance(field, models.CharField | models.TextField)
                if is_text and field.editable and not field.choices and name not in NOT_TYPED:
                    yield name, field


def our_forms(cls=forms.BaseForm):
    for one in cls.__subclasses__():
        if one.__module__.split(".")[0] in APPS and "base_fields" in vars(one):
            yield one
        yield from our_forms(one)


def form_fields():
    for label in APPS:
        for name in ("forms", "lock_forms", "admin"):
            if module_has_submodule(import_module(label), name):
                import_module(f"{label}.{name}")
    for form in {*our_forms()}:
        for name, field in form.base_fields.items():
            is_read = isinstance(field.widget, forms.HiddenInput | forms.PasswordInput)
            if isinstance(field, forms.CharField) and field.required and not is_read:
                name = f"{form.__module__}.{form.__name__}.{name}"
                if name not in NOT_TYPED:
                    yield name, field


MODELS, FORMS = dict(typed_fields()), dict(form_fields())


def said(field, text):
    """What a field of a form makes of a text: what it keeps, or the code of what it says."""
    try:
        return field.clean(text)
    except ValidationError as error:
        return [one.code for one in error.error_list]


@pytest.mark.parametrize("name", sorted(MODELS))
def test_of_a_model(name):
    field = MODELS[name].formfield()
    for text in NOTHING:
        assert said(field, text) in ((["required"],) if field.required else ("", ["invalid"], None))
        assert MODELS[name].get_prep_value(text) == ""


@pytest.mark.parametrize("name", sorted(FORMS))
def test_of_a_form(name):
    for text in NOTHING:
        assert said(FORMS[name], text) == ["required"]


def test_these_are_among_them():
    """The tables above are made by looking: not to find nothing one day."""
    assert {
        "school.Lesson.cancelled",
        "school.DayOverride.reason",
        "school.Substitution.reason",
        "school.Outage.reason",
        "school.Unlock.reason",
        "school.YearClosing.why",
        "journals.Remark.text",
    } <= {*MODELS}
    assert {
        "journals.forms.CancelForm.cancelled",
        "journals.forms.Excuse.excuse",
        "journals.forms.RemarkForm.text",
        "journals.lock_forms.ReopenForm.why",
        "journals.lock_forms.UnlockForm.reason",
    } <= {*FORMS}


def test_the_lines_of_a_remark_stay_lines():
    field = FORMS["journals.forms.RemarkForm.text"]
    assert said(field, "\u200b\r\nНет  темы\u200b\r\n\r\nи отметок \r\n") == "Нет темы\n\nи отметок"


def test_a_login_of_nothing_is_none(rf):
    form = LoginForm(rf.post("/"), {"username": "\u200b", "password": "x"})
    assert form.errors.as_data()["username"][0].code == "required"
