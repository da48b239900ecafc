"""What an activity earns: an invoice or a grant; and what a credit note takes back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from marke.activities.models import Activity, Entry, WriteOff
from marke.activities.services.booking import by_scheme, facts_of, locked, new_entry, postings
from marke.activities.services.choosing import standing
from marke.activities.services.opening import check_open
from marke.common.money import format_money
from marke.common.refusal import Refused
from marke.ledger.services import Basis, NewPosting
from marke.parties.models import Coop, Party
from marke.payments.models import PaymentRequest
from marke_core.money import share_of_integers

Kind = Entry.Kind


class NothingToTakeBack(Refused):
    """A credit note for a paper that was not booked here, or for more than is left of it."""


@dataclass(frozen=True)
class Income:
    """What stands in the activity's books now, and what the paper's own transaction has to book beside its receivable and VAT.

    postings: sum to −net · facts: to be put among the transaction's · basis: the transaction's own
    """

    entry: Entry
    postings: list[NewPosting]
    facts: Mapping[str, Any]
    basis: Basis | None


@transaction.atomic
def income(
    *,
    coop: Coop,
    activity: Activity,
    paper: str,
    net: int,
    date: date,
    at: datetime,
    of: str = "",
    purpose: str = "invoice",
    grant: bool = False,
    promised_at: datetime | None = None,
    worked_on: date | None = None,
    by: Party | None = None,
) -> Income:
    """Divides what a paper brings, without VAT, into the activity's share, contribution, guarantee and reserve.

    The caller books the postings in its own transaction, the one in which it calls this. `of` names the paper that a credit
    note takes back, wholly or in part: everything comes back as it was taken, whatever the rules are now; `net` is
    negative then. The payment request of `purpose` for this paper, where there is one by now, tells later whether it was
    paid and by whom. The rules of `promised_at` hold, or else those of `at`. `worked_on`: the last day of the work, where the
    paper names it; of a credit note, that of what it takes back counts.

    Raises: ActivityClosed, NothingToTakeBack; ValueError for a net amount with the wrong sign.
    """
    activity = locked(activity)
    if of:
        entry = _taken_back(coop, activity, paper, net, date, at, of, by)
    else:
        if net <= 0:
            raise ValueError(
                f"The paper {paper} brings {net}; only a credit note, which names what it is of, brings less than 1."
            )
        check_open(activity)
        entry = new_entry(
            activity, Kind.GRANT if grant else Kind.INVOICE, day=date, at=at, by=by, paper=paper, promised_at=promised_at
        )
        entry.request = PaymentRequest.objects.filter(coop=coop, purpose=purpose, subject=paper, withdrawn_at=None).first()
        entry.client_id = entry.request.party_id if entry.request else None
        entry.invoiced, entry.grants = (0, net) if grant else (net, 0)
        entry.worked_on = worked_on
        by_scheme(standing(entry))
    entry.save(force_insert=True)
    return Income(entry, postings(entry), facts_of(entry), entry.basis)


def _taken_back(
    coop: Coop, activity: Activity, paper: str, net: int, day: date, at: datetime, of: str, by: Party | None
) -> Entry:
    """The credit note's entry: of each part what is left of it, or its share of that when the note is for less."""
    if net >= 0:
        raise ValueError(f"The credit note {paper} takes back {net}; give what it takes back as a negative amount.")
    taken = Entry.objects.filter(coop=coop, activity=activity, paper=of, kind__in=(Kind.INVOICE, Kind.GRANT)).first()
    if taken is None:
        raise NothingToTakeBack(
            _("Paper %(paper)s was not booked in the business %(number)s. Look it up under My business.")
            % {"paper": of, "number": activity.number}
        )
    if WriteOff.objects.filter(income=taken).exists():
        raise NothingToTakeBack(
            _("%(paper)s was written off, because the client did not pay: nothing of it is left to take back.") % {"paper": of}
        )
    left = left_of(taken)
    if -net > left["income"]:
        raise NothingToTakeBack(
            _("Of %(paper)s %(left)s is left, and %(amount)s is to be taken back. Take back %(left)s or less.")
            % {
                "paper": of,
                "left": format_money(left["income"], coop.currency),
                "amount": format_money(-net, coop.currency),
            }
        )
    entry = new_entry(activity, Kind.CREDIT, day=day, at=at, by=by, paper=paper, of=taken)
    return take_back(entry, -net, left)


def left_of(taken: Entry) -> dict[str, int]:
    """What of an entry nobody has taken back yet, part by part."""
    parts = ("invoiced", "grants", "contribution", "guarantee", "reserve")
    back = Entry.objects.filter(of=taken).aggregate(**{part: Sum(part) for part in parts})
    left = {part: getattr(taken, part) + (back[part] or 0) for part in parts}
    return left | {"income": left["invoiced"] + left["grants"]}


def take_back(entry: Entry, amount: int, left: Mapping[str, int]) -> Entry:
    """Fills in an entry that takes back `amount` of the income that is left; all of it takes back every cent."""
    taken = entry.of
    assert taken is not None
    entry.client_id, entry.basis, entry.at = taken.client_id, taken.basis, taken.at
    for part in ("contribution", "guarantee", "reserve"):
        setattr(entry, part, -share_of_integers(left[part], amount, left["income"]))
    entry.invoiced, entry.grants = (0, -amount) if taken.grants else (-amount, 0)
    entry.share = -amount - entry.contribution - entry.guarantee - entry.reserve
    return entry
