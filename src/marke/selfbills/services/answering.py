"""The member says that a paper in their name is right, or why not; whoever handles the money answers."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marke.common import clock
from marke.common.refusal import Refused
from marke.parties.models import Party
from marke.selfbills.models import SelfBill, SelfBillReply


class TooLate(Refused):
    """The time to object is over, or there is nothing to object to."""


class WhyNot(Refused):
    """Nobody can mend what is not said."""


class NothingToAnswer(Refused):
    """Nobody objected, or it was answered."""


@transaction.atomic
def reply(*, bill: SelfBill, is_right: bool, text: str = "", by: Party, at: datetime) -> SelfBillReply:
    """The member's word. Who found it right may still object while there is time. The same again changes nothing.

    Raises: TooLate, WhyNot.
    """
    bill = SelfBill.objects.select_for_update(of=("self",)).select_related("coop").get(pk=bill.pk)
    text = "" if is_right else text.strip()[:500]
    said = SelfBillReply.objects.filter(bill=bill).first()
    if said is not None and (not said.is_right or is_right):
        return said
    if bill.is_credit_note or bill.credit_notes.exists():
        raise TooLate(_("%(number)s was taken back, or takes one back: there is nothing to object to.") % {"number": bill.number})
    if not is_right and clock.local_date(at, bill.coop.timezone) > bill.object_until:
        raise TooLate(
            _("The time to object was over on %(day)s: it counts as accepted. Speak with the treasurer.")
            % {"day": bill.object_until.isoformat()}
        )
    if not is_right and not text:
        raise WhyNot(_("Write what is wrong with it, so that it can be mended."))
    found, _made = SelfBillReply.objects.update_or_create(
        bill=bill, defaults={"coop": bill.coop, "is_right": is_right, "text": text, "at": at, "by": by}
    )
    return found


@transaction.atomic
def answer(*, bill: SelfBill, text: str, by: Party, at: datetime) -> SelfBillReply:
    """The paper stands, and why. Raises: NothingToAnswer, WhyNot."""
    said = SelfBillReply.objects.select_for_update().filter(bill=bill, is_right=False).first()
    if said is None or said.answer:
        raise NothingToAnswer(_("There is no objection to %(number)s that waits for an answer.") % {"number": bill.number})
    if not text.strip():
        raise WhyNot(_("Write why the invoice stands: the member reads it."))
    said.answer, said.answer_text = SelfBillReply.Answer.STANDS, text.strip()[:500]
    said.answered_at, said.answered_by = at, by
    said.save()
    return said
