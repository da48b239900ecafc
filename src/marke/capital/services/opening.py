"""A share issue is opened by what was decided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from marke.capital import queries
from marke.capital.conditions import SHARE_ISSUE, Plan, Sizes, State, in_shares
from marke.capital.models import ShareIssue
from marke.common.money import format_money
from marke.common.refusal import Refused
from marke.parties.models import Coop, Membership, Party
from marke.payments.services import lock_coop
from marke.rounds.services import begin_round
from marke.rules.models import Decision
from marke.rules.queries import Rulebook, rulebook
from marke.shares.models import ORDINARY, ShareClass
from marke.shares.queries import class_of
from marke.shares.services import ordinary_class
from marke_core.share_issue import Document, Thresholds, document_for

LONGEST = timedelta(days=366)
MOST_SHARES = 2**31 - 1  # what the register can count


class NoIssue(Refused):
    """The numbers or days of a plan describe no issue."""


class NeedsNote(Refused):
    """An offer of this size needs an information note, and the rules ask nobody to read one."""


class NeedsProspectus(Refused):
    """An offer of this size is more than the rules let a co-op make by itself."""


@dataclass(frozen=True)
class _Checked:
    share_class: ShareClass
    price: int
    sizes: Sizes
    document: Document
    most_capital: int | None
    rules: Rulebook


@transaction.atomic
def open_share_issue(*, coop: Coop, plan: Plan, decision: Decision | None, by: Party | None, at: datetime) -> ShareIssue:
    """Opens the issue that was decided, at the price in force now. It takes subscriptions from `opens_at` on.

    Raises: NoIssue, NeedsNote, NeedsProspectus; AnotherIsPrepared while another issue runs.
    """
    lock_coop(coop.pk)
    checked = check_plan(coop, plan, at)
    round = begin_round(
        coop=coop,
        kind=SHARE_ISSUE,
        title=plan.title,
        opens_at=max(plan.opens_at, at),
        closes_at=plan.closes_at,
        state=State.OPEN,
        by=by,
        at=at,
    )
    return ShareIssue.objects.create(
        coop=coop,
        round=round,
        share_class=checked.share_class,
        decision=decision,
        rule_value=checked.rules.entry("shares.price", share_class=checked.share_class.code),
        price=checked.price,
        purpose=plan.purpose,
        goal=checked.sizes.goal,
        minimum=checked.sizes.minimum,
        maximum=checked.sizes.maximum,
        each=checked.sizes.each,
        most_capital=checked.most_capital,
        document=checked.document.value,
        dealing=checked.rules.value("capital.dealing"),
        closes_when_full=plan.closes_when_full,
        public=plan.public,
    )


def check_plan(coop: Coop, plan: Plan, at: datetime) -> _Checked:
    """Whether such an issue could be opened now, and what it would be. Raises: as `open_share_issue`."""
    rules = rulebook(coop, at)
    share_class = _class(coop, plan.share_class, at)
    price = rules.value("shares.price", share_class=share_class.code)
    sizes = in_shares(plan, price)
    _check_days(plan, at)
    _check_sizes(coop, plan, sizes, price)
    document = _document(coop, plan, sizes, price, rules, at)
    if document is Document.NOTE and not rules.value("shares.note_asked", share_class=share_class.code):
        raise NeedsNote(
            _(
                "An offer of %(total)s needs an information note. Decide first that whoever asks for “%(class)s” reads the note "
                "(the rule “Whether an information note is read”), or offer less."
            )
            % {"total": format_money(sizes.maximum * price, coop.currency), "class": str(share_class)}
        )
    free_by_size = document is Document.NONE and not _is_offered_to_few(coop, plan, rules)
    most_capital = rules.value("capital.offer_free_each") if free_by_size else None
    return _Checked(share_class, price, sizes, document, most_capital, rules)


def _class(coop: Coop, code: str, at: datetime) -> ShareClass:
    found = ordinary_class(coop, at) if code == ORDINARY else class_of(coop, code)
    if found is None or found.closed_at is not None:
        raise NoIssue(_("There are no shares of the class “%(code)s” to be had. Choose another class.") % {"code": code[:40]})
    return found


def _check_days(plan: Plan, at: datetime) -> None:
    if plan.closes_at <= max(plan.opens_at, at):
        raise NoIssue(_("An issue closes after it has opened, and not in the past. Choose a later last day."))
    if plan.closes_at - plan.opens_at > LONGEST:
        raise NoIssue(_("An issue is open for a year at most. Choose an earlier last day."))


def _check_sizes(coop: Coop, plan: Plan, sizes: Sizes, price: int) -> None:
    money = {
        "price": format_money(price, coop.currency),
        "goal": format_money(plan.goal, coop.currency),
        "minimum": format_money(plan.minimum, coop.currency),
        "maximum": format_money(plan.maximum, coop.currency),
    }
    if plan.goal <= 0 or sizes.maximum < 1:
        raise NoIssue(_("A share costs %(price)s, and the issue asks for %(goal)s. Ask for a share at least.") % money)
    if not sizes.minimum <= sizes.goal <= sizes.maximum:
        raise NoIssue(
            _(
                "In whole shares of %(price)s, the goal of %(goal)s does not lie between the minimum of %(minimum)s and the most "
                "of %(maximum)s. Change one of them."
            )
            % money
        )
    if sizes.maximum > MOST_SHARES:
        raise NoIssue(
            _("At %(price)s each, %(maximum)s would be more shares than can be counted. Ask for less, or propose a higher price.")
            % money
        )
    if sizes.each is not None and sizes.each < 1:
        raise NoIssue(_("For less than a share of %(price)s, nobody can take part. Raise what one person takes at most.") % money)


def _is_offered_to_few(coop: Coop, plan: Plan, rules: Rulebook) -> bool:
    people = Membership.objects.filter(coop=coop, state=Membership.State.MEMBER).count()
    return not plan.public and people < rules.value("capital.offer_persons")


def _document(coop: Coop, plan: Plan, sizes: Sizes, price: int, rules: Rulebook, at: datetime) -> Document:
    most = sizes.maximum * price + queries.offered_within_a_year(coop, at)
    people = Membership.objects.filter(coop=coop, state=Membership.State.MEMBER).count()
    thresholds = Thresholds(
        free_total=rules.value("capital.offer_free_total"),
        free_each=rules.value("capital.offer_free_each"),
        note_total=rules.value("capital.offer_note_total"),
        persons=rules.value("capital.offer_persons"),
    )
    each = None if sizes.each is None else sizes.each * price
    needed = document_for(total=most, each=each, persons=people, public=plan.public, thresholds=thresholds)
    if needed is Document.PROSPECTUS:
        raise NeedsProspectus(
            _(
                "With this issue, %(total)s would be offered within 12 months. The rule “Offers with an information note” allows "
                "%(most)s. Offer less, or go to who writes prospectuses."
            )
            % {
                "total": format_money(most, coop.currency),
                "most": format_money(thresholds.note_total, coop.currency),
            }
        )
    return needed
