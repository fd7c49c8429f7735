"""Addresses of the journals."""

from django import template

from ..queries.lists import grid_url

register = template.Library()
register.filter(grid_url)
