"""A member's own pay and bank account."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marke.common import clock
from marke.common.refusal import Refused
from marke.common.views import page_of, render
from marke.parties.http import CoopRequest
from marke.parties.models import Party
from marke.parties.permissions import check_belonged
from marke.payments import queries, services
from marke.payments.forms import BankAccountForm
from marke.payments.models import BankAccount
from marke.rules.queries import rulebook
from marke_core.banking import show_iban


def _payee(request: CoopRequest) -> Party:
    """Who is paid: the member, which may be an organisation that the person acts for; also one who has left."""
    return check_belonged(request).party


@require_safe
def my_pay(request: CoopRequest) -> HttpResponse:
    coop, at, party = request.coop, clock.now(), _payee(request)
    account = queries.usable_account(coop, party, at)
    context = {
        "page": (page := page_of(request, queries.lines_of(coop, party))),
        "rows": [(line, queries.what_for(line)) for line in page],
        "owed": queries.owed_now(coop).get(party.pk, 0),
        "next": queries.next_pay_day(coop, at),
        "account": account,
        "iban": show_iban(account.iban) if account else "",
    }
    return render(request, "payments/my_pay.html", context)


@require_http_methods(["GET", "POST"])
def my_bank(request: CoopRequest) -> HttpResponse:
    coop, at, party = request.coop, clock.now(), _payee(request)
    form = BankAccountForm(request.POST or None, initial={"holder": party.name})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            services.change_bank_account(
                coop=coop, party=party, iban=given["iban"], holder=given["holder"], by=request.party, at=at
            )
            messages.success(
                request, _("We have sent a mail to %(email)s. Open the link in it to confirm.") % {"email": party.email}
            )
            return redirect("payments:my_bank", coop.slug)
        except Refused as refusal:
            form.add_error("iban", str(refusal))
    usable, coming = queries.usable_account(coop, party, at), queries.coming_account(coop, party, at)
    context = {
        "form": form,
        "party": party,
        "usable": usable,
        "usable_iban": show_iban(usable.iban) if usable else "",
        "coming": coming,
        "coming_iban": show_iban(coming.iban) if coming else "",
        "wait": rulebook(coop, at).value("payments.bank_wait"),
    }
    return render(request, "payments/my_bank.html", context)


@require_POST
def cancel_change(request: CoopRequest) -> HttpResponse:
    """The member thinks better of it."""
    coming = queries.coming_account(request.coop, _payee(request), clock.now())
    if coming is not None:
        services.cancel_bank_account(account=coming, by=request.party, at=clock.now())
        messages.success(request, _("The change is cancelled. The account stays as it was."))
    return redirect("payments:my_bank", request.coop.slug)


def _by_link(request: CoopRequest, token: str) -> BankAccount:
    account = BankAccount.objects.filter(coop=request.coop, token=token).select_related("party").first()
    if account is None:
        raise Http404
    return account


@never_cache
@require_safe
def bank_link(request: CoopRequest, token: str) -> HttpResponse:
    """Where the mail leads: nothing happens by looking, because mail programs look too."""
    account = _by_link(request, token)
    return render(request, "payments/bank_link.html", {"account": account, "iban": show_iban(account.iban), "token": token})


@require_POST
def bank_link_confirm(request: CoopRequest, token: str) -> HttpResponse:
    account = services.confirm_bank_account(token=_by_link(request, token).token, at=clock.now())
    return redirect("payments:bank_link", request.coop.slug, account.token)


@require_POST
def bank_link_cancel(request: CoopRequest, token: str) -> HttpResponse:
    account = services.cancel_bank_account(account=_by_link(request, token), by=request.party, at=clock.now())
    return redirect("payments:bank_link", request.coop.slug, account.token)
