"""The rules about shares."""

from django.utils.translation import gettext_lazy as _

from marke_core.rulebook import Amount, Count, Rule

SHARES = _("Shares")

RULES = [
    Rule(
        key="shares.price",
        type=Amount(least=1, most=100_000_000),
        default=5_000,
        title=_("The price of a share"),
        sentence=_("A share costs {value}."),
        section=SHARES,
        rank=5,
        explains=_("Whoever asks for shares pays the price in force on that day, also when it changes before they pay."),
    ),
    Rule(
        key="shares.minimum",
        type=Count(least=1, most=10_000),
        default=1,
        title=_("The least number of shares"),
        sentence=_("Whoever takes shares for the first time takes at least {value}."),
        section=SHARES,
        explains=_("It holds for the first request; who has shares already can add any number."),
    ),
]
