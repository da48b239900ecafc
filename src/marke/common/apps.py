from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class CommonConfig(AppConfig):
    name = "marke.common"
    label = "common"

    def ready(self) -> None:
        from marke.common.clockwork import wheels
        from marke.common.db.scope import SCOPE_INVARIANT, create_scope_triggers, drop_scope_triggers
        from marke.common.invariants import invariants
        from marke.common.mail import MAIL_WHEEL

        wheels.register(MAIL_WHEEL)
        invariants.register(SCOPE_INVARIANT)
        # The signals come once for every app, before and after all of them; one's turn is enough.
        pre_migrate.connect(drop_scope_triggers, sender=self)
        post_migrate.connect(create_scope_triggers, sender=self)
