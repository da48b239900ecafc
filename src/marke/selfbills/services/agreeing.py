"""Member and co-op agree that the co-op writes the member's invoices; either side ends it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marke.common import clock
from marke.common.numbering import next_number
from marke.common.refusal import Refused
from marke.invoices.vat_choices import VatChoice, check_choice
from marke.parties.models import Membership, Party
from marke.parties.services import change_person
from marke.rules.queries import rulebook
from marke.selfbills.models import SelfBillAgreement
from marke.selfbills.queries import is_open
from marke.selfbills.vat import advice_for


class NotOpen(Refused):
    """The rules do not allow it, or not for this member."""


class NotABusiness(Refused):
    """Without a VAT number and an address nobody can be invoiced from."""


class AgreedAlready(Refused):
    """There is an agreement already; it is ended before there is another."""


class OwnAgreement(Refused):
    """Nobody signs for both sides."""


class AgreementEnded(Refused):
    """It is over."""


@transaction.atomic
def ask(
    *, membership: Membership, details: Mapping[str, str], vat: VatChoice, is_small: bool, since: date, at: datetime
) -> SelfBillAgreement:
    """The member agrees by asking. `details`: vat_number, street, postcode, city, country. Asking the same again finds it.

    Raises: NotOpen, NotABusiness, VatNotPossible, AgreedAlready.
    """
    coop = membership.coop
    number = next_number(SelfBillAgreement, coop)
    _check_may(membership, at)
    party = change_person(party=membership.party, by=membership.party, at=at, **details)
    _check_business(party)
    if not is_small:
        check_choice(vat, advice_for(coop, party.country, clock.local_date(at, coop.timezone)))
    said = {
        "vat_category": "E" if is_small else vat.category,
        "vat_permille": 0 if is_small else vat.permille,
        "is_small": is_small,
    }
    there = SelfBillAgreement.objects.filter(membership=membership, ended_at=None).first()
    if there is not None:
        if all(getattr(there, name) == value for name, value in said.items()) and there.since == since:
            return there
        raise AgreedAlready(
            _("You agreed to something else on %(day)s. End that agreement, and ask again.")
            % {"day": clock.local_date(there.asked_at, coop.timezone).isoformat()}
        )
    return SelfBillAgreement.objects.create(
        coop=coop, number=number, membership=membership, object_days=rulebook(coop, at).value("selfbills.object_days"), since=since,
        asked_at=at, asked_by=membership.party, **said,
    )  # fmt: skip


def _check_may(membership: Membership, at: datetime) -> None:
    if not is_open(membership.coop, at):
        raise NotOpen(_("The rule “Invoices in members’ names” does not allow this. Any member can propose to change it."))
    if membership.state != Membership.State.MEMBER or membership.engagement != Membership.Engagement.SELF_EMPLOYED:
        raise NotOpen(_("This is for members who are self-employed. Who is not owes the co-op no invoice."))


def _check_business(party: Party) -> None:
    if not (party.vat_number and party.street and party.city and party.country):
        raise NotABusiness(_("An invoice from you needs your VAT number and your address. Fill in all of it."))


@transaction.atomic
def sign(*, agreement: SelfBillAgreement, by: Party, at: datetime) -> SelfBillAgreement:
    """The co-op agrees. Signing again changes nothing. Raises: OwnAgreement, AgreementEnded."""
    agreement = _locked(agreement)
    if agreement.membership.party_id == by.pk:
        raise OwnAgreement(_("You cannot agree with yourself: somebody else in office signs for the co-op."))
    if agreement.ended_at is not None:
        raise AgreementEnded(
            _("The agreement ended on %(day)s. The member asks for a new one.")
            % {"day": clock.local_date(agreement.ended_at, agreement.coop.timezone).isoformat()}
        )
    if agreement.agreed_at is None:
        agreement.agreed_at, agreement.agreed_by = at, by
        agreement.save(update_fields=["agreed_at", "agreed_by"])
    return agreement


@transaction.atomic
def end_agreement(*, agreement: SelfBillAgreement, reason: str = "", by: Party | None, at: datetime) -> SelfBillAgreement:
    """From now on the member writes their own invoices. What was written stays. Ending again changes nothing."""
    agreement = _locked(agreement)
    if agreement.ended_at is None:
        agreement.ended_at, agreement.ended_by, agreement.end_reason = at, by, " ".join(reason.split())[:300]
        agreement.save(update_fields=["ended_at", "ended_by", "end_reason"])
    return agreement


def _locked(agreement: SelfBillAgreement) -> SelfBillAgreement:
    rows = SelfBillAgreement.objects.select_for_update(of=("self",)).select_related("coop", "membership__party")
    return rows.get(pk=agreement.pk)
