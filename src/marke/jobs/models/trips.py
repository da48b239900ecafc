"""Several jobs that a member is asked for as one."""

from django.db import models

from marke.parties.models import Coop, Membership


class Trip(models.Model):
    """Jobs on offer to one member together: one yes or no, one way from door to door.

    Which jobs they are, the offers say: what is handed back or cancelled leaves the trip, and the others stay. A trip to which
    more was added is a new one, that what was agreed before moves to with the yes.
    """

    coop = models.ForeignKey(Coop, models.CASCADE)
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="trips")
    rule_value = models.ForeignKey("rules.RuleValue", models.PROTECT, null=True, related_name="+")
    # [{"job": 12, "picked_up_at": …, "done_at": …, "alone_at": …, "cost": 65, "cost_alone": 190}, …] in the order of the doors:
    # moments in seconds since 1970, costs in weighed seconds; no costs for what was agreed before. Put together by hand, nothing
    # was weighed: there are no costs, and each says whether it was "agreed" before.
    plan = models.JSONField(help_text="what was reckoned with when it was offered")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["made_at", "id"]
