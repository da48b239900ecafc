from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "marke.ledger"
    label = "ledger"

    def ready(self) -> None:
        from marke.common.invariants import invariants
        from marke.ledger import belonging
        from marke.ledger.doctor import INVARIANTS
        from marke.ledger.kinds import OPENING, transaction_kinds
        from marke.ledger.permissions import BOOKKEEPERS
        from marke.parties import hooks

        transaction_kinds.register(OPENING)
        hooks.my_data.register(hooks.MyData("postings", belonging.postings_about))
        hooks.erasure_obstacles.register(hooks.ErasureObstacle("money", belonging.open_amounts))
        hooks.leaving_notes.register(hooks.LeavingNote("money", belonging.leaving_notes))
        hooks.member_parts.register(
            hooks.MemberPart("money", "ledger/_member_part.html", belonging.member_part, offices=BOOKKEEPERS)
        )
        for invariant in INVARIANTS:
            invariants.register(invariant)
