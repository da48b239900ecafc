"""Shifts: a week's roster, my shifts, planning, hours; and what we share."""

from django.urls import path

from marke.slots.views import demand, handing, hours, mine, planning, roster, things

app_name = "slots"
urlpatterns = [
    path("shifts/", roster.index, name="roster"),
    path("shifts/mine/", mine.index, name="mine"),
    path("shifts/mine/availability/", mine.availability, name="availability"),
    path("shifts/mine/days-off/", mine.days_off, name="days_off"),
    path("shifts/new/", planning.new, name="new"),
    path("shifts/publication/", planning.publication, name="publication"),
    path("shifts/repetition/", planning.repetition, name="repetition"),
    path("shifts/demand/", demand.index, name="demand"),
    path("shifts/demand/csv/", demand.csv, name="demand_csv"),
    path("shifts/hours/", hours.index, name="hours"),
    path("shifts/hours/csv/", hours.csv, name="hours_csv"),
    path("shifts/hours/<int:pk>/", hours.correction, name="correction"),
    path("shifts/handovers/<int:pk>/", handing.answer, name="answer"),
    path("shifts/<int:number>/", roster.shift, name="shift"),
    path("shifts/<int:number>/places/", roster.places, name="places"),
    path("shifts/<int:number>/attendance/", roster.attendance, name="attendance"),
    path("shifts/<int:number>/handover/", handing.ask, name="handover"),
    path("shifts/<int:number>/people/", planning.people, name="people"),
    path("shifts/<int:number>/plan/", planning.change, name="change"),
    path("shifts/<int:number>/cancellation/", planning.cancellation, name="cancellation"),
    path("things/", things.index, name="things"),
    path("things/new/", things.new, name="new_thing"),
    path("things/<int:number>/", things.thing, name="thing"),
    path("things/<int:number>/end/", things.end, name="end_thing"),
    path("things/reservations/<int:number>/", things.reservation, name="reservation"),
]
