from django.urls import path

from marke.treasury.views import folder, month, reports, vat

app_name = "treasury"
urlpatterns = [
    path("money/month/", month.month, name="month"),
    path("money/month/<slug:period>/closing/", month.close, name="close"),
    path("money/month/vat/", vat.vat_periods, name="vat"),
    path("money/month/vat/<slug:period>/", vat.vat_period, name="vat_period"),
    path("money/month/vat/<slug:period>/listing.pdf", vat.vat_pdf, name="vat_pdf"),
    path("money/month/vat/<slug:period>/<slug:sheet>.csv", vat.vat_csv, name="vat_csv"),
    path("money/month/vat/<slug:period>/return/", vat.vat_return, name="vat_return"),
    path("money/month/vat/<slug:period>/payment/", vat.vat_payment, name="vat_payment"),
    path("money/month/figures/", reports.reports, name="reports"),
    path("money/month/figures/<slug:period>/", reports.reports, name="reports_period"),
    path("money/month/figures/<slug:period>/figures.pdf", reports.reports_pdf, name="reports_pdf"),
    path("money/month/figures/<slug:period>/accountant.zip", reports.accountant, name="accountant"),
    path("money/month/figures/<slug:period>/<slug:sheet>.csv", reports.report_csv, name="report_csv"),
    path("money/month/folder/", folder.folder, name="folder"),
    path("money/month/folder/folder.pdf", folder.folder_pdf, name="folder_pdf"),
    path("money/month/folder/folder.zip", folder.folder_zip, name="folder_zip"),
    path("money/month/folder/<slug:sheet>.csv", folder.folder_csv, name="folder_csv"),
    path("money/month/folder/note/", folder.note, name="note"),
]
