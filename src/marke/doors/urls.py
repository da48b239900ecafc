"""Doors for programs: keys, addresses that are told, calendars, files, and the reference."""

from django.urls import path

from marke.doors.views import calendars, doors, files, reference

app_name = "doors"
urlpatterns = [
    path("doors/", doors.doors, name="doors"),
    path("doors/keys/new/", doors.new_key, name="new_key"),
    path("doors/keys/<int:number>/revocation/", doors.revoke, name="revoke_key"),
    path("doors/webhooks/new/", doors.new_webhook, name="new_webhook"),
    path("doors/webhooks/<int:number>/", doors.webhook, name="webhook"),
    path("doors/webhooks/<int:number>/replays/<int:pk>/", doors.replay, name="replay"),
    path("doors/files/", files.upload, name="upload"),
    path("doors/files/<int:number>/", files.file, name="file"),
    path("doors/files/<int:number>/booking/", files.booking, name="file_booking"),
    path("doors/files/<int:number>/discarding/", files.discarding, name="file_discarding"),
    path("doors/deliveries.csv", files.template, name="file_template"),
    path("jobs/deliveries.csv", files.deliveries_csv, name="deliveries_csv"),
    path("calendar/", calendars.mine, name="my_calendar"),
    path("calendar/<str:token>/work.ics", calendars.calendar, name="calendar"),
    path("api/", reference.reference, name="reference"),
    path("api/v1/openapi.json", reference.openapi, name="openapi"),
]
