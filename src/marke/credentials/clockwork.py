"""What time does for the agreement: who joined has a key to sign with, and what others state is read again every week."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from marke.common.clockwork import Wheel
from marke.credentials.agreement import joined
from marke.credentials.models import SigningKey
from marke.credentials.services import read_due
from marke.credentials.services.keys import signing_key
from marke.parties.models import Coop
from marke.rules.models import RuleValue


def turn(at: datetime) -> int:
    return make_keys(at) + read_due(at)


def make_keys(at: datetime) -> int:
    """A statement is signed, also by a co-op from which nobody has taken a work history along yet."""
    says_so = RuleValue.objects.filter(coop=OuterRef("pk"), key="credentials.agreement", value=True, valid_from__lte=at)
    bare = Coop.objects.filter(Exists(says_so), ~Exists(SigningKey.objects.filter(coop=OuterRef("pk"))))
    made = 0
    for coop in bare:
        if joined(coop, at) is not None:
            with transaction.atomic():
                signing_key(coop=coop, by=None, at=at)
            made += 1
    return made


AGREEMENT = Wheel("credentials.agreement", turn)
