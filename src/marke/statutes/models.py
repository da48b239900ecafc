"""Which legal form the co-op decided to have, the deed by which it came about, and figures that it decided for itself."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from marke.parties.models import Coop, Party
from marke.rules.models import Decision


class Adoption(models.Model):
    """A decision to have a legal form, with what is recognised on top of it, from a day on. Never changed or deleted."""

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="adoptions")
    number = models.PositiveIntegerField(help_text="from 1 per co-op, without gaps")
    regime = models.CharField(max_length=40, help_text="the form, by its code")
    # Recognitions and models beside the form, by their codes.
    also = models.JSONField(default=list, blank=True)
    holds_from = models.DateField()
    # Whether the form comes about only when a deed is drawn up or a register enters it.
    awaits_deed = models.BooleanField()
    decision = models.ForeignKey(Decision, models.PROTECT, related_name="+")
    adopted_at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["coop", "number"], name="an_adoption_number_is_used_once")]

    def __str__(self) -> str:
        return f"{self.number}. {self.regime}"

    @property
    def codes(self) -> tuple[str, ...]:
        return (self.regime, *self.also)


class Deed(models.Model):
    """The deed, or the entry in the register, by which an adopted form came about. Never changed or deleted."""

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="deeds")
    adoption = models.OneToOneField(Adoption, models.PROTECT, related_name="deed")
    date = models.DateField()
    number = models.CharField(max_length=60, help_text="as the notary or the register wrote it")
    drawn_up_by = models.CharField(max_length=120, blank=True)
    registration_number = models.CharField(max_length=40, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.number} ({self.date})"


class OwnFigure(models.Model):
    """What the co-op decided in the place of a figure of its legal form, from a day on. Never changed or deleted."""

    class Says(models.TextChoices):
        OWN = "own", _("another value")
        NOTHING = "nothing", _("does not hold for us")
        STATED = "stated", _("as it stands")

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="own_figures")
    number = models.PositiveIntegerField(help_text="from 1 per co-op, without gaps")
    figure = models.CharField(max_length=60, help_text="by its key")
    says = models.CharField(max_length=8, choices=Says)
    value = models.JSONField(null=True, blank=True)
    reason = models.TextField(help_text="why, and where it stands")
    holds_from = models.DateField()
    decision = models.ForeignKey(Decision, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["coop", "number"], name="an_own_figure_number_is_used_once"),
            models.CheckConstraint(
                condition=models.Q(says="own", value__isnull=False) | models.Q(says__in=["nothing", "stated"], value=None),
                name="an_own_figure_has_a_value_or_says_why_not",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.figure}"
