"""Every address, visited as a stranger, as somebody of another co-op, as a client, and as members with and without office.

The table says who gets in, by GET and by POST; a new address fails this test until somebody has thought about it.

S  a stranger                      O  an officer of another co-op        C  a client who signs in
N  a member, not concerned         W  the member whom the page is about (their job, shares, proposal)
F  the coordinator                 T  the treasurer
"""

import copy

import pytest
from django.db import transaction
from django.test import Client

from tests.architecture.addresses import Address, Arguments, addresses, came_to, nameless
from tests.factories.parties import make_coop, make_member
from tests.factories.rules import found
from tests.factories.scenes import make_scene

EVERYBODY, NOBODY, NOT_SO = "SOCNWFT", ".......", "-------"
WHO_GETS_IN = {
    "common:set_language": (NOT_SO, EVERYBODY),
    "common:outbox": (NOBODY, NOT_SO),
    "common:mail": (NOBODY, NOT_SO),
    "common:patterns": (EVERYBODY, NOT_SO),
    "common:robots": (EVERYBODY, NOT_SO),
    "common:favicon": (EVERYBODY, NOT_SO),
    "front:front": (EVERYBODY, NOT_SO),
    "front:start": (EVERYBODY, EVERYBODY),
    "front:start_rules": (EVERYBODY, EVERYBODY),
    "front:start_plan": (EVERYBODY, EVERYBODY),
    "front:start_plan_csv": (EVERYBODY, NOT_SO),
    "front:start_plan_paper": (EVERYBODY, NOT_SO),
    "front:start_check": (EVERYBODY, EVERYBODY),
    "people:me": (".OCNWFT", ".OCNWFT"),
    "people:data": (".OCNWFT", NOT_SO),
    "people:erasure": (".OCNWFT", ".OCNWFT"),
    "people:erased": (EVERYBODY, NOT_SO),
    "people:demo_sign_in": (NOT_SO, NOBODY),
    "parties:me": (EVERYBODY, NOT_SO),
    "parties:members": ("...NWFT", NOT_SO),
    "parties:members_csv": (".....FT", NOT_SO),
    "parties:new_member": (".....F.", ".....F."),
    "parties:member": ("...NWFT", NOT_SO),
    "parties:contact": (NOBODY, NOBODY),
    "parties:representatives": (NOBODY, NOBODY),
    "parties:end_representing": (NOT_SO, NOBODY),
    "parties:home_base": ("...NWFT", "...NWFT"),
    "parties:join": (EVERYBODY, EVERYBODY),
    "parties:join_by": (EVERYBODY, EVERYBODY),
    "parties:joined": (EVERYBODY, NOT_SO),
    "parties:share_contact": (NOT_SO, "...NWFT"),
    "parties:leave": ("...NWFT", "...NWFT"),
    "parties:left": (".OCNWFT", NOT_SO),
    "parties:invitations": (".....F.", ".....F."),
    "parties:invitation": (".....F.", NOT_SO),
    "parties:withdraw_invitation": (NOT_SO, ".....F."),
    "parties:circles": ("...NWFT", NOT_SO),
    "parties:new_circle": (".....F.", ".....F."),
    "parties:circle": ("...NWFT", NOT_SO),
    "parties:circle_place": (NOT_SO, "...NWFT"),
    "parties:close_circle": (NOT_SO, ".....F."),
    "parties:mandates": ("...NWFT", NOT_SO),
    "parties:new_mandate": (".....F.", ".....F."),
    "parties:end_mandate": (".....F.", ".....F."),
    "parties:acting": (".OCNWFT", NOBODY),
    "parties:details": (".....F.", ".....F."),
    "rules:rulebook": (EVERYBODY, NOT_SO),
    "rules:rule": (EVERYBODY, NOT_SO),
    "rules:rule_csv": (EVERYBODY, NOT_SO),
    "rules:register": ("...NWFT", NOT_SO),
    "rules:register_csv": ("...NWFT", NOT_SO),
    "rules:decision": ("...NWFT", NOT_SO),
    "rules:agreement": (EVERYBODY, NOT_SO),
    "rules:agreement_pdf": (EVERYBODY, NOT_SO),
    "rules:attestation": (NOT_SO, "...NWFT"),
    "statutes:ours": (EVERYBODY, NOT_SO),
    "statutes:figures_csv": (EVERYBODY, NOT_SO),
    "statutes:figures_json": (EVERYBODY, NOT_SO),
    "statutes:compare": (EVERYBODY, NOT_SO),
    "statutes:compare_csv": (EVERYBODY, NOT_SO),
    "statutes:choose": ("...NWFT", NOT_SO),
    "statutes:preview": ("...NWFT", "...NWFT"),
    "statutes:deed": (".....FT", ".....FT"),
    "ledger:money": ("...NWFT", NOT_SO),
    "ledger:mine": ("...NWFT", NOT_SO),
    "ledger:mine_csv": ("...NWFT", NOT_SO),
    "ledger:flow": ("...NWFT", NOT_SO),
    "ledger:flow_in": ("...NWFT", NOT_SO),
    "ledger:flow_csv": ("...NWFT", NOT_SO),
    "ledger:accounts": (".....FT", NOT_SO),
    "ledger:accounts_csv": (".....FT", NOT_SO),
    "ledger:account": (".....FT", NOT_SO),
    "ledger:account_csv": (".....FT", NOT_SO),
    "ledger:transaction": ("....WFT", NOT_SO),
    "ledger:export_gl": (".....FT", NOT_SO),
    "ledger:export_beancount": (".....FT", NOT_SO),
    "payments:requests": (".....FT", NOT_SO),
    "payments:requests_csv": (".....FT", NOT_SO),
    "payments:record": (".....FT", ".....FT"),
    "payments:received": (".....FT", NOT_SO),
    "payments:payment": (".....FT", NOT_SO),
    "payments:match": (NOT_SO, ".....FT"),
    "payments:reversal": (NOT_SO, ".....FT"),
    "payments:send_back": (NOT_SO, ".....FT"),
    "payments:refunds": (".....FT", NOT_SO),
    "payments:refund": (NOBODY, NOBODY),
    "payments:statements": (".....FT", ".....FT"),
    "payments:statement_sample": (NOBODY, NOT_SO),
    "payments:statement": (".....FT", NOT_SO),
    "payments:statement_csv": (".....FT", NOT_SO),
    "payments:statement_columns": (NOT_SO, ".....FT"),
    "payments:statement_booking": (NOT_SO, ".....FT"),
    "payments:statement_discarding": (NOT_SO, ".....FT"),
    "payments:statement_proposals": (NOT_SO, ".....FT"),
    "payments:statement_entry": (NOT_SO, ".....FT"),
    "payments:pay_runs": (".....FT", ".....FT"),
    "payments:pay_run": (".....FT", NOT_SO),
    "payments:pay_run_sepa": (".....FT", NOT_SO),
    "payments:pay_run_csv": (".....FT", NOT_SO),
    "payments:pay_run_state": (NOT_SO, ".....FT"),
    "payments:my_pay": ("...NWFT", NOT_SO),
    "payments:my_bank": ("...NWFT", "...NWFT"),
    "payments:cancel_change": (NOT_SO, "...NWFT"),
    "payments:bank_link": (EVERYBODY, NOT_SO),
    "payments:bank_link_confirm": (NOT_SO, EVERYBODY),
    "payments:bank_link_cancel": (NOT_SO, EVERYBODY),
    "safety:safety": ("...NWFT", NOT_SO),
    "safety:contact": ("...NWFT", "...NWFT"),
    "safety:check_in": (NOT_SO, "...NWFT"),
    "safety:alarms": (NOT_SO, "...NWFT"),
    "safety:alarm": ("....WF.", "....WF."),
    "safety:share_trip": (NOT_SO, "...NWFT"),
    "safety:apart": ("....W..", "....W.."),
    "safety:trip": (NOBODY, NOT_SO),
    "safety:follow_apart": (EVERYBODY, EVERYBODY),
    "places:sharing": ("...NWFT", "...NWFT"),
    "places:position": (NOT_SO, "...NWFT"),
    "treasury:month": (".....FT", NOT_SO),
    "treasury:close": (".....FT", ".....FT"),
    "treasury:vat": (".....FT", NOT_SO),
    "treasury:vat_period": (".....FT", NOT_SO),
    "treasury:vat_pdf": (".....FT", NOT_SO),
    "treasury:vat_csv": (".....FT", NOT_SO),
    "treasury:vat_return": (".....FT", ".....FT"),
    "treasury:vat_payment": (".....FT", ".....FT"),
    "treasury:reports": (".....FT", NOT_SO),
    "treasury:reports_period": (".....FT", NOT_SO),
    "treasury:reports_pdf": (".....FT", NOT_SO),
    "treasury:accountant": (".....FT", NOT_SO),
    "treasury:report_csv": (".....FT", NOT_SO),
    "treasury:folder": (".....FT", NOT_SO),
    "treasury:folder_pdf": (".....FT", NOT_SO),
    "treasury:folder_zip": (".....FT", NOT_SO),
    "treasury:folder_csv": (".....FT", NOT_SO),
    "treasury:note": (".....FT", ".....FT"),
    "funds:funds": ("...NWFT", NOT_SO),
    "funds:flows_csv": ("...NWFT", NOT_SO),
    "funds:collection": (NOT_SO, ".....FT"),
    "funds:aid": ("...NWFT", "...NWFT"),
    "funds:participation": (NOT_SO, "...NWFT"),
    "funds:claims": (".....FT", NOT_SO),
    "funds:claim": ("....WFT", NOT_SO),
    "funds:decision": (NOT_SO, ".....FT"),
    "funds:vote": (NOT_SO, ".....FT"),
    "funds:withdrawal": (NOT_SO, "....W.."),
    "rounds:rounds": ("...NWFT", NOT_SO),
    "rounds:rounds_csv": ("...NWFT", NOT_SO),
    "capital:capital": ("...NWFT", NOT_SO),
    "capital:issues_csv": ("...NWFT", NOT_SO),
    "capital:loans": (".....FT", ".....FT"),
    "capital:loans_csv": (".....FT", NOT_SO),
    "capital:loan": ("....WFT", NOT_SO),
    "capital:loan_csv": ("....WFT", NOT_SO),
    "capital:interest_waiver": (NOT_SO, "....W.."),
    "capital:waiver": (NOT_SO, "....W.."),
    "capital:cancellation": (NOT_SO, ".....FT"),
    "capital:issue": (EVERYBODY, NOT_SO),
    "capital:subscription": ("...NWFT", "...NWFT"),
    "capital:withdrawal": (NOT_SO, "....W.."),
    "capital:subscriptions": (".....FT", NOT_SO),
    "capital:subscriptions_csv": (".....FT", NOT_SO),
    "capital:reports": (NOT_SO, ".....FT"),
    "capital:issue_state": (NOT_SO, ".....FT"),
    "decisions:proposals": ("...NWFT", NOT_SO),
    "decisions:new": ("...NWFT", "...NWFT"),
    "decisions:what_if": ("...NWFT", NOT_SO),
    "plan:plan": ("...NWFT", NOT_SO),
    "plan:csv": ("...NWFT", NOT_SO),
    "plan:paper": ("...NWFT", NOT_SO),
    "plan:propose": (NOT_SO, "...NWFT"),
    "decisions:proposal": ("...NWFT", NOT_SO),
    "decisions:draft": ("....W..", "....W.."),
    "decisions:preview_csv": ("....W..", NOT_SO),
    "decisions:ballots_csv": ("...NWFT", NOT_SO),
    "decisions:discussion": (NOT_SO, "....W.."),
    "decisions:comments": (NOT_SO, "...NWFT"),
    "decisions:comment_removal": (NOT_SO, "....W.."),
    "decisions:withdrawal": (NOT_SO, "....W.."),
    "decisions:ballot": (NOT_SO, "...NWFT"),
    "decisions:mandate": (NOT_SO, ".....F."),
    "decisions:effect": (NOT_SO, ".....F."),
    "decisions:applications": (".....F.", NOT_SO),
    "decisions:application": (NOT_SO, ".....F."),
    "rates:rates": (EVERYBODY, NOT_SO),
    "rates:try": ("...NWFT", "...NWFT"),
    "rates:mine": ("...NWFT", "...NWFT"),
    "rates:end_mine": (NOT_SO, "...NWFT"),
    "rates:agreements": ("...NWFT", NOT_SO),
    "rates:agree": (".....F.", ".....F."),
    "rates:end_agreement": (NOT_SO, ".....F."),
    "jobs:jobs": ("...NWFT", NOT_SO),
    "jobs:all": (".....FT", NOT_SO),
    "jobs:asked": ("...NWFT", NOT_SO),
    "jobs:board": ("...NWFT", NOT_SO),
    "jobs:agreement": ("...NWFT", "...NWFT"),
    "jobs:taking": (NOT_SO, "...NWFT"),
    "dispatch:desk": (".....F.", NOT_SO),
    "dispatch:rows": (".....F.", NOT_SO),
    "dispatch:moves": (NOT_SO, NOBODY),
    "dispatch:this_year": ("...NWFT", NOT_SO),
    "dispatch:transparency": ("...NWFT", NOT_SO),
    "dispatch:transparency_csv": ("...NWFT", NOT_SO),
    "jobs:job": ("....WFT", NOT_SO),
    "jobs:moves": (NOT_SO, "...NWFT"),
    "jobs:offer": ("....W..", NOT_SO),
    "jobs:answer": (NOT_SO, "....W.."),
    "jobs:why": ("...NWFT", "...NWFT"),
    "jobs:give": (".....F.", NOBODY),
    "jobs:cancellation": (".....F.", NOT_SO),
    "jobs:dispute": ("....WF.", "....WF."),
    "jobs:resolution": (".....FT", ".....FT"),
    "jobs:correction": (".....FT", ".....FT"),
    "jobs:contest": (".....FT", ".....FT"),
    "jobs:stop": ("....WF.", "....WF."),
    "jobs:report": ("....WF.", "....WF."),
    "jobs:incident": (".....FT", ".....FT"),
    "jobs:takeover": (".....F.", ".....F."),
    "jobs:sharing": (NOT_SO, "....W.."),
    "jobs:photo": ("....WFT", NOT_SO),
    "jobs:services": ("...NWFT", NOT_SO),
    "jobs:service_new": (".....F.", ".....F."),
    "jobs:service": (".....F.", ".....F."),
    "jobs:service_end": (NOT_SO, ".....F."),
    "jobs:book": (EVERYBODY, NOT_SO),
    "jobs:book_service": (EVERYBODY, EVERYBODY),
    "jobs:follow": (EVERYBODY, NOT_SO),
    "jobs:follow_moves": (NOT_SO, EVERYBODY),
    "jobs:follow_cancellation": (EVERYBODY, NOT_SO),
    "jobs:follow_dispute": (EVERYBODY, EVERYBODY),
    "jobs:follow_invoices": (NOT_SO, EVERYBODY),
    "jobs:follow_now": (EVERYBODY, NOT_SO),
    "jobs:receipt": (EVERYBODY, NOT_SO),
    "jobs:follow_tip": (NOT_SO, EVERYBODY),
    "jobs:follow_gift": (NOT_SO, EVERYBODY),
    "jobs:follow_series": (EVERYBODY, EVERYBODY),
    "jobs:series": (EVERYBODY, EVERYBODY),
    "jobs:series_moves": (NOT_SO, EVERYBODY),
    "jobs:book_addresses": (EVERYBODY, NOT_SO),
    "jobs:capabilities": (".....F.", ".....F."),
    "jobs:capability": (".....F.", ".....F."),
    "jobs:capability_removal": (NOT_SO, ".....F."),
    "places:addresses": (".....F.", ".....F."),
    "jobs:follow_report": (EVERYBODY, EVERYBODY),
    "jobs:follow_photo": (EVERYBODY, NOT_SO),
    "jobs:bookings": ("..C....", NOT_SO),
    "shares:register": (".....FT", NOT_SO),
    "shares:register_csv": (".....FT", NOT_SO),
    "shares:register_pdf": (".....FT", NOT_SO),
    "shares:holdings_csv": (".....FT", NOT_SO),
    "shares:entries": (".....FT", NOT_SO),
    "shares:calls": (NOT_SO, ".....FT"),
    "shares:classes": ("...NWFT", NOT_SO),
    "shares:classes_csv": ("...NWFT", NOT_SO),
    "shares:gift": ("...NWFT", "...NWFT"),
    "shares:call": (NOT_SO, "....WFT"),
    "shares:transfers": ("...NWFT", NOT_SO),
    "shares:transfers_csv": ("...NWFT", NOT_SO),
    "shares:new_transfer": ("...NWFT", "...NWFT"),
    "shares:transfer": ("....WFT", NOT_SO),
    "shares:moves": (NOT_SO, "....WFT"),
    "shares:inheritance": (".....FT", ".....FT"),
    "shares:mine": ("...NWFT", "...NWFT"),
    "shares:certificate": ("....W..", NOT_SO),
    "shares:request": ("....WFT", NOT_SO),
    "shares:cancellation": (NOT_SO, "....WFT"),
    "shares:refund": (NOT_SO, ".....FT"),
    "shares:give_back": ("...NWFT", "...NWFT"),
    "shares:exits": (".....FT", NOT_SO),
    "shares:exits_csv": (".....FT", NOT_SO),
    "shares:end_membership": (".....FT", ".....FT"),
    "shares:exit": ("....WFT", NOT_SO),
    "shares:exit_cancellation": (NOT_SO, "....WFT"),
    "shares:exit_payment": (NOT_SO, ".....FT"),
    "shares:exit_statement": ("....WFT", NOT_SO),
    "shares:liquidity_reports": (".....FT", ".....FT"),
    "shares:liquidity_report": (".....FT", NOT_SO),
    "invoices:invoices": (".....FT", NOT_SO),
    "invoices:invoices_csv": (".....FT", NOT_SO),
    "invoices:to_invoice": (".....FT", ".....FT"),
    "invoices:invoice": (".....FT", NOT_SO),
    "invoices:pdf": (".....FT", NOT_SO),
    "invoices:credit": (NOT_SO, ".....FT"),
    "invoices:client": (EVERYBODY, NOT_SO),
    "invoices:client_invoice": (EVERYBODY, NOT_SO),
    "invoices:client_pdf": (EVERYBODY, NOT_SO),
    "surplus:years": ("...NWFT", ".....FT"),
    "surplus:years_csv": ("...NWFT", NOT_SO),
    "surplus:year": ("...NWFT", NOT_SO),
    "surplus:steps_csv": ("...NWFT", NOT_SO),
    "surplus:mine": ("....WFT", NOT_SO),
    "surplus:statement": ("....WFT", NOT_SO),
    "surplus:members": (".....FT", NOT_SO),
    "surplus:correction": (".....FT", ".....FT"),
    "surplus:members_csv": (".....FT", NOT_SO),
    "surplus:statements": (".....FT", NOT_SO),
    "surplus:preview": (NOT_SO, ".....FT"),
    "surplus:proposal": (".....FT", ".....FT"),
    "surplus:cancellation": (NOT_SO, ".....FT"),
    "surplus:payment": (".....FT", ".....FT"),
    "feedback:said": (EVERYBODY, NOT_SO),
    "feedback:said_csv": ("...NWFT", NOT_SO),
    "feedback:mine": ("...NWFT", NOT_SO),
    "feedback:all": (".....FT", NOT_SO),
    "feedback:one": ("....WFT", NOT_SO),
    "feedback:answers": (NOT_SO, "....WFT"),
    "feedback:hiding": (NOT_SO, ".....FT"),
    "feedback:contest": (NOT_SO, ".....FT"),
    "feedback:circle": ("...NWFT", NOT_SO),
    "feedback:place": (NOT_SO, "....WF."),
    "feedback:say": (EVERYBODY, EVERYBODY),
    "feedback:say_contest": (NOT_SO, EVERYBODY),
    "feedback:letters": (EVERYBODY, EVERYBODY),
    "hearings:hearings": ("...NWFT", NOT_SO),
    "hearings:new": ("...NWFT", "...NWFT"),
    "hearings:case": ("....WFT", NOT_SO),
    "hearings:signature": (NOT_SO, "....WFT"),
    "hearings:withdrawal": (NOT_SO, "....WFT"),
    "hearings:speaker": (NOT_SO, "....WFT"),
    "hearings:statement": (NOT_SO, "....WFT"),
    "hearings:suspension": (NOT_SO, "....WFT"),
    "hearings:suspension_end": (NOT_SO, "....WFT"),
    "hearings:outcome": (NOT_SO, "....WFT"),
    "hearings:appeal": (NOT_SO, "....WFT"),
    "hearings:appeal_vote": (NOT_SO, "....WFT"),
    "hearings:appeal_outcome": (NOT_SO, "....WFT"),
    "intake:batches": (".....FT", ".....FT"),
    "intake:template": (".....FT", NOT_SO),
    "intake:batch": (".....FT", NOT_SO),
    "intake:mapping": (NOT_SO, ".....FT"),
    "intake:booking": (NOT_SO, ".....FT"),
    "intake:discarding": (NOT_SO, ".....FT"),
    "site:home": (EVERYBODY, NOT_SO),
    "site:founding": (".....F.", ".....F."),
}


