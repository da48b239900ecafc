"""The successor's folder: what somebody needs who keeps the money from tomorrow on. No secrets stand in it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from marke.common.clock import local_date
from marke.common.rounds import round_kinds
from marke.ledger.chart import CODES, detail_name
from marke.ledger.closing import closings
from marke.ledger.periods import month_of
from marke.ledger.position import ASSETS, EQUITY, LIABILITIES
from marke.ledger.queries import monthly_sums, sums_by_detail
from marke.ledger.services import Account
from marke.parties.models import Coop, Mandate
from marke.payments.queries import next_pay_day, open_requests
from marke.rounds.models import Round
from marke.rounds.queries import rounds
from marke.rules.queries import rulebook
from marke.rules.registry import in_order
from marke.rules.sentences import sentence_of
from marke.treasury.accountant import MADE, csv_pieces
from marke.treasury.models import HandoverNote
from marke.treasury.month import closing_asked, open_items
from marke.treasury.papers import sheets_pdf
from marke.treasury.sheets import Cell, Column, Money, Row, Sheet, file_rows
from marke.treasury.vat import handed_in, last_vat_period
from marke_core.banking import show_iban
from marke_core.rulebook import Clause

Kind = Account.Kind
AHEAD = timedelta(days=60)
MONTHS = 12
# The rules that somebody who keeps the money follows every month; those of shares and surplus stand in the rulebook.
MONEY = ("payments.", "invoices.", "treasury.", "jobs.contribution", "jobs.guarantee")


def note_of(coop: Coop) -> HandoverNote | None:
    return HandoverNote.objects.filter(coop=coop).select_related("by").order_by("-number").first()


def folder(coop: Coop, at: datetime) -> list[Sheet]:
    """Sheet by sheet, in the order in which one asks."""
    return [
        where_the_money_is(coop),
        who_may(coop, at),
        what_waits(coop, at),
        what_is_due(coop, at),
        what_runs(coop),
        last_months(coop, at),
        what_is_closed(coop),
        rules_in_force(coop, at),
        how_to(coop),
    ]


def folder_zip(coop: Coop, at: datetime) -> bytes:
    """The folder to read, and each sheet as a table."""
    sheets, note = folder(coop, at), note_of(coop)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        _add(archive, "folder.pdf", folder_pdf(coop, at, sheets))
        if note:
            _add(archive, "note.txt", f"{note.text}\n".encode())
        for sheet in sheets:
            _add(archive, f"{sheet.key}.csv", "".join(csv_pieces(file_rows(sheet))).encode())
    return target.getvalue()


def folder_pdf(coop: Coop, at: datetime, sheets: Sequence[Sheet] | None = None) -> bytes:
    note = note_of(coop)
    return sheets_pdf(
        coop,
        title=_("The treasurer's folder"),
        subtitle=_("for whoever keeps the money from now on"),
        sheets=folder(coop, at) if sheets is None else sheets,
        text=note.text if note else "",
        at=at,
    )


def _add(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(name, date_time=MADE)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o600 << 16
    archive.writestr(entry, content)


def where_the_money_is(coop: Coop) -> Sheet:
    sums = sums_by_detail(coop, [*ASSETS, *LIABILITIES, *EQUITY])
    rows = []
    for (kind, detail), amount in sorted(sums.items(), key=lambda item: (CODES[item[0][0]], item[0][1])):
        account = Account(kind=kind, detail=detail)
        name: Cell = detail_name(account)
        if kind == Kind.BANK and coop.iban:
            name = f"{name}, {show_iban(coop.iban)}"
        if amount:
            url = f"{reverse('ledger:accounts', args=[coop.slug])}?kind={kind}"
            rows.append(Row([name, CODES[kind], Money(amount * account.direction, coop.currency)], url=url))
    return Sheet(
        "money",
        _("Where the money is"),
        [Column(_("Account")), Column(_("Code"), aside=True), Column(_("Now"), True)],
        rows,
        note=_(
            "What the bank and clients hold for us, what we owe, and what is our own. The bank itself asks for its own sign-in."
        ),
        empty=_("Nothing is booked yet."),
    )


def who_may(coop: Coop, at: datetime) -> Sheet:
    today = local_date(at, coop.timezone)
    mandates = Mandate.objects.filter(coop=coop, ended_at=None, ends_on__gt=today).select_related("membership__party", "circle")
    return Sheet(
        "mandates",
        _("Who may do what"),
        [Column(_("Office")), Column(_("Who")), Column(_("From")), Column(_("Until"))],
        [
            Row(
                [
                    f"{mandate.get_office_display()} ({mandate.circle.name})" if mandate.circle else mandate.get_office_display(),
                    mandate.membership.party.name,
                    mandate.starts_on,
                    mandate.ends_on,
                ],
                url=reverse("parties:mandates", args=[coop.slug]),
            )
            for mandate in mandates.order_by("office", "starts_on", "id")
        ],
        empty=_("Nobody holds an office now."),
    )


def what_waits(coop: Coop, at: datetime) -> Sheet:
    return Sheet(
        "open-items",
        _("What waits now"),
        [Column(_("What")), Column(_("How it is")), Column(_("Amount"), True)],
        [
            Row([item.title, item.sentence, None if item.amount is None else Money(item.amount, coop.currency)], url=item.url)
            for item in open_items(coop, at)
            if item.is_open
        ],
        empty=_("Nothing waits."),
    )


def what_is_due(coop: Coop, at: datetime) -> Sheet:
    """Of the next sixty days, and what is late already: money to come in, pay days, VAT, months, terms, windows."""
    today = local_date(at, coop.timezone)
    last = today + AHEAD
    rows = [*_requests_due(coop, last), *_dates_due(coop, at, last), *_terms_due(coop, today, last)]
    rows.sort(key=lambda row: (str(row.cells[0]), str(row.cells[1])))
    return Sheet(
        "due",
        _("What is due in the next 60 days"),
        [Column(_("Day")), Column(_("What")), Column(_("Amount"), True)],
        rows,
        empty=_("Nothing is due."),
    )


def _requests_due(coop: Coop, last: date) -> list[Row]:
    """By day, so that a co-op with a thousand clients has a list that can be read."""
    days: dict[date, tuple[int, int]] = {}
    asked = open_requests(coop).filter(due_date__lte=last).order_by()
    for due, amount, paid in asked.values_list("due_date", "amount", "paid"):  # type: ignore[misc]
        count, total = days.get(due, (0, 0))
        days[due] = (count + 1, total + amount - paid)
    url = reverse("payments:requests", args=[coop.slug])
    words = _("To come in, asked of %(count)s")
    return [Row([due, words % {"count": count}, Money(total, coop.currency)], url=url) for due, (count, total) in days.items()]


def _dates_due(coop: Coop, at: datetime, last: date) -> list[Row]:
    rows = []
    payday = next_pay_day(coop, at)
    if payday <= last:
        rows.append(Row([payday, _("Payday"), None], url=reverse("payments:pay_runs", args=[coop.slug])))
    if asked := closing_asked(coop, at):
        until = local_date(asked.until, coop.timezone) if asked.until else None
        words = _("Close %(month)s") % {"month": asked.period.label}
        rows.append(Row([until, words, None], url=reverse("treasury:month", args=[coop.slug])))
    period = last_vat_period(coop, at)
    if coop.vat_number and handed_in(coop, period) is None:
        words = _("VAT of %(period)s is to be handed in") % {"period": period.label}
        rows.append(Row([period.until, words, None], url=reverse("treasury:vat_period", args=[coop.slug, period.code])))
    for round in _running(coop).filter(closes_at__isnull=False):
        closes = local_date(round.closes_at, coop.timezone) if round.closes_at else None
        if closes and closes <= last:
            rows.append(Row([closes, _("%(round)s closes") % {"round": _round_name(round)}, None]))
    return rows


def _terms_due(coop: Coop, today: date, last: date) -> list[Row]:
    ending = Mandate.objects.filter(coop=coop, ended_at=None, ends_on__gt=today, ends_on__lte=last)
    words, url = _("The term of %(name)s as %(office)s ends"), reverse("parties:mandates", args=[coop.slug])
    return [
        Row(
            [
                mandate.ends_on,
                words % {"name": mandate.membership.party.name, "office": mandate.get_office_display().lower()},
                None,
            ],
            url=url,
        )
        for mandate in ending.select_related("membership__party")
    ]


def _running(coop: Coop) -> QuerySet[Round]:
    return rounds(coop).exclude(state__in=Round.ENDED)


def _round_name(round: Round) -> str:
    kind = round_kinds.get(round.kind)
    return f"{kind.label} {round.number}"


def what_runs(coop: Coop) -> Sheet:
    return Sheet(
        "rounds",
        _("Rounds under way"),
        [Column(_("Round")), Column(_("State")), Column(_("Until"))],
        [
            Row(
                [
                    _round_name(round),
                    str(round_kinds.get(round.kind).words.get(round.state) or round.get_state_display()),
                    round.until,
                ]
            )
            for round in _running(coop)
        ],
        empty=_("No pay run, year close or other round is under way."),
    )


def last_months(coop: Coop, at: datetime) -> Sheet:
    """Twelve months at a glance, the latest first; the running one is not over."""
    month = month_of(local_date(at, coop.timezone))
    months = [month]
    while len(months) < MONTHS:
        months.append(months[-1].before)
    kinds = (Kind.BANK, Kind.EARNINGS, Kind.CONTRIBUTION, Kind.EXPENSE)
    sums = monthly_sums(coop, kinds, months[-1].since, month.until)
    held = sums_by_detail(coop, [Kind.BANK], month.until)
    at_end, unit = sum(held.values()), coop.currency
    rows = []
    for each in months:
        came, went = sums.get((each.since, str(Kind.BANK)), (0, 0))
        moved = {kind: sums.get((each.since, str(kind)), (0, 0)) for kind in kinds[1:]}
        rows.append(
            Row(
                [
                    each.label,
                    Money(came, unit),
                    Money(went, unit),
                    Money(moved[Kind.EARNINGS][1], unit),
                    Money(moved[Kind.CONTRIBUTION][1] - moved[Kind.CONTRIBUTION][0], unit),
                    Money(moved[Kind.EXPENSE][0] - moved[Kind.EXPENSE][1], unit),
                    Money(at_end, unit),
                ],
                url=reverse("treasury:reports_period", args=[coop.slug, each.code]),
            )
        )
        at_end -= came - went
    return Sheet(
        "months",
        _("The last twelve months"),
        [
            Column(_("Month")),
            Column(_("Came in"), True),
            Column(_("Went out"), True),
            Column(_("Earned by members"), True),
            Column(_("Kept by the co-op"), True),
            Column(_("Costs"), True),
            Column(_("In the bank at the end"), True),
        ],
        rows,
    )


def what_is_closed(coop: Coop) -> Sheet:
    return Sheet(
        "closings",
        _("Closed books"),
        [Column(_("Closed until")), Column(_("When")), Column(_("By")), Column(_("Note"))],
        [
            Row(
                [
                    (_("opened again from %(day)s") % {"day": row.until or "–"}) if row.reopened else _last_day(row.until),
                    local_date(row.closed_at, coop.timezone),
                    row.by.name if row.by else "",
                    row.note,
                ]
            )
            for row in closings(coop)[:MONTHS]
        ],
        empty=_("No month was closed yet."),
    )


def _last_day(until: date | None) -> Cell:
    return until - timedelta(days=1) if until else None


def rules_in_force(coop: Coop, at: datetime) -> Sheet:
    book = rulebook(coop, at)
    rows = []
    for rule in in_order():
        if rule.key.startswith(MONEY) and not isinstance(rule.type, Clause) and book.has(rule.key):
            entry = book.entry(rule.key)
            taken = local_date(entry.decision.taken_at, coop.timezone)
            cells: list[Cell] = [sentence_of(entry, coop), entry.decision.number, taken]
            rows.append(Row(cells, url=reverse("rules:rule", args=[coop.slug, rule.key])))
    return Sheet(
        "rules",
        _("The rules about money"),
        [Column(_("Rule")), Column(_("Decision"), True), Column(_("Taken on"))],
        rows,
        note=_("The rules about shares, the surplus and all else stand in the rulebook."),
        empty=_("No rule is set yet."),
    )


def how_to(coop: Coop) -> Sheet:
    """Where things are done."""
    listed = (
        (_("Read in the bank's statement, and say what each payment is"), "payments:statements"),
        (_("Write down a payment by hand"), "payments:record"),
        (_("Invoice the work that is done"), "invoices:to_invoice"),
        (_("See who is late, and ask again"), "invoices:invoices"),
        (_("Pay the members: make the run, let another person release it, send the file to the bank"), "payments:pay_runs"),
        (_("Send back what was paid too much"), "payments:refunds"),
        (_("Hand in VAT, and write down that it was paid"), "treasury:vat"),
        (_("Close the month"), "treasury:month"),
        (_("Give the accountant what they ask for"), "treasury:reports"),
        (_("Close the year and propose what happens with the surplus"), "surplus:years"),
        (_("Propose another rule"), "rules:rulebook"),
    )
    return Sheet(
        "how-to",
        _("Where things are done"),
        [Column(_("What")), Column(_("Page"), aside=True)],
        [Row([words, url], url=url) for words, name in listed if (url := reverse(name, args=[coop.slug]))],
    )
