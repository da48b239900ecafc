"""Whom to call when somebody does not come home."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marke.common.refusal import Refused
from marke.parties.models import Membership
from marke.safety.models import EmergencyContact


class ContactDoesNotFit(Refused):
    """There is no way to reach them."""

    status = 422


def name_contact(*, membership: Membership, name: str, phone: str, email: str, at: datetime) -> EmergencyContact:
    """The member says whom to call; the last word counts. Raises: ContactDoesNotFit."""
    if not name.strip() or not (phone.strip() or email.strip()):
        raise ContactDoesNotFit(_("Give a name, and a telephone number or a mail address."))
    with transaction.atomic():
        said = {"name": name.strip(), "phone": phone.strip(), "email": email.strip().lower()}
        row, _made = EmergencyContact.objects.update_or_create(
            membership=membership,
            defaults={**said, "coop": membership.coop, "language": membership.party.language, "since": at},
        )
        return row


def forget_contact(*, membership: Membership) -> None:
    EmergencyContact.objects.filter(membership=membership).delete()
