from knowledge.models.document import Audience, IndexedDocument, Rack
from knowledge.models.posting import Frequency, Posting
from knowledge.models.topic import Topic
from knowledge.models.word import Respelling, Word

__all__ = ["Audience", "Frequency", "IndexedDocument", "Posting", "Rack", "Respelling", "Topic", "Word"]
