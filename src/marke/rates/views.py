"""What our work costs: for everybody to read, for members to try and to set, for the coordinator to agree with clients."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marke.common import clock
from marke.common.refusal import Refused
from marke.common.views import page_of, render
from marke.parties.http import CoopRequest
from marke.parties.models import Client, Membership
from marke.parties.permissions import can_office, is_member, members_only, office_only
from marke.rates import queries, services
from marke.rates.examples import fare_why, lines_of, rule_line, table_of
from marke.rates.fares import Fare, bounds, common_fare, rows_from
from marke.rates.forms import AgreementForm, ExampleForm, FareForm, OwnFareForm
from marke.rates.hooks import Repriced, repricers
from marke.rates.models import ClientFare, Showing
from marke.rules.queries import Rulebook, rulebook
from marke.rules.scopes import options
from marke_core.fares import Row, Trip

# What a fare that is tried is shown on: kilometres and items, on a Tuesday at noon.
STANDARD = ((2, 1), (5, 1), (10, 1), (5, 4))


@require_safe
def index(request: CoopRequest) -> HttpResponse:
    """?kind=delivery&circle=3 and the fields of an example. Public: whoever books may know how a price is made."""
    coop, at = request.coop, clock.now()
    rules = rulebook(coop, at)
    kinds = queries.kinds_with_a_fare(rules, coop)
    kind = request.GET.get("kind", "")
    kind = kind if kind in kinds else next(iter(kinds), "")
    common = common_fare(rules, kind) if kind else None
    fares = [fare for fare in (common, *(queries.circle_fares(rules, coop, kind) if kind else ())) if fare is not None]
    chosen = next((fare for fare in fares if fare.name == request.GET.get("circle", "")), fares[0] if fares else None)
    form = ExampleForm(request.GET, zones=[name for name, _area in rules.value("rates.zones")])
    context = {
        "kinds": [(key, label, key == kind) for key, label in kinds.items()],
        "kind": kind,
        "fares": [(fare, table_of(fare.rows, coop), fare_why(coop, fare)) for fare in fares],
        "chosen": chosen,
        "form": form,
        **_example(request, kind, chosen, form.trip if form.is_valid() else None),
        "setter": rule_line(coop, rules.entry("rates.set_by", job_kind=kind)) if kind else None,
        "by_members": bool(kind) and rules.value("rates.set_by", job_kind=kind) == "member",
        "belongs": is_member(request),
    }
    return render(request, "rates/rates.html#answer" if request.htmx else "rates/rates.html", context)  # type: ignore[attr-defined]


def _example(request: CoopRequest, kind: str, fare: Fare | None, trip: Trip | None) -> dict[str, Any]:
    """The lines of an example, or why there is no price."""
    if fare is None or trip is None:
        return {"lines": ()}
    try:
        lines = lines_of(request.coop, kind, fare, trip, clock.now())
    except Refused as refused:
        return {"lines": (), "no_price": str(refused)}
    return {"lines": lines, "total": sum(line.amount for line in lines)}


@require_http_methods(["GET", "HEAD", "POST"])
@members_only
def try_fare(request: CoopRequest, job_kind: str) -> HttpResponse:
    """Another fare, on a few made-up jobs and on last month's. Nothing is changed by trying."""
    coop, at = request.coop, clock.now()
    label = _kind_or_404(request, job_kind)
    rules = rulebook(coop, at)
    present = common_fare(rules, job_kind)
    form = FareForm(request.POST or None, coop=coop, present=present.rows if present else (), at=at)
    context: dict[str, Any] = {"form": form, "job_kind": job_kind, "label": label}
    if request.method == "POST":
        try:
            if form.is_valid():
                context |= _tried(request, rules, job_kind, present.rows if present else (), form.cleaned_data["rows"])
        except Refused as refused:
            form.add_error(None, str(refused))
    return render(request, "rates/try.html", context, status=422 if form.errors else 200)


def _tried(request: CoopRequest, rules: Rulebook, job_kind: str, present: Sequence[Row], rows: Sequence[Row]) -> dict[str, Any]:
    coop, at = request.coop, clock.now()
    entry = rules.entry("rates.fare", job_kind=job_kind)
    examples = []
    for km, items in STANDARD:
        trip = Trip(metres=km * 1000, minutes=10 + 4 * km, items=items, weekday=1)
        before, after = (
            sum(line.amount for line in lines_of(coop, job_kind, Fare(tuple(of), entry), trip, at)) if of else None
            for of in (present, rows)
        )
        examples.append((km, items, before, after))
    month = next((repricer.run(coop, job_kind, rows, None, at) for repricer in repricers), None) if rows else None
    return {"examples": examples, "month": month, "earned": _seen(request, rules, month), "typed": request.POST.get("value", "")}


def _seen(request: CoopRequest, rules: Rulebook, month: Repriced | None) -> list[tuple[str, Any]]:
    """Per member, least earned an hour first, for those who may see what others are paid; else only one's own line."""
    if month is None:
        return []
    if can_office(request, "treasurer", "coordinator") or rules.value("members.pay_visible"):
        return [(each.name, each) for each in month.members]
    assert request.party is not None
    return [(_("You"), each) for each in month.members if each.party == request.party.pk]


def _kind_or_404(request: CoopRequest, job_kind: str) -> str:
    kinds = options(request.coop, "job_kind")
    if job_kind not in kinds:
        raise Http404(_("There is no such kind of work at %(coop)s.") % {"coop": request.coop.name})
    return kinds[job_kind]


