"""Founding a co-op: the one thing that touches parties, rules and jobs at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from marke.common.clock import local_date
from marke.jobs.services import add_service
from marke.packs.registry import Pack, packs
from marke.parties.events import InvitationAccepted
from marke.parties.models import Coop, Invitation, Mandate, Membership, Party
from marke.parties.services import admit_member, apply_for_membership, create_coop, give_mandate, invite
from marke.rules.models import Decision
from marke.rules.queries import rulebook
from marke.rules.services import attest, found_rulebook
from marke.site.countries import country
from marke.statutes.services import adopt_at_founding, founding_values

# How long the first invitation can be used; the coordinator makes another one whenever she likes.
INVITATION_LASTS = timedelta(days=30)


@dataclass(frozen=True)
class Plan:
    """What a founder has chosen before anything exists."""

    name: str
    pack: str
    country: str
    legal_form: str
    language: str
    # Rule values that differ from the pack's, as plain JSON by key.
    rules: Mapping[str, Any]
    # Which legal form it has already, by its code; "" where none, or none that is known here.
    regime: str = ""


@dataclass(frozen=True)
class Founded:
    coop: Coop
    decision: Decision
    membership: Membership
    invitation: Invitation


def found_coop(*, plan: Plan, founder: Party, at: datetime, slug: str | None = None, demo: bool = False) -> Founded:
    """Start a co-op: its rulebook by a founding decision, its first member with two offices, services, an invitation.

    The founding stays open: whoever comes by the invitation and agrees becomes a member and signs the same decision,
    until the coordinator declares it complete.

    Raises: Refused when a value, the country or the pack will not do; nothing is left behind.
    """
    pack = packs.get(plan.pack)
    land = country(plan.country)
    with transaction.atomic():
        Party.objects.select_for_update().get(pk=founder.pk)  # a second click waits here for the first
        if (twin := _founded_just_now(plan, founder, at)) is not None:
            return twin
        coop = create_coop(
            name=plan.name,
            slug=slug,
            demo=demo,
            pack=pack.kind,
            country=land.code,
            currency=land.currency,
            timezone=land.timezone,
            language=plan.language,
            legal_form=plan.legal_form,
            by=founder,
            at=at,
        )
        codes = [plan.regime] if plan.regime else []
        decision = found_rulebook(
            coop=coop,
            values=founding_values(coop, codes, plan.rules, at) if codes else plan.rules,
            by=founder,
            at=at,
            title=_("Founding of %(name)s") % {"name": coop.name},
        )
        if plan.regime:
            adopt_at_founding(coop=coop, form=plan.regime, also=[], decision=decision, at=at)
        membership = apply_for_membership(coop=coop, party=founder, by=founder, at=at)
        membership = admit_member(membership=membership, by=founder, at=at)
        attest(decision=decision, party=founder, at=at)
        _give_first_offices(coop, membership, at)
        _open_the_catalogue(coop, pack, at)
        invitation = invite(coop=coop, expires_at=at + INVITATION_LASTS, by=founder, at=at)
    return Founded(coop, decision, membership, invitation)


def _founded_just_now(plan: Plan, founder: Party, at: datetime) -> Founded | None:
    """The co-op that the same click founded a moment ago."""
    made = Membership.objects.filter(
        party=founder, coop__name=plan.name, coop__created_at__gt=at - timedelta(minutes=1), coop__founded_at=None
    )
    if (membership := made.select_related("coop").order_by("pk").first()) is None:
        return None
    coop = membership.coop
    decision = Decision.objects.filter(coop=coop).earliest("number")
    return Founded(coop, decision, membership, Invitation.objects.filter(coop=coop).earliest("pk"))


def sign_founding(event: InvitationAccepted) -> None:
    """Whoever tapped *I agree* while the founding is open has agreed to the words of the founding decision."""
    decision = Decision.objects.get(coop=event.coop, kind=Decision.Kind.FOUNDING)
    attest(decision=decision, party=event.party, at=event.at)


def _give_first_offices(coop: Coop, membership: Membership, at: datetime) -> None:
    """The founder coordinates and keeps the money until the first term ends; the founding decision says so."""
    today = local_date(at, coop.timezone)
    term = rulebook(coop, at).value("mandates.term")
    for office in (Mandate.Office.COORDINATOR, Mandate.Office.TREASURER):
        give_mandate(
            coop=coop,
            membership=membership,
            office=office,
            starts_on=today,
            ends_on=today + term,
            by=membership.party,
            at=at,
            reason=_("By the founding decision"),
        )


def _open_the_catalogue(coop: Coop, pack: Pack, at: datetime) -> None:
    """The pack's starter services, with the standard rate of the country; VAT is charged once there is a VAT number."""
    for service in pack.services:
        add_service(
            coop=coop,
            name=str(service.name),
            job_kind=service.job_kind,
            price=service.price,
            per=service.per,
            minutes=service.minutes,
            at=at,
            by=None,
        )
