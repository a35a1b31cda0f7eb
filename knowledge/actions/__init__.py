"""What happens to the office's own knowledge: its words and its articles."""

from knowledge.actions.articles import (
    StaleDraft,
    begin_edition,
    bring_back,
    change_draft,
    change_facts,
    confirm_still_right,
    drop_draft,
    give_opinion,
    hand_on_articles,
    offer_draft,
    publish,
    retire,
    send_back,
    write_article,
)
from knowledge.actions.knowing import say_what_i_know
from knowledge.actions.words import drop_word, keep_word

__all__ = [
    "StaleDraft",
    "begin_edition",
    "bring_back",
    "change_draft",
    "change_facts",
    "confirm_still_right",
    "drop_draft",
    "drop_word",
    "give_opinion",
    "hand_on_articles",
    "keep_word",
    "offer_draft",
    "publish",
    "retire",
    "say_what_i_know",
    "send_back",
    "write_article",
]
