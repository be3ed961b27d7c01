from django.http import HttpRequest, HttpResponse
from django.urls import path


def who(request: HttpRequest) -> HttpResponse:
    """The one view: it reads the signed-in user from the session."""
    return HttpResponse(request.user.get_username(), content_type="text/plain")


urlpatterns = [path("", who)]
