"""Whatever is sent, a form of the administrator's site works or says what is wrong: the pages of
every registered model with its inlines, so also of one that is registered tomorrow."""

from collections import Counter
from itertools import chain, pairwise

import pytest
from django import forms
from django.contrib import admin
from django.contrib.messages import get_messages
from django.db import transaction
from django.forms.formsets import DELETION_FIELD_NAME
from django.urls import reverse
from django.utils.html import escape

from journals.models import Norm
from school.admin_base import CHANGED_MEANWHILE
from school.models import BellUse, Lesson, SchoolYear
from tests import world as worlds
from tests.site.test_admin import form_of

# Of pages and rights, alike on every database; the queries behind them have tests on both.
pytestmark = pytest.mark.any_database

NOTHING, NUL, UNSEEN, ENDLESS = "", "а\x00б", "\u200b\u00a0\ufeff", "9" * 5000
WRONG_ANYWHERE = [NOTHING, NUL, UNSEEN, ENDLESS, "слово", "-1", "ё" * 5000]
WRONG = {
    forms.ModelChoiceField: [NOTHING, "слово", "9" * 25, NUL],
    forms.DateField: [NOTHING, "слово", "31.02.2026", "01.01.0001", "31.12.9999"],
    forms.TimeField: [NOTHING, "25:61"],
    forms.IntegerField: [NOTHING, "-1", "0", "99999", "9" * 25, ENDLESS],
    forms.DecimalField: [NOTHING, "nan", "1e400", "-1"],
    forms.BooleanField: [NOTHING],
    forms.ChoiceField: [NOTHING, "слово"],
    forms.Field: [NOTHING, NUL, UNSEEN, "ё" * 5000],
}
FITTING = {
    forms.DateField: ["01.12.2030", "02.12.2030"],
    forms.TimeField: ["20:00", "20:40"],
    forms.IntegerField: ["12"],
    forms.DecimalField: ["0,5"],
    forms.BooleanField: ["on"],
    forms.EmailField: ["a@example.org"],
    forms.Field: ["а"],
}


def of_kind(field, by_kind):
    return next(value for kind, value in by_kind.items() if isinstance(field, kind))


def filled_in(form):
    """{name: field} of what a person fills in."""
    return {
        form.add_prefix(name): field
        for name, field in form.fields.items()
        if not field.widget.is_hidden and name != DELETION_FIELD_NAME
    }


def fitting(form, choice=-1):
    """{name: value} that the form takes: of choices the one at that place, no thing where none is
    needed, of two days or times the second later."""
    values, seen = {}, Counter()
    for name, field in filled_in(form).items():
        if isinstance(field, forms.ModelChoiceField):
            keys = [NOTHING] * (not field.required) or field.queryset.values_list("pk", flat=True)
            values[name] = sorted(keys)[choice if len(keys) > 1 else 0]
        elif name == "what" and form._meta.model is Norm:
            values[name] = Norm.What.MINUTES  # which alone have a parallel
        elif isinstance(field, forms.ChoiceField):
            values[name] = [value for value, _ in field.choices if value][choice]
        elif name == "date" and form._meta.model is Lesson:
            values[name] = "01.12.2026"  # a day of its journal's year
        elif name == "number" and form._meta.model is Lesson:
            values[name] = "7"  # as many ring a day
        elif form._meta.model is SchoolYear and not field.required:
            values[name] = NOTHING  # of two days the later is not the exams'
        elif form._meta.model is BellUse and not field.required:
            values[name] = NOTHING  # of the whole school, on all days
        else:
            found = of_kind(field, FITTING)
            values[name] = found[seen[type(field)] % len(found)]
            seen[type(field)] += 1
    return values


