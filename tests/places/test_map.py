"""Where a map puts its points, how large they are drawn, and how long its scale says that it is."""

from dataclasses import replace

import pytest
from django.template.loader import render_to_string

from marke.places.map import MARGIN, MapPoint, draw
from marke_core.matching import Place, metres_on_earth
from marke_core.matching.row import Candidate, Workers

MIDI, NORD = Place(508_500_000, 43_500_000), Place(508_700_000, 43_600_000)


def points(*places: Place) -> list[MapPoint]:
    return [MapPoint(place, f"Place {number}", mark=str(number)) for number, place in enumerate(places, start=1)]


def test_north_is_up_east_is_right_and_everything_fits() -> None:
    drawn = draw(points(MIDI, NORD), [[MIDI, NORD]], width=480, height=320)
    south, north = drawn.marks
    assert north.y < south.y
    assert south.x < north.x
    assert all(MARGIN <= mark.x <= 480 - MARGIN and MARGIN <= mark.y <= 320 - MARGIN for mark in drawn.marks)
    assert drawn.ways == (f"{south.x},{south.y} {north.x},{north.y}",)


def test_the_scale_is_as_long_as_it_says() -> None:
    drawn = draw(points(MIDI, NORD))
    south, north = drawn.marks
    columns = Workers.of([Candidate(1, 0, MIDI)])
    metres = int(metres_on_earth(columns.lat, columns.lon, NORD)[0])
    pixels = ((south.x - north.x) ** 2 + (south.y - north.y) ** 2) ** 0.5
    assert drawn.scale.text == "1 km"
    assert drawn.scale.pixels == pytest.approx(1000 * pixels / metres, abs=2)


def test_nothing_to_show_is_no_map() -> None:
    assert not draw([])
    assert render_to_string("places/_map.html", {"map": draw([])}).strip() == ""


@pytest.mark.parametrize("place", [Place(900_000_000, 0), Place(-900_000_000, 1_799_999_999), Place(0, 0)])
def test_one_point_stands_in_the_middle_wherever_it_is(place: Place) -> None:
    mark = draw(points(place), width=480, height=320).marks[0]
    assert (mark.x, mark.y) == (240, 160)


def test_the_date_line_is_crossed_the_short_way() -> None:
    fiji = draw(points(Place(-170_000_000, 1_799_000_000), Place(-170_000_000, -1_799_000_000)))
    assert 0 < fiji.marks[1].x - fiji.marks[0].x < 480
    assert fiji.scale.text != ""


def test_points_that_lie_together_share_a_mark_that_counts_them() -> None:
    near = [replace(point, kind="job", mark="") for point in points(*[MIDI] * 30, NORD)]
    drawn = draw(near, cluster=32)
    assert [(mark.count, mark.mark) for mark in drawn.marks] == [(30, "30"), (1, "")]


def test_without_a_tile_server_nothing_is_fetched_and_with_one_the_tiles_cover_the_paper(settings) -> None:
    assert "<image" not in render_to_string("places/_map.html", {"map": draw(points(MIDI, NORD))})
    settings.MAP_TILES, settings.MAP_CREDIT = "https://tiles.example/{z}/{x}/{y}.png", "© Somebody"
    drawn = draw(points(MIDI, NORD), width=480, height=320)
    assert min(tile.x for tile in drawn.tiles) <= 0
    assert max(tile.x for tile in drawn.tiles) + 256 >= 480
    assert min(tile.y for tile in drawn.tiles) <= 0
    assert max(tile.y for tile in drawn.tiles) + 256 >= 320
    assert all(tile.url.startswith("https://tiles.example/1") for tile in drawn.tiles)
    assert "© Somebody" in render_to_string("places/_map.html", {"map": drawn})


def test_a_name_is_written_not_run() -> None:
    drawn = draw([MapPoint(MIDI, "<script>alert(1)</script>")])
    assert "<script" not in render_to_string("places/_map.html", {"map": drawn})
