"""Addresses of our own on the authors' side, below `/admin/`."""

from django.urls import path

from courses.pages.views import beginning, checklist, editions, files, media, preview, reported, scenarios

urlpatterns = [
    path("checklist/<int:page>/", checklist.checklist, name="course_checklist"),
    path("editions/<int:page>/", editions.editions, name="course_editions"),
    path("new-course/", beginning.begin, name="course_new"),
    path("courses-as-files/", files.files, name="course_files"),
    path("courses-as-files/<uuid:file>/", files.file, name="course_file"),
    path("courses-as-files/<slug:course>.zip", files.download, name="course_download"),
    path("from-word/<int:module>/", files.word, name="word_import"),
    path("reported/", reported.reported, name="reported"),
    path("reported/<uuid:report>/", reported.answer, name="report_answer"),
    path("scenario/<int:page>/<slug:block>/", scenarios.scenario, name="scenario_graph"),
    # Where `MEDIA_URL` leads.
    path("media/<path:name>", media.media, name="authors_media"),
    path("preview/<int:page>/", preview.preview, name="preview_course"),
]
