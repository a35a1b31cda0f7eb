from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.db import connections, models
from django.utils.translation import gettext_lazy as _

# Longer ones are cut: they are no words, but what a machine has written.
TERM_LENGTH = 40
# SQLite may be built to take no more than 999 values in a statement.
AT_ONCE = 500
# So many postings that follow each other are read in the time in which one is looked up among all.
READ_FOR_A_LOOK = 5


class PostingManager(models.Manager["Posting"]):
    """The postings are the terms of the documents, turned round. All in SQL that both engines understand alike."""

    def lay_out(self, documents: Sequence[int]) -> None:
        """Add the postings of these documents, or set them right."""
        self._change(
            "INSERT INTO knowledge_posting (rack, term, document, impact)"
            " SELECT held.rack_id, said.key, held.number, CAST(said.value AS smallint) {}"
            " ON CONFLICT (rack, term, document) DO UPDATE SET impact = excluded.impact",
            documents,
        )

    def clear_away(self, documents: Sequence[int]) -> None:
        """Delete the postings of these documents, whose rows still hold the terms that were laid out."""
        if connections[self.db].vendor == "postgresql":
            sql = "(rack, term, document) IN (SELECT held.rack_id, said.key, held.number {})"
            self._change(f"DELETE FROM knowledge_posting WHERE {sql}", documents)
            return
        # SQLite looks for a row of three by the first of them only, and reads the whole rack; for three alone it looks
        # by the key. One document at a time, or it would try each term with each document.
        with connections[self.db].cursor() as cursor:
            cursor.executemany(
                "DELETE FROM knowledge_posting WHERE document = %s"
                " AND rack = (SELECT rack_id FROM knowledge_indexeddocument WHERE number = %s)"
                " AND term IN (SELECT said.key FROM knowledge_indexeddocument AS held, json_each(held.terms) AS said"
                " WHERE held.number = %s)",
                [(document,) * 3 for document in documents],
            )

    def _change(self, sql: str, documents: Sequence[int]) -> None:
        each = {"postgresql": "jsonb_each", "sqlite": "json_each"}[connections[self.db].vendor]
        for start in range(0, len(documents), AT_ONCE):
            some = documents[start : start + AT_ONCE]
            of = f"FROM knowledge_indexeddocument AS held, {each}(held.terms) AS said WHERE held.number IN "
            with connections[self.db].cursor() as cursor:
                cursor.execute(sql.format(f"{of}({', '.join(['%s'] * len(some))})"), some)

    def holding_all(
        self, racks: Sequence[int], weights: Mapping[str, int], *, budget: int, limit: int
    ) -> list[tuple[int, int]]:
        """Documents that hold every term, as (document, score): the best first, the newest first among equals.

        The first term, which should be the rarest, is gone through newest first; the others are looked up beside it.
        The budget is that of the looks: what is only gone through counts a fifth.
        """
        sql, values = self._holding_all(racks, weights, budget=budget, limit=limit)
        return self._rows(sql, *values)

    def keys_holding_all(
        self, racks: Sequence[int], weights: Mapping[str, int], *, budget: int, limit: int
    ) -> list[str]:
        """The keys of the documents that `holding_all` gives, in no order."""
        sql, values = self._holding_all(racks, weights, budget=budget, limit=limit)
        with connections[self.db].cursor() as cursor:
            cursor.execute(
                f"SELECT held.key FROM ({sql}) AS found JOIN knowledge_indexeddocument AS held"
                " ON held.number = found.document",
                values,
            )
            return [key for (key,) in cursor.fetchall()]

    def _holding_all(
        self, racks: Sequence[int], weights: Mapping[str, int], *, budget: int, limit: int
    ) -> tuple[str, list[Any]]:
        (first, _weight), *others = weights.items()
        reach = max(budget * READ_FOR_A_LOOK // (1 + READ_FOR_A_LOOK * len(others)), limit)
        stretch = (
            "SELECT * FROM (SELECT rack, document, impact FROM knowledge_posting WHERE rack = %s AND term = %s"
            " ORDER BY document DESC LIMIT %s) AS newest"
        )
        # One after the other: a document that lacks the second word is not asked for the third.
        places = range(len(others))
        score = "held.impact * %s" + "".join(f" + other{place}.impact * %s" for place in places)
        sql = (
            f"SELECT held.document AS document, {score} AS score"
            f" FROM ({' UNION ALL '.join([stretch] * len(racks))}) AS held{''.join(map(self._beside, places))}"
            " ORDER BY score DESC, document DESC LIMIT %s"
        )
        values = [
            *weights.values(),
            *(value for rack in racks for value in (rack, first, reach)),
            *(term for term, _ in others),
            limit,
        ]
        return sql, values

    def _beside(self, place: int) -> str:
        """Join another term of the documents that are held so far, looked up one by one: neither engine is to think of
        reading all postings of it.
        """
        same = "rack = held.rack AND {0}.term = %s AND {0}.document = held.document"
        if connections[self.db].vendor == "postgresql":
            look = f"SELECT impact FROM knowledge_posting AS one WHERE one.{same.format('one')} LIMIT 1"
            return f" CROSS JOIN LATERAL ({look}) AS other{place}"
        name = f"other{place}"
        return f" CROSS JOIN knowledge_posting AS {name} ON {name}.{same.format(name)}"

    def holding_any(
        self,
        racks: Sequence[int],
        weights: Mapping[str, int],
        takes: Mapping[str, int],
        *,
        needed: Sequence[str] = (),
        without: int = -1,
        limit: int,
    ) -> list[tuple[int, int]]:
        """Documents that hold some of the terms and all that are needed, as `holding_all` gives them.

        Of each term, the newest `takes` of a rack are read.
        """
        asked = [(weights[term], rack, term, take) for rack in racks for term, take in takes.items()]
        if connections[self.db].vendor == "postgresql":  # which would think longer about the UNION than read for it
            rows = ", ".join(["(%s, %s::smallint, %s, %s)"] * len(asked))
            held = (
                f"(VALUES {rows}) AS asked (weight, rack, term, take) CROSS JOIN LATERAL"
                " (SELECT rack, document, impact FROM knowledge_posting AS one WHERE one.rack = asked.rack"
                " AND one.term = asked.term ORDER BY document DESC LIMIT take) AS held"
            )
        else:
            stretch = (
                "SELECT * FROM (SELECT %s AS weight, rack, document, impact FROM knowledge_posting"
                " WHERE rack = %s AND term = %s ORDER BY document DESC LIMIT %s)"
            )
            of_a_rack = f"SELECT * FROM ({' UNION ALL '.join([stretch] * len(takes))})"
            held = f"({' UNION ALL '.join([of_a_rack] * len(racks))}) AS held"  # SQLite unites 500 at most
        has = (
            " AND EXISTS (SELECT 1 FROM knowledge_posting AS other"
            " WHERE other.rack = held.rack AND other.term = %s AND other.document = held.document)"
        )
        return self._rows(
            f"SELECT document, SUM(impact * weight) AS score FROM {held} WHERE document <> %s{has * len(needed)}"
            " GROUP BY document ORDER BY score DESC, document DESC LIMIT %s",
            *(value for values in asked for value in values),
            without,
            *needed,
            limit,
        )

    def occurring(self, racks: Sequence[int], terms: Sequence[str]) -> set[str]:
        """Those of the terms that occur at all; each is looked up, none is counted."""
        if not racks or not terms:
            return set()
        each, somewhere = ", ".join(["(%s)"] * len(terms)), ", ".join(["%s"] * len(racks))
        with connections[self.db].cursor() as cursor:
            cursor.execute(
                f"WITH asked (term) AS (VALUES {each}) SELECT term FROM asked WHERE EXISTS (SELECT 1 FROM"
                f" knowledge_posting AS held WHERE held.rack IN ({somewhere}) AND held.term = asked.term)",
                [*terms, *racks],
            )
            return {term for (term,) in cursor.fetchall()}

    def _rows(self, sql: str, *values: Any) -> list[tuple[int, int]]:
        with connections[self.db].cursor() as cursor:
            cursor.execute(sql, values)
            return [(document, score) for document, score in cursor.fetchall()]


class Posting(models.Model):
    """That a term occurs in a document, and how much that counts.

    Its table is made by hand (migration 0005): ordered by its key, with the impact beside it, so that a question reads
    nothing but that order. No foreign keys: they would double the price of writing.
    """

    pk = models.CompositePrimaryKey("rack", "term", "document")
    rack = models.SmallIntegerField(_("rack"))
    term = models.CharField(_("term"), max_length=TERM_LENGTH)
    document = models.BigIntegerField(_("document"))
    impact = models.SmallIntegerField(_("impact"))

    objects = PostingManager()

    class Meta:
        verbose_name = _("posting")
        verbose_name_plural = _("postings")

    def __str__(self) -> str:
        return f"{self.term} in {self.document}: {self.impact}"


class Frequency(models.Model):
    """In how many documents of a rack a term occurs, when last counted."""

    pk = models.CompositePrimaryKey("rack", "term")
    rack = models.SmallIntegerField(_("rack"))
    term = models.CharField(_("term"), max_length=TERM_LENGTH)
    documents = models.PositiveIntegerField(_("documents"))
    reading = models.CharField(_("reading"), max_length=TERM_LENGTH, blank=True)  # as `knowledge.text.reading` has it

    class Meta:
        verbose_name = _("frequency")
        verbose_name_plural = _("frequencies")
        indexes: ClassVar = [
            # a word that was typed wrongly and reads the same
            models.Index(name="frequency_by_reading", fields=["reading"])
        ]

    def __str__(self) -> str:
        return f"{self.term}: {self.documents}"
