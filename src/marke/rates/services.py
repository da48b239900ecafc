"""What a member asks for their work, and what is agreed with a client. Rows are never changed: another one ends them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from fractions import Fraction

from django.db import transaction
from django.db.models import Case, F, Q, QuerySet, When
from django.utils.translation import gettext as _

from marke.common.clock import local_date
from marke.common.money import format_money
from marke.common.refusal import Refused
from marke.parties.models import Client, Coop, Membership, Party
from marke.rates.fares import bounds, can_be_own, common_fare, kept
from marke.rates.limits import check_fare
from marke.rates.models import ClientFare, MemberFare, Showing
from marke.rules.models import Decision
from marke.rules.queries import Rulebook, rulebook
from marke.rules.sentences import write_percent
from marke_core.fares import Row

MOST_DAYS_AHEAD = 366


class NotForMembers(Refused):
    """The members' rules do not let a member set a fare for this work."""


class OutOfBounds(Refused):
    """A member's amount beyond what the members' rules allow."""


class CannotBeAgreed(Refused):
    """A discount beyond what may be agreed without a vote, or on a day that cannot be."""


def set_member_fare(
    *, membership: Membership, job_kind: str, amounts: Mapping[int, int], from_on: date, by: Party | None, at: datetime
) -> MemberFare:
    """The member asks these amounts, by the place of the row in the members' fare, from a day on; the others are the members'.

    Bookings before that day keep their price. Asking the same again changes nothing.
    Raises: NotForMembers, OutOfBounds.
    """
    coop = membership.coop
    rules = rulebook(coop, at)
    rows = _checked_rows(rules, coop, job_kind, amounts)
    today = local_date(at, coop.timezone)
    _check_day(from_on, today)
    with transaction.atomic():
        Membership.objects.select_for_update(no_key=True).get(pk=membership.pk)
        mine = MemberFare.objects.filter(coop=coop, membership=membership, job_kind=job_kind)
        standing = mine.filter(until_on=None).first()
        if standing is not None and standing.rows == kept(rows) and standing.from_on <= from_on:
            return standing
        _end(mine, from_on)
        return MemberFare.objects.create(
            coop=coop, membership=membership, job_kind=job_kind, rows=kept(rows), from_on=from_on, set_at=at, set_by=by
        )


def end_member_fare(*, membership: Membership, job_kind: str, by: Party | None, at: datetime) -> int:
    """From tomorrow the member asks what the members' fare asks. Returns: how many fares ended; a second click ends none."""
    tomorrow = date.fromordinal(local_date(at, membership.coop.timezone).toordinal() + 1)
    with transaction.atomic():
        Membership.objects.select_for_update(no_key=True).get(pk=membership.pk)
        rows = MemberFare.objects.filter(coop_id=membership.coop_id, membership=membership, job_kind=job_kind)
        return _end(rows, tomorrow)


def agree_with_client(
    *,
    client: Client,
    discount: Fraction,
    job_kind: str = "",
    rows: Sequence[Row] = (),
    from_on: date,
    until_on: date | None = None,
    note: str = "",
    once_key: str,
    by: Party | None,
    at: datetime,
    decision: Decision | None = None,
) -> ClientFare:
    """The client pays this part less, or by a fare of their own (or both), from a day on and until another.

    A mandated person may agree on as much as the rule says; with a `decision` the members have. The same `once_key`
    agrees once. Raises: CannotBeAgreed, FareDoesNotFit.
    """
    coop = client.coop
    check_agreement(
        coop=coop, discount=discount, rows=rows, from_on=from_on, until_on=until_on, voted=decision is not None, at=at
    )  # fmt: skip
    with transaction.atomic():
        Coop.objects.select_for_update(no_key=True).get(pk=coop.pk)
        if first := ClientFare.objects.filter(coop=coop, once_key=once_key).first():
            return first
        _end(ClientFare.objects.filter(coop=coop, client=client, job_kind=job_kind), from_on)
        return ClientFare.objects.create(
            coop=coop, client=client, job_kind=job_kind, less=discount.numerator, of=discount.denominator,
            rows=kept(rows) if rows else [], note=note.strip()[:300], from_on=from_on, until_on=until_on, agreed_at=at,
            agreed_by=by, decision=decision, once_key=once_key,
        )  # fmt: skip


