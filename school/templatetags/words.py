"""Words that go with what stands before them."""

from django import template

from ..rules import texts

register = template.Library()


@register.filter
def plural(number, words):
    """The word after a number: `{{ n }} {{ n|plural:"пропуск,пропуска,пропусков" }}`."""
    return texts.plural(number, *words.split(","))
