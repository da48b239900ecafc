import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q


def part_rows_from_offers(apps, _editor):
    """Each offer had a row of its own; now the offers of one row share it. What is contested is answered by a date."""
    offers, askings = apps.get_model("jobs", "Offer"), apps.get_model("jobs", "Asking")
    for offer in offers.objects.order_by("pk").iterator(500):
        offer.asking = askings.objects.create(
            coop_id=offer.coop_id, job_id=offer.job_id, mode=offer.mode, rule_value_id=offer.rule_value_id,
            candidates=offer.candidates, made_at=offer.made_at, made_by_id=offer.made_by_id,
        )  # fmt: skip
        offer.opens_at = offer.told_at = offer.made_at
        offer.save(update_fields=["asking", "opens_at", "told_at"])
    contests = apps.get_model("jobs", "Contest").objects
    contests.update(due_at=F("at"))
    contests.exclude(answered_at=None).update(outcome="refused")


def to(model, **options):
    return models.ForeignKey(to=model, **{"on_delete": django.db.models.deletion.CASCADE, **options})


def somebody():
    return to("parties.party", on_delete=django.db.models.deletion.PROTECT, null=True, related_name="+")


def rule():
    return to("rules.rulevalue", on_delete=django.db.models.deletion.PROTECT, null=True, related_name="+")


def table(name, *fields, **options):
    key = ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"))
    return migrations.CreateModel(name=name, fields=[key, ("coop", to("parties.coop")), *fields], options=options)


OFFER_STATES = [
    ("open", "Waiting for an answer"),
    ("accepted", "Accepted"),
    ("declined", "Declined"),
    ("expired", "Not answered in time"),
    ("taken", "A colleague was first"),
    ("withdrawn", "Withdrawn"),
]
OUTCOMES = [
    ("upheld", "You are right; it cannot be undone any more"),
    ("changed", "You are right; it is changed"),
    ("refused", "It stays as it was"),
]
ANSWERED = Q(answered_at=None, answer="", outcome="") | (Q(answered_at__isnull=False, answered_by__isnull=False) & ~Q(outcome=""))


class Migration(migrations.Migration):
    dependencies = [
        ("jobs", "0004_booking_in_full"),
        ("parties", "0001_initial"),
        ("rules", "0001_initial"),
    ]
    operations = [
        table(
            "Asking",
            ("job", to("jobs.job", related_name="askings")),
            ("mode", models.CharField(help_text="the matching rule's value: by_hand, nearest, staged, …", max_length=20)),
            ("rule_value", rule()),
            ("fairness_value", rule()),
            ("candidates", models.JSONField(default=list)),
            ("left_out", models.PositiveIntegerField(default=0, help_text="members further away than all in the row")),
            ("made_at", models.DateTimeField()),
            (
                "made_by",
                to(
                    "parties.party",
                    on_delete=django.db.models.deletion.PROTECT,
                    null=True,
                    related_name="+",
                    help_text="nobody: the rule did it",
                ),
            ),
            ordering=["made_at", "id"],
            indexes=[
                models.Index(fields=["coop", "made_at"], name="askings_by_date"),
                models.Index(fields=["job", "made_at"], name="askings_of_a_job"),
            ],
        ),
        table(
            "OwnMember",
            ("client", to("parties.client", related_name="own_members")),
            ("membership", to("parties.membership", related_name="own_clients")),
            ("job_kind", models.CharField(blank=True, help_text="nothing: every kind of work", max_length=20)),
            ("at", models.DateTimeField()),
            ("by", somebody()),
            ("ended_at", models.DateTimeField(blank=True, null=True)),
            constraints=[
                models.UniqueConstraint(
                    fields=["coop", "client", "job_kind"], condition=Q(ended_at=None), name="a_client_has_one_own_member_per_kind"
                )
            ],
        ),
        table(
            "Agreement",
            ("membership", to("parties.membership", related_name="agreements")),
            ("given", models.BooleanField()),
            ("at", models.DateTimeField()),
            ("by", somebody()),
            ordering=["at", "id"],
            indexes=[models.Index(fields=["coop", "membership", "at"], name="agreements_by_member")],
        ),
        table(
            "Lock",
            ("job", models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name="lock", to="jobs.job")),
            ("at", models.DateTimeField()),
            ("by", somebody()),
        ),
        migrations.CreateModel(
            name="Look",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "coop",
                    models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="parties.coop"),
                ),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.RemoveConstraint("offer", "a_job_is_offered_to_one_member_at_a_time"),
        migrations.RemoveConstraint("contest", "an_answer_names_who_gave_it"),
        migrations.AddField("offer", "asking", to("jobs.asking", null=True, related_name="offers")),
        migrations.AddField(
            "offer", "given", models.BooleanField(default=False, help_text="given to who had agreed to be given work, not asked")
        ),
        migrations.AddField("offer", "opens_at", models.DateTimeField(null=True)),
        migrations.AddField("offer", "told_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("contest", "due_at", models.DateTimeField(null=True)),
        migrations.AddField("contest", "outcome", models.CharField(blank=True, choices=OUTCOMES, max_length=8)),
        migrations.RunPython(part_rows_from_offers, migrations.RunPython.noop),
        migrations.RemoveField("offer", "candidates"),
        migrations.RemoveField("offer", "mode"),
        migrations.RemoveField("offer", "rule_value"),
        migrations.AlterField("offer", "asking", to("jobs.asking", related_name="offers")),
        migrations.AlterField("offer", "opens_at", models.DateTimeField()),
        migrations.AlterField("offer", "state", models.CharField(choices=OFFER_STATES, default="open", max_length=10)),
        migrations.AlterField(
            "contest",
            "due_at",
            models.DateTimeField(help_text="answered by then at the latest, by the rule in force when it was asked"),
        ),
        migrations.AddConstraint(
            "offer",
            models.UniqueConstraint(
                fields=["job"], condition=Q(state="accepted"), name="one_member_at_most_has_said_yes_to_a_job"
            ),
        ),
        migrations.AddConstraint(
            "offer",
            models.UniqueConstraint(
                fields=["job", "membership"], condition=Q(state="open"), name="a_member_is_asked_once_at_a_time"
            ),
        ),
        migrations.AddConstraint(
            "offer", models.CheckConstraint(condition=Q(opens_at__gte=F("made_at")), name="an_offer_opens_after_it_is_made")
        ),
        migrations.AddIndex(
            "offer", models.Index(fields=["opens_at"], condition=Q(state="open", told_at=None), name="offers_to_be_told")
        ),
        migrations.AddConstraint("contest", models.CheckConstraint(condition=ANSWERED, name="an_answer_names_who_gave_it")),
        migrations.AddIndex(
            "contest", models.Index(fields=["coop", "due_at"], condition=Q(answered_at=None), name="contests_still_open")
        ),
    ]
