"""What members told for the tax office, and the reports that were made of it."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from marke.parties.models import Coop, Membership, Party


class SellerDetails(models.Model):
    """What a member told of themselves for the report. Address and VAT number stand with the party."""

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="+")
    membership = models.OneToOneField(Membership, models.PROTECT, related_name="seller_details")
    first_name = models.CharField(max_length=100, blank=True)
    last_name = models.CharField(max_length=100, blank=True)
    birth_date = models.DateField(null=True)
    birth_city = models.CharField(max_length=100, blank=True)
    birth_country = models.CharField(max_length=2, blank=True)
    tin = models.CharField(max_length=40, blank=True)
    tin_country = models.CharField(max_length=2, blank=True)
    has_no_tin = models.BooleanField(default=False)
    registration_number = models.CharField(max_length=40, blank=True)
    told_at = models.DateTimeField()
    told_by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name_plural = "seller details"
        constraints = [
            models.CheckConstraint(condition=Q(has_no_tin=False) | Q(tin=""), name="who_has_no_tax_number_gives_none"),
        ]


class OperatorDetails(models.Model):
    """What the tax office knows the co-op by, as the platform that reports."""

    coop = models.OneToOneField(Coop, models.CASCADE, related_name="+")
    tin = models.CharField(max_length=40)
    sending_number = models.CharField(max_length=60, blank=True, help_text="by which the tax office knows who sends the file")
    told_at = models.DateTimeField()
    told_by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name_plural = "operator details"
        constraints = [models.CheckConstraint(condition=~Q(tin=""), name="an_operator_has_a_tax_number")]


class Report(models.Model):
    """A file for the tax office, as it was made. Never changed; when it need not be kept any more, its content goes."""

    class Type(models.TextChoices):
        NEW = "DPI401", _("new")
        CORRECTIONS = "DPI402", _("corrections")
        NOTHING = "DPI403", _("nothing to report")

    class OperatorType(models.TextChoices):
        RESENT = "OECD0", _("as before")
        NEW = "OECD1", _("new")
        CORRECTED = "OECD2", _("corrected")

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="+")
    number = models.PositiveIntegerField(help_text="from 1 per co-op, without gaps")
    year = models.PositiveSmallIntegerField()
    type = models.CharField(max_length=6, choices=Type)
    ref = models.CharField(max_length=170)
    currency = models.CharField(max_length=3)
    operator = models.JSONField()
    operator_type = models.CharField(max_length=5, choices=OperatorType)
    operator_ref = models.CharField(max_length=200)
    sellers_count = models.PositiveIntegerField()
    content = models.TextField(help_text="the file")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the file")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")
    blanked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["coop", "number"], name="a_report_on_sellers_is_numbered_once"),
            models.UniqueConstraint(fields=["coop", "ref"], name="the_reference_of_a_report_is_used_once"),
            models.CheckConstraint(
                condition=Q(blanked_at=None) & ~Q(content="") | Q(blanked_at__gte=F("made_at"), content=""),
                name="a_report_has_its_content_until_it_is_blanked",
            ),
        ]

    def __str__(self) -> str:
        return self.ref


class ReportedSeller(models.Model):
    """What a report says of a seller, as data: the next one is compared with it, and the seller sees it."""

    class Type(models.TextChoices):
        NEW = "OECD1", _("new")
        CORRECTED = "OECD2", _("corrected")
        DELETED = "OECD3", _("taken back")

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="+")
    report = models.ForeignKey(Report, models.PROTECT, related_name="sellers")
    position = models.PositiveIntegerField(help_text="from 1 in the file")
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    type = models.CharField(max_length=5, choices=Type)
    ref = models.CharField(max_length=200)
    corrects = models.ForeignKey("self", models.PROTECT, null=True, related_name="corrected_by")
    record = models.JSONField(help_text="as marke_core.dac7.records writes it; {} when it is blanked")

    class Meta:
        ordering = ["report", "position"]
        constraints = [
            models.UniqueConstraint(fields=["report", "position"], name="a_reported_seller_has_its_own_place"),
            models.UniqueConstraint(fields=["report", "membership"], name="a_seller_stands_once_in_a_report"),
            models.UniqueConstraint(fields=["coop", "ref"], name="the_reference_of_a_reported_seller_is_used_once"),
            models.UniqueConstraint(fields=["corrects"], name="what_was_reported_of_a_seller_is_corrected_once"),
            models.CheckConstraint(
                condition=Q(type="OECD1", corrects=None) | ~Q(type="OECD1") & Q(corrects__isnull=False),
                name="a_correction_names_what_it_corrects",
            ),
        ]
