"""Ways by road inside the program: what is asked of the binding, what its answers mean, and a town of nine crossings for real."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest
from django.core.checks import run_checks

from marke.places import routers
from marke.places.routers import GraphTravel, OsrmGraph, RouterSilent
from marke.places.travel import travel, way
from marke.rules.queries import rulebook
from marke_core.matching import Place
from marke_core.matching.travel import EarthTravel, haversine_metres
from tests.factories.parties import T0, make_coop
from tests.factories.rules import found

LAT, LON = (508_358_000, 508_422_000, 508_486_000), (43_364_000, 43_464_000, 43_564_000)
CORNER, OPPOSITE, BESIDE = Place(LAT[0], LON[0]), Place(LAT[2], LON[2]), Place(LAT[2], LON[1])
ELSEWHERE = Place(0, 0)
LINE = EarthTravel()


@pytest.fixture(autouse=True)
def no_engine_is_left():
    routers.engine.cache_clear()
    yield
    routers.engine.cache_clear()


class Pretended(ModuleType):
    """Stands where the binding would: keeps what it is asked, and answers what it is told to."""

    def __init__(self, answer: Any) -> None:
        super().__init__("osrm")
        self.answer, self.asked = answer, SimpleNamespace()
        self.opened: list[dict[str, Any]] = []
        self.RouteParameters = self.TableParameters = self.keep

    def keep(self, **parameters: Any) -> str:
        self.asked = SimpleNamespace(**parameters)
        return "parameters"

    def OSRM(self, **config: Any) -> Any:
        self.opened.append(config)
        return SimpleNamespace(Route=self.tell, Table=self.tell)

    def tell(self, _parameters: Any) -> Any:
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.fixture
def pretend(monkeypatch: pytest.MonkeyPatch) -> Any:
    def as_binding(answer: Any) -> Pretended:
        stands_in = Pretended(answer)
        monkeypatch.setitem(sys.modules, "osrm", stands_in)
        routers.engine.cache_clear()
        return stands_in

    return as_binding


def route(metres: Any, seconds: Any, code: str = "Ok") -> dict[str, Any]:
    return {"code": code, "routes": [{"distance": metres, "duration": seconds}]}


def table(durations: list[list[Any]], off: float = 0.0) -> dict[str, Any]:
    sources, targets = [{"distance": 0.0} for _row in durations], [{"distance": 0.0} for _cell in durations[0]]
    targets[-1]["distance"] = off
    return {"code": "Ok", "durations": durations, "sources": sources, "destinations": targets}


def columns(*ways: tuple[Place, Place]) -> list[Any]:
    return [np.array([getattr(end, name) for end in ends]) for ends in zip(*ways, strict=True) for name in ("lat", "lon")]


def test_a_way_is_asked_for_with_the_longitude_first_and_rounded_up(pretend):
    binding = pretend(route(2833.2, 680.0))
    assert OsrmGraph("town.osrm").way([CORNER, OPPOSITE]) == routers.Way(2_834, 680, "router")
    assert binding.asked.coordinates == [(4.3364, 50.8358), (4.3564, 50.8486)]
    assert binding.asked.radiuses == [500, 500]
    assert binding.opened == [{"storage_config": "town.osrm", "algorithm": "CH", "use_shared_memory": False, "use_mmap": True}]
    OsrmGraph("town.osrm").way([CORNER, OPPOSITE])
    assert len(binding.opened) == 1


@pytest.mark.parametrize(
    "answer",
    [
        RuntimeError("NoSegment"),
        {},
        route(1, 1, "NoRoute"),
        route(None, 1),
        route(-1, 1),
        route(float("nan"), 1),
        route(1e300, 1),
    ],
)
def test_an_answer_that_cannot_be_a_way_is_none(pretend, answer):
    pretend(answer)
    with pytest.raises(RouterSilent):
        OsrmGraph("town.osrm").way([CORNER, OPPOSITE])


def test_many_ways_are_asked_for_at_once_each_place_once(pretend):
    binding = pretend(table([[680.04, 510.9]]))
    found_ways = GraphTravel("town.osrm", LINE)(*columns((CORNER, OPPOSITE), (CORNER, BESIDE), (CORNER, OPPOSITE)))
    assert binding.asked.coordinates == [(4.3364, 50.8358), (4.3464, 50.8486), (4.3564, 50.8486)]
    assert (binding.asked.sources, binding.asked.destinations) == ([0], [1, 2])
    assert found_ways.tolist() == [511, 681, 511]


def test_columns_are_broadcast_as_any_provider_does(pretend):
    pretend(table([[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]]))
    lat, lon = np.array([LAT[0], LAT[1]]), np.array([LON[0], LON[1]])
    answer = GraphTravel("town.osrm", LINE)(lat[:, None], lon[:, None], np.array(LAT)[None], np.array(LON)[None])
    assert answer.tolist() == [[0, 1, 2], [3, 4, 5]]
    assert GraphTravel("town.osrm", LINE)(lat[:0], lon[:0], lat[:0], lon[:0]).shape == (0,)


def test_where_there_is_no_way_by_road_the_line_says_how_long_it_is(pretend):
    ways = columns((CORNER, BESIDE), (CORNER, OPPOSITE))
    straight = LINE(*ways).tolist()
    pretend(table([[None, 510.9]]))
    assert GraphTravel("town.osrm", LINE)(*ways).tolist() == [straight[0], 511]
    pretend(table([[680.0, 510.9]], off=501.0))
    assert GraphTravel("town.osrm", LINE)(*ways).tolist() == [680, straight[1]]


@pytest.mark.parametrize("answer", [RuntimeError("NoTable"), {}, table([["far", 1.0]]), table([[float("nan"), 1.0]])])
def test_a_table_that_cannot_be_one_leaves_the_line(pretend, answer):
    pretend(answer)
    ways = columns((CORNER, BESIDE), (CORNER, OPPOSITE))
    assert GraphTravel("town.osrm", LINE)(*ways).tolist() == LINE(*ways).tolist()


@pytest.fixture
def without_binding(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "osrm", None)


def test_nothing_is_loaded_unless_a_graph_is_set_up(settings, without_binding):
    assert routers.router("delivery") is None
    settings.ROUTERS = {"": "https://router.example/route/v1/bike", "ride": "/srv/town.osrm"}
    assert isinstance(routers.router("delivery"), routers.Osrm)
    assert routers.router("ride") == OsrmGraph("/srv/town.osrm")


def test_a_graph_without_its_binding_or_its_files_is_told_at_the_start(settings, without_binding):
    assert run_checks() == []
    settings.ROUTERS = {"ride": "/nowhere/town.osrm"}
    told = [f"{each.id} {each.msg}" for each in run_checks()]
    assert told[0] == "places.E001 MARKE_ROUTER names /nowhere/town.osrm, where there is no graph."
    assert told[1].startswith("places.E002") and "pip install osrm-bindings" in told[1]


@pytest.mark.django_db
def test_and_meanwhile_the_straight_line_counts_and_it_is_said(settings, without_binding):
    coop = make_coop()
    found(coop)
    settings.ROUTERS = {"": "/nowhere/town.osrm"}
    assert way(coop, [CORNER, OPPOSITE], "delivery", at=T0).by == "fallback"
    ways = columns((CORNER, OPPOSITE))
    by_rule = travel(rulebook(coop, T0), "delivery")
    assert isinstance(by_rule, GraphTravel) and by_rule(*ways).tolist() == by_rule.line(*ways).tolist()


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A graph of three streets across three others, for bicycles."""
    osrm = pytest.importorskip(
        "osrm", reason="osrm-bindings is not installed: pip install osrm-bindings, on Python 3.12 or newer"
    )
    folder = tmp_path_factory.mktemp("town")
    (folder / "town.osm").write_text(streets())
    profile = Path(osrm.__file__).parent / "share" / "profiles" / "bicycle.lua"
    for step in (["extract", "-p", str(profile), "town.osm"], ["contract", "town.osrm"]):
        subprocess.run([sys.executable, "-m", "osrm", *step], cwd=folder, check=True, capture_output=True, timeout=60)
    return str(folder / "town.osrm")


