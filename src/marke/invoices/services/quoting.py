"""Quotes: written, sent, answered. What was sent never changes; a change is a new version."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marke.activities.models import Activity
from marke.common import clock
from marke.common.numbering import next_number
from marke.common.refusal import Refused
from marke.invoices import quote_mails
from marke.invoices.lines import Sums, line_amounts, sums
from marke.invoices.models import Quote, QuoteAnswer, QuoteLine, QuoteVersion
from marke.invoices.quote_queries import advice_for, draft_of, fixed_version
from marke.invoices.quoting import QuoteMoveRefused, State, check_move, check_writable, is_over
from marke.invoices.services.snapshots import buyer_of, language_of, seller_of
from marke.invoices.vat_choices import VatChoice, check_choice
from marke.parties.models import Client, Coop, Party
from marke.parties.services import create_party, ensure_client
from marke.rules.queries import rulebook
from marke_core.einvoice import NetLine
from marke_core.einvoice.vat import BadVat

MOST_LINES = 60  # what one page of a form carries


class NothingOffered(Refused):
    """A quote without lines, or for nothing."""


class TooLate(Refused):
    """The quote is not held any longer."""


class OtherVersion(Refused):
    """Somebody answers what has been replaced meanwhile."""


class WhoSaysSo(Refused):
    """Nobody said who accepts."""


class LinesDoNotFit(Refused):
    """These lines cannot stand on one paper."""


@dataclass(frozen=True)
class NewLine:
    text: str
    quantity_milli: int
    unit: str
    unit_price: int
    discount_permille: int
    vat: VatChoice

    @property
    def net(self) -> int:
        return line_amounts(self.quantity_milli, self.unit_price, self.discount_permille).net


@dataclass(frozen=True)
class Content:
    """What a quote says beside its lines."""

    title: str
    valid_until: date
    term_days: int
    place: str = ""
    begins_on: date | None = None
    ends_on: date | None = None
    note: str = ""
    reference: str = ""


@transaction.atomic
def make_quote(
    *, activity: Activity, client: Client, title: str, once_key: str, brought_client: bool = False, by: Party, at: datetime
) -> Quote:
    """An empty draft for this client; the same `once_key` returns the first. `brought_client`: who was made for this quote."""
    coop = activity.coop
    number = next_number(Quote, coop)
    if (made := Quote.objects.filter(coop=coop, once_key=once_key).first()) is not None:
        return made
    quote = Quote.objects.create(
        coop=coop, number=number, activity=activity, client=client, token=secrets.token_urlsafe(24), created_at=at, created_by=by,
        once_key=once_key, brought_client=brought_client,
    )  # fmt: skip
    rules = rulebook(coop, at)
    _new_version(
        quote, 1, by, at, title=title, term_days=rules.value("invoices.term").days,
        valid_until=clock.local_date(at, coop.timezone) + rules.value("invoices.quote_valid"),
    )  # fmt: skip
    return quote


def _new_version(quote: Quote, number: int, by: Party, at: datetime, **content: object) -> QuoteVersion:
    return QuoteVersion.objects.create(
        coop_id=quote.coop_id, quote=quote, number=number, language=language_of(quote.client), written_at=at, written_by=by,
        **content,
    )  # fmt: skip


@transaction.atomic
def start_quote(
    *, activity: Activity, client: Client | None, details: Mapping[str, str], title: str, once_key: str, by: Party, at: datetime
) -> Quote:
    """`make_quote` for a known client, or for one whose `details` are given: name, kind, email, vat_number, address.

    A second click makes no second client. Who is known by the mail address already is that client.
    """
    coop = activity.coop
    next_number(Quote, coop)  # whoever clicks twice waits here for the first click
    if (made := Quote.objects.filter(coop=coop, once_key=once_key).first()) is not None:
        return made
    known = client or _known_client(coop, details)
    found = known or _new_client(coop, details, at)
    return make_quote(activity=activity, client=found, title=title, once_key=once_key, brought_client=known is None, by=by, at=at)


def _known_client(coop: Coop, details: Mapping[str, str]) -> Client | None:
    if not (email := details.get("email", "").strip().lower()):
        return None
    known = Client.objects.filter(coop=coop, party__email__iexact=email, party__erased_at=None)
    return known.select_related("party").order_by("number").first()


def _new_client(coop: Coop, details: Mapping[str, str], at: datetime) -> Client:
    party = create_party(user=None, language=coop.language, at=at, **details)
    return ensure_client(coop=coop, party=party, at=at)


@transaction.atomic
def write_quote(
    *, quote: Quote, content: Content, lines: Sequence[NewLine], send: bool = False, direct: bool = False, by: Party, at: datetime
) -> QuoteVersion:
    """Keeps what was written; after it was sent, in a new version. `send` and `direct`: and goes on as `send_quote` or
    `order_directly`, or keeps nothing.

    Raises: QuoteMoveRefused, LinesDoNotFit, VatNotPossible; as `send_quote` and `order_directly`.
    """
    version = _write(quote, content, lines, by, at)
    if send:
        return send_quote(quote=quote, by=by, at=at)
    return order_directly(quote=quote, by=by, at=at) if direct else version


def _write(quote: Quote, content: Content, lines: Sequence[NewLine], by: Party, at: datetime) -> QuoteVersion:
    quote = lock_quote(quote)
    check_writable(quote)
    groups = _check_lines(quote, lines, at)
    draft = draft_of(quote) or _next_version(quote, by, at)
    for name in Content.__dataclass_fields__:
        setattr(draft, name, getattr(content, name))
    draft.net, draft.vat, draft.gross = groups.net, groups.vat, groups.gross
    draft.lines_count, draft.written_at, draft.written_by = len(lines), at, by
    draft.save()
    draft.lines.all().delete()
    QuoteLine.objects.bulk_create(
        QuoteLine(
            coop_id=quote.coop_id, version=draft, position=position, text=line.text, quantity_milli=line.quantity_milli,
            unit=line.unit, unit_price=line.unit_price, discount_permille=line.discount_permille, net=line.net,
            vat_category=line.vat.category, vat_permille=line.vat.permille,
        )
        for position, line in enumerate(lines, 1)
    )  # fmt: skip
    return draft


def _check_lines(quote: Quote, lines: Sequence[NewLine], at: datetime) -> Sums:
    if len(lines) > MOST_LINES:
        raise LinesDoNotFit(
            _("%(count)s lines are too many for one paper. Make two of it, with at most %(most)s lines each.")
            % {"count": len(lines), "most": MOST_LINES}
        )
    advice = advice_for(quote, at)
    for line in lines:
        check_choice(line.vat, advice)
    try:
        return sums(NetLine(line.vat.category, line.vat.permille, line.net) for line in lines)
    except BadVat:
        raise LinesDoNotFit(_("Lines outside VAT cannot stand on one paper with others. Make two papers of it.")) from None


def _next_version(quote: Quote, by: Party, at: datetime) -> QuoteVersion:
    last = fixed_version(quote)
    assert last is not None
    return _new_version(quote, last.number + 1, by, at, title=last.title, valid_until=last.valid_until, term_days=last.term_days)


@transaction.atomic
def send_quote(*, quote: Quote, by: Party, at: datetime) -> QuoteVersion:
    """Fixes the draft, and writes to the client with the link by which they answer.

    Raises: QuoteMoveRefused, NothingOffered, TooLate, VatNotPossible.
    """
    quote = lock_quote(quote)
    check_move(quote, State.SENT)
    version = _fix(quote, by, at)
    if version.valid_until < clock.local_date(at, quote.coop.timezone):
        raise TooLate(
            _("The quote is valid until %(day)s, which has passed. Write a later day.") % {"day": version.valid_until.isoformat()}
        )
    quote.state = State.SENT
    quote.save(update_fields=["state"])
    quote_mails.sent(version, at)
    return version


def _fix(quote: Quote, by: Party, at: datetime) -> QuoteVersion:
    version = draft_of(quote)
    if version is None or not version.lines.exists() or version.gross <= 0:
        raise NothingOffered(_("Nothing is written here that could be paid. Write what is done, how much of it, and the price."))
    advice = advice_for(quote, at)
    for category, permille in set(version.lines.values_list("vat_category", "vat_permille")):
        check_choice(VatChoice(category, permille), advice)  # the client's details may have changed since
    version.fixed_at, version.fixed_by = at, by
    version.seller, version.buyer = seller_of(quote.coop, quote.activity), buyer_of(quote.client, version.reference)
    version.save()
    return version


@transaction.atomic
def answer_quote(
    *, quote: Quote, version: int, accepted: bool, name: str, note: str = "", door: str = QuoteAnswer.Door.LINK,
    by: Party | None, at: datetime,
) -> QuoteAnswer:  # fmt: skip
    """The client's yes or no to the version that they read. Answering the same again returns the first answer.

    Raises: QuoteMoveRefused, OtherVersion, TooLate, WhoSaysSo.
    """
    quote = lock_quote(quote)
    latest, name = fixed_version(quote), " ".join(name.split())[:120]
    if latest is None or latest.number != version:
        raise OtherVersion(_("This quote has been changed meanwhile. Read it as it is now, and answer that."))
    given = QuoteAnswer.objects.filter(version=latest).first()
    if given is not None and given.accepted == accepted:
        return given
    check_move(quote, State.ORDERED if accepted else State.DECLINED)
    # Who made it may hold it longer: what they were told counts.
    if (
        accepted
        and door == QuoteAnswer.Door.LINK
        and is_over(quote, latest.valid_until, clock.local_date(at, quote.coop.timezone))
    ):
        raise TooLate(
            _("The quote was valid until %(day)s. Ask for a new one; it takes a minute.")
            % {"day": latest.valid_until.isoformat()}
        )
    if accepted and not name:
        raise WhoSaysSo(_("Write who accepts the quote: it becomes an order in that name."))
    return _answer(quote, latest, accepted, name, " ".join(note.split())[:300], door, by, at)


def _answer(
    quote: Quote, version: QuoteVersion, accepted: bool, name: str, note: str, door: str, by: Party | None, at: datetime
) -> QuoteAnswer:
    QuoteVersion.objects.filter(quote=quote, fixed_at=None).delete()  # what was being written is not what was answered
    quote.state = State.ORDERED if accepted else State.DECLINED
    quote.save(update_fields=["state"])
    answer = QuoteAnswer.objects.create(
        coop_id=quote.coop_id, version=version, accepted=accepted, door=door, name=name, note=note, at=at, by=by
    )
    if door == QuoteAnswer.Door.LINK:
        quote_mails.answered(quote, answer, at)
    return answer


@transaction.atomic
def order_directly(*, quote: Quote, by: Party, at: datetime) -> QuoteVersion:
    """What is written was agreed without a quote: it is an order at once. Raises: QuoteMoveRefused, NothingOffered."""
    quote = lock_quote(quote)
    if quote.state != State.DRAFT:
        raise QuoteMoveRefused(
            _("Quote %(number)s was sent already: note down what the client answered.") % {"number": quote.number}
        )
    version = _fix(quote, by, at)
    _answer(quote, version, True, "", "", QuoteAnswer.Door.DIRECT, by, at)
    return version


@transaction.atomic
def withdraw_quote(*, quote: Quote, by: Party, at: datetime) -> Quote:
    """It is not offered any longer; a draft is put away. Raises: QuoteMoveRefused."""
    return _close(quote, State.WITHDRAWN, by, at)


@transaction.atomic
def close_order(*, quote: Quote, by: Party, at: datetime) -> Quote:
    """What is left of it is not to be invoiced. Raises: QuoteMoveRefused."""
    return _close(quote, State.CLOSED, by, at)


def _close(quote: Quote, to: State, by: Party, at: datetime) -> Quote:
    quote = lock_quote(quote)
    if quote.state == to:
        return quote
    check_move(quote, to)
    quote.state, quote.closed_by, quote.closed_at = to, by, at
    quote.save(update_fields=["state", "closed_by", "closed_at"])
    return quote


def lock_quote(quote: Quote) -> Quote:
    rows = Quote.objects.select_for_update(of=("self",)).select_related("coop", "client__party", "client__coop", "activity")
    return rows.get(pk=quote.pk)
