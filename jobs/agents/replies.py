"""Replies: what a model is asked to hand back, and how its words become it or are refused."""

from __future__ import annotations

import json
import re
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

MOST_QUOTES = 5
LONGEST_REASON = 1_000
LONGEST_QUOTE = 1_500
_FENCED = re.compile(r"```(?:json)?\s*(\{.*\})\s*```", re.DOTALL)
_THOUGHTS = re.compile(r"<think>.*?</think>", re.DOTALL)


class UnreadableReplyError(Exception):
    """A reply that is no answer; `fault` tells the model what is wrong with it."""

    def __init__(self, fault: str, reply: str) -> None:
        super().__init__(fault)
        self.fault, self.reply = fault, reply


class Citation(BaseModel):
    """Words copied from a passage."""

    model_config = ConfigDict(extra="forbid")

    passage: str = Field(description="The id of the passage, such as P3.")
    quote: str = Field(description="Words copied exactly from that passage.")


class ModelAnswer(BaseModel):
    """The answer to one criterion."""

    model_config = ConfigDict(extra="forbid")

    answer: Literal["met", "not_met", "not_applicable", "not_assessed"]
    reason: str = Field(description="One or two sentences.")
    quotes: list[Citation] = Field(description="What the answer rests on; needed for met.")


def answer_schema() -> dict[str, Any]:
    """The answer as JSON schema, flat and strict as every provider wants it."""
    citation = Citation.model_json_schema()
    schema = ModelAnswer.model_json_schema()
    schema.pop("$defs")
    schema["properties"]["quotes"]["items"] = citation
    return {**schema, "title": "criterion_answer"}


def read_reply(text: str) -> ModelAnswer:
    """The answer in a reply; UnreadableReplyError when there is none."""
    if not text.strip():
        raise UnreadableReplyError("The reply was empty.", text)
    try:
        answer = ModelAnswer.model_validate(json.loads(_object_in(text)))
    except (json.JSONDecodeError, RecursionError) as fault:
        raise UnreadableReplyError(f"The reply was not JSON: {fault}.", text) from None
    except ValidationError as fault:
        raise UnreadableReplyError(f"The reply did not fit the schema: {_faults(fault)}.", text) from None
    quotes = [cited for cited in answer.quotes if cited.quote.strip()][:MOST_QUOTES]
    shortened = [cited.model_copy(update={"quote": _storable(cited.quote)[:LONGEST_QUOTE]}) for cited in quotes]
    return answer.model_copy(update={"reason": _one_line(answer.reason), "quotes": shortened})


def _object_in(text: str) -> str:
    """The JSON object in a reply that may think aloud or set it as code."""
    text = _THOUGHTS.sub("", text).strip()
    if fenced := _FENCED.search(text):
        return fenced[1]
    first, last = text.find("{"), text.rfind("}")
    return text[first : last + 1] if 0 <= first < last else text


def _faults(error: ValidationError) -> str:
    told = (f"{'.'.join(map(str, fault['loc'])) or 'the whole'}: {fault['msg']}" for fault in error.errors()[:4])
    return "; ".join(told)


def _one_line(text: str) -> str:
    return " ".join(_storable(text).split())[:LONGEST_REASON]


def _storable(text: str) -> str:
    """Without what no database keeps: NUL and halves of surrogate pairs, which JSON can spell."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()