def streets() -> str:
    number = {(row, column): 1 + 3 * row + column for row in range(3) for column in range(3)}
    nodes = [
        f'<node id="{number[row, column]}" version="1" lat="{LAT[row] / 1e7}" lon="{LON[column] / 1e7}"/>'
        for row, column in number
    ]
    lines = [[(row, column) for column in range(3)] for row in range(3)] + [
        [(row, column) for row in range(3)] for column in range(3)
    ]
    ways = [
        f'<way id="{100 + place}" version="1">{"".join(f"""<nd ref="{number[each]}"/>""" for each in line)}'
        '<tag k="highway" v="residential"/></way>'
        for place, line in enumerate(lines)
    ]
    return f'<?xml version="1.0"?><osm version="0.6">{"".join(nodes + ways)}</osm>'


def test_for_real_a_way_follows_the_streets(town):
    by_road = OsrmGraph(town).way([CORNER, OPPOSITE])
    around = haversine_metres(*columns((CORNER, Place(LAT[0], LON[2])), (Place(LAT[0], LON[2]), OPPOSITE))).sum()
    assert by_road.by == "router" and abs(by_road.metres - around) <= 0.01 * around
    assert 10 <= by_road.metres / by_road.seconds * 3.6 <= 20  # km/h


def test_for_real_many_ways_are_the_ways_one_by_one(town):
    ends = [(CORNER, OPPOSITE), (OPPOSITE, CORNER), (CORNER, BESIDE), (BESIDE, BESIDE)]
    assert GraphTravel(town, LINE)(*columns(*ends)).tolist() == [OsrmGraph(town).way(pair).seconds for pair in ends]


def test_for_real_what_is_off_the_map_goes_by_the_line(town):
    with pytest.raises(RouterSilent, match="NoSegment"):
        OsrmGraph(town).way([CORNER, ELSEWHERE])
    ways = columns((CORNER, ELSEWHERE), (CORNER, OPPOSITE))
    answer = GraphTravel(town, LINE)(*ways).tolist()
    assert answer[0] == LINE(*ways)[0] and answer[1] == OsrmGraph(town).way([CORNER, OPPOSITE]).seconds


def test_for_real_what_is_no_graph_gives_none(town):
    with pytest.raises(RouterSilent):
        OsrmGraph(town.replace("town.osrm", "village.osrm")).way([CORNER, OPPOSITE])
