"""A sector is data: what it declares fits the rulebook, and is said in Dutch too."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import translation

from marke.jobs.kinds import kinds_of
from marke.packs.registry import Pack, packs
from marke.rules.registry import get_rule, rules
from tests.factories.parties import make_coop
from tests.factories.rules import found

EVERY_PACK = pytest.mark.parametrize("pack", list(packs), ids=lambda pack: pack.kind)


@EVERY_PACK
def test_its_defaults_are_values_that_the_rules_take(pack: Pack) -> None:
    for key, value in pack.rules.items():
        kind: Any = get_rule(key).type
        kind.check(kind.load(value))


@EVERY_PACK
def test_it_says_each_of_the_first_seven_rules(pack: Pack) -> None:
    assert {rule.key for rule in rules if rule.rank <= 7} == {key for key in pack.rules if get_rule(key).rank <= 7}


@EVERY_PACK
def test_its_first_services_are_of_its_own_kinds_of_work(pack: Pack) -> None:
    kinds = {kind.kind: kind for kind in kinds_of(pack.kind)}
    assert pack.services
    for service in pack.services:
        assert service.job_kind in kinds
        assert service.per in ("job", "hour")
        assert service.minutes > 0
        assert (service.price == 0) == kinds[service.job_kind].between_them


@EVERY_PACK
def test_everything_it_says_is_said_in_dutch(pack: Pack) -> None:
    said = [pack.label, pack.description, *(kind.label for kind in pack.job_kinds), *(service.name for service in pack.services)]
    assert pack.words is not None
    said += [pack.words.jobs, pack.words.your_worker, pack.words.workers, pack.words.book]
    with translation.override("en"):
        english = [str(text) for text in said]
    with translation.override("nl"):
        assert [text for text, other in zip(map(str, said), english, strict=True) if text == other] == []


@pytest.mark.django_db
@pytest.mark.parametrize(("pack", "time"), [("delivery", timedelta(minutes=15)), ("home_services", timedelta(days=1))])
def test_the_time_to_answer_fits_the_work(pack: str, time: timedelta) -> None:
    """A meal gets cold; a visit is planned days ahead, and who cleans looks at the phone in the evening."""
    from marke.rules.queries import rulebook
    from tests.factories.parties import T0

    coop = make_coop(pack=pack)
    found(coop)
    assert rulebook(coop, T0).value("jobs.answer_time") == time
