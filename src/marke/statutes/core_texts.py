"""The words of the regimes for the translators: marke_core keeps no catalogue.

A test keeps this list equal to what marke_core.statutes says.
"""

from django.utils.translation import gettext_noop

TEXTS = [
    gettext_noop("a group without a legal form"),
    gettext_noop("vzw / asbl (Belgium)"),
    gettext_noop("CV / SC, co-operative company (Belgium)"),
    gettext_noop("recognised by the National Council for Co-operation (Belgium)"),
    gettext_noop("recognised as a social enterprise (Belgium)"),
    gettext_noop("vereniging (Netherlands)"),
    gettext_noop("coöperatie (Netherlands)"),
    gettext_noop("co-operative company (France)"),
    gettext_noop("SCIC (France)"),
    gettext_noop("SCOP (France)"),
    gettext_noop("co-operative society (United Kingdom)"),
    gettext_noop("co-operative under subchapter T (United States)"),
    gettext_noop("sociedad cooperativa (Spain)"),
    gettext_noop("cooperativa a mutualità prevalente (Italy)"),
    gettext_noop("non-profit: nothing of a surplus is given out"),
    gettext_noop("FairShares, version 3"),
    gettext_noop("a quarter to each of founders, funders, workers and users"),
    gettext_noop("half to members' accounts, half to what is held in common (CoLab by-laws)"),
    gettext_noop("the first £100,000 stays, then half and half (Suma, as FairShares tells)"),
    gettext_noop("Put together from the association and the social enterprise; statutes of a non-profit were not looked up."),
    gettext_noop("From general knowledge: neither the law nor a page about it was looked up."),
    gettext_noop("The pages describe the text for the BV/SRL; art. 6:115 to 6:123 for the CV/SC were not read."),
    gettext_noop("The rate of 2026 was not looked up."),
    gettext_noop("First it was €640, later €800; from which year, and what it is in 2026, was not looked up."),
    gettext_noop("Whether European rules on prospectuses and crowdfunding changed this after 2021 was not looked up."),
    gettext_noop("As coded in another program; the rates of 2026 were not looked up."),
    gettext_noop(
        "The decree as quoted says 6 % net of withholding tax, other pages just 6 %; which holds today was not looked up."
    ),
    gettext_noop("Dutch details beyond these two articles were not looked up."),
    gettext_noop(
        "A fixed rate cannot be compared with a published one in advance: who wants one decides a figure of their own, with the rate of the year."
    ),
    gettext_noop("An older version of the article was read; its present text was not looked up."),
    gettext_noop("How the FCA words its guidance on interest was not looked up."),
    gettext_noop("By-laws say eight and a half months; the rule counts whole months."),
    gettext_noop("Most Spanish regions have a law of their own, which was not looked up."),
    gettext_noop("Two points more than the cap for shares; read on a page of 2004."),
    gettext_noop("In rules that the British FCA registers it is at most 25 %."),
    gettext_noop("An earlier text says five years."),
    gettext_noop("Of 10 to 50 members two fifths, of more 20 members, of fewer half and at least 3."),
    gettext_noop("FairShares, to which this is often put down, says something else: see there."),
    gettext_noop("people who start platform co-operatives; by-laws that say so were not found"),
]
