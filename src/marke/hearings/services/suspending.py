"""A membership rests: meanwhile, where safety asks for it, or as what was decided. It ends by itself."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from marke.common.refusal import NotAllowed, Refused
from marke.hearings import mails
from marke.hearings.conditions import State
from marke.hearings.models import Case, CaseStep, Suspension
from marke.hearings.permissions import DECIDING, check_member_now, holds_any
from marke.hearings.services.moves import in_words, locked, step
from marke.parties import services as parties
from marke.parties.models import Membership, Party
from marke.rules.queries import rulebook

Kind = CaseStep.Kind


class NotMeanwhile(Refused):
    """Once in a case, while it is open, for so many days at most."""


class NoMandate(NotAllowed):
    """Only somebody with a mandate."""


@transaction.atomic
def suspend_meanwhile(*, case: Case, days: int, grounds: str, by: Party, at: datetime) -> Case:
    """For somebody's safety, until the case is decided: at most as long as the rule says, and once.

    Raises: OnlyMembersAct, NoMandate, NotMeanwhile, WordsMissing.
    """
    case = locked(case)
    _check_mandate(case, by, at)
    most = rulebook(case.coop, at).value("hearings.interim_days")
    if case.state not in (State.OPEN, State.DECIDED, State.APPEALED) or case.suspensions.exists():
        raise NotMeanwhile(_("Nobody is suspended meanwhile twice in one case, nor before they were told or after it is over."))
    if not 0 < days <= most.days:
        raise NotMeanwhile(
            _("%(days)d days are not possible: by our rules somebody is suspended meanwhile for %(most)d days at most.")
            % {"days": days, "most": most.days}
        )
    if case.membership.state != Membership.State.MEMBER:
        raise NotMeanwhile(_("%(name)s is “%(state)s” now.")
                           % {"name": case.membership.party.name, "state": case.membership.get_state_display()})  # fmt: skip
    until = at + timedelta(days=days)
    step(case, Kind.INTERIM, by=by, at=at, text=in_words(grounds))
    begin_suspension(case, interim=True, until=until, by=by, at=at)
    mails.suspended_meanwhile(case, until, grounds, at)
    return case


@transaction.atomic
def end_early(*, case: Case, note: str, by: Party, at: datetime) -> Case:
    """The suspension that runs ends before its time. A second click changes nothing. Raises: OnlyMembersAct, NoMandate."""
    case = locked(case)
    _check_mandate(case, by, at)
    end_suspension_of(case, by=by, at=at, note=note)
    return case


def begin_suspension(case: Case, *, interim: bool, until: datetime, by: Party | None, at: datetime) -> None:
    """Inside the caller's transaction, on a locked case."""
    membership = case.membership
    Suspension.objects.filter(membership=membership, ended_at=None).update(ended_at=at)
    Suspension.objects.create(coop=case.coop, case=case, membership=membership, interim=interim, since=at, until=until)
    if membership.state == Membership.State.MEMBER:
        parties.suspend(membership=membership, by=by, at=at, note=_("Case %(number)d") % {"number": case.number})


def end_suspension_of(case: Case, *, by: Party | None, at: datetime, note: str = "") -> bool:
    """Ends what runs in this case, and lets the member act again. Inside the caller's transaction."""
    running = Suspension.objects.select_for_update().filter(case=case, ended_at=None).first()
    if running is None:
        return False
    running.ended_at = at
    running.save(update_fields=["ended_at"])
    membership = Membership.objects.select_related("party").get(pk=case.membership_id)
    if membership.state == Membership.State.SUSPENDED:
        said = _("Case %(number)d") % {"number": case.number}
        parties.reinstate(membership=membership, by=by, at=at, note=said)
    step(case, Kind.ENDED, by=by, at=at, text=note.strip()[:5_000])
    case.membership.refresh_from_db(fields=["state"])
    return True


def covers_suspension(membership: Membership) -> bool:
    return Suspension.objects.filter(membership=membership, ended_at=None, case__notice_at__isnull=False).exists()


def is_excluded(membership: Membership) -> bool:
    final = Case.objects.filter(membership=membership, state=State.FINAL, outcome=Case.Outcome.EXCLUDED, notice_at__isnull=False)
    return final.exclude(upheld=False).exists()


def _check_mandate(case: Case, by: Party, at: datetime) -> None:
    own = check_member_now(case.coop, by)
    if own.pk == case.membership_id or not holds_any(own, DECIDING, at):
        raise NoMandate(_("This is for somebody with a mandate, whom the case is not about. Under Mandates you see who that is."))
