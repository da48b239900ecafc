"""Policies, written down as the insurer gave them; whom they name; and when they end."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marke.common.numbering import next_number
from marke.common.refusal import Refused
from marke.engagements.models import Covered, Policy
from marke.parties.models import Coop, Membership, Party

MOST = 200


class PolicyDoesNotFit(Refused):
    """Days the wrong way round, or a policy that covers everybody and names somebody too."""

    status = 422


def note_policy(
    *, coop: Coop, against: str, insurer: str, reference: str, call: str, everybody: bool, first_on: date, last_on: date | None,
    once_key: str, by: Party | None, at: datetime,
) -> Policy:  # fmt: skip
    """A form that is sent twice gives the first. Raises: PolicyDoesNotFit."""
    _check_days(first_on, last_on)
    with transaction.atomic():
        number = next_number(Policy, coop)
        if first := Policy.objects.filter(coop=coop, once_key=once_key).first():
            return first
        if number > MOST:
            raise PolicyDoesNotFit(_("At most %(most)s policies are kept.") % {"most": MOST})
        return Policy.objects.create(
            coop=coop, number=number, against=against, insurer=insurer, reference=reference, call=call, everybody=everybody,
            first_on=first_on, last_on=last_on, noted_at=at, noted_by=by, once_key=once_key,
        )  # fmt: skip


def end_policy(*, policy: Policy, last_on: date) -> Policy:
    """After this day it covers nobody; also to say that it goes on longer than was thought. Raises: PolicyDoesNotFit."""
    _check_days(policy.first_on, last_on)
    with transaction.atomic():
        next_number(Policy, policy.coop)  # one after the other
        Policy.objects.filter(pk=policy.pk).update(last_on=last_on)
        policy.last_on = last_on
        return policy


def name_member(*, policy: Policy, membership: Membership, first_on: date, last_on: date | None) -> Covered:
    """The policy covers this member from a day on; who is named already gets these days. Raises: PolicyDoesNotFit."""
    _check_days(first_on, last_on)
    if policy.everybody:
        raise PolicyDoesNotFit(_("This policy covers every member; nobody has to be named."))
    if policy.coop_id != membership.coop_id:
        raise PolicyDoesNotFit(_("This member belongs to another co-op."))
    days = {"coop": policy.coop, "first_on": first_on, "last_on": last_on}
    row, _made = Covered.objects.update_or_create(policy=policy, membership=membership, defaults=days)
    return row


def remove_member(*, policy: Policy, membership: Membership) -> None:
    """Named in error. Whose cover ends gets a last day instead."""
    Covered.objects.filter(policy=policy, membership=membership).delete()


def _check_days(first_on: date, last_on: date | None) -> None:
    if last_on is not None and last_on < first_on:
        raise PolicyDoesNotFit(
            _("%(last)s lies before %(first)s. The last day is that one or later.")
            % {"last": last_on.isoformat(), "first": first_on.isoformat()}
        )
