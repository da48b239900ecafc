"""How the tests run: a real database (SQLite, or what DATABASE_URL names), a real browser, and the shared data.

Markers: `long` (only with --all), `browser` (needs Chromium), `needs_data` (needs the folder ../shared),
`both_databases` (runs on PostgreSQL too although it does not ask for the fixture `db`), `one_database` (on SQLite only, unless --all).
"""

from __future__ import annotations

import atexit
import json
import os
import shutil
import sqlite3
import tempfile
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

ROOT = Path(__file__).resolve().parents[1]

# The settings read these when they are first imported, so they stand before anything of Django.
DATA = Path(tempfile.mkdtemp(prefix="marke-test-"))
atexit.register(shutil.rmtree, DATA, ignore_errors=True)
os.environ["MARKE_DATA"] = str(DATA)
os.environ["DJANGO_SETTINGS_MODULE"] = "marke.site.settings"
os.environ.setdefault("MARKE_SECRET_KEY", "tests only: not a secret")
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright keeps an event loop in the thread of the tests
for name in ("MARKE_DEMO", "MARKE_DEBUG", "MARKE_URL", "MARKE_HOSTS"):
    os.environ.pop(name, None)

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page, Request

ON_POSTGRESQL = bool(os.environ.get("DATABASE_URL"))
# Both runs go on side by side: the one on PostgreSQL, which has no browser to wait for, takes the pure tests.
SHARED_OUT = bool(os.environ.get("MARKE_TEST_SHARED_OUT"))
CORE = ROOT / "tests" / "core"
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--all", action="store_true", help="the long tests too")


def pytest_configure(config: pytest.Config) -> None:
    from hypothesis import settings

    from marke.site.operations.translations import compile_translations

    # How long an example takes says how busy the machine is. What fails can be played again from what is printed.
    settings.register_profile("marke", deadline=None, print_blob=True)
    settings.load_profile("marke")
    compile_translations()
    import django

    django.setup()  # pytest-django takes over what it finds set up


def shared_folder() -> Path | None:
    """The folder of real data: ../shared beside the checkout, or what MARKE_SHARED names."""
    folder = Path(os.environ.get("MARKE_SHARED", ROOT.parent / "shared"))
    return folder if (folder / "data").is_dir() else None


def chromium() -> str | None:
    """The browser for the journeys: what MARKE_CHROMIUM names, or the distribution's."""
    named = os.environ.get("MARKE_CHROMIUM")
    found = (shutil.which(name) for name in (named, "chromium", "chromium-browser", "google-chrome") if name)
    return next((path for path in found if path), None)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    without_data = pytest.mark.skip(reason="needs the real data in ../shared (or MARKE_SHARED)")
    without_all = pytest.mark.skip(reason="takes long: run with --all")
    kept: list[pytest.Item] = []
    dropped: list[pytest.Item] = []
    for item in items:
        if item.get_closest_marker("needs_data") and shared_folder() is None:
            item.add_marker(without_data)
        if item.get_closest_marker("long") and not config.getoption("--all"):
            item.add_marker(without_all)
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.flaky(reruns=1, only_rerun=["ConnectionLost"]))
        one_is_enough = item.get_closest_marker("one_database") and not config.getoption("--all")
        if SHARED_OUT and item.path.is_relative_to(CORE):
            here = ON_POSTGRESQL
        else:
            here = not ON_POSTGRESQL or (_is_database_bound(item) and not one_is_enough)
        (kept if here else dropped).append(item)
    if dropped:
        config.hook.pytest_deselected(items=dropped)
        items[:] = kept


def _is_database_bound(item: pytest.Item) -> bool:
    if item.get_closest_marker("both_databases"):
        return True
    if item.get_closest_marker("browser"):
        return False
    fixtures = set(getattr(item, "fixturenames", ()))
    return bool(item.get_closest_marker("django_db") or fixtures & {"db", "transactional_db"})


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """`marke test` adds up what the runs on both databases counted."""
    if path := os.environ.get("MARKE_TEST_COUNTS"):
        kinds = ("passed", "failed", "error", "skipped", "xfailed", "xpassed", "rerun")
        counts = {kind: len(terminalreporter.stats.get(kind, ())) for kind in kinds}
        Path(path).write_text(json.dumps(counts))


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """A page leaves the language and the time zone in which it answered switched on for whatever runs next in this thread."""
    from django.utils import timezone, translation

    timezone.deactivate()
    with translation.override("en"):
        yield


