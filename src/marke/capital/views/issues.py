"""What everybody sees of share issues, and how one takes part."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marke.capital import queries, services
from marke.capital.buying_back import meters
from marke.capital.conditions import State
from marke.capital.forms import ReportForm, SubscriptionForm
from marke.capital.models import ShareIssue
from marke.capital.queries import Progress, Taken
from marke.common import clock
from marke.common.money import to_major
from marke.common.paper import qr_svg
from marke.common.refusal import Refused
from marke.common.views import csv_response, page_of, render
from marke.parties.http import CoopRequest
from marke.parties.models import Membership
from marke.parties.permissions import can_office, check_belonged, check_member, members_only
from marke.payments.pay_codes import pay_code_of
from marke.payments.permissions import MONEY_OFFICES
from marke.rounds.services import takes_wishes
from marke.rules.queries import Rulebook, rulebook
from marke.rules.scopes import member_classes
from marke.shares.models import NoteAttestation

TONES = {"open": "good", "closed": "warn", "final": "warn", "released": "warn", "settled": "good", "cancelled": "plain"}


def found_issue(request: CoopRequest, number: int) -> ShareIssue:
    issue = queries.issue_of(request.coop, number)
    if issue is None:
        raise Http404("There is no such issue.")
    issue.coop = issue.round.coop = request.coop
    return issue


@require_safe
@members_only
def capital(request: CoopRequest) -> HttpResponse:
    """What is raised, what was, and how to propose more."""
    page = page_of(request, queries.issues(request.coop))
    progress = queries.progress_of(page)
    rules = rulebook(request.coop, clock.now())
    rows = [{"issue": issue, "progress": progress[issue.pk], "tone": TONES[issue.round.state]} for issue in page]
    context = {
        "page": page,
        "rows": rows,
        "meters": meters(request.coop, rules),
        "my_loans": queries.lent(queries.loans(request.coop).filter(membership=request.membership)),
        "is_officer": can_office(request, *MONEY_OFFICES),
    }
    return render(request, "capital/capital.html", context)


@require_safe
@members_only
def issues_csv(request: CoopRequest) -> HttpResponse:
    """Every issue as on the page."""
    found, currency = list(queries.issues(request.coop)), request.coop.currency
    progress = queries.progress_of(found)
    lines = (
        [
            issue.round.title,
            issue.last_day.isoformat(),
            issue.round.get_state_display(),
            to_major(progress[issue.pk].goal, currency),
            to_major(progress[issue.pk].amount, currency),
        ]
        for issue in found
    )
    header = [_("Share issue"), _("Last day"), _("State"), _("Goal"), _("Paid in")]
    return csv_response(f"{request.coop.slug}-share-issues.csv", header, lines)


def _progress(issue: ShareIssue) -> Progress:
    return queries.progress(issue, queries.standing(issue))


@require_safe
def issue(request: CoopRequest, number: int) -> HttpResponse:
    """The page that one shares: what it is for, how far it is, who may take part, what became of the money."""
    found = found_issue(request, number)
    if not found.public:
        check_member(request)
    at = clock.now()
    rules = rulebook(request.coop, at)
    address = request.build_absolute_uri(request.path)
    # Safe: segno draws our own address.
    code = mark_safe(qr_svg(address))  # noqa: S308
    context = {
        "issue": found,
        "round": found.round,
        "tone": TONES[found.round.state],
        "progress": _progress(found),
        "takes_part_now": takes_wishes(found.round, at),
        "mine": _mine(found, request.membership),
        "who": _who(found, rules),
        "reflection": rules.value("shares.reflection", share_class=found.share_class.code),
        "reports": list(found.reports.select_related("by")),
        "address": address,
        "code": code,
        "is_officer": can_office(request, *MONEY_OFFICES),
        "report_form": ReportForm(coop=request.coop, initial={"date": clock.local_date(at, request.coop.timezone)}),
    }
    return render(request, "capital/issue.html", context)


def _mine(issue: ShareIssue, membership: Membership | None) -> Taken | None:
    return queries.subscription_of(issue, membership) if membership is not None else None


def _who(issue: ShareIssue, rules: Rulebook) -> list[str]:
    """Who may take part, in sentences."""
    holders = rules.value("shares.holders", share_class=issue.share_class.code)
    said = [
        {
            "any": _("Members of %(coop)s, people and organisations."),
            "person": _("Members of %(coop)s who are people."),
            "organisation": _("Members of %(coop)s that are organisations."),
        }[holders]
        % {"coop": issue.coop.name}
    ]
    if issue.share_class.member_classes:
        known = member_classes(issue.coop)
        kinds = ", ".join(str(known.get(code, code)) for code in issue.share_class.member_classes)
        said.append(_("These shares are for: %(kinds)s.") % {"kinds": kinds})
    return said


@require_http_methods(["GET", "HEAD", "POST"])
def subscription(request: CoopRequest, number: int) -> HttpResponse:
    """Taking part: how many shares; then how to pay; then what came out."""
    membership = check_belonged(request)
    membership.coop = request.coop
    found, at = found_issue(request, number), clock.now()
    mine = queries.subscription_of(found, membership)
    form = _form(request, found, membership, mine)
    if request.method == "POST" and form.is_valid():
        try:
            services.subscribe(
                issue=found,
                membership=membership,
                shares=form.cleaned_data["shares"],
                noted=form.cleaned_data.get("noted", False),
                once_key=form.cleaned_data["once_key"],
                by=request.party,
                at=at,
            )
            return redirect("capital:subscription", request.coop.slug, number)
        except Refused as refusal:
            form.add_error("shares", str(refusal))
    context = {
        "issue": found,
        "round": found.round,
        "mine": mine,
        "form": form,
        "may_ask": takes_wishes(found.round, at) and (mine is None or not mine.standing or not mine.paid),
        "may_withdraw": mine is not None and mine.standing and found.round.state in (State.OPEN, State.CLOSED),
        "note": _note(found, rulebook(request.coop, at)),
        "code": _pay_code(request, mine),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "capital/subscription.html", context, status=status)


def _form(request: CoopRequest, issue: ShareIssue, membership: Membership, mine: Taken | None) -> SubscriptionForm:
    rules = rulebook(request.coop, clock.now())
    code = issue.share_class.code
    asks_note = rules.value("shares.note_asked", share_class=code) and not _has_read(issue, membership, rules)
    least = rules.value("shares.minimum", share_class=code)
    wanted = mine.subscription.shares if mine is not None and mine.standing else least
    return SubscriptionForm(request.POST or None, asks_note=asks_note, initial={"shares": wanted})


def _has_read(issue: ShareIssue, membership: Membership, rules: Rulebook) -> bool:
    entry = rules.entry("shares.note", share_class=issue.share_class.code)
    return NoteAttestation.objects.filter(rule_value=entry, party=membership.party).exists()


def _note(issue: ShareIssue, rules: Rulebook) -> str:
    code = issue.share_class.code
    asked = rules.value("shares.note_asked", share_class=code)
    return str(rules.value("shares.note", share_class=code)) if asked else ""


def _pay_code(request: CoopRequest, mine: Taken | None) -> Any:
    if mine is None or not mine.left or mine.subscription.payment_request.withdrawn_at is not None:
        return None
    return pay_code_of(request.coop, mine.subscription.payment_request, mine.left)


@require_POST
def withdrawal(request: CoopRequest, number: int) -> HttpResponse:
    """Thinks better of it."""
    membership = check_belonged(request)
    found = found_issue(request, number)
    mine = queries.subscription_of(found, membership)
    if mine is None or not mine.standing:
        raise Http404("Nothing is asked for.")
    services.withdraw_subscription(subscription=mine.subscription, by=request.party, at=clock.now())
    words = _("You take no part any more. What you paid is sent back to you.") if mine.paid else _("You take no part any more.")
    messages.success(request, words)
    return redirect("capital:issue", request.coop.slug, number)
