"""The rules that looking back at work follows."""

from django.utils.translation import gettext_lazy as _

from marke_core.rulebook import Count, Rule

RULES = [
    Rule(
        key="dispatch.smallest_group",
        type=Count(least=3, most=100),
        default=5,
        title=_("How few people’s pay may be told apart"),
        sentence=_("What members earn an hour is told of {value} people together at least."),
        section=_("Work"),
        explains=_("Where past weeks are played under another rule. Of fewer, one could work out what one of them earns."),
        fine_print=True,
    ),
]
