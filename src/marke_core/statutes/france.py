"""France: what holds for all co-operatives, the SCIC (of several kinds of members) and the SCOP (of workers)."""

from marke_core.statutes.figures import About, Bound, Figure, Kind, Regime

EXACTLY, MOST, LEAST, DEFAULT = Bound.EXACTLY, Bound.MOST, Bound.LEAST, Bound.DEFAULT
DAY = 86_400

RESERVES = "loi 47-1775 art. 16, 19 nonies (http://www.les-scic.coop/sites/fr/les-scic/FAQ/Resultats_et_reserves_impartageables)"
ART_3_BIS = "loi 47-1775 art. 3 bis (https://legal.tricoteuses.fr/articles/LEGIARTI000029320770)"
PEP2A = "http://pep2a.fr/notre-fonctionnement/resultats-benefices"
PACA = "https://les-scop-paca.coop/scop-scic-quest-ce-que-cest/le-statut-scic"
ART_33 = "loi 78-763 art. 33 (https://legal.tricoteuses.fr/articles/LEGIARTI000006289968)"
SOFICO = "https://www.sofico-conseil.fr/..."
OLDER = "An older version of the article was read; its present text was not looked up."
NO_FIXED = (
    "A fixed rate cannot be compared with a published one in advance: who wants one decides a figure of their own, with the rate "
    "of the year."
)

ALL = Regime(
    code="fr_coop",
    kind=Kind.FORM,
    label="co-operative company (France)",
    country="FR",
    legal_form="cooperative",
    needs_deed=True,
    rows=("FR all coops",),
    figures=(
        Figure("fr.reserve.legal", "surplus.legal_reserve", LEAST, [15, 100], RESERVES, About.RESERVE, row="reserve.legal"),
        Figure("fr.reserve.limit", "surplus.legal_reserve_limit", LEAST, [1, 1], RESERVES, About.RESERVE,
               row="reserve.legal", nought_is_endless=True),
        Figure("fr.votes.noncoop", "statutes.votes_noncoop", MOST, [49, 100], ART_3_BIS, About.VOTE, told=False,
               row="vote.noncoop_max"),
        Figure("fr.votes.noncoop_others", "statutes.votes_noncoop_others", MOST, [35, 100], ART_3_BIS, About.VOTE, told=False,
               row="vote.noncoop_max"),
    ),
)  # fmt: skip

SCIC = Regime(
    code="fr_scic",
    kind=Kind.FORM,
    label="SCIC (France)",
    country="FR",
    legal_form="cooperative",
    needs_deed=True,
    stands_on=("fr_coop",),
    rows=("FR SCIC",),
    figures=(
        Figure("fr.scic.reserve", "surplus.statutory_reserve", LEAST, [50, 100], RESERVES, About.RESERVE,
               row="reserve.statutory_min"),
        Figure("fr.scic.return_kind", "shares.return_kind", EXACTLY, "index", PEP2A, About.RETURN, or_else=("none",),
               row="capital.interest_max", doubt=NO_FIXED),
        Figure("fr.scic.return", "shares.return_spread", MOST, [2, 100], PEP2A, About.RETURN, row="capital.interest_max"),
        Figure("fr.scic.subsidies", "surplus.capital_without_gifts", EXACTLY, True, PEP2A, About.RETURN,
               row="capital.public_subsidies_excluded"),
        Figure("fr.scic.classes", "statutes.classes", LEAST, 3, PACA, About.VOTE, row="classes.min"),
        Figure("fr.scic.public", "statutes.public_bodies_capital", MOST, [50, 100], PACA, About.SHARES,
               row="capital.public_bodies_max"),
    ),
)  # fmt: skip

SCOP = Regime(
    code="fr_scop",
    kind=Kind.FORM,
    label="SCOP (France)",
    country="FR",
    legal_form="cooperative",
    needs_deed=True,
    stands_on=("fr_coop",),
    rows=("FR SCOP",),
    figures=(
        Figure("fr.scop.parts_of", "surplus.parts_of", EXACTLY, "result", ART_33, About.SURPLUS, row="labour.min_share",
               doubt=OLDER),
        Figure("fr.scop.labour", "surplus.workers", LEAST, [25, 100], ART_33, About.SURPLUS, row="labour.min_share",
               doubt=OLDER),
        Figure("fr.scop.after", "surplus.workers_after", MOST, 92 * DAY, ART_33, About.SURPLUS, row="labour.min_share",
               doubt=OLDER),
        Figure("fr.scop.by", "surplus.workers_by", EXACTLY, "pay", ART_33, About.SURPLUS,
               or_else=("hours", "time", "equal"), row="labour.min_share", doubt=OLDER),
        Figure("fr.scop.seniority", "surplus.seniority_most", MOST, [2, 1], ART_33, About.SURPLUS, row="labour.min_share",
               doubt=OLDER),
        Figure("fr.scop.capital", "surplus.funders_below_workers", EXACTLY, True, ART_33, About.RETURN,
               row="interest.max_vs_labour", doubt=OLDER),
        Figure("fr.scop.workers_capital", "statutes.workers_capital", LEAST, [51, 100], SOFICO, About.SHARES,
               row="labour.capital_and_votes"),
        Figure("fr.scop.workers_votes", "statutes.workers_votes", LEAST, [65, 100], SOFICO, About.VOTE,
               row="labour.capital_and_votes"),
    ),
)  # fmt: skip

REGIMES = (ALL, SCIC, SCOP)
