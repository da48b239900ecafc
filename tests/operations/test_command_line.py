"""Wrong, huge, foreign and hostile arguments get a sentence with the value and the remedy, never a traceback."""

import contextlib
import io
import sys
from pathlib import Path

import pytest

from marke.common.refusal import Refused
from marke.parties.models import Coop
from marke.site import cli
from marke.site.operations.founding import found_from_terminal
from tests.operations.program import marke

HOSTILE = [
    "",
    " ",
    "x" * 5000,
    "名前",
    "'; DROP TABLE parties_coop; --",
    "../../nowhere/passwd",
    "$(reboot)",
    "\x1b[2J",
    "-",
    "٣",
    "1.e9",
]


def run(*arguments: str) -> tuple[int, str]:
    """Status and everything that was said, in this process: for refusals before anything is opened."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        try:
            status = cli.main(list(arguments))
        except SystemExit as end:
            status = int(end.code or 0)
    return status, said.getvalue()


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize(
    "arguments",
    [
        ("demo", "--port"),
        ("serve", "--port"),
        ("serve", "--workers"),
        ("export", "--out", "x.zip"),
        ("doctor",),
        ("import",),
        ("restore",),
        ("day",),
        ("day", ".", "--price"),
        ("day", ".", "--matching"),
        (),
    ],
    ids=" ".join,
)
def test_a_value_that_cannot_be_is_refused_in_a_sentence(arguments: tuple[str, ...], value: str) -> None:
    status, said = run(*arguments, value)
    assert status == 2
    assert "Traceback" not in said
    assert said.startswith("marke: ")
    assert "\x1b" not in said
    assert len(said) < 900


@pytest.mark.parametrize(
    ("arguments", "remedy"),
    [
        (("demo", "--port", "70000"), "from 1 to 65535"),
        (("demo", "--port", "eighty"), "'eighty' is not a port"),
        (("day", ".", "--price", "0"), "'0' is not a price. Give an amount from 0.01"),
        (("day", ".", "--price", "12.505"), "'12.505' is not a price"),
        (("day", ".", "--price", "nan"), "'nan' is not a price"),
        (("day", "/nowhere"), "there is no folder '/nowhere'"),
        (("import", "/nowhere/velo.zip"), "there is no file '/nowhere/velo.zip'"),
        (("export", "velo", "--out", "/nowhere/velo.zip"), "there is no folder '/nowhere' to write into"),
        (("export", "velo", "--out", "/"), "is a folder"),
        (("export", "Vélo!", "--out", "x.zip"), "'Vélo!' is not a co-op's short name"),
        (("found", "Velo"), "--pack, --country"),
        (("fuond",), "invalid choice: 'fuond'"),
        (("doctor", "--hepl"), "unrecognized arguments: --hepl"),
    ],
)
def test_what_is_said_names_the_value_and_the_remedy(arguments: tuple[str, ...], remedy: str) -> None:
    status, said = run(*arguments)
    assert status == 2
    assert remedy in said


@pytest.mark.parametrize("command", ["doctor", "backup x.zip"])
def test_without_an_installation_nothing_is_made(command: str, tmp_path: Path) -> None:
    data = tmp_path / "data"
    done = marke(*command.replace("x.zip", str(tmp_path / "x.zip")).split(), data=data)
    assert done.returncode == 1
    assert f"There is no installation in {data} yet" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (data / "marke.sqlite3").exists()


@pytest.mark.parametrize("address", ["mysql://x", "postgresql://nobody@127.0.0.1:1/none"])
def test_a_database_that_cannot_be_reached_is_named(address: str, tmp_path: Path) -> None:
    done = marke("doctor", data=tmp_path, DATABASE_URL=address)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert done.stderr.startswith("marke: ")


WORDS = {"name": "Velo", "pack": "delivery", "country": "BE", "language": "", "founder": "", "email": "", "password": "x" * 12}


@pytest.mark.parametrize(
    ("wrong", "remedy"),
    [
        ({"pack": "bakery"}, "There is no pack 'bakery'. There are: delivery"),
        ({"pack": "名前もじ" * 1000}, "There are: delivery"),
        ({"country": "ZZ"}, "ZZ"),
        ({"country": "Belgium"}, "BELGIUM"),
        ({"language": "tlh"}, "'tlh' is not a language of the pages. There are: en, nl"),
        ({"email": "nobody"}, "'nobody' is not a mail address"),
        ({"email": "a@b.example\r\nBcc: c@d.example"}, "is not a mail address"),
    ],
)
def test_nothing_is_founded_on_a_wrong_word(wrong: dict[str, str], remedy: str, db: None) -> None:
    with pytest.raises(Refused) as refusal:
        found_from_terminal(**{**WORDS, **wrong})
    assert remedy in str(refusal.value)
    assert len(str(refusal.value)) < 500
    assert not Coop.objects.exists()


@pytest.mark.parametrize("name", ["123", "x" * 200, "", "\x1b[2J", "…"])
def test_a_co_op_has_a_name_with_letters(name: str) -> None:
    status, said = run("found", name, "--pack", "delivery", "--country", "BE")
    assert status == 1
    assert "is not a name for a co-op. Give up to 120 characters with letters" in said


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation with one co-op whose name is in another script."""
    data = tmp_path_factory.mktemp("installation")
    done = marke("found", "Ζεστό Ψωμί", "--pack", "delivery", "--country", "gr", data=data)
    assert done.returncode == 0, done.stderr
    assert "Founded Ζεστό Ψωμί (EUR, Europe/Athens)" in done.stdout
    assert "with the password" in done.stdout
    return data


def test_a_founded_co_op_is_healthy(founded: Path) -> None:
    done = marke("doctor", data=founded)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "All hold." in done.stdout


def test_the_doctor_knows_whom_it_can_examine(founded: Path) -> None:
    done = marke("doctor", "velo", data=founded)
    assert done.returncode == 1
    assert "There is no co-op 'velo' here. There are: co-op" in done.stderr


def test_what_is_due_is_done_once(founded: Path) -> None:
    done = marke("work", "--once", data=founded)
    assert done.returncode == 0, done.stderr
    assert "things that were due" in done.stdout


def test_the_demo_leaves_a_real_installation_alone(founded: Path) -> None:
    before = (founded / "marke.sqlite3").read_bytes()
    for arguments in (("demo", "--no-serve"), ("demo", "--no-serve", "--fresh")):
        done = marke(*arguments, data=founded)
        assert done.returncode == 1
        assert "holds a real installation, which the demo leaves alone" in done.stderr
    assert (founded / "marke.sqlite3").read_bytes() == before


def test_help_names_every_command() -> None:
    status, said = run("--help")
    assert status == 0
    assert [name for name in cli.COMMANDS if name not in said] == []


def test_an_interrupted_command_ends_quietly(monkeypatch: pytest.MonkeyPatch) -> None:
    import marke.site.commands.bench_command as bench

    def interrupt(arguments: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(bench, "run", interrupt)
    assert run("bench", "pages") == (130, "")
    assert sys.exc_info() == (None, None, None)
