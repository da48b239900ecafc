"""A client does not pay: the guarantee fund bears what members were paid in advance, and VAT is asked back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marke.activities import queries
from marke.activities.models import Entry, WriteOff
from marke.activities.services.booking import TRANSACTIONS, facts_of, key_of, locked, new_entry, postings
from marke.activities.services.income import left_of, take_back
from marke.common import clock
from marke.common.money import format_money
from marke.common.refusal import NotAllowed, Refused
from marke.ledger import services as ledger
from marke.ledger.closed_days import first_open_day
from marke.ledger.services import Account, NewPosting
from marke.parties.models import Coop, Party
from marke.payments.queries import paid_on
from marke.payments.services import withdraw_request
from marke.rules.models import Decision
from marke.rules.queries import rulebook
from marke_core.money import share_of_integers


class NothingToWriteOff(Refused):
    """It was paid, credited or written off, or nobody says why it is lost."""


class VoteNeeded(Refused):
    """More is lost than somebody in office may write off alone."""


class OwnInvoice(NotAllowed):
    """Nobody writes off an invoice of their own business."""


@transaction.atomic
def write_off(*, income: Entry, reason: str, by: Party | None, at: datetime, decision: Decision | None = None) -> WriteOff:
    """What is open on the paper is lost. What members were paid of it already, the fund bears; the rest is taken back.

    decision: the vote that decided it, without which only so much is written off as the rule leaves to an office.
    Raises: NothingToWriteOff, OwnInvoice, VoteNeeded.
    """
    activity = locked(income.activity)
    income = Entry.objects.select_related("request", "client", "coop").get(pk=income.pk)
    income.activity = activity
    reason = " ".join(reason.split())[:300]
    if decision is None and by is not None and by.pk == activity.party_id:
        raise OwnInvoice(_("This is an invoice of your own business: somebody else in office decides on it."))
    lost = loss(income, at)
    if not reason or lost is None:
        raise NothingToWriteOff(_("Nothing is open on this paper, or you did not say why it is lost. Write why."))
    if decision is None:
        check_alone(income.coop, lost, at)
    entry = new_entry(activity, Entry.Kind.WRITE_OFF, day=clock.local_date(at, income.coop.timezone), at=at, by=by, of=income)
    take_back(entry, lost.borne, left_of(income))
    made = WriteOff(
        coop=income.coop, income=income, fund=lost.fund, borne=lost.borne, vat=lost.vat, reason=reason, at=at, by=by,
        decision=decision,
    )  # fmt: skip
    _book(entry, made)
    made.save(force_insert=True)
    assert income.request is not None
    withdraw_request(request=income.request, by=by, at=at)
    return made


def alone(coop: Coop, at: datetime) -> int:
    """How much somebody in office writes off without a vote, without VAT."""
    return int(rulebook(coop, at).value("activities.write_off_alone"))


def check_alone(coop: Coop, lost: WriteOff, at: datetime) -> None:
    """Raises: VoteNeeded."""
    most = alone(coop, at)
    if lost.net > most:
        raise VoteNeeded(
            _(
                "%(net)s is lost, and an office writes off up to %(most)s alone. Put it to the vote: members see first what it does."
            )
            % {"net": format_money(lost.net, coop.currency), "most": format_money(most, coop.currency)}
        )


def loss(income: Entry, at: datetime) -> WriteOff | None:
    """What the paper's client owes still, apart by who bears it, not written; None when it is nothing."""
    found = queries.waiting(income.coop, at)
    one = found.incomes.get(income.pk)
    if one is None or income.request is None or income.request.withdrawn_at or WriteOff.objects.filter(income=income).exists():
        return None
    open_gross = one.asked - paid_on(income.request)
    if open_gross <= 0:
        return None
    net = share_of_integers(open_gross, left_of(income)["income"], one.asked)
    unpaid = one.share - one.paid_share
    fund = share_of_integers(net, found.released[income.pk].advance, unpaid) if unpaid else net
    return WriteOff(fund=fund, borne=net - fund, vat=open_gross - net)


def _book(entry: Entry, lost: WriteOff) -> None:
    coop, at = entry.coop, entry.booked_at
    entry.date = max(entry.date, first_open_day(coop, entry.date))
    entry.save(force_insert=True)
    assert entry.of is not None and entry.of.request is not None  # what is not asked for cannot be lost
    owed = entry.of.request.account
    fund = ledger.open_account(coop=coop, kind=Account.Kind.FUND, detail="guarantee", at=at)
    vat = ledger.open_account(coop=coop, kind=Account.Kind.VAT, at=at)
    ledger.post(
        coop=coop,
        kind=TRANSACTIONS[Entry.Kind.WRITE_OFF],
        key=key_of(entry),
        date=entry.date,
        postings=[
            NewPosting(owed, -(lost.fund + lost.borne + lost.vat), "not_paid"),
            NewPosting(fund, lost.fund, "loss"),
            NewPosting(vat, lost.vat, "vat_back"),
            *postings(entry),
        ],
        by=entry.by,
        at=at,
        basis=entry.basis,
        facts={**facts_of(entry), "fund": lost.fund, "vat": lost.vat, "borne": lost.borne},
    )