class Visitors:
    """One browser for each letter; what a visit changes is taken back, also signing out."""

    def __init__(self) -> None:
        self.scene = make_scene()
        other = make_coop("other")
        found(other)
        outsider = make_member(other, "Zed", offices=("coordinator", "treasurer"))
        colleague = make_member(self.scene.coop, "Nia")
        people = {
            "S": None,
            "O": outsider.party,
            "C": self.scene.client.party,
            "N": colleague.party,
            "W": self.scene.worker.party,
            "F": self.scene.coordinator.party,
            "T": self.scene.treasurer.party,
        }
        self.arguments = Arguments(self.scene)
        self.browsers = {letter: Client(raise_request_exception=False) for letter in people}
        for letter, party in people.items():
            if party is not None and party.user is not None:
                self.browsers[letter].force_login(party.user, "django.contrib.auth.backends.ModelBackend")
        self._cookies = {letter: copy.deepcopy(browser.cookies) for letter, browser in self.browsers.items()}

    def visit(self, letter: str, method: str, path: str) -> str:
        self.browsers[letter].cookies = copy.deepcopy(self._cookies[letter])
        with transaction.atomic():
            came = came_to(self.browsers[letter], method, path)
            transaction.set_rollback(True)
        return {"open": letter, "refused": ".", "not so": "-"}.get(came, "!")

    def found_out(self, address: Address, method: str, expected: str) -> str:
        """Who gets in. Where everybody should, or nobody can, one visitor tells."""
        path = self.arguments.path(address)
        if expected == EVERYBODY:
            return EVERYBODY if self.visit("S", method, path) == "S" else NOBODY
        if expected == NOT_SO:
            return NOT_SO if self.visit("F", method, path) == "-" else EVERYBODY
        return "".join(self.visit(letter, method, path) for letter in self.browsers)


def test_every_address_has_a_name_and_a_place_in_the_table() -> None:
    assert nameless() == []
    assert sorted(address.name for address in addresses()) == sorted(WHO_GETS_IN)


def test_no_page_of_members_opens_to_strangers_or_to_another_co_op() -> None:
    """The table itself: whoever else may come in, an outsider never sees more than everybody does."""
    of_coops = [address.name for address in addresses() if "coop" in address.parameters]
    about_oneself = {"parties:left", "parties:acting"}
    for name in set(of_coops) - about_oneself:
        for who in WHO_GETS_IN[name]:
            assert who == EVERYBODY or not set("SO") & set(who), name


@pytest.mark.django_db
def test_everybody_sees_what_is_theirs_and_nothing_else() -> None:
    visitors = Visitors()
    wrong = []
    for address in addresses():
        for method, expected in zip(("get", "post"), WHO_GETS_IN.get(address.name, (NOBODY, NOBODY)), strict=True):
            who = visitors.found_out(address, method, expected)
            if who != expected:
                wrong.append(f"{method} {address.name}: {who} instead of {expected}")
    assert wrong == []
