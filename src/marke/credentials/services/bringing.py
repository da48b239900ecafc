"""A credential from elsewhere, kept by the member who shows it."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marke.common.numbering import next_number
from marke.common.refusal import Refused
from marke.credentials.agreement import BADGE, PLAIN, TOKEN
from marke.credentials.identity import checked
from marke.credentials.models import Brought
from marke.credentials.services.platforms import it_came
from marke.credentials.words import words_of
from marke.parties.models import Membership
from marke_core.credentials import Report
from marke_core.credentials.verifying import issuer_of

MOST = 20
LONGEST = 200_000


class CannotBeBrought(Refused):
    """No credential, or one of which something was checked and is wrong."""

    status = 422


def bring(*, membership: Membership, content: str, at: datetime) -> Brought:
    """Keeps it, if nothing about it is wrong; what cannot be checked here is said so wherever it is shown.

    Raises: CannotBeBrought with the reason; then nothing is kept.
    """
    content = content.removeprefix("\ufeff").strip()
    if len(content) > LONGEST:
        raise CannotBeBrought(_("This is too long for a credential: at most %(most)s letters are kept.") % {"most": LONGEST})
    report = checked(content, reader=membership.coop, at=at)
    if report.bad:
        flaw = next(flaw for step in report.steps if step.state == "bad" for flaw in step.flaws)
        raise CannotBeBrought(words_of(flaw))
    digest = hashlib.sha256(content.encode()).hexdigest()
    with transaction.atomic():
        number = next_number(Brought, membership.coop)
        mine = Brought.objects.filter(coop=membership.coop, membership=membership)
        if first := mine.filter(digest=digest).first():
            return first
        if mine.count() >= MOST:
            raise CannotBeBrought(_("You show %(most)s already. Put one away first.") % {"most": MOST})
        issuer = issuer_of(report.credential or {}).replace("\0", "")[:500]
        it_came(membership=membership, issuer=issuer, at=at)
        return Brought.objects.create(
            coop=membership.coop, number=number, membership=membership, content=content, digest=digest, issuer=issuer,
            form=_form(content, report), brought_at=at,
        )  # fmt: skip


def _form(content: str, report: Report) -> str:
    """In which of the agreement's formats it came."""
    if not content.startswith("{"):
        return TOKEN
    return BADGE if any(step.name == "badge" for step in report.steps) else PLAIN


def put_away(*, brought: Brought) -> None:
    Brought.objects.filter(pk=brought.pk).delete()
