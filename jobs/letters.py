"""Letters that tell of notices: many lines in one, the worst first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from flask import render_template

from dashboard import mail
from dashboard.engine.deliveries import Taken, Try
from dashboard.engine.notices import Event
from dashboard.mail import MailError, MailServer
from dashboard.reads.notices import Told

MOST_LINES = 50
LONGEST_SUBJECT = 200
_WORST_FIRST = (Event.BATCH_DONE, Event.RECHECK_CHANGED, Event.FAILED, Event.STUCK, Event.FINISHED)
_WORDS = {Event.FAILED: "failed", Event.STUCK: "stuck", Event.FINISHED: "finished"}


def compose(told: Sequence[Told], public_url: str) -> str:
    """The letter: its subject, an empty line, its text."""
    lines = sorted(told, key=lambda one: (_WORST_FIRST.index(Event(one.event)), one.id))
    text = render_template(
        "mail/notices.txt",
        team=lines[0].team.name,
        lines=lines[:MOST_LINES],
        left_out=len(lines) - MOST_LINES,
        site=public_url.rstrip("/"),
    )
    return f"{_subject(lines)}\n\n{text}"


def send(through: MailServer, to: str, taken: Taken, letter: str) -> Try:
    """Hand it in, under the name of its delivery."""
    subject, _, text = letter.partition("\n\n")
    try:
        mail.send(through, to, subject, text, taken.uid)
    except MailError as error:
        return Try(False, str(error))
    return Try(True, "The mail server has taken it.")


def _subject(lines: Sequence[Told]) -> str:
    """What happened, of one thing in its own words, of many in numbers."""
    first = lines[0]
    own_words = len(lines) == 1 or first.event in (Event.BATCH_DONE, Event.RECHECK_CHANGED)
    counts = Counter(Event(one.event) for one in lines)
    numbers = ", ".join(f"{counts[event]} {word}" for event, word in _WORDS.items() if counts[event])
    words = " ".join((first.headline if own_words else numbers).split())
    printable = "".join(sign for sign in words if sign.isprintable())
    return f"{printable[:LONGEST_SUBJECT]} · {' '.join(first.team.name.split())}"
