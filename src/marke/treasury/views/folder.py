"""The folder for whoever keeps the money next."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from marke.common import clock
from marke.common.views import file_response, page_of, pdf_response, render
from marke.parties.http import CoopRequest
from marke.parties.permissions import office_only
from marke.payments.permissions import MONEY_OFFICES
from marke.treasury import handover, services
from marke.treasury.forms import NoteForm
from marke.treasury.models import HandoverNote
from marke.treasury.views.sheets import find, on_page, sheet_csv


@require_safe
@office_only(*MONEY_OFFICES)
def folder(request: CoopRequest) -> HttpResponse:
    coop = request.coop
    context = {
        "sheets": [
            on_page(sheet, reverse("treasury:folder_csv", args=[coop.slug, sheet.key]))
            for sheet in handover.folder(coop, clock.now())
        ],
        "note": handover.note_of(coop),
    }
    return render(request, "treasury/folder.html", context)


@require_safe
@office_only(*MONEY_OFFICES)
def folder_csv(request: CoopRequest, sheet: str) -> HttpResponse:
    found = find(handover.folder(request.coop, clock.now()), sheet)
    if found is None:
        raise Http404(_("There is no such list."))
    return sheet_csv(f"{request.coop.slug}-{found.key}.csv", found)


@require_safe
@office_only(*MONEY_OFFICES)
def folder_pdf(request: CoopRequest) -> HttpResponse:
    return pdf_response(f"{request.coop.slug}-folder.pdf", handover.folder_pdf(request.coop, clock.now()))


@require_safe
@office_only(*MONEY_OFFICES)
def folder_zip(request: CoopRequest) -> HttpResponse:
    return file_response(f"{request.coop.slug}-folder.zip", handover.folder_zip(request.coop, clock.now()), "application/zip")


@require_http_methods(["GET", "POST"])
@office_only(*MONEY_OFFICES)
def note(request: CoopRequest) -> HttpResponse:
    """What was written down, by whom; and what is to stand there from now on."""
    coop, latest = request.coop, handover.note_of(request.coop)
    form = NoteForm(request.POST or None, initial={"text": latest.text if latest else ""})
    if request.method == "POST" and form.is_valid():
        services.write_handover_note(coop=coop, text=form.cleaned_data["text"], by=request.party, at=clock.now())
        messages.success(request, _("The note is kept. What stood there before can still be read."))
        return redirect("treasury:folder", coop.slug)
    page = page_of(request, HandoverNote.objects.filter(coop=coop).select_related("by"))
    return render(request, "treasury/note.html", {"form": form, "page": page}, status=422 if form.errors else 200)
