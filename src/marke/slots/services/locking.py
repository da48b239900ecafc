"""One at a time in each co-op: whoever writes about shifts or things waits for the others."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.utils.translation import gettext as _

from marke.common.refusal import Refused
from marke.parties.models import Coop
from marke.slots.models import Shift


class ShiftIsGone(Refused):
    """It was taken back meanwhile."""


@contextmanager
def alone(coop: Coop) -> Iterator[None]:
    """A transaction in which nobody else changes who is on which shift, so that two never take the last place."""
    with transaction.atomic():
        list(Coop.objects.select_for_update(no_key=True).filter(pk=coop.pk).values_list("pk"))
        yield


def fresh(shift: Shift) -> Shift:
    """As it is now that nobody else changes it. Raises: ShiftIsGone."""
    found = Shift.objects.filter(pk=shift.pk).first()
    if found is None:
        raise ShiftIsGone(_("“%(title)s” was taken back before it was published.") % {"title": shift.title})
    found.coop = shift.coop
    return found
