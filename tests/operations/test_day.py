"""A day of real orders: whole or not at all, to the cent, and refused with a sentence when its files will not do."""

import signal
import subprocess
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from marke.common.refusal import Refused
from marke.invoices.models import Invoice
from marke.jobs.models import Job, Offer
from marke.ledger.queries import totals_by_kind
from marke.parties.models import Coop
from marke.site.operations.day import live_day
from marke.site.operations.day_files import read_day
from marke.site.operations.doctor import examine
from tests.operations.program import ARGUMENTS, environment, marke

AT = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
FILES = {
    "orders.txt": "order\tx\ty\tplacement_time\trestaurant\tready_time\n"
    "o1\t640\t0\t600\tr1\t610\no2\t0\t640\t601\tr2\t605\no3\t0\t0\t602\tr1\t700\n",
    "restaurants.txt": "restaurant\tx\ty\nr1\t0\t0\nr2\t320\t320\n",
    "couriers.txt": "courier\tx\ty\ton_time\toff_time\nc1\t0\t0\t600\t660\nc2\t10000\t0\t600\t640\n",
    "instance_parameters.txt": "meters_per_minute\tpickup service minutes\tdropoff service minutes\t"
    "target click-to-door\tmaximum click-to-door\tpay per order\tguaranteed pay per hour\n320\t4\t4\t40\t90\t10\t15\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    day = tmp_path / "day one"
    day.mkdir()
    for name, text in FILES.items():
        (day / name).write_text(text)
    return day


def test_every_order_becomes_a_job_and_every_cent_finds_its_place(folder: Path, db: None) -> None:
    result = live_day(files=read_day(folder), price=1250, mode="nearest", at=AT)
    assert (result.orders, result.served) == (3, 2)
    assert (result.invoiced, result.earned, result.kept, result.guarantee) == (2500, 2150, 300, 50)
    assert sorted(Job.objects.values_list("state", flat=True)) == ["expired", "settled", "settled"]
    assert Invoice.objects.count() == result.invoices == 2
    held = {total.kind: total.amount for total in totals_by_kind(result.coop) if total.amount}
    assert held == {"bank": 350, "fund": -50, "contribution": -300}
    assert [finding for finding in examine([result.coop]) if finding.violations] == []


def test_why_me_can_be_answered_for_every_delivery(folder: Path, db: None) -> None:
    live_day(files=read_day(folder), price=1250, mode="nearest", at=AT)
    offer = Offer.objects.order_by("job__number")[0]
    assert offer.mode == "nearest"
    assert offer.rule_value is not None
    assert offer.candidates == [
        {"member": 1, "score": 0, "unit": "m", "out": ""},
        {"member": 2, "score": 10000, "unit": "m", "out": ""},
    ]


@pytest.mark.parametrize("price", [1, 7, 333, 1_000_000])
def test_any_price_reconciles(folder: Path, db: None, price: int) -> None:
    result = live_day(files=read_day(folder), price=price, mode="longest_idle", at=AT)
    assert result.earned + result.kept + result.guarantee == result.invoiced == 2 * price


def test_a_day_on_which_nobody_works_serves_nobody_and_pays_nobody(folder: Path, db: None) -> None:
    (folder / "couriers.txt").write_text("courier\tx\ty\ton_time\toff_time\nc1\t0\t0\t0\t1\n")
    result = live_day(files=read_day(folder), price=1250, mode=None, at=AT)
    assert (result.served, result.invoiced, result.earned) == (0, 0, 0)


Spoil = Callable[[Path], object]


def _replace(name: str, old: str, new: str) -> Spoil:
    return lambda folder: (folder / name).write_text(FILES[name].replace(old, new, 1))


SPOILED: dict[str, tuple[Spoil, str]] = {
    "no file": (lambda folder: (folder / "orders.txt").unlink(), "orders.txt cannot be read (No such file"),
    "an empty file": (lambda folder: (folder / "orders.txt").write_text(""), "has no column 'order'"),
    "only a heading": (lambda folder: (folder / "couriers.txt").write_text("courier\tx\ty\ton_time\toff_time\n"), "has 0 lines"),
    "commas": (
        lambda folder: (folder / "orders.txt").write_text(FILES["orders.txt"].replace("\t", ",")),
        "has no column 'order'",
    ),
    "no text at all": (lambda folder: (folder / "orders.txt").write_bytes(b"\xff\xfe\x00"), "cannot be read"),
    "a missing column": (_replace("orders.txt", "ready_time", "ready"), "has no column 'ready_time'"),
    "a word for a number": (_replace("orders.txt", "600", "six"), "line 2: 'six' cannot be the placement_time"),
    "a number of another script": (_replace("orders.txt", "600", "٦٠٠"), "line 2: '٦٠٠' cannot be the placement_time"),
    "a number beyond all bounds": (_replace("orders.txt", "640", "9" * 400), "cannot be the x"),
    "a negative minute": (_replace("orders.txt", "600", "-1"), "'-1' cannot be the placement_time. Write a whole number from 0"),
    "a fraction": (_replace("restaurants.txt", "320", "320.5"), "restaurants.txt, line 3: '320.5' cannot be the x"),
    "an unknown restaurant": (_replace("orders.txt", "r2", "r9"), "'r9' cannot be the restaurant. Write a restaurant of"),
    "the same order twice": (_replace("orders.txt", "o2", "o1"), "has 'o1' more than once"),
    "ready before it was placed": (_replace("orders.txt", "610", "599"), "'599' cannot be the ready_time"),
    "a shift that ends before it begins": (_replace("couriers.txt", "660", "600"), "'600' cannot be the off_time"),
    "a standstill": (_replace("instance_parameters.txt", "320", "0"), "'0' cannot be the meters_per_minute"),
    "a missing cell": (_replace("orders.txt", "\tr1\t610", ""), "cannot be the ready_time"),
    "a hostile name": (_replace("couriers.txt", "c1", "c\x1b[2J"), "cannot be the courier"),
}


@pytest.mark.parametrize("what", SPOILED)
def test_a_folder_that_will_not_do_is_refused_with_file_line_value_and_remedy(what: str, folder: Path) -> None:
    spoil, sentence = SPOILED[what]
    spoil(folder)
    with pytest.raises(Refused) as refusal:
        read_day(folder)
    assert sentence in str(refusal.value)
    assert len(str(refusal.value)) < 400


def test_the_command_shows_what_the_day_came_to_and_leaves_nothing_behind(folder: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    done = marke("day", str(folder), "--price", "9.99", data=data)
    assert done.returncode == 0, done.stderr
    for part in (
        "served",
        "minutes from order to door",
        "earnings per hour",
        "the co-op kept",
        "Every cent reconciles",
        "All hold.",
    ):
        assert part in done.stdout
    assert [path.name for path in data.iterdir() if path.name != "secret-key"] == []


@pytest.mark.parametrize("kills", [3, pytest.param(20, marks=pytest.mark.long)])
def test_a_day_that_is_killed_was_never_there(kills: int, folder: Path, tmp_path: Path) -> None:
    """kill -9 at moments spread over the whole command, and the doctor finds nothing wrong."""
    data = tmp_path / "data"
    orders = "".join(f"o{number}\t640\t0\t{number}\tr1\t{number}\n" for number in range(10, 400))
    (folder / "orders.txt").write_text(FILES["orders.txt"].splitlines()[0] + "\n" + orders)
    (folder / "couriers.txt").write_text(
        "courier\tx\ty\ton_time\toff_time\n" + "".join(f"c{n}\t0\t0\t0\t500\n" for n in range(40))
    )
    began = time.monotonic()
    assert marke("day", str(folder), "--keep", data=data).returncode == 0
    usual = time.monotonic() - began
    for kill in range(kills):
        process = subprocess.Popen(
            [*ARGUMENTS, "day", str(folder), "--keep"],
            env=environment(data),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(usual * (0.3 + 0.65 * kill / kills))
        process.send_signal(signal.SIGKILL)
        process.wait()
    done = marke("doctor", data=data)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "All hold." in done.stdout


@pytest.mark.needs_data
@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.long) for seed in range(1, 10))])
def test_the_ten_days_of_real_orders_run(seed: int, shared_data: Path, tmp_path: Path) -> None:
    began = time.monotonic()
    done = marke("day", str(shared_data / "mdrp" / f"{seed}o100t100s1p100"), data=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "Every cent reconciles" in done.stdout
    assert "All hold." in done.stdout
    assert time.monotonic() - began < 120  # under 60 s on two idle cores; the tests may share them


def test_a_co_op_founded_on_one_day_is_not_founded_twice(folder: Path, db: None) -> None:
    """The same folder again is another co-op, under another short name."""
    first = live_day(files=read_day(folder), price=1250, mode=None, at=AT)
    second = live_day(files=read_day(folder), price=1250, mode=None, at=AT)
    assert [first.coop.slug, second.coop.slug] == ["day-day-one", "day-day-one-2"]
    assert Coop.objects.count() == 2