@require_http_methods(["GET", "HEAD", "POST"])
@members_only
def mine(request: CoopRequest, job_kind: str) -> HttpResponse:
    """A member's own fare for a kind of work: one field for each amount."""
    coop, at = request.coop, clock.now()
    membership = request.membership
    assert membership is not None
    label = _kind_or_404(request, job_kind)
    rules = rulebook(coop, at)
    common = common_fare(rules, job_kind)
    allowed = rules.value("rates.set_by", job_kind=job_kind) == "member"
    context: dict[str, Any] = {
        "label": label, "job_kind": job_kind, "common": common, "allowed": allowed,
        "setter": rule_line(coop, rules.entry("rates.set_by", job_kind=job_kind)),
        "ever": _ever(membership, job_kind), "kinds": _own_kinds(rules, request, job_kind),
    }  # fmt: skip
    if common is None or not allowed:
        return render(request, "rates/mine.html", context)
    own = queries.fare_of(rules=rules, coop=coop, job_kind=job_kind, member=membership, on=clock.local_date(at, coop.timezone))
    within = bounds(rules, job_kind)
    mine = own.rows if own is not None else common.rows
    form = OwnFareForm(request.POST or None, coop=coop, common=common.rows, mine=mine, within=within, at=at)
    if request.method == "POST" and form.is_valid():
        try:
            services.set_member_fare(
                membership=membership, job_kind=job_kind, amounts=form.amounts, from_on=form.cleaned_data["from_on"],
                by=request.party, at=at,
            )  # fmt: skip
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Saved. Bookings that were made before keep their price."))
            return redirect("rates:mine", coop.slug, job_kind)
    standing = own.own if own is not None else None
    if rules.value("rates.choose", job_kind=job_kind):
        context |= {"may_show": True, "shows": Showing.objects.filter(membership=membership).exists()}
    context |= {"form": form, "standing": standing, "bounds": rule_line(coop, rules.entry("rates.least", job_kind=job_kind))}
    return render(request, "rates/mine.html", context, status=422 if form.errors else 200)


@require_POST
@members_only
def shown(request: CoopRequest, job_kind: str) -> HttpResponse:
    """Whether whoever books sees my first name and what I ask."""
    _kind_or_404(request, job_kind)
    assert request.membership is not None
    request.membership.coop = request.coop
    if request.POST.get("move") == "hide":
        services.hide_prices(membership=request.membership)
        messages.success(request, _("Nobody who books sees you among the members to choose from."))
    else:
        services.show_prices(membership=request.membership, at=clock.now())
        messages.success(request, _("Whoever books sees your first name and what you ask."))
    return redirect("rates:mine", request.coop.slug, job_kind)


def _own_kinds(rules: Rulebook, request: CoopRequest, chosen: str) -> list[tuple[str, str, bool]]:
    """The kinds of work for which members set their own fare."""
    kinds = options(request.coop, "job_kind").items()
    return [(kind, label, kind == chosen) for kind, label in kinds if rules.value("rates.set_by", job_kind=kind) == "member"]


def _ever(membership: Membership, job_kind: str) -> list[tuple[Any, list[Any]]]:
    rows = queries.fares_ever(membership).filter(job_kind=job_kind)[:20]
    return [(row, table_of(rows_from(row.rows), membership.coop)) for row in rows]


@require_POST
@members_only
def end_mine(request: CoopRequest, job_kind: str) -> HttpResponse:
    _kind_or_404(request, job_kind)
    assert request.membership is not None
    if services.end_member_fare(membership=request.membership, job_kind=job_kind, by=request.party, at=clock.now()):
        messages.success(request, _("From tomorrow you ask what our fare asks."))
    return redirect("rates:mine", request.coop.slug, job_kind)


@require_safe
@members_only
def agreements(request: CoopRequest) -> HttpResponse:
    today = clock.local_date(clock.now(), request.coop.timezone)
    page = page_of(request, queries.agreements(request.coop))
    kinds = options(request.coop, "job_kind")
    rows = [
        (each, kinds.get(each.job_kind, each.job_kind), each.from_on <= today and (each.until_on is None or today < each.until_on),
         each.until_on is None or each.until_on > today)
        for each in page
    ]  # fmt: skip
    entry = rulebook(request.coop, clock.now()).entry("rates.discount_most")
    context = {
        "rows": rows,
        "page": page,
        "coordinates": can_office(request, "coordinator"),
        "rule": rule_line(request.coop, entry),
    }
    return render(request, "rates/agreements.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@office_only("coordinator")
def agree(request: CoopRequest) -> HttpResponse:
    coop, at = request.coop, clock.now()
    form = AgreementForm(request.POST or None, coop=coop, most=rulebook(coop, at).value("rates.discount_most"), at=at)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            agreed = services.agree_with_client(
                client=Client.objects.get(coop=coop, number=data["client"]), discount=data["discount"], job_kind=data["job_kind"],
                from_on=data["from_on"], until_on=data["until_on"], note=data["note"], once_key=data["once_key"],
                by=request.party, at=at,
            )  # fmt: skip
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Agreed with %(client)s.") % {"client": agreed.client})
            return redirect("rates:agreements", coop.slug)
    return render(request, "rates/agree.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
@office_only("coordinator")
def end_agreement(request: CoopRequest, pk: int) -> HttpResponse:
    agreement = get_object_or_404(ClientFare.objects.select_related("client__party", "coop"), coop=request.coop, pk=pk)
    services.end_agreement(agreement=agreement, by=request.party, at=clock.now())
    messages.success(request, _("Ended. Bookings that were made before keep their price."))
    return redirect("rates:agreements", request.coop.slug)
