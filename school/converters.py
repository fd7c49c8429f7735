"""What an address may hold."""

from django.urls.converters import IntConverter


class KeyConverter(IntConverter):
    """`<key:pk>`: a number that a key of the database can be; anything else is no address."""

    regex = "[0-9]{1,18}"
