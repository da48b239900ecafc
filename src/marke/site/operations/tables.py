"""Which tables a co-op consists of, and how a row becomes text and text a row again."""

from __future__ import annotations

import base64
import json
import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models

from marke.parties.models import Coop

Model = type[models.Model]
# Null, where an empty text means an empty text.
NULL = "\\N"

# Not part of a co-op's archive, each with the reason why.
NOT_EXPORTED = {
    "common.Mail": "mails on their way belong to the installation that sends them",
    "places.LivePosition": "where somebody is now is true for minutes, and is shared with this installation only",
    "doors.ApiKey": "a key opens the doors of one installation; where the co-op moves to, it makes others",
    "doors.ApiBooking": "belongs to its key",
    "doors.Webhook": "two installations would both tell the same address what happens",
    "doors.Delivery": "what is on its way belongs to the installation that sends it",
    "doors.CalendarFeed": "a secret address leads to one installation; where the co-op moves to, members make others",
    "credentials.Bearer": "tells two people of one installation apart; what each brought goes along with its own fingerprint",
    "credentials.SigningKey": "its secret half is sealed by one installation; where the co-op moves to, it makes others",
    "sending.AccessKey": "an access point gave it to one installation; where the co-op moves to, it asks for another",
    "bills.BillAddress": "a secret mail address leads to one installation; where the co-op moves to, it makes another",
    "bills.Letter": "mails that came in belong to the installation that received them",
    "sending.PartnerMessage": "the trading partner of the demo lives in one installation",
    "parties.User": "a sign-in belongs to the installation; people.csv keeps its address, and a new one is made of it",
}
# Exported by themselves: they have no co-op, because they belong to the installation.
OF_THE_INSTALLATION = ("parties.Coop", "parties.Party", "parties.Representation")


def own_models() -> list[Model]:
    """Every table of the program and the packs."""
    return [model for model in apps.get_models() if model.__module__.split(".")[0] in ("marke", "marke_packs")]


def coop_field(model: Model) -> models.ForeignKey[Any, Any] | None:
    """The foreign key that says whose row it is."""
    for field in model._meta.concrete_fields:
        if field.name == "coop" and isinstance(field, models.ForeignKey) and field.related_model is Coop:
            return field
    return None


def coop_tables() -> list[Model]:
    """The tables with rows of one co-op, each after those that it refers to."""
    waiting = sorted((model for model in own_models() if coop_field(model)), key=lambda model: model._meta.label)
    ordered: list[Model] = []
    while waiting:
        ready = [model for model in waiting if not (_parents(model) & set(waiting) - {model})]
        if not ready:
            raise RuntimeError(f"these tables refer to each other in a circle: {[model._meta.label for model in waiting]}")
        ordered += ready
        waiting = [model for model in waiting if model not in ready]
    return ordered


def _parents(model: Model) -> set[Any]:
    return {field.related_model for field in model._meta.concrete_fields if field.is_relation}


def columns(model: Model) -> list[models.Field[Any, Any]]:
    """All fields but the surrogate key and the co-op, which the archive as a whole stands for."""
    return [
        field
        for field in model._meta.concrete_fields
        if field.name != "coop" and not (field.primary_key and isinstance(field, models.AutoField))
    ]


def encode(field: models.Field[Any, Any], value: Any) -> str:
    """A value as text: ISO dates in UTC, JSON with sorted keys, an empty cell for nothing."""
    if value is None:
        return NULL if isinstance(field, models.CharField | models.TextField | models.JSONField) else ""
    if isinstance(field, models.JSONField):
        return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, timedelta):
        return str(value // timedelta(microseconds=1))
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(bytes(value)).decode()
    return str(value)


def decode(field: models.Field[Any, Any], text: str) -> Any:
    """The value that `encode` wrote. Raises: ValueError with a sentence when the field cannot hold it."""
    if text == (NULL if isinstance(field, models.CharField | models.TextField | models.JSONField) else ""):
        if not field.null:
            raise ValueError("nothing stands where something must")
        return None
    try:
        value = _parse(field, text)
        if field.choices and value not in dict(field.flatchoices) and value != "":
            raise ValueError("not one of the choices")
        if value != "":
            field.run_validators(value)
    except ValidationError as error:
        raise ValueError(" ".join(error.messages)) from None
    except (ArithmeticError, TypeError, RecursionError) as error:
        raise ValueError(str(error)) from None
    return value


def _parse(field: models.Field[Any, Any], text: str) -> Any:
    if "\0" in text:
        raise ValueError("a zero byte")
    if isinstance(field, models.JSONField):
        return json.loads(text, parse_constant=_refuse_constant)
    if isinstance(field, models.BooleanField):
        return {"true": True, "false": False}[text] if text in ("true", "false") else _refuse_constant(text)
    if isinstance(field, models.DateTimeField):
        moment = datetime.fromisoformat(text)
        return moment if moment.tzinfo else _refuse_constant(text)
    if isinstance(field, models.DateField):
        return date.fromisoformat(text)
    if isinstance(field, models.DurationField):
        return timedelta(microseconds=int(text))
    if isinstance(field, models.UUIDField):
        return uuid.UUID(text)
    if isinstance(field, models.BinaryField):
        return base64.b64decode(text, validate=True)
    if isinstance(field, models.DecimalField):
        return Decimal(text)
    if isinstance(field, models.IntegerField):
        return (
            int(text) if text.lstrip("-").isascii() and text.lstrip("-").isdigit() and len(text) < 21 else _refuse_constant(text)
        )
    return text


def _refuse_constant(text: str) -> Any:
    raise ValueError(f"{text[:40]!r} is not a value of this column")


def in_order(model: Model, coop: Coop) -> Iterator[models.Model]:
    """The co-op's rows in the order in which they were written."""
    rows: models.QuerySet[models.Model] = model._default_manager.filter(coop=coop).order_by("pk")
    return rows.iterator(chunk_size=2000)
