"""What a proposal does when it is adopted. Each effect stands in the app that it touches and is registered here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from marke.common.registry import Registry

if TYPE_CHECKING:
    from datetime import datetime

    from django.forms import Form
    from django.utils.functional import _StrPromise

Data = dict[str, Any]  # plain JSON


@dataclass(frozen=True)
class Effect:
    """One kind of effect. `coop` is a parties.Coop, `by` a parties.Party, `decision` a rules.Decision."""

    kind: str
    label: str | _StrPromise
    # The rule that says by which method such a proposal is decided, e.g. "decisions.method_rules".
    method_rule: str
    # Form(data=None, *, coop, initial); its cleaned `effect_data()` is what is kept. None: not proposed by form.
    form: type[Form] | None
    # Raises Refused when it could not be carried out at `at`.
    validate: Callable[[Any, Data, datetime], None]
    # One sentence: what would be different.
    describe: Callable[[Any, Data], str]
    # Carries it out, in the transaction that closes the vote; raises Refused when it has become impossible.
    apply: Callable[..., None]  # apply(*, coop, data, decision, by, at)
    # Carries out a no, in the same transaction, where a rejection is an answer to somebody. None: a no changes nothing.
    refuse: Callable[..., None] | None = None  # refuse(*, coop, data, by, at, note)
    # What it would do as things are now: labels and amounts in words, shown until it is decided. Raises as `validate`.
    preview: Callable[[Any, Data, datetime], Sequence[tuple[str, str]]] | None = None


effects: Registry[Effect] = Registry("effect")
