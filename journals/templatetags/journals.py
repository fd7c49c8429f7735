"""Addresses of the journals, and what of a class's board is drawn in Python."""

from django import template

from ..drawing import chips_html, day_html, slots_html
from ..queries.lists import grid_url

register = template.Library()
register.filter(grid_url)
register.filter(chips_html)
register.filter(day_html)
register.filter(slots_html)