class Page:
    """A form as a browser has got it: `data` is what it would send back, `fits` the same with a
    thing that could be saved."""

    def __init__(self, browser, path, is_new):
        self.browser, self.path = browser, path
        response = browser.get(path)
        self.data = form_of(response)
        self.form = response.context["adminform"].form
        self.formsets = [one.formset for one in response.context.get("inline_admin_formsets", [])]
        self.is_new = is_new
        self.sent = set()
        self.fits = self.data | fitting(self.form) if is_new else self.data

    def send(self, data):
        """Post it, leave no trace, and see that what is refused is refused in words."""
        with transaction.atomic():
            response = self.browser.post(self.path, data)
            transaction.set_rollback(True)
        assert response.status_code in (200, 302), data
        said = [str(message) for message in get_messages(response.wsgi_request)]
        assert CHANGED_MEANWHILE not in said, "what nobody has foreseen"
        if response.status_code == 200:
            html = response.content.decode()
            told = list(chain.from_iterable(self.errors(response)))
            assert told
            for text in told:
                assert escape(text) in html, text
        return response

    def send_once(self, data):
        """Nothing, where the same was sent so before: one value changed is often none changed."""
        key = frozenset((name, str(value)) for name, value in data.items())
        if key not in self.sent:
            self.sent.add(key)
            self.send(data)

    @staticmethod
    def errors(response):
        """Lists of what should be said on the page. What is wrong with a hidden field is said above
        the rows."""
        yield from response.context["adminform"].form.errors.values()
        for formset in (one.formset for one in response.context.get("inline_admin_formsets", [])):
            yield formset.non_form_errors()
            for form in formset.forms:
                seen = {"__all__", *(field.name for field in form.visible_fields())}
                yield from (form.errors[name] for name in form.errors if name in seen)
                assert form.errors.keys() <= seen or formset.non_form_errors(), form.errors

    def row(self, formset, count=0, choice=-1):
        """A new row that fits: {name: value}, the `count`-th after those that stand there."""
        form = formset.empty_form
        form.prefix = formset.add_prefix(formset.total_form_count() + count)
        return fitting(form, choice)

    def with_rows(self, formset, *rows):
        """The data of the page with new rows."""
        total = formset.total_form_count() + len(rows)
        data = self.fits | {f"{formset.prefix}-TOTAL_FORMS": total}
        for row in rows:
            data |= row
        return data


def address(model, deed, *args):
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}_{deed}"
    return reverse(name, args=args)


def most_rows(model):
    """Of the model's things the first that has most rows in the inlines of its page."""
    inlines = admin.site._registry[model].inlines
    ways = [
        way.get_accessor_name()
        for way in model._meta.related_objects
        if way.related_model in [inline.model for inline in inlines]
    ]

    def count(thing):
        found = [getattr(thing, way, None) for way in ways]
        return sum(one.count() if hasattr(one, "count") else bool(one) for one in found)

    return max(model.objects.order_by("pk"), key=count, default=None)


@pytest.fixture
def browser(world, login):
    worlds.user("nobody")  # last of all: who is added as a pupil or parent is none yet
    return login(world.admin)


@pytest.fixture(params=admin.site._registry, ids=lambda model: model.__name__)
def pages(request, world, browser):
    """Those of a model: to add one, and to change one with many rows."""
    model = request.param
    found = []
    if browser.get(address(model, "add")).status_code == 200:  # of the school there is one
        found.append(Page(browser, address(model, "add"), is_new=True))
    if thing := most_rows(model):
        found.append(Page(browser, address(model, "change", thing.pk), is_new=False))
    assert found
    return found


def test_nothing_and_what_stands_there(pages):
    for page in pages:
        page.send({})
        page.send(page.data)
        assert page.send(page.fits).status_code == 302


def test_wrong_values(pages):
    """In every field at once, and in one while the others fit."""
    for page in pages:
        names = chain(
            filled_in(page.form), *(filled_in(row) for one in page.formsets for row in one)
        )
        names = list(names)
        for value in WRONG_ANYWHERE:
            page.send(page.data | dict.fromkeys(names, value))
        for name, field in filled_in(page.form).items():
            for value in of_kind(field, WRONG):
                page.send_once(page.fits | {name: value})


def test_half_filled_rows(pages):
    """A new row with one field filled in, and with one that is wrong."""
    for page in pages:
        for formset in page.formsets:
            row = page.row(formset)
            saved = page.send(page.with_rows(formset, row)).status_code == 302
            assert saved or not page.is_new
            own = dict.fromkeys(filled_in(page.form), NOTHING)
            assert page.send(page.with_rows(formset, row) | own).status_code == 200
            form = formset.empty_form
            form.prefix = formset.add_prefix(formset.total_form_count())
            for name, field in filled_in(form).items():
                page.send_once(page.with_rows(formset, {name: row[name]}))
                for value in of_kind(field, WRONG):
                    page.send_once(page.with_rows(formset, row | {name: value}))


def test_rows_together(pages):
    """Two new rows that are alike or differ in one field, while the old ones stay or go."""
    for page in pages:
        for formset in page.formsets:
            row, alike = page.row(formset), page.row(formset, 1)
            other = page.row(formset, 1, choice=-2)
            gone = {form.add_prefix("DELETE"): "on" for form in formset.initial_forms}
            for one in (alike, *(alike | {name: value} for name, value in other.items())):
                data = page.with_rows(formset, row, one)
                page.send_once(data)
                page.send_once(data | gone)


