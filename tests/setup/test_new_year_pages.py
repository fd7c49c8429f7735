"""The page of the next school year: what it says, saves, opens and takes back."""

import datetime
import re

import pytest
import time_machine
from django.urls import reverse

from school.models import (
    Enrolment,
    GroupMembership,
    Journal,
    Period,
    SchoolClass,
    SchoolYear,
    Student,
    TeachingAssignment,
    TeachingGroup,
)
from setup.models import YearDraft, YearDraftClass, YearDraftPupil
from tests.world import day, log_in, pupil, queries_of, user

URL = "/setup/new-year/"
AUGUST = datetime.datetime(2027, 8, 25, 9, tzinfo=datetime.UTC)
FIRST = datetime.date(2027, 9, 1)


@pytest.fixture
def office(client, world):
    """The administrator's browser."""
    log_in(client, world.admin)
    return client


def test_the_page(office):
    text = office.get(URL).content.decode()
    assert "Новый учебный год: 2027/28" in text
    assert 'value="6А"' in text and 'value="6Б"' in text
