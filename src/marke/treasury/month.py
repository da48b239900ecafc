"""The month: five things that a treasurer looks at, each with the one thing to do; and which month is to be closed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, Sum
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from marke.common.clock import local_date, local_midnight
from marke.common.money import format_money
from marke.invoices.queries import in_state, invoices
from marke.ledger.chart import detail_name
from marke.ledger.closing import closed_until
from marke.ledger.lookup import first_day
from marke.ledger.periods import Period, month_of
from marke.ledger.services import Account
from marke.parties.models import Coop
from marke.payments.queries import pay_run_due, prepared_run, unmatched_payments
from marke.payments.statement_queries import waiting_entries
from marke.rules.queries import Rulebook, rulebook
from marke.treasury import vat
from marke.treasury.bought import bought_listing
from marke.treasury.standing import Standing, bank_limit, fund_limit, standing_at


@dataclass(frozen=True)
class Item:
    """One of the five. Open: `sentence` says what waits, and `url` is where it is done under the words `action`."""

    key: str
    title: str
    is_open: bool
    sentence: str
    url: str
    action: str
    amount: int | None = None
    # Another app asks for it on the home page already.
    is_asked_elsewhere: bool = False


@dataclass(frozen=True)
class ToClose:
    """A month that is over and not closed; `until`: when the rule asks for it, None when it does not."""

    period: Period
    until: datetime | None


def open_items(coop: Coop, at: datetime) -> list[Item]:
    """The five, open or not, in the order in which they are done; a fixed number of queries."""
    rules, standing = rulebook(coop, at), standing_at(coop)
    return [
        _unmatched(coop),
        _overdue(coop, at),
        _vat(coop, at),
        _pay(coop, at),
        _low(coop, standing, rules),
    ]


def _url(name: str, coop: Coop, *args: object) -> str:
    return reverse(name, args=[coop.slug, *args])


def _unmatched(coop: Coop) -> Item:
    waiting = unmatched_payments(coop).order_by().aggregate(count=Count("pk"), total=Sum("amount"), first=Min("number"))
    count: int = waiting["count"]
    if not count and (item := _went_out(coop)):
        return item
    words = ngettext("%(count)s payment is not understood yet", "%(count)s payments are not understood yet", count)
    url = _url("payments:received", coop)
    if count:
        url = _url("payments:payment", coop, waiting["first"]) if count == 1 else f"{url}?show=unmatched"
    return Item(
        "unmatched",
        _("Payments"),
        count > 0,
        words % {"count": count} if count else _("Every payment is understood."),
        url,
        _("Say what it is for") if count else _("See the payments"),
        waiting["total"],
    )


def _went_out(coop: Coop) -> Item | None:
    """What left the bank account, by its statement, and nobody has said yet what it was for."""
    out = waiting_entries(coop).filter(amount__lt=0).order_by()
    waiting = out.aggregate(count=Count("pk"), total=Sum("amount"), first=Min("statement__number"))
    if not waiting["count"]:
        return None
    words = ngettext(
        "%(count)s payment that went out is not understood yet",
        "%(count)s payments that went out are not understood yet",
        waiting["count"],
    )
    url = f"{_url('payments:statement', coop, waiting['first'])}?show=waiting"
    sentence = words % {"count": waiting["count"]}
    return Item("unmatched", _("Payments"), True, sentence, url, _("Say what it was for"), -waiting["total"], True)


def _overdue(coop: Coop, at: datetime) -> Item:
    late = in_state(invoices(coop), "late", local_date(at, coop.timezone)).order_by()
    left = list(late.values_list("owed", flat=True))  # type: ignore[misc]
    words = ngettext("%(count)s invoice is overdue", "%(count)s invoices are overdue", len(left))
    return Item(
        "overdue",
        _("Clients"),
        bool(left),
        words % {"count": len(left)} if left else _("No client is late."),
        f"{_url('invoices:invoices', coop)}?state=late" if left else _url("invoices:invoices", coop),
        _("See who, and ask again") if left else _("See the invoices"),
        sum(left) or None,
    )


def _vat(coop: Coop, at: datetime) -> Item:
    title, url = _("VAT"), _url("treasury:vat", coop)
    if not coop.vat_number:
        words = _("%(coop)s has no VAT number, so there is no VAT to hand in.") % {"coop": coop.name}
        return Item("vat", title, False, words, url, _("See the listing"))
    period = vat.last_vat_period(coop, at)
    handed = vat.handed_in(coop, period)
    named = {"period": period.label}
    url = _url("treasury:vat_period", coop, period.code)
    if handed is None:
        listing, purchases = vat.vat_listing(coop, period), bought_listing(coop, period)
        due = listing.vat + purchases.own - purchases.taken_off
        if not listing.lines and not purchases.own and not purchases.taken_off:
            words = _("There is no VAT to hand in for %(period)s: nothing was invoiced.") % named
            return Item("vat", title, False, words, url, _("See the listing"))
        return Item("vat", title, True, _("VAT of %(period)s is to be handed in") % named, url, _("Hand it in"), due)
    left = handed.due - vat.paid_for(coop, period)
    if left > 0:
        return Item("vat", title, True, _("VAT of %(period)s is to be paid") % named, url, _("Write down the payment"), left)
    return Item("vat", title, False, _("VAT of %(period)s is handed in and paid.") % named, url, _("See the listing"))


def _pay(coop: Coop, at: datetime) -> Item:
    title = _("Pay")
    if run := prepared_run(coop):
        words = _("Pay run %(number)s is %(state)s") % {"number": run.number, "state": run.get_state_display().lower()}
        return Item("pay", title, True, words, _url("payments:pay_run", coop, run.number), _("Go on with it"))
    if due := pay_run_due(coop, at):
        words = ngettext("Payday: %(count)s member is to be paid", "Payday: %(count)s members are to be paid", due.members)
        return Item(
            "pay", title, True, words % {"count": due.members}, _url("payments:pay_runs", coop), _("Make the pay run"), due.total
        )
    return Item("pay", title, False, _("Nobody waits for a pay run."), _url("payments:pay_runs", coop), _("See the pay runs"))


def _low(coop: Coop, standing: Standing, rules: Rulebook) -> Item:
    low = what_is_low(coop, standing, rules)
    title, url = _("Bank and funds"), _url("treasury:reports", coop)
    if low:
        return Item("low", title, True, " ".join(low), url, _("See how we stand"))
    return Item("low", title, False, _("Nothing is low."), url, _("See how we stand"))


def what_is_low(coop: Coop, standing: Standing, rules: Rulebook) -> list[str]:
    """A sentence for the bank, and for every fund, that holds less than the rules ask."""
    said = []
    least = bank_limit(standing, rules.value("treasury.bank_low"))
    if standing.has_bank and standing.cash < least:
        said.append(
            _("The bank holds %(held)s; members are owed %(owed)s.")
            % {"held": format_money(standing.cash, coop.currency), "owed": format_money(standing.owed, coop.currency)}
        )
    least = fund_limit(standing, rules.value("treasury.fund_low"))
    said += [
        _("%(fund)s holds %(held)s; our rules ask for %(least)s.")
        % {
            "fund": detail_name(Account(kind=Account.Kind.FUND, detail=detail)),
            "held": format_money(held, coop.currency),
            "least": format_money(least, coop.currency),
        }
        for detail, held in sorted(standing.funds.items())
        if held < least
    ]
    return said


def month_to_close(coop: Coop, at: datetime) -> Period | None:
    """The last month that is over, when it is not closed and there is something in it or before it."""
    month = month_of(local_date(at, coop.timezone)).before
    closed = closed_until(coop)
    if closed is not None and closed >= month.until:
        return None
    first = first_day(coop)
    return month if first is not None and first < month.until else None


def closing_asked(coop: Coop, at: datetime) -> ToClose | None:
    """The month that the rule asks to be closed now."""
    within: timedelta = rulebook(coop, at).value("treasury.close_within")
    if not within:
        return None
    period = month_to_close(coop, at)
    return ToClose(period, local_midnight(period.until, coop.timezone) + within) if period else None


def done(items: Sequence[Item]) -> int:
    return sum(not item.is_open for item in items)
