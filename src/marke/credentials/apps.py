from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CredentialsConfig(AppConfig):
    name = "marke.credentials"
    label = "credentials"
    verbose_name = _("Work histories")

    def ready(self) -> None:
        from marke.common.clockwork import wheels
        from marke.common.events import subscribe
        from marke.credentials import belonging
        from marke.credentials.clockwork import AGREEMENT
        from marke.credentials.rulebook import RULES
        from marke.parties import hooks
        from marke.parties.events import PartyErased
        from marke.rules.registry import register_rules

        register_rules(RULES, fine_print=True)
        wheels.register(AGREEMENT)
        for kind, rows in belonging.MY_DATA:
            hooks.my_data.register(hooks.MyData(kind, rows))
        hooks.member_parts.register(hooks.MemberPart("credentials", "credentials/_member_part.html", belonging.member_part))
        subscribe(PartyErased, belonging.forget)
