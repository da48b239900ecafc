"""What work can need of people, and who has it: written down by whoever gives out the work."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marke.common.clock import local_date
from marke.common.refusal import Refused
from marke.jobs.models import Capability, Held
from marke.parties.models import Coop, Membership, Party


class CapabilityDoesNotFit(Refused):
    """A capability without a name of its own, or days that cannot be."""


def add_capability(*, coop: Coop, name: str, kind: str, by: Party | None, at: datetime) -> Capability:
    """Raises: CapabilityDoesNotFit."""
    name = " ".join(name.split())
    if not name or len(name) > 80 or kind not in Capability.Kind.values:
        raise CapabilityDoesNotFit(_("Give it a name of at most 80 characters, and say what it is."))
    with transaction.atomic():
        list(Coop.objects.select_for_update(no_key=True).filter(pk=coop.pk).values_list("pk"))
        if Capability.objects.filter(coop=coop, name=name, ended_at=None).exists():
            raise CapabilityDoesNotFit(_("“%(name)s” is there already. Give this one another name.") % {"name": name})
        return Capability.objects.create(coop=coop, name=name, kind=kind)


def end_capability(*, capability: Capability, by: Party | None, at: datetime) -> Capability:
    """No work needs it from now on; jobs that were booked with it keep it. Twice changes nothing."""
    if capability.ended_at is None:
        capability.ended_at = at
        capability.save(update_fields=["ended_at"])
    return capability


def note_held(
    *, capability: Capability, membership: Membership, until: date | None = None, carries_kg: int | None = None,
    by: Party | None, at: datetime,
) -> Held:  # fmt: skip
    """The member has it, from today until a day (the first without it), and carries so much with it. Writing it down again
    takes the place of what stood there.

    Raises: CapabilityDoesNotFit.
    """
    today = local_date(at, capability.coop.timezone)
    if capability.coop_id != membership.coop_id or capability.ended_at is not None:
        raise CapabilityDoesNotFit(_("This is not needed any more. Reload the page and choose again."))
    if until is not None and until <= today:
        raise CapabilityDoesNotFit(
            _("%(until)s is not after today. Choose a later day, or take it away from them.") % {"until": until.isoformat()}
        )
    held, _made = Held.objects.update_or_create(
        coop=capability.coop, membership=membership, capability=capability,
        defaults={"until": until, "carries_kg": carries_kg, "checked_by": by, "checked_at": at},
        create_defaults={"since": today, "until": until, "carries_kg": carries_kg, "checked_by": by, "checked_at": at},
    )  # fmt: skip
    return held


def take_away(*, held: Held, by: Party | None, at: datetime) -> None:
    """The member does not have it any more."""
    held.delete()
