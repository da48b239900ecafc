from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RatesConfig(AppConfig):
    name = "marke.rates"
    label = "rates"
    verbose_name = _("What work costs")

    def ready(self) -> None:
        from marke.rates.limits import FARES
        from marke.rates.rulebook import RULES
        from marke.rules.limits import limits
        from marke.rules.registry import register_rules

        register_rules(RULES)
        limits.register(FARES)
