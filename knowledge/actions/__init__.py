"""What happens to the office's own knowledge: words, articles, what members know, and what became of searches."""

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
    publishing,
    refuse_blanks,
    retire,
    retire_made_from,
    send_back,
    write_article,
)
from knowledge.actions.knowing import say_what_i_know
from knowledge.actions.misses import forget_misses, note_miss, reopen_miss, settle_miss
from knowledge.actions.showing import note_opened, note_sent, note_solved, show, take_back_solved
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
    "forget_misses",
    "give_opinion",
    "hand_on_articles",
    "keep_word",
    "note_miss",
    "note_opened",
    "note_sent",
    "note_solved",
    "offer_draft",
    "publish",
    "publishing",
    "refuse_blanks",
    "reopen_miss",
    "retire",
    "retire_made_from",
    "say_what_i_know",
    "send_back",
    "settle_miss",
    "show",
    "take_back_solved",
    "write_article",
]
