"""`{% csrf_token %}` says also for whom a form was drawn (5.4).

Every form that writes has this tag, Django's own among them: so none can forget to say it, and
`middleware.DrawnForMiddleware` can ask it of all.
"""

from django import template
from django.template.defaulttags import CsrfTokenNode
from django.utils.html import format_html

register = template.Library()


class OwnedFormNode(CsrfTokenNode):
    def render(self, context):
        user = getattr(context.get("request"), "user", None)
        owner = "" if user is None or user.pk is None else user.pk
        return super().render(context) + format_html(
            '<input type="hidden" name="drawn_for" value="{}">', owner
        )


@register.tag
def csrf_token(parser, token):
    return OwnedFormNode()
