from knowledge import views

urlpatterns = [*views.topics.urls("desk/keeping/topics/")]
