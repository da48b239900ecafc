"""Who may decide alone."""

from datetime import datetime

from django.utils.translation import gettext as _

from marke.common import clock
from marke.common.refusal import NotAllowed
from marke.parties.models import Coop, Party
from marke.parties.permissions import holds_office
from marke.threads.permissions import check_speaks

COORDINATOR = "coordinator"


class NotTheCoordinator(NotAllowed):
    pass


def check_coordinator(coop: Coop, by: Party, at: datetime) -> None:
    """Raises: OnlyMembersSpeak, NotTheCoordinator."""
    on = clock.local_date(at, coop.timezone)
    if not any(holds_office(membership=own, office=COORDINATOR, on=on) for own in check_speaks(coop, by, at)):
        raise NotTheCoordinator(
            _("This is decided by the coordinator of %(coop)s. Under Mandates you see who that is.") % {"coop": coop.name}
        )
