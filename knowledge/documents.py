"""Articles as the shelf holds them."""

from collections.abc import Iterable, Iterator, Sequence

from knowledge import markdown, shelf
from knowledge.models import Article
from knowledge.sources import Source

ARTICLE = "article"
# What has less in common with a document, in percent of what its words could bring, is about something else.
LEAST_LIKE = 20


def document(article: Article) -> shelf.Document:
    """A published article as its readers find it."""
    edition = article.published
    if edition is None or edition.read_at is None:
        raise ValueError(f"Article {article.pk} is not published.")
    return shelf.Document(
        kind=ARTICLE,
        key=str(article.pk),
        at=edition.read_at,
        audience=article.audience,
        title=edition.question,
        texts=[markdown.plain(edition.answer)],
        facets={"topic": sorted(topic.key for topic in article.topics.all()), "article_kind": article.kind},
    )


def _keys() -> Iterable[str]:
    return map(str, Article.objects.published().order_by("pk").values_list("pk", flat=True))


def _documents(keys: Sequence[str]) -> Iterator[shelf.Document]:
    # Locked before they are read: whoever had to wait would find the edition as it was before.
    rows = Article.objects.filter(pk__in=keys).order_by("pk")
    list(rows.select_for_update(no_key=True).values_list("pk"))
    yield from map(document, rows.published().select_related("published").prefetch_related("topics"))


SOURCE = Source(ARTICLE, keys=_keys, documents=_documents)
