"""Sellers and operators as plain data and back, so that what was reported can be kept and compared years later."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from marke_core.dac7.model import (
    Account,
    Activity,
    Address,
    BirthPlace,
    Entity,
    Individual,
    Operator,
    Quarter,
    Seller,
    Tin,
    Year,
)

Data = Mapping[str, Any]


def seller_data(seller: Seller) -> dict[str, Any]:
    """JSON values only; dates as ISO texts."""
    identity = asdict(seller.identity)
    if isinstance(seller.identity, Individual):
        identity["birth_date"] = seller.identity.birth_date.isoformat() if seller.identity.birth_date else ""
    return {
        "key": seller.key,
        "is_person": isinstance(seller.identity, Individual),
        "identity": _plain(identity),
        "activities": {str(activity): [asdict(quarter) for quarter in year] for activity, year in seller.activities},
        "accounts": [asdict(account) for account in seller.accounts],
    }


def read_seller(data: Data) -> Seller:
    """What `seller_data` wrote. Raises: KeyError, ValueError, TypeError for anything else."""
    said = data["identity"]
    common = {"address": Address(**said["address"]), "tins": _tins(said), "has_no_tin": said["has_no_tin"], "vat": said["vat"]}
    identity: Individual | Entity
    if data["is_person"]:
        place = said["birth_place"]
        identity = Individual(
            first_name=said["first_name"],
            last_name=said["last_name"],
            birth_date=date.fromisoformat(said["birth_date"]) if said["birth_date"] else None,
            birth_place=BirthPlace(**place) if place else None,
            **common,
        )
    else:
        identity = Entity(
            name=said["name"],
            registration_number=said["registration_number"],
            establishments=tuple(said["establishments"]),
            **common,
        )
    years = tuple((Activity(name), _year(quarters)) for name, quarters in data["activities"].items())
    return Seller(data["key"], identity, years, tuple(Account(**each) for each in data["accounts"]))


def operator_data(operator: Operator) -> dict[str, Any]:
    plain: dict[str, Any] = _plain(asdict(operator))
    return plain


def read_operator(data: Data) -> Operator:
    """What `operator_data` wrote. Raises: KeyError, TypeError for anything else."""
    rest = {name: data[name] for name in ("name", "registration_number", "vat", "sending_number")}
    return Operator(address=Address(**data["address"]), tins=_tins(data), platforms=tuple(data["platforms"]), **rest)


def _tins(data: Data) -> tuple[Tin, ...]:
    return tuple(Tin(**each) for each in data["tins"])


def _year(quarters: list[Data]) -> Year:
    first, second, third, fourth = (Quarter(**each) for each in quarters)
    return first, second, third, fourth


def _plain(value: Any) -> Any:
    """Tuples as lists: what JSON would make of them anyhow."""
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, list | tuple) else value
