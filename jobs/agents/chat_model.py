"""ChatModel: one try at asking a model, whoever provides it, through LangChain."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from langchain.chat_models import init_chat_model
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.runnables import Runnable
from openai import ContentFilterFinishReasonError, DefaultHttpxClient, LengthFinishReasonError

from dashboard.engine.errors import PermanentError
from dashboard.engine.spending import Usage
from jobs.agents.faults import fault_of
from jobs.agents.replies import answer_schema
from jobs.agents.settings import ModelSettings

METHODS = {"schema": "json_schema", "tool": "function_calling"}
PER_MESSAGE = 16  # Tokens at most that a chat's template puts around a message.
NO_KEY = "none"  # What a server that needs no key is told; the provider's own key is never sent to another address.


@dataclass(frozen=True)
class Reply:
    """What came back: the words, or why there are none. `usage` is None where the server does not tell."""

    text: str
    usage: Usage | None
    refusal: str = ""
    is_cut: bool = False


class ChatModel:
    """A model under its settings. Safe to be asked by several threads at a time."""

    def __init__(self, settings: ModelSettings, runnable: Runnable[Any, Any]) -> None:
        self.settings = settings
        self._runnable = runnable

    def ask(self, messages: Sequence[BaseMessage]) -> Reply:
        """Ask once; CallFault when no reply came."""
        begun = time.monotonic()
        try:
            told = self._runnable.invoke(list(messages))
        except LengthFinishReasonError as cut:
            return Reply("", _usage(cut.completion.usage, begun), is_cut=True)
        except ContentFilterFinishReasonError:
            return Reply("", None, refusal="Its provider's filter withheld the answer.")
        except Exception as error:  # Providers' libraries share no family: here all become one.
            raise fault_of(error, self.settings.key) from None
        return reply_from(told["raw"] if isinstance(told, dict) else told, begun)

    def most(self, messages: Sequence[BaseMessage]) -> Usage:
        """The most a call can use: no tokenizer makes more tokens than the words have bytes."""
        words = sum(len(str(message.content).encode("utf-8", "replace")) + PER_MESSAGE for message in messages)
        return Usage(words + len(json.dumps(answer_schema())), self.settings.longest_answer, measured=False)


@contextmanager
def chat_model(settings: ModelSettings) -> Iterator[ChatModel]:
    """The model of these settings, its connections closed at the end."""
    with DefaultHttpxClient(follow_redirects=False, timeout=settings.timeout) as client:
        yield ChatModel(settings, _runnable(settings, client))


def reply_from(message: AIMessage, begun: float) -> Reply:
    """A reply from LangChain's message, whichever way the answer was asked for."""
    about = message.response_metadata
    reason = about.get("finish_reason") or about.get("stop_reason")
    refusal = message.additional_kwargs.get("refusal") or ""
    if reason in {"content_filter", "refusal"} and not refusal:
        refusal = str(message.text) or "Its provider's filter withheld the answer."
    return Reply(_words(message), _measured(message, begun), str(refusal), reason in {"length", "max_tokens"})


def _words(message: AIMessage) -> str:
    """The answer's JSON: of the call of the one tool there is, else of the text."""
    if message.tool_calls:
        return json.dumps(message.tool_calls[0]["args"])
    if message.invalid_tool_calls:
        return str(message.invalid_tool_calls[0]["args"] or "")
    return str(message.text)


def _measured(message: AIMessage, begun: float) -> Usage | None:
    used = message.usage_metadata
    if used is None:
        return None
    return Usage(max(0, used["input_tokens"]), max(0, used["output_tokens"]), time.monotonic() - begun)


def _usage(completion_usage: Any, begun: float) -> Usage | None:
    if completion_usage is None:
        return None
    return Usage(completion_usage.prompt_tokens, completion_usage.completion_tokens, time.monotonic() - begun)


def _runnable(settings: ModelSettings, client: DefaultHttpxClient) -> Runnable[Any, Any]:
    """The model as LangChain makes it; it may answer in the one given shape and do nothing else."""
    try:
        model: BaseChatModel = init_chat_model(
            settings.model, model_provider=settings.provider, **_options(settings, client)
        )
    except (ImportError, ValueError) as error:
        raise PermanentError(f"The model {settings.name} cannot be used: {error}") from None
    if settings.format == "text":
        return model
    method = METHODS[settings.format]
    return model.with_structured_output(answer_schema(), method=method, include_raw=True)


def _options(settings: ModelSettings, client: DefaultHttpxClient) -> dict[str, Any]:
    options: dict[str, Any] = {
        "temperature": settings.temperature,
        "max_tokens": settings.longest_answer,
        "max_retries": 0,  # Calls are tried again by us, who count what they cost.
        "timeout": settings.timeout,
        "streaming": settings.streams,
        "base_url": settings.url,
        "api_key": settings.key or (NO_KEY if settings.url else None),
    }
    if settings.provider == "openai":
        options |= {"http_client": client, "stream_usage": settings.streams, "use_responses_api": False}
        if settings.url:  # Servers that speak OpenAI's protocol may know only the older name of the limit.
            options["extra_body"] = {"max_tokens": settings.longest_answer}
    return {name: value for name, value in options.items() if value is not None}
