"""What a date decides about shares: the time to reconsider has passed, a year of use makes shares due."""

from __future__ import annotations

from datetime import datetime

from marke.common.clockwork import Wheel
from marke.parties.models import Coop
from marke.rules.models import RuleValue
from marke.shares.models import ShareEvent, ShareRequest
from marke.shares.services import allot_after_reflection, request_for_use
from marke.shares.services.use import KEY


def allot_due(at: datetime) -> int:
    waiting = ShareRequest.objects.filter(reflection_until__lte=at).exclude(
        events__kind__in=(ShareEvent.Kind.ALLOTTED, ShareEvent.Kind.CANCELLED)
    )
    coops = Coop.objects.filter(pk__in=waiting.values("coop")).order_by("pk")
    return sum(allot_after_reflection(coop=coop, at=at) for coop in coops)


def ask_for_years_of_use(at: datetime) -> int:
    asking = RuleValue.objects.filter(key=KEY, replaced_at=None).exclude(value=0)
    coops = Coop.objects.filter(pk__in=asking.values("coop")).order_by("pk")
    return sum(request_for_use(coop=coop, at=at) for coop in coops)


WHEELS = [Wheel("share_allotment", allot_due), Wheel("shares_for_use", ask_for_years_of_use)]
