"""`{% url %}` that looks an address up once.

Nothing of it changes while the process lives: there is one `urls.py`, and one prefix. The desk has
twenty of them in its menu, tabs and links, and looking them up took 0.6 ms of its 12.
"""

from functools import lru_cache

from django import template
from django.template.defaulttags import URLNode, url
from django.urls import reverse
from django.utils.html import escape

register = template.Library()

MOST_KEPT = 4096  # a card, a diary and a journal of each of a thousand


class KeptURLNode(URLNode):
    """Of a name that the template says itself."""

    def render(self, context):
        args = tuple(arg.resolve(context) for arg in self.args)
        return _address(self.view_name.var, args, context.autoescape)


@lru_cache(MOST_KEPT)
def _address(name, args, escapes):
    found = reverse(name, args=args)
    return escape(found) if escapes else found


def _is_kept(node):
    """Of an address within a namespace Django looks at the request as well."""
    name = node.view_name.var
    is_said = isinstance(name, str) and not node.view_name.filters and ":" not in name
    return is_said and not (node.kwargs or node.asvar)


@register.tag(name="url")
def kept_url(parser, token):
    node = url(parser, token)
    if not _is_kept(node):
        return node
    return KeptURLNode(node.view_name, node.args, node.kwargs, node.asvar)
