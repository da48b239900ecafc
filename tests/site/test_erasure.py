"""The right to be forgotten: after an erasure nothing in any table says who it was, but what the law asks to keep."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import models

from marke.common.mail import write_mail
from marke.parties.hooks import erasure_obstacles
from marke.parties.models import Party
from marke.parties.services import change_person, erase_party
from marke.payments.models import BankAccount
from tests.factories.scenes import T1, Scene, make_scene

pytestmark = pytest.mark.django_db
TEXT = (models.CharField, models.TextField, models.JSONField)
# Papers of the accounts, which are kept as they were issued; and mails to others, which go after 90 days.
# docs/how-to/forget-somebody.md names them.
KEPT = {
    "payments.PayRunLine.holder",
    "payments.BankEntry.name",
    "payments.BankEntry.text",
    "invoices.Invoice.buyer",
    "selfbills.SelfBill.seller",
    "sellers.Report.content",
    "sellers.ReportedSeller.record",
    "common.Mail.text",
}


@pytest.fixture
def scene() -> Scene:
    return make_scene()


def places_of(*texts: str) -> set[str]:
    """Every column of every table in which one of them stands."""
    found = set()
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, TEXT) and not field.is_relation:
                values = [str(value) for value in model._base_manager.values_list(field.attname, flat=True)]
                if any(text in value for value in values for text in texts):
                    found.add(f"{model._meta.label}.{field.name}")
    return found


@pytest.mark.parametrize("who", ["worker", "treasurer", "coordinator", "applicant", "client"])
def test_nothing_says_any_more_who_it_was(scene: Scene, who: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of somebody who worked, was paid, lent, was helped, gave shares back and has a line in every year."""
    party: Party = getattr(scene, who).party
    said = (party.name, party.email or "nobody@velo.example", "Kerkstraat 1", "+32470123456")
    change_person(party=party, by=None, at=T1, street=said[2], phone=said[3])
    write_mail(to=said[1], subject="Hello", text=f"{party.name}, hello", at=T1)
    assert "parties.Party.name" in places_of(*said)
    party.memberships.update(state="left")
    monkeypatch.setattr(erasure_obstacles, "_entries", {})  # what is still owed would stand in the way
    erase_party(party=party, by=None, at=T1)
    assert places_of(*said) <= KEPT
    assert not BankAccount.objects.filter(party=party).exists()
