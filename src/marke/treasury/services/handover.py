"""What the treasurer writes down for whoever comes after."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marke.common.numbering import next_number
from marke.common.refusal import Refused
from marke.parties.models import Coop, Party
from marke.treasury.models import HandoverNote

LONGEST = 4_000


class NoteTooLong(Refused):
    """The note is to be read by somebody on their first day."""


@transaction.atomic
def write_handover_note(*, coop: Coop, text: str, by: Party | None, at: datetime) -> HandoverNote | None:
    """Keeps the note beside those before it; the same text again changes nothing, and gives the one that is there.

    Raises: NoteTooLong.
    """
    text = "\n".join(line.rstrip() for line in text.strip().splitlines())
    if len(text) > LONGEST:
        raise NoteTooLong(
            _("The note has %(length)s characters; %(most)s is the most. Leave out what stands elsewhere.")
            % {"length": len(text), "most": LONGEST}
        )
    number = next_number(HandoverNote, coop)  # locks the co-op, so that a double click waits here
    latest = HandoverNote.objects.filter(coop=coop).order_by("-number").first()
    if text == (latest.text if latest else ""):
        return latest
    return HandoverNote.objects.create(coop=coop, number=number, text=text, written_at=at, by=by)
