"""In the demo too, some find their answer before they ask."""

from datetime import timedelta

from config.demo import book, readers
from config.demo.year import Use
from knowledge.actions import note_miss, note_sent
from knowledge.models import Audience, Showing, ShownDocument
from office import clock
from tests.consultations.library import publish_article


def uses(chiiki) -> list[Use]:
    story = next(story for story in book.stories() if story.key == "online-form-start")
    received = clock.now() - timedelta(days=100)
    slots = {name: fillers[0] for name, fillers in story.slots.items()}
    return [Use(story, number, received, chiiki, "田中 実", "t@city.example.jp", slots) for number in range(12)]


def test_what_is_shown_beside_a_form_that_becomes_a_case_is_counted_as_sent(chiiki, suzuki, sato):
    first = uses(chiiki)[0]
    publish_article(suzuki, sato, "申込みをオンラインにする手続", first.tell(first.story.reply, by=sato))
    note_sent(form=readers.read_and_send(first, first.tell(first.story.wording(1))))
    assert Showing.objects.get().sent_at


def test_some_who_have_the_same_trouble_later_are_helped_and_none_of_them_sends(chiiki, suzuki, sato):
    first = uses(chiiki)[0]
    publish_article(suzuki, sato, "申込みをオンラインにする手続", first.tell(first.story.reply, by=sato))
    for use in uses(chiiki):
        for at in readers.read_instead(use):
            assert at > use.received
    assert 0 < Showing.objects.count() < 12
    assert not Showing.objects.filter(sent_at__isnull=False).exists()
    assert ShownDocument.objects.filter(opened_at__isnull=False).exists()
    assert Showing.objects.filter(solved_at__isnull=False).exists()


def test_the_searches_in_vain_are_kept_as_they_stand_in_the_book(db):
    for told in book.searches():
        assert note_miss(words=told["words"], audience=Audience.EVERYONE).words == told["words"]
