"""Spain (Ley 27/1999, the national law) and Italy (co-operatives of prevailing mutuality)."""

from marke_core.statutes.figures import About, Bound, Figure, Kind, Regime

EXACTLY, MOST, LEAST = Bound.EXACTLY, Bound.MOST, Bound.LEAST


def _ley(articles: str) -> str:
    return f"Ley 27/1999 {articles} (github legalize-dev/legalize-es: es/BOE-A-1999-15681.md)"


RATIO = "https://www.ratioquotidiano.it/dividendi-e-prestiti-sociali-nelle-coop-i-nuovi-tassi-di-riferimento"
CLAVI = "https://sito.studiosclavi.com/cooperative/20040628/..."
REGIONAL = "Most Spanish regions have a law of their own, which was not looked up."
NO_FIXED = (
    "A fixed rate cannot be compared with a published one in advance: who wants one decides a figure of their own, with the rate "
    "of the year."
)

SPAIN = Regime(
    code="es_cooperativa",
    kind=Kind.FORM,
    label="sociedad cooperativa (Spain)",
    country="ES",
    legal_form="cooperative",
    needs_deed=True,
    rows=("ES ",),
    figures=(
        Figure("es.reserve", "surplus.legal_reserve", LEAST, [20, 100], _ley("art. 58"), About.RESERVE, told=False,
               row="reserve.mandatory", doubt=REGIONAL),
        Figure("es.reserve_others", "surplus.other_business", LEAST, [50, 100], _ley("art. 58"), About.RESERVE, told=False,
               row="reserve.mandatory", doubt=REGIONAL),
        Figure("es.education", "surplus.education", LEAST, [5, 100], _ley("art. 58"), About.RESERVE, told=False,
               row="fund.education", doubt=REGIONAL),
        Figure("es.return_kind", "shares.return_kind", EXACTLY, "index", _ley("art. 48"), About.RETURN, or_else=("none",),
               told=False, row="interest.max", doubt=NO_FIXED),
        Figure("es.return", "shares.return_spread", MOST, [6, 100], _ley("art. 48"), About.RETURN, told=False,
               row="interest.max"),
        Figure("es.exit.years", "shares.exit_years", MOST, 5, _ley("art. 51"), About.LEAVING, told=False, row="exit.max_years"),
        Figure("es.exit.years_on_death", "shares.exit_years_on_death", MOST, 1, _ley("art. 51"), About.LEAVING, told=False,
               row="exit.max_years"),
        Figure("es.exit.penalty", "shares.exit_penalty", MOST, [30, 100], _ley("art. 51.3"), About.LEAVING, told=False,
               row="exit.penalty_max"),
        Figure("es.exit.queue", "statutes.exit_order", EXACTLY, "asked", _ley("art. 51.6"), About.LEAVING, told=False,
               row="exit.queue"),
        Figure("es.paid_in", "shares.paid_in_minimum", LEAST, [25, 100], _ley("art. 46.3"), About.SHARES, told=False,
               row="entry.paid_in_min"),
        Figure("es.entry_fee", "statutes.entry_fee", MOST, [25, 100], _ley("art. 52.2"), About.SHARES, told=False,
               row="entry_fee.max"),
        Figure("es.loss_years", "surplus.loss_years", MOST, 7, _ley("art. 59"), About.SURPLUS, told=False,
               row="loss.carry_max_years", nought_is_endless=True),
    ),
)  # fmt: skip

ITALY = Regime(
    code="it_cooperativa",
    kind=Kind.FORM,
    label="cooperativa a mutualità prevalente (Italy)",
    country="IT",
    legal_form="cooperative",
    needs_deed=True,
    rows=("IT mutualita prevalente", "IT c.c. 2514"),
    figures=(
        Figure("it.return_kind", "shares.return_kind", EXACTLY, "index", RATIO, About.RETURN, or_else=("none",),
               row="dividend.max_rate", doubt=NO_FIXED),
        Figure("it.return", "shares.return_spread", MOST, [25, 1000], RATIO, About.RETURN, row="dividend.max_rate"),
        Figure("it.instruments", "statutes.instruments_spread", MOST, [45, 1000], CLAVI, About.RETURN,
               row="instrument.max_rate", doubt="Two points more than the cap for shares; read on a page of 2004."),
    ),
)  # fmt: skip

REGIMES = (SPAIN, ITALY)
