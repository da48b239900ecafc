"""Classes of shares: opened and closed by a decision; the ordinary one is always there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marke.common.refusal import Refused
from marke.parties.models import Coop, Party
from marke.payments import services as payments
from marke.rules.models import Decision
from marke.shares.models import ORDINARY, ShareClass

# Letters and figures only: in the ledger's chart of accounts nothing else would tell two of them apart.
CODE = re.compile(r"[a-z][a-z0-9]{1,23}")
MOST_CLASSES = 12


class ClassRefused(Refused):
    """There cannot be such a class of shares."""


def ordinary_class(coop: Coop, at: datetime) -> ShareClass:
    """The class that every co-op has; made when it is first asked for."""
    found, _made = ShareClass.objects.get_or_create(coop=coop, code=ORDINARY, defaults={"opened_at": at})
    found.coop = coop
    return found


def check_class(*, coop: Coop, code: str, name: str) -> None:
    """Raises: ClassRefused."""
    if not CODE.fullmatch(code):
        raise ClassRefused(
            _("“%(code)s” cannot be the code of a class. Take 2 to 24 small letters and figures, beginning with a letter.")
            % {"code": code[:40]}
        )
    if not name.strip():
        raise ClassRefused(_("The class has no name. Give it one, such as “Investor shares”."))
    if ShareClass.objects.filter(coop=coop, code=code).exists():
        raise ClassRefused(_("There is a class with the code “%(code)s” already. Take another one.") % {"code": code})
    if ShareClass.objects.filter(coop=coop).count() >= MOST_CLASSES:
        raise ClassRefused(
            _("%(coop)s has %(most)s classes of shares. More would be understood by nobody; close one first.")
            % {"coop": coop.name, "most": MOST_CLASSES}
        )


@transaction.atomic
def open_share_class(
    *,
    coop: Coop,
    code: str,
    name: str,
    member_classes: Sequence[str] = (),
    decision: Decision | None,
    by: Party | None,
    at: datetime,
) -> ShareClass:
    """A class of shares, for members of `member_classes` (none: for everybody). Its rules vary by `share_class=<code>`.

    Raises: ClassRefused.
    """
    payments.lock_coop(coop.pk)
    ordinary_class(coop, at)
    check_class(coop=coop, code=code, name=name)
    return ShareClass.objects.create(
        coop=coop,
        code=code,
        name=" ".join(name.split())[:60],
        member_classes=sorted(set(member_classes)),
        position=ShareClass.objects.filter(coop=coop).count(),
        opened_at=at,
        opened_by=decision,
    )


@transaction.atomic
def close_share_class(*, share_class: ShareClass, decision: Decision | None, by: Party | None, at: datetime) -> ShareClass:
    """No new shares of it from now; those there are stay. Closing twice changes nothing."""
    payments.lock_coop(share_class.coop_id)
    share_class = ShareClass.objects.select_related("coop").get(pk=share_class.pk)
    if share_class.closed_at is None:
        share_class.closed_at = at
        share_class.save(update_fields=["closed_at"])
    return share_class
