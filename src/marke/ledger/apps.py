from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "marke.ledger"
    label = "ledger"

    def ready(self) -> None:
        from marke.common.invariants import invariants
        from marke.ledger import belonging
        from marke.ledger.doctor import INVARIANTS
        from marke.ledger.kinds import OPENING, transaction_kinds
        from marke.parties.hooks import ErasureObstacle, MyData, erasure_obstacles, my_data

        transaction_kinds.register(OPENING)
        my_data.register(MyData("postings", belonging.postings_about))
        erasure_obstacles.register(ErasureObstacle("money", belonging.open_amounts))
        for invariant in INVARIANTS:
            invariants.register(invariant)
