"""The letters about work, in the language of whoever gets them. Written in the transaction that causes them."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from marke.common.mail import write_mail, wrote_lately
from marke.common.money import format_money
from marke.jobs.models import Contest, Incident, Job, Offer, Series, Trip
from marke.parties.models import Coop, Membership, Party

# Whoever asks again within this time has the letter already.
MONEY_LINK_RESTS = timedelta(minutes=10)


def booked(job: Job, at: datetime) -> None:
    """To the client: it has arrived, and where to follow it."""
    with _language_of(job.client.party):
        _write(
            job.client.party,
            _("%(coop)s: your booking %(number)s") % {"coop": job.coop.name, "number": job.number},
            _("Your booking has arrived."),
            *_facts(job),
            "",
            _("Follow it, change your mind or tell us something here:"),
            follow_url(job),
            at=at,
        )


def offered(offer: Offer, at: datetime) -> None:
    """To the member: the question, or for an employee the news."""
    job, member = offer.job, offer.membership
    with _language_of(member.party):
        given = offer.given
        subject = _("%(coop)s: job %(number)s is yours") if given else _("%(coop)s: would you like job %(number)s?")
        lines = [_("You have been given a job.") if given else _("You are asked for a job. Saying no costs you nothing.")]
        if not given and offer.expires_at:
            lines.append(_("Please answer before %(moment)s.") % {"moment": _moment(job.coop, offer.expires_at)})
        link = _absolute("jobs:job", job.coop, job.number) if given else _absolute("jobs:offer", job.coop, job.number)
        _write(
            member.party,
            subject % {"coop": job.coop.name, "number": job.number},
            *lines,
            *_facts(job, with_price=False),
            "",
            _("What you earn with it, why you, and the buttons to answer:"),
            link,
            at=at,
        )


def trip_offered(trip: Trip, offers: Sequence[Offer], at: datetime) -> None:
    """To the member: one question about several jobs, or for an employee the news."""
    first, member = offers[0], trip.membership
    with _language_of(member.party):
        numbers = {"coop": trip.coop.name, "numbers": ", ".join(str(offer.job.number) for offer in offers)}
        if first.given:
            subject, lines = _("%(coop)s: jobs %(numbers)s are yours"), [_("You have been given jobs, to do on one trip.")]
        else:
            subject = _("%(coop)s: would you like jobs %(numbers)s, on one trip?")
            lines = [_("You are asked for jobs on one trip, and answer for all of them. Saying no costs you nothing.")]
        if first.expires_at:
            lines.append(_("Please answer before %(moment)s.") % {"moment": _moment(trip.coop, first.expires_at)})
        for offer in offers:
            lines += ["", *_facts(offer.job, with_price=False)]
        link = _absolute("jobs:job" if first.given else "jobs:offer", trip.coop, first.job.number)
        _write(
            member.party, subject % numbers, *lines, "",
            _("What you earn with it, why you, and the buttons to answer:"), link, at=at,
        )  # fmt: skip


def taken(offer: Offer, at: datetime) -> None:
    """To a member who was asked with others: somebody said yes first."""
    job, member = offer.job, offer.membership
    with _language_of(member.party):
        _write(
            member.party,
            _("%(coop)s: job %(number)s has somebody") % {"coop": job.coop.name, "number": job.number},
            _("A colleague said yes first, so you need not answer any more. Thank you for being there."),
            _("It changes nothing about where you stand for the next job."),
            at=at,
        )


def passed_on(jobs: Sequence[Job], before: Membership, at: datetime) -> None:
    """To a member who had these jobs: the desk gave them to somebody else, or looks for somebody."""
    coop, numbers = jobs[0].coop, ", ".join(str(job.number) for job in jobs)
    with _language_of(before.party):
        facts = [line for job in jobs for line in _facts(job, with_price=False)]
        _write(
            before.party,
            ngettext("%(coop)s: job %(number)s is no longer yours", "%(coop)s: jobs %(number)s are no longer yours", len(jobs))
            % {"coop": coop.name, "number": numbers},
            _("The desk passed it on, so you need not come.")
            if len(jobs) == 1
            else _("The desk passed them on, so you need not come."),
            *facts,
            "",
            _("Who was asked, and why; there you can also say that you do not agree:"),
            *(_absolute("jobs:why", job.coop, job.number) for job in jobs),
            at=at,
        )


def please_confirm(job: Job, at: datetime) -> None:
    """To the client: it is done, is it right?"""
    with _language_of(job.client.party):
        _write(
            job.client.party,
            _("%(coop)s: is job %(number)s done as agreed?") % {"coop": job.coop.name, "number": job.number},
            _("Your job is done."),
            *_facts(job),
            "",
            _("Please confirm it, or tell us what was not right:"),
            follow_url(job),
            at=at,
        )


def cancelled(job: Job, at: datetime) -> None:
    """To the client, and to the worker who had accepted."""
    for party in (job.client.party, job.worker.party if job.worker else None):
        if party is not None:
            with _language_of(party):
                subject = _("%(coop)s: job %(number)s is cancelled") % {"coop": job.coop.name, "number": job.number}
                fee = []
                if job.called_off_at is not None:
                    amount = format_money(job.price, job.coop.currency)
                    fee = [_("It was cancelled late: the fee is %(fee)s without VAT.") % {"fee": amount}]
                _write(party, subject, _("This job does not take place."), *fee, *_facts(job, with_price=False), at=at)


def expired(job: Job, at: datetime) -> None:
    """To the client: nobody could come."""
    with _language_of(job.client.party):
        _write(
            job.client.party,
            _("%(coop)s: nobody could come for job %(number)s") % {"coop": job.coop.name, "number": job.number},
            _("We are sorry: the time of your booking has passed, and nobody was free. You owe nothing."),
            *_facts(job, with_price=False),
            "",
            _("Book another time here:"),
            _absolute("jobs:book", job.coop),
            at=at,
        )


def resolved(job: Job, reason: str, at: datetime) -> None:
    """To client and worker: how the dispute ended."""
    for party in (job.client.party, job.worker.party if job.worker else None):
        if party is not None:
            with _language_of(party):
                _write(
                    party,
                    _("%(coop)s: job %(number)s has been decided") % {"coop": job.coop.name, "number": job.number},
                    _("Outcome: %(state)s.") % {"state": Job.State(job.state).label},
                    *_facts(job),
                    "",
                    reason,
                    at=at,
                )


def contest_answered(contest: Contest, at: datetime) -> None:
    """To the member who asked."""
    job, party = contest.job, contest.membership.party
    with _language_of(party):
        _write(
            party,
            _("%(coop)s: an answer about job %(number)s") % {"coop": contest.coop.name, "number": job.number},
            contest.text,
            "",
            contest.answer,
            "",
            _absolute("jobs:why", contest.coop, job.number),
            at=at,
        )


def incident_answered(incident: Incident, at: datetime) -> None:
    """To whoever reported it: the client by their link, the worker by the page of the job."""
    job = incident.job
    party = job.client.party if incident.by_client else incident.reported_by
    if party is None:
        return
    with _language_of(party):
        _write(
            party,
            _("%(coop)s: an answer about job %(number)s") % {"coop": incident.coop.name, "number": job.number},
            incident.text,
            "",
            incident.answer,
            "",
            follow_url(job) if incident.by_client else _absolute("jobs:job", incident.coop, job.number),
            at=at,
        )


def incident_reported(incident: Incident, to: Iterable[Membership], at: datetime) -> None:
    """To those with the mandate, but not to who reported it: where to read and answer it. What was said stays on the page."""
    job = incident.job
    for party in (each.party for each in to if each.party_id != incident.reported_by_id):
        with _language_of(party):
            _write(
                party,
                _("%(coop)s: something was reported about job %(number)s") % {"coop": incident.coop.name, "number": job.number},
                _("By the client: %(what)s.") % {"what": incident.get_kind_display()}
                if incident.by_client
                else _("By the worker: %(what)s.") % {"what": incident.get_kind_display()},
                *_facts(job, with_price=False),
                "",
                _("Read it, and answer:"),
                _absolute("jobs:incident", incident.coop, job.number, incident.pk),
                at=at,
            )


def series_paused(series: Series, at: datetime) -> None:
    """To the client: nothing more is booked until they let it go on, and why."""
    party = series.first.client.party
    with _language_of(party):
        _write(
            party,
            _("%(coop)s: your booking that comes again is paused") % {"coop": series.coop.name},
            _("Nothing more is booked until you let it go on. What is booked stays."),
            *([series.trouble] if series.trouble else []),
            "",
            _("Let it go on, change it or stop it here:"),
            _absolute("jobs:series", series.coop, series.token),
            at=at,
        )


def taken_over(job: Job, worker: Membership, reason: str, at: datetime) -> None:
    """To the member who had the job: somebody else finishes it, and their time is noted."""
    with _language_of(worker.party):
        _write(
            worker.party,
            _("%(coop)s: somebody else finishes job %(number)s") % {"coop": job.coop.name, "number": job.number},
            _("We could not reach you, so the job was taken over. The time that you worked on it is noted."),
            *_facts(job, with_price=False),
            "",
            reason,
            "",
            _("If all is not well with you, call us. If you do not agree, say so here:"),
            _absolute("jobs:why", job.coop, job.number),
            at=at,
        )


def money_link(job: Job, url: str, at: datetime) -> None:
    """To the client's own address: the page with their invoices, which only this letter opens.

    Anybody who follows a job can ask for it, so it is written once in a while only.
    """
    if wrote_lately(to=job.client.party.email, containing=url, since=at - MONEY_LINK_RESTS):
        return
    with _language_of(job.client.party):
        _write(
            job.client.party,
            _("%(coop)s: your invoices") % {"coop": job.coop.name},
            _("Your invoices and what is still to be paid stand here:"),
            settings.BASE_URL + url,
            at=at,
        )


def follow_url(job: Job) -> str:
    return _absolute("jobs:follow", job.coop, job.token)


def _absolute(name: str, coop: Coop, *args: object) -> str:
    return settings.BASE_URL + reverse(name, args=[coop.slug, *args])


def _facts(job: Job, *, with_price: bool = True) -> list[str]:
    lines = ["", f"{job.service.name}, {_moment(job.coop, job.starts_at)}"]
    if job.pickup:
        lines.append(_("From: %(place)s") % {"place": job.pickup})
        if job.service.most_stops:
            lines += [_("Over: %(place)s") % {"place": stop.place} for stop in job.extra_stops.all()]
        lines.append(_("To: %(place)s") % {"place": job.place})
    else:
        lines.append(_("Where: %(place)s") % {"place": job.place})
    if with_price:
        lines.append(_("Price without VAT: %(price)s") % {"price": format_money(job.price, job.coop.currency)})
    return lines


def _moment(coop: Coop, moment: datetime) -> str:
    local = moment.astimezone(ZoneInfo(coop.timezone))
    language = translation.get_language() or coop.language
    return str(format_datetime(local, "EEEE d MMMM y, HH:mm", locale=language.replace("-", "_")))


@contextmanager
def _language_of(party: Party) -> Iterator[None]:
    with translation.override(party.language):
        yield


def _write(party: Party, subject: str, *lines: str, at: datetime) -> None:
    if party.email:
        write_mail(to=party.email, subject=subject, text="\n".join([*lines, ""]), at=at)
