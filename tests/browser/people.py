"""What people do in every journey: sign in with the code from their mail, look something up in it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from marke.common import clock
from marke.common.models import Mail
from marke.payments.models import PaymentRequest

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page


def latest_mail(to: str) -> Mail:
    mail = Mail.objects.filter(to_address=to).order_by("-id").first()
    assert mail is not None, f"nothing was mailed to {to}"
    return mail


def link_in(mail: Mail) -> str:
    """The path of the last link in a mail."""
    return str(re.findall(r"https?://[^/\s]+(/\S+)", mail.text)[-1]).rstrip(".")


def click(what: Locator) -> None:
    """On a button or link that leads to another page, and wait for it: what was sent has been written then."""
    with what.page.expect_navigation():
        what.click()


def sign_in(page: Page, email: str) -> None:
    """By mailed code, as most people do."""
    page.goto("/accounts/login/")
    page.get_by_label("Mail address").first.fill(email)
    page.get_by_role("button", name="Mail me a code").click()
    page.wait_for_url("**/code/confirm/")
    code = re.findall(r"^\s*([A-Z0-9-]{6,9})\s*$", latest_mail(email).text, flags=re.MULTILINE)[-1]
    page.locator('[name="code"]').fill(code)
    page.get_by_role("button", name="Go on").click()
    # The browser's own page about a lost connection has an address as well.
    page.wait_for_url(lambda url: url.startswith("http") and "/accounts/" not in url)


def pay_in(page: Page, request: PaymentRequest, amount: str) -> None:
    """The treasurer writes down what the bank statement says."""
    page.goto("/velo/payments/record/")
    page.locator('[name="amount"]').fill(amount)
    page.locator('[name="date"]').fill(clock.now().strftime("%Y-%m-%d"))
    page.locator('[name="reference"]').fill(request.reference)
    click(page.locator("main form").get_by_role("button").last)
    if page.get_by_role("button", name=re.compile("^(Book|Record)")).count():
        click(page.get_by_role("button", name=re.compile("^(Book|Record)")).last)
