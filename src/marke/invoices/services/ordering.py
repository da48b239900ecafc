"""An order is invoiced wholly or in parts; together never more than was ordered."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from marke.common import clock
from marke.common.days import day_in_words
from marke.common.money import format_money
from marke.common.refusal import Refused
from marke.invoices.conditions import Draft
from marke.invoices.lines import Sums, sums
from marke.invoices.models import Invoice, InvoiceLine, Quote, QuoteVersion
from marke.invoices.quote_queries import advice_for, fixed_version, left_to_invoice
from marke.invoices.quoting import Groups, State, by_rate
from marke.invoices.services.issuing import What, issue
from marke.invoices.services.quoting import lock_quote
from marke.invoices.vat_choices import VatChoice, check_choice
from marke.parties.models import Party
from marke.payments import services as payments
from marke.rules.sentences import write_percent
from marke_core.einvoice import NetLine
from marke_core.money import share_of


class NotOrdered(Refused):
    """Nobody accepted it, or it is closed."""


class MoreThanOrdered(Refused):
    """The invoices of an order together are not more than the order."""


class DoneBeforeBegun(Refused):
    """The work cannot end before the day on which the order says that it begins."""


class PlanHasChanged(Refused):
    """Somebody invoiced or credited meanwhile."""


@dataclass(frozen=True)
class Planned:
    """An invoice as it would be issued now.

    left: what of the order is not invoiced before it, without VAT · done_on: the last day of the work that it is for
    """

    quote: Quote

    version: QuoteVersion
    left: int
    lines: list[Draft]
    sums: Sums
    due: date
    done_on: date | None

    @property
    def what(self) -> What:
        version, quote = self.version, self.quote
        term = timedelta(days=version.term_days)
        return What(quote.coop, quote.client, self.lines, quote, term, version.reference, self.done_on)


def plan_invoice(*, quote: Quote, part: Fraction | None, words: str = "", done_on: date | None = None, at: datetime) -> Planned:
    """`part`: how much of the whole order; None: all that is left of it. `words`: what the part is called. `done_on`: the last
    day of the work that is invoiced; None: the one that the order names.

    Raises: NotOrdered, MoreThanOrdered, DoneBeforeBegun, VatNotPossible.
    """
    version = fixed_version(quote)
    if quote.state != State.ORDERED or version is None:
        raise NotOrdered(_("Quote %(number)s is not an open order, so there is nothing to invoice.") % {"number": quote.number})
    left = left_to_invoice(quote)
    if not left:
        raise MoreThanOrdered(_("The whole of order %(number)s is invoiced.") % {"number": quote.number})
    if done_on and version.begins_on and done_on < version.begins_on:
        raise DoneBeforeBegun(
            _("%(done)s lies before %(begins)s, the day on which order %(number)s begins. Choose that day or a later one.")
            % {"done": day_in_words(done_on), "begins": day_in_words(version.begins_on), "number": quote.number}
        )
    day, done_on = clock.local_date(at, quote.coop.timezone), done_on or version.last_day
    with translation.override(version.language):
        lines = _part(version, left, part, words, day) if part is not None else _rest(version, done_on, day)
    advice = advice_for(quote, at)
    for line in lines:
        check_choice(VatChoice(line.vat_category, line.vat_permille), advice)
    together = sums(NetLine(line.vat_category, line.vat_permille, line.net) for line in lines)
    return Planned(quote, version, sum(left.values()), lines, together, day + timedelta(days=version.term_days), done_on)


@transaction.atomic
def invoice_order(
    *,
    quote: Quote,
    part: Fraction | None,
    words: str = "",
    done_on: date | None = None,
    seen: int,
    by: Party | None,
    at: datetime,
) -> Invoice:
    """Issues the invoice that `plan_invoice` shows. `seen`: what was left as the person read it, so that a double
    click, or somebody else's invoice meanwhile, is noticed.

    Raises: as `plan_invoice`; PlanHasChanged; as `issue`.
    """
    payments.lock_coop(quote.coop_id)
    quote = lock_quote(quote)
    planned = plan_invoice(quote=quote, part=part, words=words, done_on=done_on, at=at)
    if planned.left != seen:
        raise PlanHasChanged(
            _("Of order %(number)s, %(left)s is left now, which is not what you read. Look which invoices there are.")
            % {"number": quote.number, "left": format_money(planned.left, quote.coop.currency)}
        )
    return issue(planned.what, by=by, at=at)


def _part(version: QuoteVersion, left: Groups, part: Fraction, words: str, day: date) -> list[Draft]:
    """A line for each rate, because VAT is due on a part as on the whole."""
    percent = write_percent(part)
    text = _("%(words)s: %(percent)s of order %(number)s, %(title)s") % {
        "words": words or _("A part"), "percent": percent, "number": version.quote.number, "title": version.title,
    }  # fmt: skip
    lines = []
    for (category, permille), base in sorted(by_rate(version.lines.all()).items()):
        net = share_of(base, part)
        if abs(net) > abs(left.get((category, permille), 0)):
            raise MoreThanOrdered(
                _("%(percent)s is more than what is left of order %(number)s. Invoice all that is left instead.")
                % {"percent": percent, "number": version.quote.number}
            )
        if net:
            lines.append(Draft(None, None, text[:200], day, net, category, permille, 1000, "LS", net))
    return lines


def _rest(version: QuoteVersion, done_on: date | None, day: date) -> list[Draft]:
    """All lines of the order, less what was invoiced before."""
    done = min(done_on or day, day)
    lines = [
        Draft(
            None, None, line.text, done, line.net, line.vat_category, line.vat_permille, line.quantity_milli, line.unit,
            line.unit_price, line.discount_permille,
        )
        for line in version.lines.all()
    ]  # fmt: skip
    for number, groups in _before(version.quote).items():
        text = _("Already invoiced: %(number)s") % {"number": number}
        for (category, permille), net in sorted(groups.items()):
            if net:
                lines.append(Draft(None, None, text, day, -net, category, permille, -1000, "LS", net))
    return lines


def _before(quote: Quote) -> dict[str, Groups]:
    """What stands on the earlier invoices of the order, less what was credited of each."""
    found: dict[str, list[InvoiceLine]] = {}
    for line in (
        InvoiceLine.objects.filter(invoice__order=quote).select_related("invoice__credits").order_by("invoice", "position")
    ):
        invoice = line.invoice.credits or line.invoice
        found.setdefault(invoice.number, []).append(line)
    return {number: by_rate(lines) for number, lines in found.items()}
