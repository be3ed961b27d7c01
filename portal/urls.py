from django.urls import path

from portal import officers, shared, views

app_name = "portal"

urlpatterns = [
    path("", views.front, name="front"),
    path("me/", views.home, name="home"),
    path("me/name/", views.public_name, name="public_name"),
    path("desk/officers/", officers.coordinator, name="coordinator"),
    path("desk/officers/<uuid:person>/", officers.officer, name="officer"),
    path("desk/shared/", shared.choose, name="shared"),
    path("desk/shared/<str:member>/<slug:course>/", shared.look, name="shared_officers"),
    path("desk/shared/<str:member>/<slug:course>/file/", shared.download, name="shared_file"),
]
