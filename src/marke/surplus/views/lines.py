"""Every member's line of a year, for who handles the money: found by name, and corrected where it was wrong."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from marke.common import clock
from marke.common.money import format_money
from marke.common.refusal import Refused
from marke.common.views import page_of, render
from marke.parties.http import CoopRequest
from marke.parties.permissions import office_only
from marke.payments.permissions import MONEY_OFFICES
from marke.rounds.models import Round
from marke.surplus import services
from marke.surplus.forms import CorrectionForm
from marke.surplus.models import MemberYear
from marke.surplus.views.years import found_year


@require_safe
@office_only(*MONEY_OFFICES)
def members(request: CoopRequest, number: int) -> HttpResponse:
    """What each member gets, as it stands now; found by name or number with ?q=."""
    year = found_year(request, number)
    rows = year.lines.select_related("membership__party").prefetch_related("corrections").order_by("position")
    sought = request.GET.get("q", "").strip()[:100]
    if sought:
        by_number = Q(membership__number=int(sought)) if sought.isascii() and sought.isdigit() and len(sought) < 9 else Q()
        rows = rows.filter(Q(membership__party__name__icontains=sought) | by_number)
    page = page_of(request, rows)
    now = [line.now for line in page]
    totals = {name: sum(getattr(each, name) for each in now) for name in ("paid", "withheld", "kept")}
    context = {
        "year": year,
        "page": page,
        "totals": totals,
        "taxed": bool(year.withheld or totals["withheld"]),
        "q": sought,
        "can_correct": year.round.state == Round.State.FINAL,
    }
    return render(request, "surplus/members.html", context)


def _found_line(request: CoopRequest, number: int, position: int) -> MemberYear:
    year = found_year(request, number)
    line = year.lines.filter(position=position).select_related("membership__party").prefetch_related("corrections").first()
    if line is None:
        raise Http404(_("There is no such line in this year"))
    line.year, line.coop = year, request.coop
    return line


@require_http_methods(["GET", "POST"])
@office_only(*MONEY_OFFICES)
def correction(request: CoopRequest, number: int, position: int) -> HttpResponse:
    """A line as it is, what is right, and a look at both before it is booked anew."""
    line = _found_line(request, number, position)
    now, version = line.now, line.corrections.count() + 2
    initial = {"paid": now.paid, "withheld": now.withheld, "kept": now.kept, "version": version}
    form = CorrectionForm(request.POST or None, initial=initial, currency=request.coop.currency)
    context = {"line": line, "now": now, "year": line.year, "form": form}
    if request.method == "POST" and form.is_valid():
        if request.POST.get("checked") != "yes":
            return render(request, "surplus/correction_check.html", {**context, "rows": _rows(line, form)})
        try:
            services.correct_member_year(line=line, **form.cleaned_data, by=request.party, at=clock.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            said = _("What %(name)s gets of %(year)s is corrected. Both entries stay to be seen.")
            messages.success(request, said % {"name": line.membership.party.name, "year": line.year.round.title})
            return redirect("surplus:members", request.coop.slug, number)
    return render(request, "surplus/correction.html", context)


def _rows(line: MemberYear, form: CorrectionForm) -> list[tuple[str, str]]:
    """What it is and what it becomes, and what that does to what is carried forward."""
    given, now, currency = form.cleaned_data, line.now, line.coop.currency
    rows = [(_("Member"), line.membership.party.name)]
    for name, label in (("paid", _("In money")), ("withheld", _("Tax withheld")), ("kept", _("Kept in their name"))):
        before, after = format_money(getattr(now, name), currency), format_money(given[name], currency)
        rows.append((label, after if before == after else _("%(after)s, was %(before)s") % {"after": after, "before": before}))
    more = given["paid"] + given["withheld"] + given["kept"] - now.paid - now.withheld - now.kept
    rows.append((_("Taken from what is left for later years"), format_money(more, currency)))
    return [*rows, (_("Why"), given["reason"])]
