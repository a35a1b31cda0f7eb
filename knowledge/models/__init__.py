from knowledge.models.article import Article, ArticleKind, Edition, Opinion
from knowledge.models.document import Audience, IndexedDocument, Rack
from knowledge.models.knowing import Knowing
from knowledge.models.posting import Frequency, Posting
from knowledge.models.showing import Miss, Showing, ShownDocument
from knowledge.models.topic import Topic
from knowledge.models.vector import Vector
from knowledge.models.word import Respelling, Word

__all__ = [
    "Article",
    "ArticleKind",
    "Audience",
    "Edition",
    "Frequency",
    "IndexedDocument",
    "Knowing",
    "Miss",
    "Opinion",
    "Posting",
    "Rack",
    "Respelling",
    "Showing",
    "ShownDocument",
    "Topic",
    "Vector",
    "Word",
]
