"""What every page needs, and the few pages that belong to no co-op."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any

from django import shortcuts
from django.conf import settings
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.views import i18n
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe

from marke.common.csv_files import csv_text
from marke.common.models import Mail

PER_PAGE = 25


def render(request: HttpRequest, template: str, context: Mapping[str, Any] | None = None, *, status: int = 200) -> HttpResponse:
    """A page, or with `template#part` a part of it. The answer differs for htmx, so caches are told."""
    response = shortcuts.render(request, template, dict(context or {}), status=status)
    response["Vary"] = f"{response['Vary']}, HX-Request" if response.has_header("Vary") else "HX-Request"
    return response


def page_of(request: HttpRequest, rows: QuerySet[Any] | Sequence[Any], per_page: int = PER_PAGE) -> Page[Any]:
    """The page that ?page= asks for; the nearest one when there is no such page."""
    return Paginator(rows, per_page).get_page(request.GET.get("page"))


def file_response(filename: str, content: bytes | str, content_type: str, *, shown: bool = False) -> HttpResponse:
    """A file to keep, or one that the browser shows. Its name is made safe, its content is given as it is."""
    safe_name = re.sub(r"[^\w.-]+", "-", filename)
    disposition = f'{"inline" if shown else "attachment"}; filename="{safe_name}"'
    return HttpResponse(content, content_type=content_type, headers={"Content-Disposition": disposition})


def pdf_response(filename: str, content: bytes) -> HttpResponse:
    """A paper, shown in the browser, which can print or keep it."""
    return file_response(filename, content, "application/pdf", shown=True)


def csv_response(filename: str, header: Sequence[object], rows: Iterable[Sequence[object]]) -> HttpResponse:
    """A CSV that spreadsheets open in the right encoding, and in which no cell is taken for a formula."""
    return file_response(filename, csv_text(chain([header], rows)), "text/csv; charset=utf-8")


@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Keeps the language in a cookie, and goes back to the page on which it was chosen."""
    return i18n.set_language(request)


@require_safe
def outbox(request: HttpRequest) -> HttpResponse:
    """The demo's mailbox: nothing is sent, everything can be read."""
    _only_in_the_demo()
    mails = Mail.objects.all()
    if to := request.GET.get("q", "").strip()[:200]:
        mails = mails.filter(to_address__icontains=to)
    return render(request, "common/outbox.html", {"page": page_of(request, mails), "q": to})


@require_safe
def outbox_mail(request: HttpRequest, pk: int) -> HttpResponse:
    _only_in_the_demo()
    return render(request, "common/mail.html", {"mail": shortcuts.get_object_or_404(Mail, pk=pk)})


@require_safe
def patterns(request: HttpRequest) -> HttpResponse:
    """Every component, alive."""
    from marke.common.patterns import pattern_context

    return render(request, "common/patterns.html", pattern_context(request))


@require_safe
@cache_control(max_age=86400)
def robots(request: HttpRequest) -> HttpResponse:
    lines = ["User-agent: *"]
    lines += ["Disallow: /"] if settings.DEMO else ["Disallow: /accounts/", "Disallow: /outbox/"]
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain")


@require_safe
@cache_control(max_age=86400)
def favicon(request: HttpRequest) -> HttpResponse:
    from marke.common.emblem import emblem_svg

    return HttpResponse(emblem_svg("Marke"), content_type="image/svg+xml")


def _only_in_the_demo() -> None:
    if not settings.DEMO:
        raise Http404(gettext("The outbox can be read in the demo only"))
