"""Moving on: transfers, hand-over, duplicates."""

from django.urls import path

from accounts.views import merging, moving

app_name = "moving"

urlpatterns = [
    path("", moving.index, name="index"),
    path("agency/", moving.move_several, name="move_several"),
    path("offer/<uuid:person>/", moving.offer, name="offer"),
    path("offers/<uuid:transfer>/", moving.transfer_page, name="transfer"),
    path("offers/<uuid:transfer>/accept/", moving.accept, name="accept"),
    path("offers/<uuid:transfer>/decline/", moving.decline, name="decline"),
    path("offers/<uuid:transfer>/withdraw/", moving.withdraw, name="withdraw"),
    path("hand-over/", moving.hand_overs, name="hand_overs"),
    path("hand-over/<uuid:posting>/", moving.hand_over_page, name="hand_over"),
    path("duplicates/", merging.duplicates, name="duplicates"),
    path("duplicates/<uuid:first>/<uuid:second>/apart/", merging.two_people, name="two_people"),
    path("duplicates/<uuid:kept>/<uuid:closed>/", merging.merge, name="merge"),
    path("merges/<uuid:merge>/undo/", merging.undo, name="undo"),
]
