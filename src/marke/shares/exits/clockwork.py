"""What a date decides about shares that are given back."""

import logging
from datetime import datetime

from marke.common.clockwork import Wheel
from marke.common.refusal import Refused
from marke.parties.models import Coop
from marke.shares.models import ShareExit
from marke.shares.services.exit_effects import turn_exits

logger = logging.getLogger(__name__)
State = ShareExit.State


def turn(at: datetime) -> int:
    """Shares end, interest falls due, payments are suspended or are not any more; each co-op by itself."""
    open_ = ShareExit.objects.exclude(moves__state__in=(State.PAID, State.CANCELLED))
    done = 0
    for coop in Coop.objects.filter(pk__in=open_.values("coop")).order_by("pk"):
        try:
            done += turn_exits(coop=coop, at=at)
        except Refused as refusal:
            logger.warning("Shares given back in %s wait: %s", coop.slug, refusal)
    return done


EXITS_WHEEL = Wheel("exits", turn)
