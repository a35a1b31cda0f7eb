from django.urls import path

from knowledge.views import articles, desk_articles, keeping

urlpatterns = [
    path("articles/", articles.article_list, name="article_list"),
    path("articles/<int:pk>/", articles.article, name="article"),
    path("articles/<int:pk>/opinion/", articles.give_opinion, name="article_opinion"),
    path("desk/articles/", desk_articles.article_list, name="desk_article_list"),
    path("desk/articles/new/", desk_articles.write, name="desk_article_new"),
    path("desk/articles/<int:pk>/", desk_articles.article, name="desk_article"),
    path("desk/articles/<int:pk>/draft/", desk_articles.change_draft, name="desk_article_draft"),
    path("desk/articles/<int:pk>/facts/", desk_articles.change_facts, name="desk_article_facts"),
    path("desk/articles/<int:pk>/edition/", desk_articles.begin_edition, name="desk_article_edition"),
    path("desk/articles/<int:pk>/offer/", desk_articles.offer, name="desk_article_offer"),
    path("desk/articles/<int:pk>/publish/", desk_articles.publish, name="desk_article_publish"),
    path("desk/articles/<int:pk>/send-back/", desk_articles.send_back, name="desk_article_send_back"),
    path("desk/articles/<int:pk>/drop/", desk_articles.drop, name="desk_article_drop"),
    path("desk/articles/<int:pk>/confirm/", desk_articles.confirm, name="desk_article_confirm"),
    path("desk/articles/<int:pk>/retire/", desk_articles.retire, name="desk_article_retire"),
    path("desk/articles/<int:pk>/bring-back/", desk_articles.bring_back, name="desk_article_bring_back"),
    *keeping.topics.urls("desk/keeping/topics/"),
    *keeping.words.urls("desk/keeping/words/"),
]
