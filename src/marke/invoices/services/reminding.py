"""Clients who have not paid are asked again, by the steps of the rule or when somebody says so."""

import logging
from datetime import datetime, timedelta
from typing import Any

from babel.dates import format_date
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from marke.common import clock
from marke.common.mail import write_mail
from marke.common.money import format_money, locale_of
from marke.common.refusal import Refused
from marke.invoices.claims import Claim, claims
from marke.invoices.models import Invoice, Reminder
from marke.invoices.queries import outstanding
from marke.parties.models import Coop, Party
from marke.rules.queries import rulebook
from marke_core.banking import show_reference

STEPS, MADE_UP = "invoices.reminders", "invoices.reminders_made_up"
logger = logging.getLogger(__name__)


class NotLate(Refused):
    """Nothing of it is owed, or it is not due yet."""


class AskedToday(Refused):
    """Once a day is enough."""


@transaction.atomic
def remind(*, invoice: Invoice, by: Party | None, at: datetime) -> Reminder:
    """Asks again for what is left of an invoice, and writes down what was owed. Raises: NotLate, AskedToday."""
    coop = invoice.coop
    day = clock.local_date(at, coop.timezone)
    Invoice.objects.select_for_update(of=("self",)).get(pk=invoice.pk)
    late = outstanding(coop).filter(pk=invoice.pk, due_date__lt=day).first()
    if late is None:
        raise NotLate(
            _("Nothing of invoice %(number)s is late. Look whether it was paid meanwhile.") % {"number": invoice.number}
        )
    late.coop = coop
    last = Reminder.objects.filter(invoice=late).order_by("-step").first()
    if last is not None and clock.local_date(last.sent_at, coop.timezone) == day:
        raise AskedToday(_("The client was asked today already. Wait a few days, or call them."))
    with translation.override(late.language):
        [claim] = claims(coop, [late], day, at)
        reminder = Reminder.objects.create(
            coop=coop, invoice=late, step=last.step + 1 if last else 1, sent_at=at, owed=claim.owed, interest=claim.interest,
            lump_sum=claim.lump_sum, sent_by=by,
        )  # fmt: skip
        _write(claim, reminder, at)
    return reminder


def send_due_reminders(*, at: datetime) -> int:
    """What the rule asks for now, each in its own transaction; returns how many letters went out."""
    coops = Coop.objects.filter(pk__in=Invoice.objects.order_by().values("coop"))
    return sum(_of_coop(coop, at) for coop in coops)


def _of_coop(coop: Coop, at: datetime) -> int:
    rules = rulebook(coop, at)
    if not rules.has(STEPS) or not rules.has(MADE_UP):
        return 0
    steps: dict[str, list[int]] = {}
    for who, days in sorted(rules.value(STEPS)):
        steps.setdefault(who, []).append(days)
    today = clock.local_date(at, coop.timezone)
    first = min((days for each in steps.values() for days in each), default=None)
    if first is None:
        return 0
    late = outstanding(coop).filter(due_date__lte=today - timedelta(days=first)).prefetch_related("reminders")
    made_up = rules.value(MADE_UP).days
    due = [invoice for invoice in late if _is_due(invoice, steps, (today - invoice.due_date).days, made_up)]
    return sum(_reminded(invoice, coop, at) for invoice in due)


def _reminded(invoice: Invoice, coop: Coop, at: datetime) -> bool:
    """A refusal is about this invoice: it was paid meanwhile, or somebody asked today."""
    invoice.coop = coop
    try:
        remind(invoice=invoice, by=None, at=at)
    except Refused as refusal:
        logger.info("Invoice %s is not asked for: %s", invoice.number, refusal)
        return False
    return True


def _is_due(invoice: Invoice, steps: dict[str, list[int]], days_late: int, made_up: int) -> bool:
    """Whether the step after those that went out has come, lately: nobody gets a pile of letters."""
    who = "business" if invoice.buyer.get("kind") == Party.Kind.ORGANISATION else "person"
    sent, mine = len(invoice.reminders.all()), steps.get(who, [])
    return sent < len(mine) and mine[sent] <= days_late <= mine[sent] + made_up


def _write(claim: Claim, reminder: Reminder, at: datetime) -> None:
    invoice = claim.invoice
    party = invoice.client.party
    if not party.email:
        return
    currency, path = (
        invoice.currency,
        reverse("invoices:client_invoice", args=[invoice.coop.slug, invoice.client.token, invoice.number]),
    )
    words: dict[str, Any] = {
        "name": party.name,
        "number": invoice.number,
        "coop": invoice.coop.name,
        "owed": format_money(claim.owed, currency),
        "due": format_date(invoice.due_date, "d MMMM y", locale=locale_of(invoice.language)),
        "interest": format_money(claim.interest, currency),
        "once": format_money(claim.lump_sum, currency),
        "reference": show_reference(invoice.reference),
        "link": settings.BASE_URL + path,
    }
    text = _(
        "Hello %(name)s,\n\nof invoice %(number)s of %(coop)s, %(owed)s was to be paid by %(due)s. Perhaps it was forgotten: please "
        "pay it with the reference %(reference)s. If you have paid, thank you; if something is wrong, tell us.\n\n%(link)s"
    )
    if claim.added:
        text += "\n\n" + _(
            "By law a business that pays late also owes interest, %(interest)s until today, and %(once)s once for the work of "
            "asking again."
        )
    write_mail(
        to=party.email,
        subject=_("%(coop)s: invoice %(number)s is still to be paid") % words,
        text=text % words,
        at=at,
    )