def end_agreement(*, agreement: ClientFare, by: Party | None, at: datetime) -> ClientFare:
    """It ends today: what is booked from now on has the common price. A second click changes nothing."""
    with transaction.atomic():
        _end(ClientFare.objects.filter(pk=agreement.pk), local_date(at, agreement.coop.timezone))
        agreement.refresh_from_db()
        return agreement


def _end(rows: QuerySet[MemberFare] | QuerySet[ClientFare], on: date) -> int:
    """What holds on that day or later ends there; what had not begun by then never does."""
    still = rows.filter(Q(until_on=None) | Q(until_on__gt=on)).exclude(until_on=F("from_on"))
    return still.update(until_on=Case(When(from_on__gt=on, then=F("from_on")), default=on))


def _checked_rows(rules: Rulebook, coop: Coop, job_kind: str, amounts: Mapping[int, int]) -> list[Row]:
    if rules.value("rates.set_by", job_kind=job_kind) != "member":
        raise NotForMembers(_("By our rules the fare for this work is the same for all. Propose another rule to set your own."))
    common = common_fare(rules, job_kind)
    if common is None:
        raise NotForMembers(_("There is no fare for this work yet. Propose one: your own is a variation of it."))
    within = bounds(rules, job_kind)
    rows = list(common.rows)
    for place, amount in amounts.items():
        if not 0 <= place < len(rows) or not can_be_own(rows[place]):
            raise OutOfBounds(_("Our fare has changed meanwhile. Look at it again."))
        least, most = within.of(rows[place].amount)
        if not least <= amount <= most:
            raise OutOfBounds(
                _("%(amount)s is not possible here: our rules allow from %(least)s to %(most)s.")
                % {
                    name: format_money(value, coop.currency)
                    for name, value in (("amount", amount), ("least", least), ("most", most))
                }
            )
        rows[place] = replace(rows[place], amount=amount)
    return rows


def _check_day(from_on: date, today: date) -> None:
    if from_on < today or (from_on - today).days > MOST_DAYS_AHEAD:
        raise OutOfBounds(
            _("Your fare begins today or within a year; bookings that were made keep their price. Choose another day.")
        )


def check_agreement(
    *, coop: Coop, discount: Fraction, rows: Sequence[Row], from_on: date, until_on: date | None, voted: bool, at: datetime
) -> None:
    """Raises: CannotBeAgreed, FareDoesNotFit."""
    most = rulebook(coop, at).value("rates.discount_most")
    if not 0 <= discount <= 1 or (discount == 0 and not rows):
        raise CannotBeAgreed(_("Give a discount of more than 0 and at most 100 percent."))
    if discount > most and not voted:
        raise CannotBeAgreed(
            _("%(discount)s is more than may be agreed without a vote: %(most)s. Agree on less, or propose it to the members.")
            % {"discount": write_percent(discount), "most": write_percent(most)}
        )
    if rows and not voted:
        raise CannotBeAgreed(_("A fare of a client’s own is for the members to decide. Propose it to them."))
    if rows:
        check_fare(coop, tuple(rows), at)
    today = local_date(at, coop.timezone)
    if from_on < today or (from_on - today).days > MOST_DAYS_AHEAD:
        raise CannotBeAgreed(_("It begins today or within a year; bookings that were made keep their price. Choose another day."))
    if until_on is not None and until_on <= from_on:
        raise CannotBeAgreed(_("It ends after it begins. Choose a later day."))


def show_prices(*, membership: Membership, at: datetime) -> Showing:
    """Whoever books sees the member's first name and what they ask. A second click changes nothing."""
    shown, _made = Showing.objects.get_or_create(membership=membership, defaults={"coop": membership.coop, "since": at})
    return shown


def hide_prices(*, membership: Membership) -> None:
    """Strangers see neither any more. Who was chosen before stays chosen."""
    Showing.objects.filter(membership=membership).delete()
