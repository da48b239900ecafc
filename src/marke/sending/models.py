"""How e-invoices leave the house: by which access point, to whom, what became of each, and what was answered."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from marke.invoices.models import Invoice
from marke.parties.models import Client, Coop, Membership, Party
from marke.selfbills.models import SelfBill


class Connection(models.Model):
    """The access point of a co-op, from one day to another."""

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20, help_text="a kind in the registry of access points")
    url = models.URLField(max_length=300, blank=True)
    participant = models.CharField(max_length=60, help_text="who we are on the network: scheme:number, as 0208:0999900348")
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")
    collected_at = models.DateTimeField(null=True, blank=True, help_text="when it was last asked what came in")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(Party, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-opened_at"]
        constraints = [
            models.UniqueConstraint(fields=["coop"], condition=Q(closed_at=None), name="a_co_op_has_one_access_point"),
        ]


class AccessKey(models.Model):
    """By what the access point knows us. It stays in the installation to which it was given, sealed."""

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="+")
    connection = models.OneToOneField(Connection, models.CASCADE, related_name="access_key")
    sealed = models.TextField()


class Recipient(models.Model):
    """Where a client, or a member in whose name we invoice, receives e-invoices, as somebody wrote it down. Empty: they do not."""

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="+")
    client = models.OneToOneField(Client, models.CASCADE, null=True, related_name="e_invoices")
    membership = models.OneToOneField(Membership, models.CASCADE, null=True, related_name="e_invoices")
    participant = models.CharField(max_length=60, blank=True)
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(client__isnull=False, membership=None) | Q(client=None, membership__isnull=False),
                name="an_e_invoice_goes_to_a_client_or_to_a_member",
            ),
        ]


class Transmission(models.Model):
    """One paper on its way: of ours to a client, or in a member's name to that member. It is written down before anything leaves,
    so that nothing leaves twice."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waits to be sent")
        SENT = "sent", _("on its way")
        DELIVERED = "delivered", _("delivered")
        REFUSED = "refused", _("refused on the way")
        FAILED = "failed", _("could not be sent")

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="+")
    connection = models.ForeignKey(Connection, models.PROTECT, related_name="transmissions")
    invoice = models.OneToOneField(Invoice, models.PROTECT, null=True, related_name="transmission")
    self_bill = models.OneToOneField(SelfBill, models.PROTECT, null=True, related_name="transmission")
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    recipient = models.CharField(max_length=60)
    content = models.BinaryField(help_text="the file as it is sent")
    rules = models.CharField(max_length=40, help_text="by which edition of the rules it was checked")
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    transmission_id = models.CharField(max_length=120, blank=True, help_text="what the access point calls it")
    made_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    said = models.CharField(max_length=300, blank=True, help_text="by the access point, last")

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["next_attempt_at"], condition=Q(next_attempt_at__isnull=False), name="transmissions_due")]
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "transmission_id"],
                condition=~Q(transmission_id=""),
                name="a_transmission_has_an_id_of_its_own",
            ),
            models.CheckConstraint(
                condition=Q(invoice__isnull=False, self_bill=None) | Q(invoice=None, self_bill__isnull=False),
                name="a_transmission_carries_one_paper",
            ),
        ]

    @property
    def paper(self) -> Invoice | SelfBill:
        found = self.invoice or self.self_bill
        assert found is not None  # the database refuses a transmission without a paper
        return found

    @property
    def told(self) -> str:
        """The name of whom it goes to: who buys from us, or the member in whose name it is."""
        return str(self.invoice.buyer["name"] if self.invoice else self.paper.seller["name"])


class Answer(models.Model):
    """What the buyer said to it (Peppol Invoice Response)."""

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="+")
    transmission = models.ForeignKey(Transmission, models.CASCADE, related_name="answers")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the file: the same answer counts once")
    code = models.CharField(max_length=2, help_text="UNCL 4343")
    reasons = models.JSONField(default=list, help_text="[[code, list, text]]")
    content = models.BinaryField()
    received_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["transmission", "digest"], name="an_answer_counts_once"),
        ]


class PartnerMessage(models.Model):
    """What the trading partner of the demo has received, and answers; see partner.py."""

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="+")
    uid = models.UUIDField()
    sender = models.CharField(max_length=60)
    recipient = models.CharField(max_length=60)
    content = models.BinaryField(help_text="the answer")
    made_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["coop", "uid"], name="the_partner_takes_the_same_once")]
