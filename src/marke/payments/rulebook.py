"""The rules about being paid."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from marke_core.rulebook import Amount, Choice, Duration, Rule

PAY = _("Pay")

RULES = [
    Rule(
        key="payments.rhythm",
        type=Choice({"weekly": _("every week"), "fortnightly": _("every two weeks"), "monthly": _("every month")}),
        default="monthly",
        title=_("When members are paid"),
        sentence=_("Members are paid {value}."),
        section=PAY,
        rank=4,
        explains=_("When a period has ended, the treasurer is asked to make the pay run for what was earned in it."),
    ),
    Rule(
        key="payments.minimum",
        type=Amount(least=0, most=100_000),
        default=500,
        title=_("The least that is paid out"),
        sentence=_("Less than {value} is not paid out yet; it stays on the member's account until it is more."),
        section=PAY,
        explains=_(
            "Every transfer costs work, and with many banks money. What is not paid out is still the member's; "
            "who has left is paid all of it."
        ),
    ),
    Rule(
        key="payments.release",
        type=Choice(
            {
                "another_officer": _("another treasurer or coordinator than the one who made it"),
                "any_member": _("any other member than the one who made it"),
            }
        ),
        default="another_officer",
        title=_("Who looks a second time"),
        sentence=_("A pay run is released by {value}."),
        section=PAY,
        explains=_("Two people look at every pay run before money leaves. The database refuses one person for both."),
    ),
    Rule(
        key="payments.bank_wait",
        type=Duration(least=timedelta(0), most=timedelta(days=14)),
        default=86_400,
        title=_("The wait after a new bank account"),
        sentence=_("A new bank account is used {value} after the member confirmed it by mail."),
        section=PAY,
        explains=_(
            "Whoever gets hold of somebody's sign-in could turn the pay to another account. The wait leaves time to notice "
            "the mail and stop it."
        ),
    ),
]
