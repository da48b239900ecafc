"""Invoices in members' names, as the rest of the house meets them: what waits, what is taken along, what is forgotten."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from marke.common.asks import Ask, Task
from marke.common.clock import local_date
from marke.common.money import format_money
from marke.parties.events import PartyErased
from marke.parties.models import Coop, Membership, Party
from marke.parties.my_data import moment
from marke.payments.permissions import MONEY_OFFICES
from marke.selfbills.models import SelfBill, SelfBillAgreement, SelfBillReply
from marke.selfbills.queries import objections, to_be_looked_at


def of_member(membership: Membership, at: datetime) -> Sequence[Task]:
    coop = membership.coop
    return [
        Task(
            _("Look at invoice %(number)s in your name") % {"number": bill.number},
            reverse("selfbills:bill", args=[coop.slug, bill.number]),
            format_money(bill.gross, coop.currency),
        )
        for bill in to_be_looked_at(membership, local_date(at, coop.timezone))[:5]
    ]


def of_offices(coop: Coop, offices: frozenset[str], at: datetime) -> Sequence[Task]:
    if offices.isdisjoint(MONEY_OFFICES):
        return []
    asked = SelfBillAgreement.objects.filter(coop=coop, ended_at=None, agreed_at=None).select_related("membership__party")
    signs = [
        Task(
            _("Sign for the co-op that it writes invoices for %(name)s") % {"name": each.membership.party.name},
            reverse("selfbills:every", args=[coop.slug]),
        )
        for each in asked[:10]
    ]
    return signs + [
        Task(
            _("%(name)s objects to invoice %(number)s") % {"name": bill.seller["name"], "number": bill.number},
            reverse("selfbills:bill", args=[coop.slug, bill.number]),
        )
        for bill in objections(coop)[:10]
    ]


ASK = Ask("selfbills", of_member=of_member, of_offices=of_offices)


def agreements(party: Party) -> Iterable[Mapping[str, Any]]:
    for row in SelfBillAgreement.objects.filter(membership__party=party).select_related("coop").order_by("id"):
        yield {
            "co-op": row.coop.name,
            "agreement": row.number,
            "vat_category": row.vat_category,
            "vat_permille": row.vat_permille,
            "small_enterprise": row.is_small,
            "since": row.since.isoformat(),
            "asked_at": moment(row.asked_at),
            "agreed_at": moment(row.agreed_at),
            "ended_at": moment(row.ended_at),
            "end_reason": row.end_reason,
        }


def papers(party: Party) -> Iterable[Mapping[str, Any]]:
    rows = SelfBill.objects.filter(agreement__membership__party=party).select_related("coop", "credits", "reply")
    for row in rows.order_by("id"):
        said: SelfBillReply | None = getattr(row, "reply", None)
        yield {
            "co-op": row.coop.name,
            "invoice": row.number,
            "credits": row.credits.number if row.credits else "",
            "issue_date": row.issue_date.isoformat(),
            "seller": row.seller,
            "currency": row.currency,
            "net": row.net,
            "vat": row.vat,
            "gross": row.gross,
            "found_right": bool(said and said.is_right),
            "objection": said.text if said else "",
            "answer": said.answer_text if said else "",
        }


def forget(event: PartyErased) -> None:
    """What they objected to goes, and the agreement ends; the papers stay as long as the books have to."""
    SelfBillReply.objects.filter(bill__agreement__membership__party=event.party, is_right=False).update(text="–", answer_text="")
    open_ones = SelfBillAgreement.objects.filter(membership__party=event.party, ended_at=None)
    open_ones.update(ended_at=event.at)
    SelfBillAgreement.objects.filter(membership__party=event.party).update(end_reason="")
