"""A credential from elsewhere, kept by the member who shows it."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marke.common.numbering import next_number
from marke.common.refusal import Refused
from marke.credentials.agreement import BADGE, PLAIN, TOKEN
from marke.credentials.copies import proves
from marke.credentials.identity import checked
from marke.credentials.models import Bearer, Brought
from marke.credentials.services.platforms import it_came
from marke.credentials.words import words_of
from marke.parties.models import Membership
from marke_core.credentials import Report, fingerprint
from marke_core.credentials.verifying import issuer_of

MOST = 20
LONGEST = 200_000


class CannotBeBrought(Refused):
    """No credential, one of which something was checked and is wrong, or one that somebody else shows and has proven."""

    status = 422


def bring(*, membership: Membership, content: str, at: datetime) -> Brought:
    """Keeps it, if nothing about it is wrong and nobody else of the installation has proven it, in whatever form.

    What cannot be checked here is said so wherever it is shown.

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
        which = fingerprint(report.credential or {})
        _proven_by_nobody_else(which, membership, proven=report.proven, at=at)
        issuer = issuer_of(report.credential or {}).replace("\0", "")[:500]
        it_came(membership=membership, issuer=issuer, at=at)
        return Brought.objects.create(
            coop=membership.coop, number=number, membership=membership, content=content, digest=digest,
            fingerprint=which, proven=report.proven, issuer=issuer, form=_form(content, report), brought_at=at,
        )  # fmt: skip


def _form(content: str, report: Report) -> str:
    """In which of the agreement's formats it came."""
    if not content.startswith("{"):
        return TOKEN
    return BADGE if any(step.name == "badge" for step in report.steps) else PLAIN


def _proven_by_nobody_else(which: str, membership: Membership, *, proven: bool, at: datetime) -> None:
    """Only a proof stands in somebody's way: whoever knows a number can write it into something that nobody can check.

    - Proven to this co-op: refused if somebody else's is proven to it too. Another co-op's word for the issuer's keys
      does not count here. Of two who bring it at once the second waits at the constraint, and finds the first.
    - Not checked, while somebody else's is proven in their own co-op: refused.
    - Not checked, beside others that are not: kept, and shown as that. Were the second refused, a forger who comes first
      would lock out the true holder; once it can be checked, the earlier proof stands first (see copies.py).

    In the caller's transaction. Raises: CannotBeBrought, which says nothing about the other.
    """
    party = membership.party
    if proven:
        Bearer.objects.select_for_update().get_or_create(fingerprint=which, defaults={"party": party})
    others = Brought.objects.filter(fingerprint=which).exclude(membership__party=party).select_related("coop", "membership")
    if any(proves(other, reader=membership.coop if proven else other.coop, at=at) for other in others):
        raise CannotBeBrought(
            _(
                "This credential is shown here already by somebody else, so it may have been copied. "
                "If it is yours, ask whoever issued it for a new one."
            )
        )
    if proven:  # whoever bore it shows it no more, or had proven it only to another co-op, by other keys
        Bearer.objects.filter(fingerprint=which).exclude(party=party).update(party=party)


def put_away(*, brought: Brought) -> None:
    """It is shown no more. Once its bearer shows it nowhere here, whoever else it belongs to may bring it."""
    with transaction.atomic():
        bearers = Bearer.objects.filter(fingerprint=brought.fingerprint, party=brought.membership.party_id)
        list(bearers.select_for_update())  # waits for the same person, who brings it at the same moment to another co-op
        Brought.objects.filter(pk=brought.pk).delete()
        if not Brought.objects.filter(fingerprint=brought.fingerprint, membership__party=brought.membership.party_id).exists():
            bearers.delete()
