"""Answers in words and as data: why an authority is responsible, what to ask, and where to turn without an answer."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from busdb import i18n, lands
from busdb.areas import MUNICIPALITIES, Gazetteer
from busdb.criteria import words
from busdb.errors import NotFoundError, RefusedError
from busdb.hours import Opening, opening
from busdb.offices import Directory
from busdb.publication import (
    Advice,
    Beaten,
    Explanation,
    Match,
    PlaceName,
    Question,
    ResponsibilityAnswer,
)
from busdb.records import Criterion, Executor, ReferencePlace, Service
from busdb.responsibility import Candidate, Case, Result, Standing
from busdb.textfold import sort_key

_TITLE = re.compile(r"^Amt |gemeinde|verband|kreis|verwaltung", re.IGNORECASE)
"""A name with a title of its own."""


def place_question(place: ReferencePlace | None, language: str) -> str | None:
    """Which place counts for a service, and the question for it."""
    if place is None:
        return None
    return " ".join(i18n.message(f"reference_{word}.{place}", language=language) for word in ("place", "question"))


def ask_for_place(service: Service, language: str) -> str:
    """The question for the place of a service, whatever is known of it."""
    return place_question(service.reference_place, language) or i18n.message(
        "reference_question.unknown", language=language
    )


def titled(place: PlaceName, language: str) -> str:
    """A place with what tells it from a town of its name: ``Verbandsgemeinde Unstruttal``, ``Landkreis Stendal``."""
    if place.kind not in {"association", "district"} or _TITLE.search(place.name):
        return place.name
    return i18n.message(f"titled.{place.kind}", {"name": place.name}, language)


def unique(answer: ResponsibilityAnswer) -> ResponsibilityAnswer:
    """The answer with exactly one authority: of several offices of the one body the first.

    Raises ``NotFoundError`` where nobody is known, saying why, and ``RefusedError`` naming what would settle the matter
    otherwise.
    """
    values = {"service": answer.service.name, "place": answer.area.name if answer.area else ""}
    if answer.status == "none":
        raise NotFoundError("unique_none", why=answer.advice.text if answer.advice else "", **values)
    if answer.question:
        choices = "; ".join(answer.question.choices)
        raise RefusedError(
            "unique_question", question=answer.question.text, pointer=answer.question.about, choices=choices, **values
        )
    if answer.status == "ambiguous":
        bodies = dict.fromkeys(match.authority.name for match in answer.matches)
        raise RefusedError("unique_ambiguous", pointer="role", choices="; ".join(bodies), **values)
    return replace(answer, matches=answer.matches[:1], choice=None)


def open_first(answer: ResponsibilityAnswer, moment: dt.datetime) -> ResponsibilityAnswer:
    """The answer with those of several offices first that receive visitors at an aware ``moment``, else as before."""

    def closed(match: Match) -> bool:
        found = open_at(match, moment)
        return not (found and found.open)

    return replace(answer, matches=tuple(sorted(answer.matches, key=closed))) if answer.choice else answer


def which_member(answer: ResponsibilityAnswer, members: Sequence[PlaceName], language: str) -> ResponsibilityAnswer:
    """The question which of the ``members`` of the place is meant, in place of an answer that does not hold for all."""
    values = {"place": answer.area.name if answer.area else ""}
    text = i18n.message("question.member", values, language)
    names = tuple(one.name for one in members)
    question = Question(about="place", text=text, choices=names, places=tuple(members))
    told = {"matches": (), "others": (), "choice": None, "advice": None, "cause": None}
    return replace(answer, status="question", question=question, **told)


def open_at(match: Match, moment: dt.datetime) -> Opening | None:
    """Whether the authority of a match receives visitors at an aware ``moment``; ``None`` if that is not known."""
    return opening(match.authority, moment, match.body.ars or "" if match.body else "")


class Speaker(NamedTuple):
    """Puts results into words; ``source`` names the source of an id."""

    gazetteer: Gazetteer
    offices: Directory
    source: Callable[[str], str]

    def answer(
        self, case: Case, result: Result, others: Sequence[Result] = (), advised: Sequence[Candidate] = ()
    ) -> ResponsibilityAnswer:
        """The answer that consumers get.

        ``others`` are the results for the other roles, ``advised`` the authorities of the object (LO) that the service
        belongs to: good for advice only.
        """
        several = result.status == "answered" and len(result.candidates) > 1
        return ResponsibilityAnswer(
            service=case.service,
            area=self.gazetteer.name(case.place.code),
            on=case.on,
            status=result.status,
            choice="any" if several else None,
            matches=tuple(self._match(case, result, one) for one in result.candidates),
            others=tuple(self._match(case, other, one) for other in others for one in other.candidates),
            question=self._question(case, result) if result.status == "question" else None,
            advice=self._advice(case, result, advised) if result.status == "none" else None,
            cause=result.cause,
            reference_place=case.reference_place,
            place_question=place_question(case.reference_place, case.language),
        )

    def _match(self, case: Case, result: Result, one: Candidate) -> Match:
        rule, link = one.standing.rule, one.standing.ground.link
        explanation = self._explanation(case, result, one.standing)
        return Match(
            authority=self.offices.show(one.authority),
            body=self._area(one.authority.area),
            role=rule.role,
            level=link.kind,
            reason=self._sentence(case, one, explanation),
            rule=rule.id,
            matched_area=self._area(link.code),
            remark=rule.remark,
            since=rule.valid_from,
            explanation=explanation,
        )

    def _area(self, code: str | None) -> PlaceName | None:
        return self.gazetteer.name(code) if code else None

    def _explanation(self, case: Case, result: Result, standing: Standing) -> Explanation:
        rule, tier = standing.rule, result.tier
        assert tier is not None  # a candidate comes of a tier
        return Explanation(
            rule=rule.id,
            source=self.source(rule.id),
            target="level" if rule.executor else "authority",
            executor=rule.executor,
            category=rule.category,
            area=self._area(standing.ground.link.code),
            criteria=tuple(words(one, case.language) for one in rule.criteria),
            open=tuple(self._open(one, case.language) for one in standing.open_),
            via=tier.via,
            service=tier.service,
            legal_basis=rule.legal_basis,
            since=rule.valid_from,
            beats=tuple(self._beaten(standing, other) for other in result.decision.beaten),
        )

    def _open(self, criterion: Criterion, language: str) -> str:
        """An open criterion; a part of an area by streets stands for itself."""
        area = self.gazetteer.get(criterion.street) if criterion.type == "street" and criterion.street else None
        return area.name if area else words(criterion, language)

    def _beaten(self, winner: Standing, loser: Standing) -> Beaten:
        won, lost = winner.precedence, loser.precedence
        because = next(
            (word for word, mine, its in zip(("nearer", "explicit", "priority"), won, lost, strict=True) if mine < its),
            "nearer",
        )
        target = loser.rule.authority or loser.rule.executor or ""
        return Beaten(
            rule=loser.rule.id,
            target=target,
            area=self._area(loser.ground.link.code),
            because=because,  # type: ignore[arg-type]  # one of the three words
        )

    def _sentence(self, case: Case, one: Candidate, explanation: Explanation) -> str:
        """The reason as a clerk would say it."""
        rule, language = one.standing.rule, case.language
        link = one.standing.ground.link
        body = self._area(one.authority.area)
        values = {
            "authority": one.authority.name,
            "body": titled(body, language) if body else one.authority.name,
            "place": case.place.name,
            "area": explanation.area.name if explanation.area else link.code,
            "rule": rule.id,
            "source": explanation.source,
            "category": rule.category or "",
            "service": explanation.service.name,
            "legal_basis": rule.legal_basis or "",
            "date": rule.valid_from.strftime("%d.%m.%Y") if rule.valid_from else "",
        }
        codes = [self._who(case, one)]
        whole = one.authority.parent is None
        codes += ["office"] if rule.executor and rule.category in one.authority.categories and not whole else []
        codes += [f"role_{rule.role}"] if rule.executor and rule.role != "competent" else []
        said = [i18n.message(f"reason.{code}", values, language) for code in codes]
        said += [self._criterion(one, language) for one in rule.criteria]
        codes = [f"via_{explanation.via}"] if explanation.via != "own" else []
        codes += ["rule_since" if rule.valid_from else "rule"]
        codes += ["legal_basis"] if rule.legal_basis else []
        said += [i18n.message(f"reason.{code}", values, language) for code in codes]
        if explanation.beats:
            first = explanation.beats[0]
            beaten = {"rule": first.rule, "area": first.area.name if first.area else ""}
            said.append(i18n.message(f"reason.beats_{first.because}", beaten, language))
        return " ".join(said)

    def _who(self, case: Case, one: Candidate) -> str:
        """The code of the sentence that says who acts: by name, for a member, as a town that is a district, itself."""
        rule, area = one.standing.rule, one.authority.area
        body = self._area(area)
        if not rule.executor:
            inside = "_inside" if one.standing.ground.link.kind == "custom" else ""
            return f"explicit_{rule.role}{inside}"
        own = area == case.place.code
        if body and body.kind == "association" and not own:
            return "association"
        if rule.executor == "district":
            return "district_city" if body and body.kind in MUNICIPALITIES else "district"
        if rule.executor in {"local", "municipality"}:
            return rule.executor if own else f"{rule.executor}_part"
        return rule.executor

    def _criterion(self, one: Criterion, language: str) -> str:
        ends = {"first": one.first or "A", "last": one.last or "Z", "criterion": words(one, language)}
        code = "criterion_surname" if one.type == "surname" else "criterion"
        return i18n.message(f"reason.{code}", ends, language)

    def _question(self, case: Case, result: Result) -> Question:
        if result.children:
            text = i18n.message("question.service", language=case.language)
            names = tuple(one.name for one in result.children)
            return Question(about="service", text=text, choices=names, services=result.children)
        if result.places:
            text = i18n.message("question.place", {"place": case.place.name}, case.language)
            places = tuple(place for code in result.places if (place := self.gazetteer.name(code)))
            return Question(
                about="place", text=text, choices=tuple(titled(one, case.language) for one in places), places=places
            )
        about = result.question.type if result.question else "text"
        open_ = [one for candidate in result.candidates for one in candidate.standing.open_ if one.type == about]
        choices = sorted({self._open(one, case.language) for one in open_}, key=sort_key)
        return Question(
            about=about, text=i18n.message(f"question.{about}", language=case.language), choices=tuple(choices)
        )

    def _advice(self, case: Case, result: Result, advised: Sequence[Candidate]) -> Advice:
        """The nearest body that is likely to know; never a competence."""
        levels: tuple[Executor, ...] = lands.expected(case.place.code[:2], case.federal_types)
        bodies = (self.gazetteer.executing(case.place.code, level) for level in (*levels, "local", "district"))
        likely = (office for body in bodies if body for office in self.offices.of(body, None))
        found = next((one.authority for one in advised), None) or next(likely, None)
        cause: str = result.cause or "no_rule"
        if cause == "not_offered" and result.reason:
            cause = "not_offered_because"
        values = {"place": case.place.name, "service": case.service.name, "reason": result.reason or ""}
        return Advice(
            text=i18n.message(f"advice.{cause}", values, case.language),
            authority=self.offices.show(found) if found else None,
            phone="115",
        )
