"""The forms that people meet: found by walking through every page that somebody can reach, as that person."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import Resolver404, resolve
from lxml import html

from marke.common import clock

SAMPLES_OF_A_PAGE = 8  # so many pages of one kind tell what there is to see of it


@dataclass(frozen=True)
class Form:
    """As a browser would send it: `fields` hold what stands in it, or what somebody would plausibly fill in."""

    name: str  # of the address
    path: str
    who: str
    fields: tuple[tuple[str, str], ...]
    has_file: bool = False
    buttons: tuple[tuple[str, str], ...] = field(default=())
    before: tuple[tuple[str, dict[str, str]], ...] = field(default=())  # what was sent on the pages that lead here

    def filled(self) -> dict[str, str]:
        return {**dict(self.fields), **dict(self.buttons[:1])}

    @property
    def kind(self) -> tuple[object, ...]:
        """Forms of one kind are alike: the same address, the same fields, the same buttons."""
        return self.name, tuple(name for name, _ in self.fields), self.buttons

    def lead(self, browser: Client) -> None:
        """Walks through the pages before it."""
        for path, filled in self.before:
            browser.post(path, filled)

    def send(self, browser: Client, changed: dict[str, Any] | None = None) -> HttpResponse:
        filled = {**self.filled(), **({"file": spreadsheet()} if self.has_file else {}), **(changed or {})}
        return browser.post(self.path, filled)  # type: ignore[return-value]


class Walker:
    """A browser for each letter. What a visit changes is taken back, signing out too."""

    def __init__(self, browsers: dict[str, Client]) -> None:
        self.browsers = browsers
        self._cookies = {who: copy.deepcopy(browser.cookies) for who, browser in browsers.items()}

    def ask(self, who: str, send: Callable[[Client], Any], then: Callable[[Any], object] | None = None) -> Any:
        browser = self.browsers[who]
        browser.cookies = copy.deepcopy(self._cookies[who])
        with transaction.atomic():
            answer = send(browser)
            if then is not None:
                then(answer)
            transaction.set_rollback(True)
        return answer

    def forms(self, who: str, start: list[str]) -> Iterator[Form]:
        """All forms on all pages within reach."""
        ahead, seen, visited = list(start), set(start), Counter[str]()
        while ahead:
            path = ahead.pop(0)
            name = name_of(path)
            if name is None or name.startswith("account_") or visited[name] >= SAMPLES_OF_A_PAGE:
                continue
            visited[name] += 1
            answer = self.ask(who, lambda browser, path=path: browser.get(path))  # type: ignore[misc]
            # A part of a page may have nothing to say.
            if answer.status_code != 200 or not answer["Content-Type"].startswith("text/html") or not answer.content:
                continue
            page = html.fromstring(answer.content)
            yield from forms_on(page, path, who)
            for link in page.iter("a"):
                target = urljoin(path, link.get("href", ""))
                parts = urlsplit(target)
                bare = parts.path + (f"?{parts.query}" if parts.query and name_of(parts.path) == "decisions:new" else "")
                if not parts.netloc and bare not in seen:
                    seen.add(bare)
                    ahead.append(bare)

    def next_forms(self, form: Form) -> list[Form]:
        """The forms on the page that sending this one leads to: check your answers, the second step."""
        found: list[Form] = []

        def read(browser: Client) -> HttpResponse:
            form.lead(browser)
            answer, path = form.send(browser), form.path
            if answer.status_code == 302 and name_of(answer["Location"]):
                path = answer["Location"]
                answer = browser.get(path)  # type: ignore[assignment]
            if answer.status_code in (200, 422) and answer["Content-Type"].startswith("text/html") and answer.content:
                steps = (*form.before, (form.path, form.filled()))
                found.extend(replace(each, before=steps) for each in forms_on(html.fromstring(answer.content), path, form.who))
            return answer

        self.ask(form.who, read)
        return found


def spreadsheet() -> SimpleUploadedFile:
    return SimpleUploadedFile("members.csv", "name,mail,shares\nÉloïse,eloise@velo.example,1\n".encode())


def name_of(path: str) -> str | None:
    try:
        return resolve(urlsplit(path).path).view_name
    except Resolver404:
        return None


def forms_on(page: html.HtmlElement, path: str, who: str) -> Iterator[Form]:
    for form in page.iter("form"):
        if form.get("method", "get").lower() != "post":
            continue
        action = urljoin(path, form.get("action") or "")
        name = name_of(action)
        if name is None or name.startswith("account_"):
            continue
        fields = {name: value for element in form.iter("input", "select", "textarea") for name, value in _filled(element)}
        fields.pop("csrfmiddlewaretoken", None)
        buttons = [(b.get("name"), b.get("value", "")) for b in form.iter("button") if b.get("name")]
        files = [element for element in form.iter("input") if element.get("type") == "file"]
        yield Form(name, action, who, tuple(fields.items()), bool(files), tuple(buttons))


def _filled(element: html.HtmlElement) -> list[tuple[str, str]]:
    name, kind, value = element.get("name"), element.get("type", "text"), element.get("value", "")
    if not name or kind in ("submit", "button", "file"):
        return []
    if element.tag == "select":
        options = [option.get("value", option.text or "") for option in element.iter("option")]
        chosen = [option.get("value", "") for option in element.iter("option") if option.get("selected") is not None]
        return [(name, next((each for each in [*chosen, *options] if each), ""))]
    if element.tag == "textarea":
        return [(name, (element.text or "").strip() or "Because it rained.")]
    if kind in ("radio", "checkbox"):
        return [(name, value or "on")]
    if kind == "hidden":
        return [(name, value)]
    return [(name, value or _plausible(name, kind, element.get("inputmode", "")))]


def _plausible(name: str, kind: str, mode: str) -> str:
    tomorrow = clock.now() + timedelta(days=1)
    by_kind = {"date": tomorrow.date().isoformat(), "datetime-local": tomorrow.strftime("%Y-%m-%dT%H:%M")}
    by_name = {
        "accent": "#1a5f4a", "starts_on": "2036-01-01", "ends_on": "2037-01-01",
        "iban": "BE68 5390 0754 7034", "date": clock.now().date().isoformat(), "website": "", "latitude": "50.8", "longitude": "4.3",
        "country": "BE", "number": "1", "vat_number": "", "phone": "+32 470 12 34 56",
    }  # fmt: skip
    if name in by_name:
        return by_name[name]
    if kind in by_kind:
        return by_kind[kind]
    if kind == "email" or mode == "email":
        return "somebody@velo.example"
    return "12" if kind == "number" or mode in ("decimal", "numeric") else "Something"


def row_counts() -> dict[str, int]:
    """How many rows each table has, but for sessions."""
    tables = [table for table in connection.introspection.table_names() if table != "django_session"]
    asked = " UNION ALL ".join(f"SELECT '{table}', count(*) FROM {connection.ops.quote_name(table)}" for table in tables)
    with connection.cursor() as cursor:
        cursor.execute(asked)
        return {str(table): int(rows) for table, rows in cursor.fetchall()}
