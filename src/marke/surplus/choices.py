"""What the rules of the year's surplus choose from, in words."""

from django.utils.translation import gettext_lazy as _

LOSSES = {
    "carried": _("later years make it good"),
    "reserves": _("it is taken from the reserves, the voluntary one first, and later years make good what is left"),
    "members": _(
        "it is taken from the reserves, the voluntary one first, then from what is kept in members' names, by what each of "
        "them did, and later years make good what is left"
    ),
}
MEMBER_BUSINESS = {
    "all": _("everything that the co-op earned"),
    "workers": _("what working members earned for it"),
    "clients": _("what came from clients who are members"),
}
PARTS_OF = {
    "rest": _("what is left after the reserves and funds"),
    "result": _("the whole surplus, after earlier losses"),
}
WORKERS_BY = {
    "pay": _("by what each has earned"),
    "hours": _("by the hours that each has worked"),
    "jobs": _("by the number of jobs that each has done"),
    "time": _("by the days that each has been a member"),
    "equal": _("equally"),
}
USERS_BY = {
    "purchases": _("by what each has bought"),
    "bookings": _("by how often each has booked"),
    "equal": _("equally"),
}
FOUNDERS_BY = {"equal": _("equally"), "capital": _("by what each has paid in and for how long")}
MEMBERS_BY = {
    "equal": _("equally"),
    "pay": _("by what each has earned"),
    "hours": _("by the hours that each has worked"),
    "purchases": _("by what each has bought"),
    "capital": _("by what each has paid in and for how long"),
    "time": _("by the days that each has been a member"),
}
GROUPS = {
    "deeds": _("worked, bought or paid in, each for what they did"),
    "workers": _("worked"),
    "users": _("bought"),
    "funders": _("paid in"),
    "founders": _("founded the co-op"),
    "none": _("take no part"),
}
KEPT_AS = {
    "name": _("stays in their name"),
    "shares": _("becomes whole shares of theirs, at the price in force when the year is paid"),
}
CAPITAL = {
    "none": _("nothing"),
    "rate": _("what its class of shares promises, as far as the surplus allows"),
    "part": _("a part of the surplus"),
}
