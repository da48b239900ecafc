"""The kind of round that this app brings."""

from django.utils.translation import gettext_lazy as _

from marke.common.rounds import RoundKind
from marke.payments.conditions import MOVES, PAY_RUN, State
from marke.payments.permissions import MONEY_OFFICES

PAY_RUNS = RoundKind(
    kind=PAY_RUN,
    label=_("Pay run"),
    moves=MOVES,
    url_name="payments:pay_run",
    alone=True,
    second_person=True,
    words={State.SENT: _("Sent to the bank"), State.SETTLED: _("Paid")},
    offices=MONEY_OFFICES,
)
