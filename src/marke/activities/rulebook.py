"""The rules about members' own businesses. As it comes, nobody has one: small stays small."""

from datetime import timedelta
from fractions import Fraction

from django.utils.translation import gettext_lazy as _

from marke_core.rulebook import Amount, Choice, Count, Duration, Percent, Rule
from marke_core.schemes import activity as scheme

SECTION = _("Own business inside the co-op")
NOBODY, MEMBERS, TEAMS = "nobody", "members", "teams"
INVOICED, PAID, WORKED = "invoiced", "paid", "worked"
ONCE, EACH = "once", "each"
FREE, HELD = "free", "held"
OWN, OFFICE = "own", "office"
NO_LIMIT = _("0 means that there is no limit.")

RULES = [
    Rule(
        key="activities.open_to",
        type=Choice(
            {
                NOBODY: _("nobody runs a business of their own"),
                MEMBERS: _("every member may run a business of their own"),
                TEAMS: _("every member, and every circle as a team, may run a business of their own"),
            }
        ),
        default=NOBODY,
        title=_("Own business"),
        sentence=_("Inside the co-op, {value}."),
        section=SECTION,
        explains=_("Who runs one invoices their own clients through the co-op, which chases, keeps the books and pays them out."),
    ),
    Rule(
        key=scheme.CONTRIBUTION,
        type=Percent(most=Fraction(3, 4)),
        default=[65, 1000],
        title=_("Own business: the contribution"),
        sentence=_("Of what an own business invoices, without VAT, {value} is kept."),
        section=SECTION,
        varies_by=("member_class",),
        explains=_("It is taken from the invoice, rounded to the cent, whether the client has paid or not."),
        preview="money",
    ),
    Rule(
        key=scheme.ON_GRANTS,
        type=Percent(most=Fraction(3, 4)),
        default=[65, 1000],
        title=_("Own business: the contribution on grants"),
        sentence=_("Of a grant to an own business {value} is kept."),
        section=SECTION,
        preview="money",
    ),
    Rule(
        key=scheme.EXPENSES_OFF,
        type=Percent(),
        default=[0, 1],
        title=_("Own business: what expenses take off"),
        sentence=_("The contribution is not taken of {value} of the expenses of an own business."),
        section=SECTION,
        explains=_("At 0 % the contribution is a part of what is invoiced, at 100 % of what is left after expenses."),
        preview="money",
    ),
    Rule(
        key=scheme.FEE,
        type=Amount(most=1_000_000),
        default=0,
        title=_("Own business: the fixed fee"),
        sentence=_("Besides, an own business gives {value} a month."),
        section=SECTION,
        preview="money",
    ),
    Rule(
        key=scheme.FLOOR_MONTH,
        type=Amount(most=10_000_000),
        default=0,
        title=_("Own business: the least in a month"),
        sentence=_("An own business gives {value} a month at least."),
        section=SECTION,
        preview="money",
    ),
    Rule(
        key=scheme.FLOOR_YEAR,
        type=Amount(most=100_000_000),
        default=0,
        title=_("Own business: the least in a year"),
        sentence=_("An own business gives {value} a year at least."),
        section=SECTION,
        preview="money",
    ),
    Rule(
        key=scheme.CAP_MONTH,
        type=Amount(most=10_000_000),
        default=0,
        title=_("Own business: the most in a month"),
        sentence=_("An own business gives {value} a month at most."),
        section=SECTION,
        explains=NO_LIMIT,
        preview="money",
    ),
    Rule(
        key=scheme.CAP_YEAR,
        type=Amount(most=100_000_000),
        default=0,
        title=_("Own business: the most in a year"),
        sentence=_("An own business gives {value} a year at most."),
        section=SECTION,
        explains=NO_LIMIT,
        preview="money",
    ),
    Rule(
        key=scheme.CHOSEN_LEAST,
        type=Percent(most=Fraction(3, 4)),
        default=[0, 1],
        title=_("Own business: the least a member chooses"),
        sentence=_("Whoever chooses their own contribution chooses {value} at least."),
        section=SECTION,
        preview="money",
    ),
    Rule(
        key=scheme.CHOSEN_MOST,
        type=Percent(most=Fraction(3, 4)),
        default=[0, 1],
        title=_("Own business: the most a member chooses"),
        sentence=_("Members choose their own contribution, up to {value}."),
        section=SECTION,
        explains=_("At 0 % nobody chooses. Who has not chosen gives the contribution that holds for all."),
        preview="money",
    ),
    Rule(
        key=scheme.GUARANTEE,
        type=Percent(),
        default=[10, 100],
        title=_("Own business: the guarantee fund’s part"),
        sentence=_("{value} of the contribution goes into the guarantee fund."),
        section=SECTION,
        explains=_("The fund bears what members were paid and clients do not pay."),
        preview="money",
    ),
    Rule(
        key=scheme.RESERVE,
        type=Percent(most=Fraction(1, 2)),
        default=[0, 1],
        title=_("Own business: the reserve"),
        sentence=_("{value} of what an own business invoices stays in it as a reserve until it is closed."),
        section=SECTION,
        preview="money",
    ),
    Rule(
        key="activities.payout_on",
        type=Choice(
            {
                INVOICED: _("whether the client has paid or not, counted from the day of the invoice"),
                PAID: _("when the client has paid, counted from that day"),
                WORKED: _(
                    "whether the client has paid or not, counted from the last day of the work, or from the day of the invoice "
                    "where no day of the work is known"
                ),
            }
        ),
        default=INVOICED,
        title=_("Own business: when it is paid out"),
        sentence=_("What an own business earns is paid out {value}."),
        section=SECTION,
        explains=_("Counted from the work, nothing is paid out before it is done, also where the client has paid before."),
    ),
    Rule(
        key="activities.payout_days",
        type=Count(most=120),
        default=7,
        title=_("Own business: working days until it is paid out"),
        sentence=_("Until then {value} working days pass."),
        section=SECTION,
        explains=_("Saturdays, Sundays and the holidays of the co-op’s country are no working days."),
    ),
    Rule(
        key="activities.limit_client",
        type=Amount(),
        default=0,
        title=_("Own business: paid in advance for one client"),
        sentence=_("For one client at most {value} is paid out before the client has paid."),
        section=SECTION,
        explains=NO_LIMIT,
    ),
    Rule(
        key="activities.limit_activity",
        type=Amount(),
        default=0,
        title=_("Own business: paid in advance to one business"),
        sentence=_("To one own business at most {value} is paid out before its clients have paid."),
        section=SECTION,
        explains=NO_LIMIT,
    ),
    Rule(
        key="activities.write_off_alone",
        type=Amount(),
        default=100_000,
        title=_("Own business: written off without a vote"),
        sentence=_("What a client does not pay is written off by an office up to {value}, without VAT."),
        section=SECTION,
        explains=_("What is more is put to the vote. Members see first what it takes from the guarantee fund."),
    ),
    Rule(
        key="activities.internal_contribution",
        type=Choice(
            {
                ONCE: _("gives no contribution: it was taken when the co-op’s client was invoiced"),
                EACH: _("gives a contribution as any other invoice does"),
            }
        ),
        default=ONCE,
        title=_("Own business: the contribution between businesses"),
        sentence=_("What one business of the co-op invoices to another {value}."),
        section=SECTION,
        fine_print=True,
    ),
    Rule(
        key="activities.internal_limit",
        type=Choice(
            {FREE: _("what is free to leave it now"), HELD: _("all that it holds, also what still waits for its clients")}
        ),
        default=FREE,
        title=_("Own business: what it can spend inside"),
        sentence=_("A business pays another one of the co-op from {value}."),
        section=SECTION,
        explains=_("What waits for a client may never come: who spends it lets the guarantee fund stand in for it."),
        fine_print=True,
    ),
    Rule(
        key="activities.own_approval",
        type=Amount(),
        default=5_000,
        title=_("Own business: expenses one approves oneself"),
        sentence=_("Whoever runs an own business approves its expenses up to {value} themselves."),
        section=SECTION,
        explains=_("What is more is approved by the treasurer or coordinator, but never by whoever spent it."),
    ),
    Rule(
        key="activities.keep_receipts",
        type=Duration(least=timedelta(days=30), most=timedelta(days=36_500)),
        default=2_557 * 86_400,
        title=_("Own business: how long photos of receipts are kept"),
        sentence=_("Photos of receipts are kept for {value}."),
        section=SECTION,
        explains=_("Then they are deleted. What was spent, and that it was approved, stays."),
    ),
]