def test_rows_that_become_alike(pages):
    """Each says what the one before it said, in one field or in all of them."""
    for page in pages:
        for formset in page.formsets:
            changed = {}
            for before, form in pairwise(formset.initial_forms):
                names = zip(filled_in(before), filled_in(form), strict=True)
                changed |= {name: page.data.get(was, NOTHING) for was, name in names}
            page.send(page.data | changed)
            for name, value in changed.items():
                page.send_once(page.data | {name: value})


def test_rows_that_are_gone_or_of_something_else(pages):
    for page in pages:
        for formset in page.formsets:
            others = formset.model.objects.exclude(pk__in=[row.instance.pk for row in formset])
            for form in formset.initial_forms[:2]:
                key = form.add_prefix("id")
                for value in (NOTHING, "слово", "9" * 25, *others.values_list("pk", flat=True)[:1]):
                    page.send(page.data | {key: value})
                page.send(page.data | {form.add_prefix(formset.fk.name): "999999"})
                page.send(page.data | {form.add_prefix("DELETE"): "on"})
                with transaction.atomic():
                    formset.model._base_manager.filter(pk=form.instance.pk)._raw_delete("default")
                    assert page.send(page.data).status_code == 200
                    transaction.set_rollback(True)


def test_a_form_that_was_tampered_with(pages):
    for page in pages:
        for formset in page.formsets:
            data = page.with_rows(formset, page.row(formset))
            for name in ("TOTAL_FORMS", "INITIAL_FORMS", "MIN_NUM_FORMS"):
                for count in (NOTHING, "слово", "-1", "0", "12"):
                    page.send(data | {f"{formset.prefix}-{name}": count})


@pytest.mark.parametrize("model", admin.site._registry, ids=lambda model: model.__name__)
def test_addresses_that_were_typed(world, browser, model):
    """What a browser asks for without a form: a thing that there is not, a filter of nothing."""
    for pk in ("слово", "0", "-1", "9" * 25, "a\x00", "_5F"):
        for deed in ("change", "delete", "history"):
            assert browser.get(address(model, deed, pk)).status_code in (302, 403, 404), pk
            assert browser.post(address(model, deed, pk)).status_code in (302, 403, 404), (deed, pk)
    filters = admin.site._registry[model].get_list_filter(None)
    asked = [f"{name}__exact" for name in filters] + [f"{name}__id__exact" for name in filters]
    for name in (*asked, "date__year", "date__month", "date__day", "p", "o", "all", "никакой"):
        for value in (NOTHING, "слово", "0", "-1", "9" * 25, NUL):
            page = browser.get(address(model, "changelist"), {name: value}, follow=True)
            assert page.status_code in (200, 400), (name, value)


@pytest.mark.parametrize("model", admin.site._registry, ids=lambda model: model.__name__)
def test_deeds_with_what_was_chosen(world, browser, model):
    """Of the lists: with nothing chosen, with what is none, with all there is."""
    path = address(model, "changelist")
    keys = list(model.objects.values_list("pk", flat=True)[:3])
    for deed in ("delete_selected", *admin.site._registry[model].actions, "никакое"):
        for chosen in ([], ["слово"], ["9" * 25], ["0"], [NUL], keys):
            with transaction.atomic():
                data = {"action": deed, "_selected_action": chosen, "post": "yes"}
                page = browser.post(path, data, follow=True)
                transaction.set_rollback(True)
            assert page.status_code in (200, 403, 404), data
    for pk in keys:
        with transaction.atomic():
            page = browser.post(address(model, "delete", pk), {"post": "yes"}, follow=True)
            transaction.set_rollback(True)
        assert page.status_code in (200, 403)


def test_a_class_as_it_was(world, browser):
    """The page of a class's history is a form too."""
    version = world.a5.history.first().history_id
    name = "admin:school_schoolclass_simple_history"
    page = Page(browser, reverse(name, args=[world.a5.pk, version]), is_new=False)
    page.send({})
    assert page.send(page.data).status_code == 302
    for field, kind in filled_in(page.form).items():
        for value in of_kind(kind, WRONG):
            page.send(page.data | {field: value})
    page.send(page.data | {"letter": "Б"})
    for args in (
        (world.a5.pk, "слово"),
        ("слово", version),
        (world.a5.pk, "9" * 25),
        (world.b5.pk, version),
    ):
        assert browser.get(reverse(name, args=args)).status_code == 404
