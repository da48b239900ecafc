from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "marke.ledger"
    label = "ledger"

    def ready(self) -> None:
        from marke.common.invariants import invariants
        from marke.ledger.doctor import INVARIANTS
        from marke.ledger.kinds import OPENING, transaction_kinds

        transaction_kinds.register(OPENING)
        for invariant in INVARIANTS:
            invariants.register(invariant)
