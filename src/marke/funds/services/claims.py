"""Asking for help, and deciding on it: within the rules, and never more than the fund holds."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marke.common import clock
from marke.common.money import format_money
from marke.common.numbering import next_number
from marke.common.refusal import NotAllowed, Refused
from marke.decisions.models import Proposal
from marke.decisions.services import draft_proposal, start_discussion
from marke.funds import queries
from marke.funds.conditions import MUTUAL
from marke.funds.models import AidClaim
from marke.funds.rulebook import MANDATE, VOTE
from marke.funds.services.aid import check_aid_is_on
from marke.ledger import services as ledger
from marke.ledger.services import Account
from marke.parties.models import Coop, Membership, Party
from marke.rules.models import Decision
from marke.rules.queries import Rulebook, rulebook

State = AidClaim.State


class TakesNoPart(Refused):
    """Only who takes part is helped from it."""


class TooEarly(Refused):
    """The waiting time is not over."""


class TooMuchAid(Refused):
    """More than the rules allow, or than the fund holds."""


class ClaimDecided(Refused):
    """It was decided or withdrawn before."""


class OwnClaim(NotAllowed):
    """Nobody decides on help for themselves."""


class DecidedOtherwise(Refused):
    """The rule says that somebody else decides."""


@transaction.atomic
def ask_for_aid(
    *, membership: Membership, amount: int, reason: str, paper: str = "", once_key: str, by: Party | None, at: datetime
) -> AidClaim:
    """Raises: NoAid, TakesNoPart, TooEarly, TooMuchAid. The same `once_key` asks once."""
    coop = membership.coop
    number = next_number(AidClaim, coop)
    if (asked := AidClaim.objects.filter(coop=coop, once_key=once_key).first()) is not None:
        return asked
    rules = rulebook(coop, at)
    check_aid_is_on(rules)
    _check_waited(membership, rules, at)
    _check_most(membership, amount, rules, at)
    return AidClaim.objects.create(
        coop=coop,
        number=number,
        membership=membership,
        claimant=membership.party,
        amount=amount,
        reason=reason.strip()[:2_000],
        paper=" ".join(paper.split())[:200],
        asked_at=at,
        once_key=once_key,
    )


def _check_waited(membership: Membership, rules: Rulebook, at: datetime) -> None:
    since = queries.takes_part_since(membership, rules)
    if since is None or membership.state != Membership.State.MEMBER:
        raise TakesNoPart(_("You do not take part in mutual aid. Join it first; help can be asked for after the waiting time."))
    first = since + rules.value("funds.aid_wait")
    if clock.local_date(at, membership.coop.timezone) < first:
        raise TooEarly(
            _("You have taken part since %(since)s; by the rule about the waiting time you can ask from %(first)s on.")
            % {"since": since.isoformat(), "first": first.isoformat()}
        )


def _check_most(membership: Membership, amount: int, rules: Rulebook, at: datetime) -> None:
    coop = membership.coop
    most, year = rules.value("funds.aid_most_claim"), rules.value("funds.aid_most_year")
    had = queries.granted_in_a_year(membership, at)
    words = {
        "amount": format_money(amount, coop.currency),
        "most": format_money(most, coop.currency),
        "year": format_money(year, coop.currency),
        "had": format_money(had, coop.currency),
        "left": format_money(max(0, year - had), coop.currency),
    }
    if not 0 < amount <= most:
        raise TooMuchAid(_("%(amount)s cannot be asked for: by the rules, help is %(most)s at most each time.") % words)
    if had + amount > year:
        raise TooMuchAid(
            _(
                "%(amount)s is too much: by the rules, help is %(year)s at most in 12 months, of which %(had)s was given. Ask for %(left)s."
            )
            % words
        )


@transaction.atomic
def withdraw_claim(*, claim: AidClaim, by: Party | None, at: datetime) -> AidClaim:
    """Raises: ClaimDecided."""
    claim = _lock(claim)
    claim.state, claim.decided_at = State.WITHDRAWN, at
    claim.save()
    return claim


@transaction.atomic
def put_claim_to_vote(*, claim: AidClaim, by: Party, at: datetime) -> Proposal:
    """Where members decide: a proposal that says the amount and the reason, not the name. Raises: ClaimDecided, DecidedOtherwise."""
    claim = _lock(claim)
    coop = claim.coop
    if rulebook(coop, at).value("funds.aid_decided_by") != VOTE:
        raise DecidedOtherwise(_("Help is decided by the treasurer or coordinator here, by the rule “Mutual aid: who decides”."))
    known = Proposal.objects.filter(coop=coop, once_key=f"aid:{claim.number}").first()
    if known is not None:
        return known
    proposal = draft_proposal(
        coop=coop,
        title=_("Help of %(amount)s, request %(number)s")
        % {"amount": format_money(claim.amount, coop.currency), "number": claim.number},
        text=claim.reason,
        effect_kind="aid_claim",
        effect_data={"claim": claim.number},
        once_key=f"aid:{claim.number}",
        by=by,
        at=at,
    )
    return start_discussion(proposal=proposal, by=by, at=at)


@transaction.atomic
def decide_claim(
    *,
    claim: AidClaim,
    granted: int,
    note: str = "",
    decision: Decision | None = None,
    by_vote: bool = False,
    by: Party | None,
    at: datetime,
) -> AidClaim:
    """Grants `granted` minor units (0: refuses). What is granted stands on the member's account and goes with the next pay run.

    Raises: ClaimDecided, OwnClaim, DecidedOtherwise, TooMuchAid, NotAllowed.
    """
    ledger.lock_ledger(claim.coop)
    claim = _lock(claim)
    rules = rulebook(claim.coop, at)
    if not by_vote:
        _check_decides(claim, rules, by)
    claim.decided_at, claim.decided_by, claim.decision = at, None if by_vote else by, decision
    claim.note = " ".join(note.split())[:500]
    if granted <= 0:
        claim.state = State.REFUSED
        claim.save()
        return claim
    _check_reaches(claim, granted, rules, at)
    claim.granted, claim.state = granted, State.GRANTED
    claim.transaction = _pay(claim, rules, by, at)
    claim.save()
    return claim


def _check_decides(claim: AidClaim, rules: Rulebook, by: Party | None) -> None:
    if rules.value("funds.aid_decided_by") != MANDATE:
        raise DecidedOtherwise(
            _("The members decide on help by a vote here, by the rule “Mutual aid: who decides”. Put it to the vote.")
        )
    if by is None or by.pk == claim.claimant_id:
        raise OwnClaim(_("Nobody decides on help for themselves. Ask another treasurer or coordinator."))


def _check_reaches(claim: AidClaim, granted: int, rules: Rulebook, at: datetime) -> None:
    coop = claim.coop
    if granted > claim.amount:
        raise TooMuchAid(
            _("%(asked)s was asked for; more cannot be granted.") % {"asked": format_money(claim.amount, coop.currency)}
        )
    holds = queries.holdings(coop).get(MUTUAL, 0)
    if granted > holds:
        raise TooMuchAid(
            _(
                "The fund for mutual aid holds %(holds)s, so %(granted)s cannot be granted. Grant less, or wait until it has grown."
            )
            % {"holds": format_money(holds, coop.currency), "granted": format_money(granted, coop.currency)}
        )
    _check_most(claim.membership, granted, rules, at)


def _pay(claim: AidClaim, rules: Rulebook, by: Party | None, at: datetime) -> ledger.Transaction:
    coop = claim.coop
    followed = rules.uids("funds.aid_most_claim", "funds.aid_most_year", "funds.aid_decided_by")
    basis = ledger.record_basis(coop=coop, scheme="aid", version=1, rule_values=followed)
    return ledger.post(
        coop=coop,
        kind="aid",
        key=f"aid:{claim.number}:1",
        date=clock.local_date(at, coop.timezone),
        postings=[
            ledger.NewPosting(
                ledger.open_account(coop=coop, kind=Account.Kind.FUND, detail="mutual", at=at), claim.granted, "given"
            ),
            ledger.NewPosting(
                ledger.open_account(coop=coop, kind=Account.Kind.EARNINGS, party=claim.claimant, at=at), -claim.granted, "help"
            ),
        ],
        by=by,
        at=at,
        basis=basis,
        facts={"claim": claim.number, "asked": claim.amount, "granted": claim.granted},
    )


def _lock(claim: AidClaim) -> AidClaim:
    rows = AidClaim.objects.select_for_update(of=("self",)).select_related(
        "coop", "claimant", "membership__party", "membership__coop"
    )
    present = rows.get(pk=claim.pk)
    if present.state != State.ASKED:
        raise ClaimDecided(
            _("Request %(number)s is “%(state)s” already.")
            % {"number": present.number, "state": present.get_state_display().lower()}
        )
    return present


def claim_of(coop: Coop, number: object) -> AidClaim:
    """Raises: ClaimDecided when there is none."""
    found = AidClaim.objects.filter(coop=coop, number=number).select_related("coop").first() if isinstance(number, int) else None
    if found is None:
        raise ClaimDecided(_("There is no such request for help."))
    return found
