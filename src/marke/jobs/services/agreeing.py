"""Who agreed to be given work, and whose client it is."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marke.jobs.models import Agreement, OwnMember
from marke.jobs.services.asking import CannotBeAsked, agrees_to_be_given_work
from marke.parties.models import Client, Membership, Party


def agree(*, membership: Membership, given: bool, by: Party | None, at: datetime) -> None:
    """The member agrees to be given work without being asked each time, or takes that back. It counts from now on.

    Work that was given before can be handed back like any other. The same word again changes nothing.
    """
    with transaction.atomic():
        Membership.objects.select_for_update().get(pk=membership.pk)
        if agrees_to_be_given_work(membership) != given:
            Agreement.objects.create(coop=membership.coop, membership=membership, given=given, at=at, by=by)


def set_own_member(
    *, client: Client, membership: Membership | None, job_kind: str = "", by: Party | None, at: datetime
) -> OwnMember | None:
    """From now on this member is asked first for the client; None ends it. The same again changes nothing.

    Raises: CannotBeAsked.
    """
    if membership is not None and (membership.coop_id != client.coop_id or membership.state != Membership.State.MEMBER):
        raise CannotBeAsked(
            _("%(name)s is not a member who can work now. Choose somebody from the list.") % {"name": membership.party.name}
        )
    with transaction.atomic():
        Client.objects.select_for_update().get(pk=client.pk)
        now = OwnMember.objects.filter(coop=client.coop, client=client, job_kind=job_kind, ended_at=None).first()
        if now is not None:
            if membership is not None and now.membership_id == membership.pk:
                return now
            now.ended_at = at
            now.save(update_fields=["ended_at"])
        if membership is None:
            return None
        return OwnMember.objects.create(coop=client.coop, client=client, membership=membership, job_kind=job_kind, at=at, by=by)
