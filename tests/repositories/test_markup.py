"""READMEs in other mark-up than Markdown are read like the rest."""

from __future__ import annotations

import pytest

from jobs.repositories.facts import all_facts
from jobs.repositories.markup import as_markdown
from jobs.repositories.snapshot import Snapshot

RST = """\
====
Tiny
====

A model. Get the `trained weights <https://zenodo.org/record/1/files/a.pth>`_.

Training
~~~~~~~~

Run it::

  python train.py --epochs 3

Evaluation
~~~~~~~~~~

.. code-block:: bash

   python evaluate.py

Citing
~~~~~~

Words.
"""
ORG = """\
* Tiny
** Training
#+BEGIN_SRC sh
python train.py
#+END_SRC
The [[https://zenodo.org/record/1/files/a.pth][trained weights]].
| model | accuracy |
|-------+----------|
| a | 0.91 |
| b | 0.93 |
** Citation
"""
ADOC = """\
= Tiny

== Training

[source,bash]
----
python train.py
----

Get https://zenodo.org/record/1/files/a.pth[the trained weights].

== Citation
"""


def facts_of(name: str, text: str) -> dict[str, object]:
    snapshot = Snapshot("c" * 40, "https://github.com/lab/tiny", {name: len(text)}, {name: text})
    return {name: fact.value for name, fact in all_facts(snapshot).items()}


@pytest.mark.parametrize(("name", "text"), [("README.rst", RST), ("README.org", ORG), ("README.adoc", ADOC)])
def test_it_reads_commands_links_and_headings(name: str, text: str) -> None:
    facts = facts_of(name, text)
    seen = ("has_readme", "has_commands_in_readme", "has_weights_link", "has_citation")
    assert [facts[fact] for fact in seen] == [True] * 4


def test_a_table_in_org_mode_is_a_table() -> None:
    assert facts_of("README.org", ORG)["has_results_table_in_readme"] is True


@pytest.mark.parametrize(("name", "text"), [("a.rst", RST), ("a.org", ORG), ("a.adoc", ADOC), ("a.md", "x\ny")])
def test_every_line_stays_where_it_is(name: str, text: str) -> None:
    assert as_markdown(name, text).count("\n") == text.count("\n")


def test_places_in_a_readme_show_its_own_words() -> None:
    snapshot = Snapshot("c" * 40, "", {"README.rst": 1}, {"README.rst": RST})
    places = all_facts(snapshot)["has_commands_in_readme"].places
    assert [(place.line, place.text) for place in places] == [
        (12, "python train.py --epochs 3"),
        (19, "python evaluate.py"),
    ]


def test_a_title_under_tildes_opens_no_code() -> None:
    assert "~~~" not in as_markdown("README.rst", RST)


@pytest.mark.timeout(30)
@pytest.mark.parametrize("piece", ["`", "` ", "[[https://a", "https://a", "::", " ", "=", "| ", "\n::\n  "])
@pytest.mark.parametrize("name", ["README.rst", "README.org", "README.adoc"])
def test_mark_up_made_to_be_slow_is_turned_all_the_same(name: str, piece: str) -> None:
    text = (piece * 250_000)[:250_000]
    assert as_markdown(name, text).count("\n") == text.count("\n")