# The database


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    """SQLite lies in a file, as it does for users: servers, threads and other processes see the same."""
    from django.conf import settings

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    if not ON_POSTGRESQL:
        known: Any = settings.DATABASES["default"].get("TEST", {})  # may hold Django's own defaults already
        settings.DATABASES["default"]["TEST"] = {**known, "NAME": DATA / "test.sqlite3"}


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Keeps a copy of the empty database, to which tests without an outer transaction return.

    Django would delete the rows instead, which the triggers of the ledger rightly refuse.
    """
    from django.test import TransactionTestCase

    with django_db_blocker.unblock():
        _keep_empty_copy()

    def forget(self: TransactionTestCase) -> None:
        return_to_empty()

    setattr(TransactionTestCase, "_fixture_teardown", forget)  # noqa: B010  it is not in the types


EMPTY = DATA / "empty.sqlite3"


def _keep_empty_copy() -> None:
    from django.db import connection

    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(EMPTY)])
        with closing(sqlite3.connect(EMPTY)) as copy:
            # So that whoever opens it first need not be alone to change it.
            copy.execute("PRAGMA journal_mode=WAL")


def return_to_empty() -> None:
    """Forgets every row, whatever the triggers say. For tests with the fixture `transactional_db`."""
    from django.db import connection, connections

    _wait_for_the_server()
    if connection.vendor != "sqlite":
        _truncate_without_triggers()
        return
    name = Path(connection.settings_dict["NAME"])
    connections.close_all()
    for suffix in ("-wal", "-shm"):
        name.with_name(name.name + suffix).unlink(missing_ok=True)
    shutil.copyfile(EMPTY, name)


def _wait_for_the_server() -> None:
    """A page that is still being answered holds a connection: it ends soon after the browser has closed."""
    for thread in threading.enumerate():
        if "process_request_thread" in thread.name:
            thread.join(timeout=20)


def _truncate_without_triggers() -> None:
    from django.db import connection

    kept = {"django_migrations", "django_content_type", "auth_permission"}
    tables = [name for name in connection.introspection.table_names() if name not in kept]
    names = ", ".join(connection.ops.quote_name(name) for name in tables)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(f"TRUNCATE {names} RESTART IDENTITY")
        cursor.execute("SET session_replication_role = DEFAULT")


# The browser


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    from django.db import connections
    from playwright.sync_api import sync_playwright

    executable = chromium()
    if executable is None:
        pytest.fail("needs Chromium: apt-get install chromium, or name it with MARKE_CHROMIUM")
    # From here on an event loop runs in this thread, and Django gives it connections of their own: those made before
    # would stay open, unseen, and keep the file locked.
    connections.close_all()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def new_context(browser: Browser, live_server: Any) -> Iterator[Callable[..., BrowserContext]]:
    """Makes browsers of different people: `new_context(phone=True, dark=True, javascript=False)`."""
    contexts: list[BrowserContext] = []
    LOST.clear()

    def make(*, phone: bool = False, dark: bool = False, javascript: bool = True, language: str = "en") -> BrowserContext:
        context = browser.new_context(
            base_url=live_server.url,
            viewport={"width": 360, "height": 740} if phone else {"width": 1200, "height": 900},
            has_touch=phone,
            color_scheme="dark" if dark else "light",
            java_script_enabled=javascript,
            locale=language,
        )
        context.set_default_timeout(15_000)
        context.on("requestfailed", _remember)
        contexts.append(context)
        return context

    yield make
    for context in contexts:
        context.close()


# What the browser could not send or get, on the journey that is under way.
LOST: list[str] = []


class ConnectionLost(Exception):
    """The browser lost its connection to the server: whatever failed after it says nothing about the page."""


def _remember(request: Request) -> None:
    if "ERR_ABORTED" not in (said := request.failure or ""):  # a page that was left before all of it had come
        LOST.append(f"{said} at {request.method} {request.url}")


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, object, object]:
    """Tells a page that is wrong from one that never came. Only the second gets another try."""
    try:
        return (yield)
    except Exception as error:
        if LOST and pyfuncitem.get_closest_marker("browser"):
            raise ConnectionLost("; ".join(LOST)) from error
        raise


@pytest.fixture
def page(new_context: Callable[..., BrowserContext]) -> Page:
    return new_context().new_page()


@pytest.fixture
def serious_faults() -> Callable[..., list[str]]:
    """What axe-core finds on a page that is serious or critical, one line each; of these `rules` alone, where some are named."""
    from axe_playwright_python.sync_playwright import Axe

    def find(page: Page, *rules: str) -> list[str]:
        options = {"resultTypes": ["violations"]} | ({"runOnly": list(rules)} if rules else {})
        violations = Axe().run(page, options=options).response["violations"]
        return [
            f"{fault['id']}: {fault['help']} at {', '.join(str(node['target']) for node in fault['nodes'])}"
            for fault in violations
            if fault["impact"] in ("serious", "critical")
        ]

    return find


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder `data` of ../shared; for tests marked `needs_data`."""
    folder = shared_folder()
    assert folder is not None
    return folder / "data"
