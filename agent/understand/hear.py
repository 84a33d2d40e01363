"""Proposes commands for one message: language, what was asked, values, intent. Decides nothing and writes no text."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Literal

from agent.model.clinic import Clinic
from agent.model.command import CannotHandle, ChangeLanguage, Command
from agent.model.content import Content
from agent.model.question import Question
from agent.model.understanding import Understanding
from agent.understand.answering import Answers
from agent.understand.classifier import Guess, IntentClassifier
from agent.understand.day_alone import day_alone
from agent.understand.family import heard_for_each
from agent.understand.form_people import asks_language
from agent.understand.found import Found
from agent.understand.language import LanguageDetector
from agent.understand.name_shapes import capitalised, is_only_name
from agent.understand.normalize import words
from agent.understand.openings import asks_for_call, asks_for_opening, names_visit
from agent.understand.particular import IN_A_WORD, NAME_AND_BIRTH
from agent.understand.plainly import Plainly
from agent.understand.pressed import pressed
from agent.understand.proposing import IN_FLOW, ON_A_CALL, STEERING, Proposals
from agent.understand.repairs import Repairs
from agent.understand.said import Beside, Said, without_times
from agent.understand.times import Expression, TimeGrammar
from agent.understand.values import ValueReader
from agent.understand.wishes import Wishes

_TRAINED = ("corpus", "swaps", "safety", "two", "times", "languages")
FOREIGN, _FEWEST_LETTERS = 0.8, 8  # so sure that it does not speak a language; a shorter message is a slip
_BESIDE_LETTERS = ("letters", "name", "dob")
_PERHAPS = 0.75  # an opt-out without a word of refusal; it is asked about
BEYOND_A_WORD = 0.9  # so sure a first message of a few words must be to be of another language than the clinic's
_FINDS_A_TIME = frozenset({"book", "reschedule"})
_FEW_WORDS, _OF_A_PLACE = 3, 6  # that may stand in two languages; of a place: "CVS on Court Street"
IN_A_FORM = 0.98  # so sure an answer must be of another language: names, streets and figures are of none


class Ears:
    """Everything needed to hear, built once from Content; shared between threads."""

    def __init__(
        self, content: Content, clinic: Clinic, classifier: IntentClassifier, detector: LanguageDetector,
        grammars: Mapping[str, TimeGrammar], like: "Ears | None" = None,
    ) -> None:  # fmt: skip
        """`like`: ears of former content, whose tables are taken over where neither words nor facts have changed."""
        self._content, self._clinic = content, clinic
        self._classifier, self._detector, self._grammars = classifier, detector, grammars
        same = like is not None and like._clinic == clinic and like._rows("values") == self._rows("values")
        values = like._values if like is not None and same else None
        self._values: ValueReader = values or ValueReader(content.rows.get("values", {}), clinic)
        self._small = {tag: Beside.of(row) for tag, row in content.rows.get("values", {}).items()}
        self._repairs = Repairs(content.rows.get("repairs", {}))
        self._wishes = Wishes(self._repairs, grammars, clinic.booking.horizon_days)
        self._answers = Answers(content, clinic, self._values, self._repairs)
        self._plainly = Plainly(content.rows.get("values", {}), self._repairs)
        self._proposals = Proposals(content, classifier, self._repairs)

    def retold(self, content: Content, clinic: Clinic) -> "Ears":
        """Ears that hear alike, for content of which only wording has changed."""
        return Ears(content, clinic, self._classifier, self._detector, self._grammars, self)

    def hears(self, content: Content) -> bool:
        """Would ears of that content hear as these do, its words for values and repairs aside?"""
        return all(self._rows(kind) == content.rows.get(kind) for kind in _TRAINED)

    def held(self, lang: str) -> list[float]:
        """How sure the model of `lang` was of each training sentence while it was held out; empty where not known."""
        return self._classifier.held(lang)

    def asks_what_to_do(self, text: str, lang: str) -> bool:
        """ "What do I do?", "why?", "I don't understand", "she's 61": of somebody who was just told of a danger."""
        whole = any(self._repairs.is_whole(text, lang, kind) for kind in ("what_now", "why_ask", "repeat"))
        return whole or self._repairs.is_age(text, lang) or self._repairs.within(text, lang, "what_now", 6, fewest=3)

    def _rows(self, kind: str) -> Mapping[str, object] | None:
        return self._content.rows.get(kind)

    def hear(
        self, text: str, *, now: datetime, prior: str | None = None, question: Question | None = None,
        payload: str | None = None, open_flows: tuple[str, ...] = (), lang: str | None = None,
        current: str | None = None, spoken: bool = False,
    ) -> Understanding:  # fmt: skip
        """What one message says, and the commands proposed from it. Never raises for any text.

        `prior`: the language to lean to where the text does not tell; `current`: the one the desk now speaks; `spoken`:
        it was said on a telephone.
        """
        if payload:
            return pressed(self._content, text, payload, prior or self._clinic.default_language, question)
        whole = self._hear(text, now, prior, question, open_flows, lang, current, spoken)
        if question is None or len(question.people) < 2 or question.type != "choice":
            return whole
        alone = replace(question, people=())

        def hears(part: str) -> Understanding:
            return self._hear(part, now, prior, alone, open_flows, whole.lang, current, spoken)

        return heard_for_each(text, question, whole, hears, self._content, self._repairs)

    def _hear(
        self, text: str, now: datetime, prior: str | None, question: Question | None, open_flows: tuple[str, ...],
        lang: str | None, current: str | None, spoken: bool,
    ) -> Understanding:  # fmt: skip
        language, sure, asked = self._language(text, prior, lang)
        plain = self._values.yes_no(text, current) if current and question else None  # "hindi", a Tagalog no
        asked = None if asks_language(self._content, question) or (plain and plain.sure) else asked
        unsure, known = language not in self._content.live and sure < FOREIGN, current or prior
        said = Said(text, (known or self._clinic.default_language) if unsure else language, now, question)
        commands: list[Command] = []
        if asked and asked in self._content.live:
            commands.append(ChangeLanguage(locale=asked, asked=True, source="patient"))
            said.lang = language = asked
        elif not asked and language not in self._content.live and self._answers_in(said, known, spoken, sure):
            language = said.lang  # a name and a date of the conversation's language, whatever they look like alone
        elif self._drifts(text, language, known) and not self._answers_in(said, known, spoken, sure):
            commands.append(ChangeLanguage(locale=language, source="classifier", confidence=sure))
        elif current is not None and current in self._content.live and self._repairs.only_fillers(text, current):
            said.lang = language = current  # "non" in answer to our first text: of several languages, this one's too
        self._read_values(said, spoken=spoken)
        guess, also = self._intent(said)
        if guess.intent == "reschedule" and guess.confidence >= IN_FLOW and not open_flows:
            self._wishes.from_and_to(said)
        elif guess.intent == "cancel" or (said.question is not None and said.question.flow == "cancel"):
            self._wishes.given_up(said)
        elif guess.intent == "hours_location":
            self._wishes.this_day(said)
        if said.question is None and guess.intent not in _FINDS_A_TIME:
            said.entities.pop("avoid", None)
        if lang is None and self._foreign(said, language, sure, asked):
            commands.append(CannotHandle(why="unsupported_language", confidence=sure))
        else:
            commands += self._proposals.of(said, guess, also, open_flows, changed=bool(asked), spoken=spoken)
        return Understanding(
            lang=said.lang if said.lang in self._content.live and language in self._content.live else language,
            lang_confidence=sure,
            intent=guess.intent,
            confidence=guess.confidence,
            alternatives=guess.alternatives,
            also=tuple(g.intent for g in also),
            entities=said.entities,
            quotes=said.spans,
            unsure=tuple(sorted(said.unsure)),
            danger=guess.danger,
            person=guess.person if said.answer is None else 0.0,  # what was asked for is read by people anyway
            words=words(text),
            commands=tuple(commands),
        )

    def weighed(self, text: str, heard: Understanding) -> Understanding:
        """What was heard, its intent and its danger judged by these words of the message alone."""
        reading = heard.lang if heard.lang in self._classifier.languages else self._clinic.default_language
        guess, _ = self._classifier.guess_all(text, reading)
        person = min(guess.person, heard.person)
        judged = {"intent": guess.intent, "confidence": guess.confidence, "danger": guess.danger, "person": person}
        return heard.model_copy(update=judged | {"words": words(text)})

    def times(self, text: str, lang: str, now: datetime) -> list[Expression]:
        return self._wishes.times(text, lang, now)

    # -- language and intent -------------------------------------------------------------------------------------

    def _language(self, text: str, prior: str | None, told: str | None) -> tuple[str, float, str | None]:
        asked = self._detector.asked_language(text)
        if told:
            return told, 1.0, asked
        guess = self._detector.detect(text, prior)
        wanted = self._repairs.tongues_of(text, IN_A_WORD, self._clinic.languages) if prior is None else []
        if wanted and (guess.lang not in wanted or guess.confidence < FOREIGN):
            return wanted[0], _PERHAPS, asked  # "fakti", "gamot", "fòm"
        own, first = self._clinic.default_language, prior is None and words(text) <= _FEW_WORDS
        unsaid = guess.lang != own and (not wanted or own in wanted)
        if first and unsaid and guess.confidence < BEYOND_A_WORD and self._classifier.knows(text, own):
            return own, _PERHAPS, asked  # "book", "checkup": of several languages, the clinic's own among them
        return prior if prior and is_only_name(text, guess.lang) else guess.lang, guess.confidence, asked

    def _drifts(self, text: str, language: str, current: str | None) -> bool:
        """Does the person write in another of our languages now? "ok" alone tells nothing."""
        other = current is not None and language != current and language in self._content.live
        return other and not self._repairs.only_fillers(text, current or "")

    def _answers_in(self, said: Said, current: str | None, spoken: bool, sure: float) -> bool:
        """Is it nothing but values, or do its few words answer the open question, in the language spoken so far?
        ("Inés Mora", "số hai": no Portuguese, no Hindi.) Then `said` is read in that one."""
        if current is None:
            return False
        again = Said(said.text, current, said.now, said.question)
        self._read_values(again, spoken=spoken)
        few = said.size <= _FEW_WORDS or (again.of_form and sure < IN_A_FORM)
        if again.free_text and not again.of_form:
            few = said.size <= _OF_A_PLACE and sure < IN_A_FORM
        answers = again.answer is not None and few
        wishes = spoken and any(self._repairs.is_whole(said.text, current, kind) for kind in ON_A_CALL)
        steers = any(self._repairs.is_whole(said.text, current, kind, mixed=False) for kind in STEERING)
        if not (answers or wishes or steers or again.spells or self._is_values(again)):
            return False
        said.lang = current
        return True

    def _foreign(self, said: Said, language: str, sure: float, asked: str | None) -> bool:
        """Is it a language that the desk knows it does not speak, or a wish for one?"""
        if asked:
            return asked not in self._content.live
        if said.answer is not None or self._is_values(said):  # a name, an address: of no language
            return False
        letters = sum(c.isalpha() for c in said.text)
        long_enough = said.size >= 3 or (letters >= _FEWEST_LETTERS and not said.text.isascii())
        return long_enough and sure >= FOREIGN and language not in self._content.live

    def _intent(self, said: Said) -> tuple[Guess, tuple[Guess, ...]]:
        if said.answer is not None and len(said.text.strip()) <= 3:
            return Guess("affirm" if said.answer else "out_of_scope", 0.0), ()
        if (plain := self._plainly.meant(said)) is not None:
            return plain, ()
        reading = said.lang if said.lang in self._classifier.languages else self._clinic.default_language
        guess, also = self._classifier.guess_all(said.text, reading)
        if guess.intent == "stop_messages" and not self._refuses(said):
            guess = guess.at_most(_PERHAPS)  # "text me": only words of refusal end the texts unasked
        if not also:
            guess = asks_for_opening(said, asks_for_call(said, guess, self._repairs), self._repairs)
        if "dob" in said.entities:  # who says who they are does not ask to change it
            also = tuple(each for each in also if each.intent != "intake_update")
        hardly_more = said.spells or self._is_values(said) or ("dob" in said.entities and said.size <= NAME_AND_BIRTH)
        hardly_more |= said.refuses_briefly or self._repairs.is_whole(said.text, said.lang, "running_late")
        hardly_more |= said.answers_briefly and bool(self._repairs.after(said.text, said.lang, "i_meant"))
        return (guess.weakened(), ()) if hardly_more and not names_visit(said, guess, self._repairs) else (guess, also)

    def _refuses(self, said: Said) -> bool:
        text, lang = said.text, said.lang
        return self._repairs.holds(text, lang, "no_more") and not self._repairs.holds(text, lang, "no_more_but")

    def _is_values(self, said: Said) -> bool:
        return said.is_values(self._small.get(said.lang, Beside()))

    # -- values --------------------------------------------------------------------------------------------------

    def _read_values(self, said: Said, *, spoken: bool = False) -> None:
        values, text, lang = self._values, said.text, said.lang
        slot = said.question.slot if said.question else None
        if spoken and slot in (None, "name", "letters", "right", "given", "dob"):
            said.note("letters", values.letters(text, lang, slot in ("name", "letters", "right")))
        said.expressions = day_alone(said, self._content, self.times) or self.times(text, lang, said.now)
        born = values.dob(text, lang, slot in ("name", "dob"), said.now.date(), self._order(lang))
        visit = born and slot != "dob" and said.has_moment(born.start, born.end)
        bill = born and slot == "message" and not (born.sure or values.is_name_beside(text, lang, born))  # "of March 3"
        said.note("dob", None if visit or bill else born)
        said.note("phone", values.phone(text, lang, self._clinic.country))
        said.note("name", self._name(said, slot == "name" or "dob" in said.entities) or self._plain_name(said))
        self._doctor(said)
        said.note("location", values.location(text, lang))
        said.note("relation", said.beside_times(values.relation(text, lang)))
        said.note("insurance_name", values.insurance(text, lang))
        said.note("appointment_type", values.visit_type(text, lang))
        reason = values.reason(text, lang, slot == "reason")
        said.note("reason", self._answers.without_name(without_times(reason, said), said))
        times = lambda t, tag: said.expressions if t == text else self.times(t, tag, said.now)  # noqa: E731
        said.answer = self._answers.read(said, times)
        if said.spells:
            said.entities = {n: v for n, v in said.entities.items() if n in _BESIDE_LETTERS}
            return
        if said.asked("opening"):
            self._wishes.avoid(said, [])
            said.answer = None if "avoid" in said.entities else said.answer  # "not on Monday either"
        chosen = said.answer is not None and bool(said.question and said.question.options)
        if not (chosen and said.asked("opening")):
            self._wishes.wish(said)

    def _name(self, said: Said, asked: bool) -> Found | None:
        """The patient's name, and no month of a date of birth with it: "Maria Santos, March 12 1980"."""
        if "letters" in said.spans:  # "Ana Torres, T O R R E S"
            return self._values.name(said.text[: said.spans["letters"][0]].rstrip(" ,;"), said.lang, asked)
        found, born = self._values.name(said.text, said.lang, asked), said.spans.get("dob")
        apart = found is not None and born is not None and (found.end <= born[0] or born[1] <= found.start)
        if born is None or apart or not (found or said.asked("name")):  # dictated, no capital tells where the name ends
            return found
        return self._values.name(said.text[: born[0]].rstrip(" ,;"), said.lang, asked)

    def _doctor(self, said: Said) -> None:
        """A provider's name, but not inside the patient's own: "Nguyen Van Hung"."""
        found, own = self._values.provider(said.text, said.lang), said.spans.get("name")
        if found is None or own is None or found.end <= own[0] or own[1] <= found.start:
            said.note("provider", found)

    def _order(self, lang: str) -> Literal["mdy", "dmy"]:
        """How people of this language write 3/12/80: as its dates say, but English as in the clinic's country."""
        if lang == "en":
            return "mdy" if self._clinic.country in ("US", "PH") else "dmy"
        return "mdy" if self._content.rows.get("times", {}).get(lang, {}).get("order") == "mdy" else "dmy"

    def _plain_name(self, said: Said) -> Found | None:
        """What stands right before a date of birth; asked for, two to four capitalised words alone: to be read back."""
        if "letters" not in said.spans and "dob" in said.spans and not said.asked("name"):
            return self._values.name_before(said.text, said.lang, said.spans["dob"][0])
        if not said.asked("name") or "letters" in said.spans:
            return None
        return capitalised(said.text, said.spans.get("dob", (len(said.text), 0))[0])
