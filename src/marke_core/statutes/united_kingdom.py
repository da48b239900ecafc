"""The United Kingdom: the co-operative society with withdrawable shares."""

from datetime import date

from marke_core.statutes.figures import About, Bound, Figure, Kind, Regime

EXACTLY, MOST = Bound.EXACTLY, Bound.MOST
SCOTLAND = "http://communitysharesscotland.org.uk/resources/handbook/withdrawable-shares"
HANDBOOK = "https://www.uk.coop/resources/community-shares-handbook/2-society-legislation/23-liquidity-withdrawable-shares"
FCA = "FCA RFCCBS 6.1.4G (https://handbook.fca.org.uk/handbook/RFCCBS/6/1.html)"
HMRC = "https://gov.uk/hmrc-internal-manuals/company-taxation-manual/ctm40507"

SOCIETY = Regime(
    code="uk_society",
    kind=Kind.FORM,
    label="co-operative society (United Kingdom)",
    country="GB",
    legal_form="cooperative",
    needs_deed=True,
    rows=("UK society", "UK bona fide coop"),
    figures=(
        Figure("uk.holding", "shares.maximum_held", MOST, {"amount": 100_000_00}, SCOTLAND, About.SHARES, currency="GBP",
               row="holding.max"),
        Figure("uk.withdrawal", "shares.exit_from_surplus", EXACTLY, True, HANDBOOK, About.LEAVING, since=date(2015, 1, 1),
               row="withdrawal.condition"),
        Figure("uk.votes", "shares.votes", EXACTLY, "member", FCA, About.VOTE, or_else=("none",), told=False,
               row="vote.by_shares"),
        Figure("uk.par", "statutes.par_only", EXACTLY, True, FCA, About.SHARES, told=False, row="shares.par_value_only"),
        Figure("uk.return", "statutes.return_needed", EXACTLY, True, HMRC, About.RETURN, row="interest.max",
               doubt="How the FCA words its guidance on interest was not looked up."),
    ),
)  # fmt: skip

REGIMES = (SOCIETY,)
