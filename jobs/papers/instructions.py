"""Instructions: words in a paper that are addressed to a language model and not to a reader."""

from __future__ import annotations

import re
from dataclasses import dataclass

from dashboard.judging.evidence import Quote
from jobs.papers.document import Document
from jobs.papers.sentences import sentences_of

_ORDERS = re.compile(
    r"\b(?:ignore|disregard|forget|override)\b.{0,30}\b(?:previous|prior|above|earlier|preceding|all|other)\b.{0,25}"
    r"\b(?:instructions?|prompts?|rules|directions|guidelines)\b"
    r"|\b(?:give|write|provide|output|return|generate)\b.{0,30}\b(?:only\s+)?(?:a\s+)?(?:positive|favou?rable|"
    r"glowing)\b.{0,20}\b(?:reviews?|assessment|rating|feedback)\b"
    r"|\bdo not (?:highlight|mention|report|point out)\b.{0,30}\b(?:negatives?|weakness(?:es)?|flaws|limitations|"
    r"problems)\b"
    r"|\b(?:LLM|AI|language model|GPT|chatbot)s?\s+(?:reviewers?|assistants?|agents?|systems?|models?)?"
    r"\s*[:,]\s*(?:please|you must|ignore|do|give|recommend|rate|mark)\b"
    r"|\bif you are (?:an? )?(?:AI|LLM|(?:large )?language model|automated)\b"
    r"|\b(?:as|you are) an? (?:AI|LLM|(?:large )?language model)\b.{0,60}\b(?:must|should|please|recommend|"
    r"accept|rate|mark|answer)\b"
    r"|\b(?:mark|rate|score|answer|judge|consider)\b.{0,30}\b(?:every|all|each|this)\b.{0,20}\b(?:criteri(?:on|"
    r"a)|items?|paper|questions?)\b.{0,20}\b(?:as )?"
    r"(?:met|satisfied|passed|yes|accept(?:ed)?|10)\b"
    r"|\brecommend(?:ing)?\b.{0,20}\b(?:accept(?:ing|ance)?)\b.{0,30}\b(?:paper|submission|manuscript)\b"
    r"|<\|?(?:system|im_start|im_end|endoftext)\|?>|\[/?INST\]|\bsystem prompt\s*:",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Instruction:
    """A sentence in the visible text that gives a model orders."""

    quote: Quote
    words: str


def instructs(text: str) -> str:
    """The words by which a text gives a model orders, or an empty string."""
    match = _ORDERS.search(" ".join(text.split()))
    return match.group() if match else ""


def instructions_in(document: Document) -> list[Instruction]:
    """Every such sentence of the paper's text layer."""
    found = []
    for sentence in sentences_of(document):
        if words := instructs(sentence.words):
            found.append(Instruction(document.quote(sentence.page, sentence.start, sentence.end), words))
    return found
