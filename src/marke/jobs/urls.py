"""Work: what is to be done, by whom, why; what can be booked; the client's own pages."""

from django.urls import path

from marke.jobs.views import at_work, booking, catalogue, client, client_at_work, coordinator, job, member, tips

app_name = "jobs"
urlpatterns = [
    path("jobs/", member.index, name="jobs"),
    path("jobs/all/", coordinator.all_jobs, name="all"),
    path("jobs/asked/", member.asked, name="asked"),
    path("jobs/<int:number>/", job.job, name="job"),
    path("jobs/<int:number>/moves/", job.moves, name="moves"),
    path("jobs/<int:number>/offer/", member.offer, name="offer"),
    path("jobs/<int:number>/answer/", member.answer, name="answer"),
    path("jobs/<int:number>/why/", member.why, name="why"),
    path("jobs/<int:number>/give/", coordinator.give, name="give"),
    path("jobs/<int:number>/cancellation/", job.cancellation, name="cancellation"),
    path("jobs/<int:number>/dispute/", job.dispute, name="dispute"),
    path("jobs/<int:number>/resolution/", coordinator.resolution, name="resolution"),
    path("jobs/<int:number>/correction/", coordinator.correction, name="correction"),
    path("jobs/<int:number>/contests/<int:pk>/", coordinator.contest, name="contest"),
    path("jobs/<int:number>/stops/<int:position>/", at_work.stop, name="stop"),
    path("jobs/<int:number>/incidents/", at_work.report, name="report"),
    path("jobs/<int:number>/incidents/<int:pk>/", at_work.incident, name="incident"),
    path("jobs/<int:number>/takeover/", at_work.takeover, name="takeover"),
    path("jobs/<int:number>/sharing/", at_work.sharing, name="sharing"),
    path("jobs/<int:number>/photos/<int:pk>/", at_work.photo, name="photo"),
    path("services/", catalogue.index, name="services"),
    path("services/new/", catalogue.new, name="service_new"),
    path("services/<int:pk>/", catalogue.edit, name="service"),
    path("services/<int:pk>/end/", catalogue.end, name="service_end"),
    path("book/", booking.catalogue, name="book"),
    path("book/addresses/", booking.addresses, name="book_addresses"),
    path("book/<int:pk>/", booking.book, name="book_service"),
    path("follow/<str:token>/", client.follow, name="follow"),
    path("follow/<str:token>/moves/", client.moves, name="follow_moves"),
    path("follow/<str:token>/cancellation/", client.cancellation, name="follow_cancellation"),
    path("follow/<str:token>/dispute/", client.dispute, name="follow_dispute"),
    path("follow/<str:token>/tip/", tips.tip, name="follow_tip"),
    path("follow/<str:token>/incidents/", client_at_work.report, name="follow_report"),
    path("follow/<str:token>/photos/<int:pk>/", client_at_work.photo, name="follow_photo"),
    path("follow/<str:token>/invoices/", client.invoices, name="follow_invoices"),
    path("bookings/", client.bookings, name="bookings"),
]
