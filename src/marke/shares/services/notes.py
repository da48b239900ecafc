"""The information note of a class: who read which version of it."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.utils.translation import gettext as _

from marke.common.refusal import Refused
from marke.parties.models import Party
from marke.rules.queries import Rulebook
from marke.shares.models import NoteAttestation, ShareClass


class NoteNotRead(Refused):
    """The rules ask to read the information note first."""


def acknowledge_note(
    *, share_class: ShareClass, party: Party, noted: bool, rules: Rulebook, at: datetime
) -> NoteAttestation | None:
    """Keeps that `party` has read the note in force; nothing where no note is to be read, or this version was read before.

    Raises: NoteNotRead.
    """
    code = share_class.code
    if not rules.value("shares.note_asked", share_class=code):
        return None
    entry = rules.entry("shares.note", share_class=code)
    read = NoteAttestation.objects.filter(coop=share_class.coop, rule_value=entry, party=party).first()
    if read is not None:
        return read
    if not noted:
        raise NoteNotRead(
            _("Read the information note about “%(name)s” first, and say that you have read it.") % {"name": str(share_class)}
        )
    digest = hashlib.sha256(rules.value("shares.note", share_class=code).encode()).hexdigest()
    return NoteAttestation.objects.create(coop=share_class.coop, rule_value=entry, party=party, text_sha256=digest, at=at)
