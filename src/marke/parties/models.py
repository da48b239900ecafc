"""Who there is: people of the installation, co-ops, memberships, circles, mandates, clients."""

import uuid
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save()
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """A sign-in. Who somebody is, is a Party."""

    email = models.EmailField(unique=True)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(auto_now_add=True)
    address_proven_at = models.DateTimeField(null=True, blank=True, help_text="when it was first proven whose address it is")

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = UserManager()

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="one_sign_in_per_mail_address")]

    def __str__(self) -> str:
        return self.email


class Coop(models.Model):
    """One co-op. Its policy is in the rulebook; here is only what it is called and where it lives."""

    class LegalForm(models.TextChoices):
        NONE = "none", _("No legal form yet")
        ASSOCIATION = "association", _("Association")
        COOPERATIVE = "cooperative", _("Co-operative")
        COMPANY = "company", _("Company")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    pack = models.CharField(max_length=40)
    country = models.CharField(max_length=2)
    currency = models.CharField(max_length=3)
    timezone = models.CharField(max_length=64)
    language = models.CharField(max_length=8, default="en")
    legal_form = models.CharField(max_length=20, choices=LegalForm, default=LegalForm.NONE)
    # The seller, as it stands on invoices.
    street = models.CharField(max_length=200, blank=True)
    postcode = models.CharField(max_length=20, blank=True)
    city = models.CharField(max_length=100, blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    registration_number = models.CharField(max_length=40, blank=True)
    vat_number = models.CharField(max_length=20, blank=True)
    # Where clients pay to. Members' bank accounts are kept, with their changes, in payments.
    iban = models.CharField(max_length=34, blank=True)
    accent = models.CharField(max_length=7, blank=True, help_text="#rrggbb")
    created_at = models.DateTimeField()
    founded_at = models.DateTimeField(null=True, blank=True, help_text="when the founding was declared complete")
    demo = models.BooleanField(default=False)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Party(models.Model):
    """A person, household or organisation. One row per installation, whatever co-ops it belongs to."""

    class Kind(models.TextChoices):
        PERSON = "person", _("Person")
        HOUSEHOLD = "household", _("Household")
        ORGANISATION = "organisation", _("Organisation")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.PERSON)
    name = models.CharField(max_length=120)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    language = models.CharField(max_length=8, default="en")
    user = models.OneToOneField(User, models.SET_NULL, null=True, blank=True, related_name="party")
    street = models.CharField(max_length=200, blank=True)
    postcode = models.CharField(max_length=20, blank=True)
    city = models.CharField(max_length=100, blank=True)
    country = models.CharField(max_length=2, blank=True)
    vat_number = models.CharField(max_length=20, blank=True)
    created_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "parties"

    def __str__(self) -> str:
        return self.name

    @property
    def first_name(self) -> str:
        """What a stranger may read: of a person the first word, of others the name."""
        words = self.name.split()
        return words[0] if words and self.kind == self.Kind.PERSON else self.name


class Representation(models.Model):
    """A person acts on behalf of an organisation or household: books, votes, signs for it."""

    party = models.ForeignKey(Party, models.CASCADE, related_name="representatives")
    person = models.ForeignKey(Party, models.CASCADE, related_name="represents")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True, help_text="exclusive")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(party=models.F("person")), name="nobody_represents_themselves"),
        ]


