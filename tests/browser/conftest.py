"""A real server in a thread and a real Chromium. The server can be stopped and started again."""

import os
import shutil
import signal
from contextlib import suppress
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.test import Client
from django.test.testcases import LiveServerThread, QuietWSGIRequestHandler
from playwright.sync_api import expect, sync_playwright

from school.models import User
from tests import world as worlds

# A machine that does other things beside is slow: what never comes still fails, only later.
expect.set_options(timeout=15_000)

# Playwright's own event loop runs in the test's thread; our queries there are not asynchronous.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


class OneRequestAtATime(QuietWSGIRequestHandler):
    """No connection is kept, so none outlives a stopped server."""

    protocol_version = "HTTP/1.0"


class ServerThread(LiveServerThread):
    def _create_server(self, connections_override=None):
        return self.server_class(
            (self.host, self.port),
            OneRequestAtATime,
            allow_reuse_address=True,
            connections_override=connections_override,
        )


class Server:
    """The site on a port of 127.0.0.1 that stays the same over stop() and start()."""

    port = 0

    def start(self):
        self.thread = ServerThread(
            "127.0.0.1", StaticFilesHandler, connections_override={}, port=self.port
        )
        self.thread.daemon = True
        self.thread.start()
        self.thread.is_ready.wait()
        if self.thread.error:
            raise self.thread.error
        self.port = self.thread.port

    def stop(self):
        self.thread.terminate()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"


@pytest.fixture
def world(transactional_db):
    """The small school, committed; its clock starts at noon and runs, as a browser's does."""
    with time_machine.travel(worlds.NOON, tick=True):
        yield worlds.stands()


@pytest.fixture
def server(world, settings):
    # The browser's clock is the real one: no cookie may be told to end by the school's.
    settings.SESSION_EXPIRE_AT_BROWSER_CLOSE = True
    running = Server()
    running.start()
    yield running
    running.stop()


LAUNCH = {
    "executable_path": os.environ.get("CHROMIUM")
    or shutil.which("chromium")
    or shutil.which("chromium-browser"),
    "args": ["--no-sandbox", "--disable-background-networking", "--disable-component-update"],
}


@pytest.fixture(scope="package")
def play():
    """Gone before tests that are none of a browser's: Playwright keeps an event loop running."""
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="package")
def chromium(play):
    browser = play.chromium.launch(**LAUNCH)
    yield browser
    browser.close()


def box_of(locator):
    """Where an element is on its page and how large. Waits for the stylesheet: after a press on a
    link the elements of the next page are there before it."""
    locator.page.wait_for_load_state()
    return locator.bounding_box()


def log_in(page, username):
    """Fill in the form of log-in."""
    page.get_by_label("Логин").fill(username)
    page.get_by_label("Пароль").fill(worlds.PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/login/" not in url)


def session_of(username, url):
    """The cookie of somebody who is logged in, as Playwright takes it."""
    client = Client()
    person = User.objects.get(username=username)
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    return {"name": cookie.key, "value": cookie.value, "url": url, "httpOnly": True}


class KilledBrowser:
    """A browser with a profile on disk, as on a laptop, whose every process can be killed."""

    def __init__(self, play, url, profile):
        self.play, self.url, self.profile = play, url, profile

    def open(self, username, path):
        self.context = self.play.chromium.launch_persistent_context(
            self.profile, base_url=self.url, locale="ru-RU", **LAUNCH
        )
        page = self.context.pages[0]
        page.set_default_timeout(10_000)
        page.goto(f"/login/?next={path}")
        log_in(page, username)
        return page

    def kill(self):
        for pid in filter(str.isdigit, os.listdir("/proc")):
            with suppress(OSError):
                command = Path(f"/proc/{pid}/cmdline").read_bytes()
                if f"--user-data-dir={self.profile}".encode() in command:
                    os.kill(int(pid), signal.SIGKILL)
        with suppress(Exception):
            self.context.close()
        for lock in Path(self.profile).glob("Singleton*"):
            lock.unlink()


@pytest.fixture
def laptop(play, server, tmp_path):
    browser = KilledBrowser(play, server.url, str(tmp_path / "profile"))
    yield browser
    browser.kill()


@pytest.fixture
def open_as(chromium, server):
    """open_as(username, path) → a page in a browser of its own, logged in; what the page's console
    calls an error fails the test. It is given the cookie that the form of log-in would give: the
    form itself is filled in by `laptop`, and where a test does so."""
    contexts, complaints = [], []

    def opened(username, path="/", **options):
        context = chromium.new_context(base_url=server.url, locale="ru-RU", **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        context.add_cookies([session_of(username, server.url)])
        page.goto(path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []
