from django.urls import path

from marke.decisions.views import effects, mandates, new, proposals, votes, what_if

app_name = "decisions"
urlpatterns = [
    path("proposals/", proposals.proposal_list, name="proposals"),
    path("proposals/new/", new.new_proposal, name="new"),
    path("proposals/what-if/", what_if.what_if_page, name="what_if"),
    path("proposals/<int:number>/", proposals.proposal_page, name="proposal"),
    path("proposals/<int:number>/draft/", new.edit_draft, name="draft"),
    path("proposals/<int:number>/preview.csv", what_if.preview_csv, name="preview_csv"),
    path("proposals/<int:number>/ballots.csv", votes.ballots_csv, name="ballots_csv"),
    path("proposals/<int:number>/discussion/", proposals.discussion, name="discussion"),
    path("proposals/<int:number>/comments/", proposals.comments, name="comments"),
    path("proposals/<int:number>/comments/<int:pk>/removal/", proposals.comment_removal, name="comment_removal"),
    path("proposals/<int:number>/withdrawal/", proposals.withdrawal, name="withdrawal"),
    path("proposals/<int:number>/ballot/", votes.ballot, name="ballot"),
    path("proposals/<int:number>/mandate/", mandates.mandate, name="mandate"),
    path("proposals/<int:number>/effect/", effects.effect, name="effect"),
    path("applications/", mandates.applications, name="applications"),
    path("applications/<int:number>/decision/", mandates.application, name="application"),
]
