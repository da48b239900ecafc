"""What is kept of somebody about their own business."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from marke.activities.models import Activity, ChosenPart, Entry, Exemption, Expense, Grant, Receipt, WriteOff
from marke.parties.events import PartyErased
from marke.parties.models import Membership, Party
from marke.parties.my_data import moment

Rows = Iterable[Mapping[str, Any]]


def activities(party: Party) -> Rows:
    for row in Activity.objects.filter(party=party).select_related("coop").order_by("id"):
        yield {
            "co-op": row.coop.name,
            "number": row.number,
            "name": row.name,
            "opened_at": moment(row.opened_at),
            "closed_at": moment(row.closed_at),
        }


def entries(party: Party) -> Rows:
    rows = Entry.objects.filter(activity__party=party).select_related("coop", "activity", "client").order_by("id")
    for row in rows:
        yield {
            "co-op": row.coop.name,
            "activity": row.activity.number,
            "entry": row.number,
            "kind": row.kind,
            "date": row.date.isoformat(),
            "worked_on": moment(row.worked_on),
            "paper": row.paper,
            "invoiced": row.invoiced,
            "grants": row.grants,
            "contribution": row.given,
            "reserve": row.reserve,
            "expenses": row.expenses,
            "moved": row.moved,
            "minutes": row.minutes,
            "share": row.share,
        }


def grants(party: Party) -> Rows:
    for row in Grant.objects.filter(activity__party=party).select_related("coop", "activity", "funder").order_by("id"):
        yield {
            "co-op": row.coop.name,
            "activity": row.activity.number,
            "grant": row.paper,
            "from": row.funder.name,
            "what": row.what,
            "amount": row.amount,
            "granted_on": row.granted_on.isoformat(),
            "taken_back_at": moment(row.returned_at),
        }


def choices(party: Party) -> Rows:
    """What was chosen for an own business, and from what it was exempt."""
    for part in ChosenPart.objects.filter(activity__party=party).select_related("coop", "activity").order_by("id"):
        yield _choice(part, "contribution", str(part.millionths), "", "")
    for row in Exemption.objects.filter(activity__party=party).select_related("coop", "activity").order_by("id"):
        yield _choice(row, f"exempt: {row.of}", row.since.isoformat(), row.until.isoformat(), row.reason)


def _choice(row: ChosenPart | Exemption, what: str, value: str, until: str, reason: str) -> Mapping[str, Any]:
    return {
        "co-op": row.coop.name,
        "activity": row.activity.number,
        "what": what,
        "value": value,
        "until": until,
        "reason": reason,
        "at": moment(row.at),
    }


def expenses(party: Party) -> Rows:
    rows = Expense.objects.filter(spent_by=party).select_related("coop", "activity", "receipt").defer("receipt__content")
    for row in rows.order_by("id"):
        yield {
            "co-op": row.coop.name,
            "activity": row.activity.number,
            "expense": row.number,
            "what": row.what,
            "amount": row.amount,
            "spent_on": row.spent_on.isoformat(),
            "state": row.state,
            "note": row.note,
            "receipt": "yes" if hasattr(row, "receipt") else "",
            "repaid": "yes" if row.entry_id else "",
        }


MY_DATA = (
    ("activities", activities),
    ("activity_entries", entries),
    ("activity_grants", grants),
    ("activity_choices", choices),
    ("activity_expenses", expenses),
)


def leaving_notes(membership: Membership) -> Sequence[str]:
    open_ones = Activity.objects.filter(coop=membership.coop, party=membership.party, closed_at=None)
    return [
        _("Your business “%(name)s” goes on paying out what it earned. Close it when nothing waits in it.") % {"name": row.name}
        for row in open_ones
    ]


def forget(event: PartyErased) -> None:
    """Names, words and photos go with who it was; what was earned and spent stays in the books."""
    own = Activity.objects.filter(party=event.party)
    own.update(name="")
    Exemption.objects.filter(activity__in=own).update(reason="")
    spent = Expense.objects.filter(spent_by=event.party)
    Receipt.objects.filter(expense__in=spent).delete()
    spent.exclude(state=Expense.State.REFUSED).update(what="", note="")
    spent.filter(state=Expense.State.REFUSED).update(what="", note="–")
    Grant.objects.filter(activity__in=own).update(what="")
    WriteOff.objects.filter(income__activity__in=own).update(reason="")
