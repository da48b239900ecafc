from django.apps import AppConfig


class DecisionsConfig(AppConfig):
    name = "marke.decisions"
    label = "decisions"

    def ready(self) -> None:
        from marke.common.clockwork import wheels
        from marke.common.invariants import invariants
        from marke.decisions import my_data as data
        from marke.decisions.doctor import VOTE_INVARIANT
        from marke.decisions.rulebook import RULES
        from marke.decisions.services.due import VOTES_WHEEL
        from marke.decisions.sources import proposal_behind
        from marke.parties.hooks import MyData, my_data
        from marke.rules.registry import register_rules, sources

        register_rules(RULES)
        sources.append(proposal_behind)
        wheels.register(VOTES_WHEEL)
        invariants.register(VOTE_INVARIANT)
        for kind, rows in (("proposals", data.proposals), ("ballots", data.ballots), ("comments", data.comments)):
            my_data.register(MyData(kind, rows))
