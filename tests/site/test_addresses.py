"""`{% url %}` as the templates have it."""

import pytest
from django.template import engines
from django.urls import NoReverseMatch, reverse

pytestmark = pytest.mark.any_database


def drawn(text, **context):
    return engines["django"].from_string(text).render(context)


def test_each_pupil_has_his_own_address():
    text = "{% for pk in keys %}{% url 'card' pk %} {% endfor %}{% url 'home' %}"
    expected = f"{reverse('card', args=[1])} {reverse('card', args=[2])} {reverse('home')}"
    assert drawn(text, keys=[1, 2]) == expected


def test_what_has_a_variable_or_a_namespace_is_looked_up_as_ever():
    text = "{% url 'home' as there %}{{ there }} {% url 'admin:index' %} {% url name %}"
    assert drawn(text, name="home") == f"{reverse('home')} {reverse('admin:index')} /"


def test_an_address_that_there_is_not_is_told_of():
    with pytest.raises(NoReverseMatch):
        drawn("{% url 'nowhere' %}")