class Membership(models.Model):
    """A party belongs to a co-op. Its present state is kept here; how it came about is in MembershipEvent."""

    class State(models.TextChoices):
        APPLIED = "applied", _("Applied")
        MEMBER = "member", _("Member")
        SUSPENDED = "suspended", _("Suspended")
        LEFT = "left", _("Left")
        REFUSED = "refused", _("Not admitted")

    class Engagement(models.TextChoices):
        SELF_EMPLOYED = "self_employed", _("Self-employed")
        EMPLOYEE = "employee", _("Employee")
        OCCASIONAL = "occasional", _("Occasional")
        VOLUNTEER = "volunteer", _("Volunteer")

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="memberships")
    party = models.ForeignKey(Party, models.PROTECT, related_name="memberships")
    number = models.PositiveIntegerField(help_text="member number, from 1 per co-op")
    member_class = models.CharField(max_length=40, default="worker")
    engagement = models.CharField(max_length=20, choices=Engagement, default=Engagement.SELF_EMPLOYED)
    state = models.CharField(max_length=12, choices=State, default=State.APPLIED)
    applied_at = models.DateTimeField()
    admitted_at = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)
    motivation = models.TextField(blank=True)
    # The key of the form by which somebody without a sign-in joined: a double tap joins once.
    join_key = models.CharField(max_length=64, blank=True)
    # Home base, only if the member shares it (WGS 84 degrees times 1e7, so that no float travels).
    home_lat_e7 = models.BigIntegerField(null=True, blank=True)
    home_lon_e7 = models.BigIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["coop", "party"], name="a_party_has_one_membership_per_coop"),
            models.UniqueConstraint(fields=["coop", "number"], name="a_member_number_is_used_once"),
            models.UniqueConstraint(
                fields=["coop", "join_key"], condition=~models.Q(join_key=""), name="a_form_to_join_is_used_once"
            ),
            models.CheckConstraint(
                condition=~models.Q(state="member") | models.Q(admitted_at__isnull=False),
                name="a_member_has_been_admitted",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.party}"


class MembershipEvent(models.Model):
    """What happened to a membership, in order."""

    coop = models.ForeignKey(Coop, models.CASCADE)
    membership = models.ForeignKey(Membership, models.CASCADE, related_name="events")
    state = models.CharField(max_length=12, choices=Membership.State)
    at = models.DateTimeField()
    by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["at", "id"]


class Circle(models.Model):
    """A team, chapter or working group; circles nest."""

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="circles")
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    name = models.CharField(max_length=80)
    purpose = models.TextField(blank=True)
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    members = models.ManyToManyField(Membership, through="CircleMembership", related_name="circles")

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["coop", "name"], name="a_circle_name_is_used_once_per_coop")]

    def __str__(self) -> str:
        return self.name


class CircleMembership(models.Model):
    coop = models.ForeignKey(Coop, models.CASCADE)
    circle = models.ForeignKey(Circle, models.CASCADE)
    membership = models.ForeignKey(Membership, models.CASCADE)
    joined_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["circle", "membership"], name="a_member_is_once_in_a_circle")]


class Mandate(models.Model):
    """An office held by a member for a term. The office says what its holder may do."""

    class Office(models.TextChoices):
        COORDINATOR = "coordinator", _("Coordinator")
        TREASURER = "treasurer", _("Treasurer")
        SECRETARY = "secretary", _("Secretary")

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="mandates")
    membership = models.ForeignKey(Membership, models.CASCADE, related_name="mandates")
    office = models.CharField(max_length=20, choices=Office)
    circle = models.ForeignKey(Circle, models.CASCADE, null=True, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField(help_text="exclusive")
    given_at = models.DateTimeField()
    given_by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")
    reason = models.TextField(blank=True)
    ended_at = models.DateTimeField(null=True, blank=True, help_text="when it was laid down or withdrawn before its term")
    ended_by = models.ForeignKey(Party, models.PROTECT, null=True, blank=True, related_name="+")
    end_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["office", "starts_on"]
        constraints = [
            models.CheckConstraint(condition=models.Q(ends_on__gt=models.F("starts_on")), name="a_mandate_has_a_term"),
        ]

    def __str__(self) -> str:
        return f"{self.get_office_display()}: {self.membership.party}"


class Invitation(models.Model):
    """A link or QR by which people join."""

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="invitations")
    token = models.CharField(max_length=40, unique=True)
    member_class = models.CharField(max_length=40, default="worker")
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(Party, models.PROTECT, related_name="+")
    expires_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    once_key = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["coop", "once_key"], condition=~models.Q(once_key=""), name="an_invitation_is_made_once"
            ),
        ]


class Client(models.Model):
    """A party that buys from the co-op, with or without a sign-in."""

    coop = models.ForeignKey(Coop, models.CASCADE, related_name="clients")
    party = models.ForeignKey(Party, models.PROTECT, related_name="clients")
    number = models.PositiveIntegerField(help_text="client number, from 1 per co-op")
    token = models.CharField(max_length=40, unique=True, help_text="the key in the client's own link")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["coop", "party"], name="a_party_is_one_client_per_coop"),
            models.UniqueConstraint(fields=["coop", "number"], name="a_client_number_is_used_once"),
        ]

    def __str__(self) -> str:
        return str(self.party)
