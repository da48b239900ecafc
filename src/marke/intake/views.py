"""Her spreadsheet: drop it in, see what was understood and what does not add up, book it."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marke.common import clock
from marke.common.views import file_response, page_of, render
from marke.intake import services
from marke.intake.forms import BookForm, ColumnsForm, UploadForm
from marke.intake.models import Batch, BatchLine
from marke.intake.reading import CannotBeRead
from marke.intake.template_file import template_csv, template_xlsx
from marke.parties.http import CoopRequest
from marke.parties.permissions import office_only

OFFICERS = ("coordinator", "treasurer")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_http_methods(["GET", "HEAD", "POST"])
@office_only(*OFFICERS)
def batches(request: CoopRequest) -> HttpResponse:
    """The place to drop a file, and what was dropped before."""
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if request.method == "POST" and form.is_valid():
        assert request.party is not None
        file = form.cleaned_data["file"]
        try:
            batch = services.receive(coop=request.coop, filename=file.name, content=file.read(), by=request.party, at=clock.now())
        except (CannotBeRead, services.AlreadyImported) as refused:
            form.add_error("file", str(refused))
        else:
            return redirect("intake:batch", request.coop.slug, batch.number)
    earlier = Batch.objects.filter(coop=request.coop).select_related("uploaded_by").defer("rows", "header", "mapping")
    context = {"form": form, "page": page_of(request, earlier)}
    return render(request, "intake/batches.html", context, status=422 if form.errors else 200)


def _batch(request: CoopRequest, number: int) -> Batch:
    batch = get_object_or_404(Batch.objects.select_related("booked_by", "uploaded_by"), coop=request.coop, number=number)
    batch.coop = request.coop
    return batch


@require_safe
@office_only(*OFFICERS)
def batch(request: CoopRequest, number: int) -> HttpResponse:
    """The preview; once it is booked, the report."""
    shown = _batch(request, number)
    if shown.state != Batch.State.PREVIEW:
        return _report(request, shown)
    return _preview(request, shown)


def _preview(
    request: CoopRequest, shown: Batch, book: BookForm | None = None, columns: ColumnsForm | None = None
) -> HttpResponse:
    at = clock.now()
    said = services.understanding_of(shown, at)
    today = clock.local_date(at, request.coop.timezone)
    only = request.GET.get("show", "")
    groups = {"": said.rows, "faulty": said.faulty, "new": said.new, "present": said.present}
    labels = {"": _("All rows"), "faulty": _("Does not add up"), "new": _("New members"), "present": _("Belong already")}
    context = {
        "batch": shown,
        "said": said,
        "show": only if only in groups else "",
        "groups": [(key, label, len(groups[key])) for key, label in labels.items()],
        "page": page_of(request, groups.get(only, said.rows), 50),
        "columns": columns or ColumnsForm(batch=shown),
        "book": book or BookForm(today=today, adds_up=said.adds_up),
    }
    failed = (book is not None and book.errors) or (columns is not None and columns.errors)
    return render(request, "intake/preview.html", context, status=422 if failed else 200)


def _report(request: CoopRequest, shown: Batch) -> HttpResponse:
    lines = BatchLine.objects.filter(batch=shown).select_related("membership__party")
    totals = {"shares": 0, "share_amount": 0, "balance": 0}
    for row in BatchLine.objects.filter(batch=shown).values_list(*totals):
        for name, value in zip(totals, row, strict=True):
            totals[name] += value
    return render(request, "intake/report.html", {"batch": shown, "page": page_of(request, lines, 50), "totals": totals})


@require_POST
@office_only(*OFFICERS)
def mapping(request: CoopRequest, number: int) -> HttpResponse:
    shown = _batch(request, number)
    if shown.state != Batch.State.PREVIEW:
        return redirect("intake:batch", request.coop.slug, number)
    form = ColumnsForm(request.POST, batch=shown)
    if form.is_valid():
        try:
            services.choose_columns(batch=shown, mapping=form.mapping(), by=request.party, at=clock.now())
        except services.BadMapping as refused:
            form.add_error(None, str(refused))
        else:
            return redirect("intake:batch", request.coop.slug, number)
    return _preview(request, shown, columns=form)


@require_POST
@office_only(*OFFICERS)
def booking(request: CoopRequest, number: int) -> HttpResponse:
    shown = _batch(request, number)
    if shown.state != Batch.State.PREVIEW:
        return redirect("intake:batch", request.coop.slug, number)
    at = clock.now()
    said = services.understanding_of(shown, at)
    form = BookForm(request.POST, today=clock.local_date(at, request.coop.timezone), adds_up=said.adds_up)
    if form.is_valid():
        try:
            services.book_batch(
                batch=shown,
                opening_date=form.cleaned_data["opening_date"],
                leave_out_faulty=form.cleaned_data.get("leave_out_faulty", False),
                by=request.party,
                at=at,
            )
        except (services.DoesNotAddUp, services.NothingToBook) as refused:
            form.add_error(None, str(refused))
        else:
            return redirect("intake:batch", request.coop.slug, number)
    return _preview(request, shown, book=form)


@require_POST
@office_only(*OFFICERS)
def discarding(request: CoopRequest, number: int) -> HttpResponse:
    services.discard(batch=_batch(request, number), by=request.party, at=clock.now())
    return redirect("intake:batches", request.coop.slug)


@require_safe
@office_only(*OFFICERS)
def template(request: CoopRequest, kind: str) -> HttpResponse:
    """The spreadsheet to start from."""
    if kind == "xlsx":
        return file_response("members.xlsx", template_xlsx(), XLSX)
    return file_response("members.csv", template_csv(), "text/csv; charset=utf-8")
