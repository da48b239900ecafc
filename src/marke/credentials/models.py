"""What members carry away: signed statements of what they did, by which key, withdrawn or not; and what they brought along."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from marke.parties.models import Coop, Membership, Party


class SigningKey(models.Model):
    """By which the co-op signs. The secret half is kept under the installation's own secret, and never leaves it."""

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="+")
    number = models.PositiveIntegerField(help_text="from 1 per co-op; its name in the co-op's document is key-1")
    public = models.CharField(max_length=64, help_text="z6Mk…: the half that everybody may know")
    sealed = models.TextField(help_text="the secret half, encrypted")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")
    # Retired: signs nothing new, what it signed still counts. Withdrawn: nothing that it signed counts any more.
    retired_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(Party, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["coop", "number"], name="a_signing_key_has_a_number_of_its_own"),
            models.UniqueConstraint(fields=["coop"], condition=Q(retired_at=None), name="a_co_op_signs_by_one_key_at_a_time"),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | Q(retired_at__isnull=False), name="a_withdrawn_key_is_retired_too"
            ),
        ]


class Issued(models.Model):
    """A signed statement that a member took along. What it says goes when they are forgotten; that there was one stays."""

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="+")
    number = models.PositiveIntegerField(help_text="from 1 per co-op")
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    token = models.CharField(max_length=40, unique=True, help_text="the key in the link under the QR code")
    since = models.DateField(help_text="the first day it tells of")
    until = models.DateField(help_text="exclusive")
    history = models.JSONField(default=dict, help_text="what it says, see history.py; empty once it is forgotten")
    signed = models.TextField(blank=True, help_text="the credential with the signature in it")
    jwt = models.TextField(blank=True, help_text="the credential with the signature around it")
    place = models.PositiveIntegerField(help_text="its bit in the list that tells whether it was withdrawn, drawn by lot")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")
    ends_at = models.DateTimeField(help_text="it counts until then")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(Party, models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(max_length=300, blank=True, help_text="why somebody in office withdrew it")
    once_key = models.CharField(max_length=64)

    class Meta:
        verbose_name_plural = "issued"
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["coop", "number"], name="an_issued_credential_has_a_number_of_its_own"),
            models.UniqueConstraint(fields=["coop", "place"], name="an_issued_credential_has_a_bit_of_its_own"),
            models.UniqueConstraint(fields=["membership", "once_key"], name="a_credential_is_issued_once"),
            models.CheckConstraint(condition=Q(until__gt=models.F("since")), name="a_credential_tells_of_a_time"),
        ]


class Brought(models.Model):
    """A credential from elsewhere that a member shows here. What is checked of it is checked each time it is read."""

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="+")
    number = models.PositiveIntegerField(help_text="from 1 per co-op")
    membership = models.ForeignKey(Membership, models.CASCADE, related_name="+")
    content = models.TextField(help_text="as it came: JSON or a signed token")
    digest = models.CharField(max_length=64, help_text="SHA-256 of it")
    fingerprint = models.CharField(
        max_length=64, default="", db_index=True, help_text="which one it is, in whatever form it came"
    )
    proven = models.BooleanField(
        default=False, help_text="when it was brought, its signature fitted and was of whoever it says it is from"
    )
    issuer = models.CharField(max_length=500, default="", help_text="who it says it is from")
    form = models.CharField(max_length=20, default="", help_text="in which of the agreement's formats, see agreement.py")
    brought_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "brought"
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["coop", "number"], name="a_brought_credential_has_a_number_of_its_own"),
            models.UniqueConstraint(fields=["membership", "digest"], name="a_credential_is_brought_once"),
        ]


class Bearer(models.Model):
    """The one person of the installation who shows a credential that was proven, in however many co-ops and forms.

    As long as they show it. What could not be checked has no bearer: anybody can write somebody else's number into it.
    """

    fingerprint = models.CharField(max_length=64)
    party = models.ForeignKey(Party, models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["fingerprint"], name="a_credential_is_shown_by_one_person"),
        ]


class KnownIssuer(models.Model):
    """The document of somebody who signs, kept so that nobody has to be asked when a credential of theirs is checked."""

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="+")
    number = models.PositiveIntegerField(help_text="from 1 per co-op")
    did = models.CharField(max_length=500)
    document = models.JSONField()
    kept_at = models.DateTimeField()
    kept_by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["did"]
        constraints = [
            models.UniqueConstraint(fields=["coop", "number"], name="a_known_issuer_has_a_number_of_its_own"),
            models.UniqueConstraint(fields=["coop", "did"], name="an_issuer_is_known_once"),
        ]


class HistoryRequest(models.Model):
    """Somebody asked for their work history and did not have it at once: by letter or phone, or while the co-op could not sign."""

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="+")
    number = models.PositiveIntegerField(help_text="from 1 per co-op")
    membership = models.ForeignKey(Membership, models.CASCADE, related_name="+")
    asked_at = models.DateTimeField()
    noted_by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")
    # What they got in the end; nothing as long as they wait.
    issued = models.OneToOneField(Issued, models.PROTECT, null=True, blank=True, related_name="request")

    class Meta:
        ordering = ["asked_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["coop", "number"], name="a_history_request_has_a_number_of_its_own"),
            models.UniqueConstraint(
                fields=["membership"], condition=Q(issued=None), name="a_member_waits_for_one_work_history_at_a_time"
            ),
        ]


class Platform(models.Model):
    """Another co-op or platform that keeps to the agreement on work histories, or says so: what it states, read when."""

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="+")
    number = models.PositiveIntegerField(help_text="from 1 per co-op")
    address = models.CharField(max_length=500, help_text="where its statement stands")
    did = models.CharField(max_length=500)
    name = models.CharField(max_length=200)
    statement = models.JSONField(help_text="as it was signed, when it was last read")
    read_at = models.DateTimeField(help_text="when its statement was last read and its signature fitted")
    checked_at = models.DateTimeField(help_text="when it was last asked")
    problem = models.CharField(max_length=300, blank=True, help_text="why its statement could not be read or used then")
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(Party, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["name", "number"]
        constraints = [
            models.UniqueConstraint(fields=["coop", "number"], name="a_platform_has_a_number_of_its_own"),
            models.UniqueConstraint(fields=["coop", "did"], condition=Q(ended_at=None), name="a_platform_is_listed_once"),
        ]

    def __str__(self) -> str:
        return self.name


class AskedElsewhere(models.Model):
    """A member asked a platform for the history of what they did there; by what they bring here one sees how long it took."""

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="+")
    membership = models.ForeignKey(Membership, models.CASCADE, related_name="+")
    platform = models.ForeignKey(Platform, models.CASCADE, related_name="+")
    asked_at = models.DateTimeField()
    came_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "asked elsewhere"
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["membership", "platform"], condition=Q(came_at=None), name="a_platform_is_asked_once_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(came_at=None) | Q(came_at__gte=models.F("asked_at")), name="a_history_comes_after_it_was_asked_for"
            ),
        ]
