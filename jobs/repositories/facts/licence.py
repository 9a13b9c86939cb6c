"""The licence: a file in the root, and which licence its words are."""

from __future__ import annotations

import re

from jobs.repositories.facts.fact import Fact, Repository

_FILE = (
    r"(?!.*\.(py|js|ts|sh|r|json|ya?ml|png|svg|c|h|java|html)$)(((un)?licen[sc]e|copying|copyright)s?([-._ ].*)?|"
    r"(mit|apache|l?gpl|bsd|code|software|project|the|creative ?commons)[-_. ]?licen[sc]e.*)"
)
# The first whose words are all there is the licence; narrower ones stand before those whose words they share.
_WORDS: tuple[tuple[str, str], ...] = (
    ("AGPL-3.0", r"gnu affero general public license.{0,40}version 3"),
    ("LGPL-3.0", r"gnu lesser general public license.{0,40}version 3"),
    ("LGPL-2.1", r"gnu lesser general public license.{0,40}version 2\.1"),
    ("GPL-3.0", r"gnu general public license.{0,40}version 3"),
    ("GPL-2.0", r"gnu general public license.{0,40}version 2"),
    ("Apache-2.0", r"apache license,? version 2\.0"),
    ("MPL-2.0", r"mozilla public license,? version 2\.0"),
    ("EPL-2.0", r"eclipse public license - v 2\.0"),
    ("CC-BY-NC-SA-4.0", r"attribution-noncommercial-sharealike 4\.0|cc[ -]by-nc-sa[ -]4\.0"),
    ("CC-BY-NC-ND-4.0", r"attribution-noncommercial-noderivatives 4\.0|cc[ -]by-nc-nd[ -]4\.0"),
    ("CC-BY-NC-4.0", r"attribution-noncommercial 4\.0|cc[ -]by-nc[ -]4\.0"),
    ("CC-BY-SA-4.0", r"attribution-sharealike 4\.0|cc[ -]by-sa[ -]4\.0"),
    ("CC-BY-4.0", r"attribution 4\.0|cc[ -]by[ -]4\.0"),
    ("CC0-1.0", r"cc0 1\.0|creative commons zero"),
    ("Unlicense", r"free and unencumbered software released into the public domain"),
    ("BSL-1.0", r"boost software license - version 1\.0"),
    ("BSD-3-Clause", r"redistribution and use in source and binary forms.*neither the name"),
    ("BSD-2-Clause", r"redistribution and use in source and binary forms"),
    ("MIT", r"permission is hereby granted, free of charge, to any person obtaining a copy.*without restriction"),
    ("EUPL-1.2", r"european union public licen[cs]e v\. ?1\.2"),
    ("CECILL-2.1", r"cecill free software license agreement.{0,80}version 2\.1"),
    ("Artistic-2.0", r"artistic license 2\.0"),
    ("Zlib", r"this software is provided 'as-is', without any express or implied warranty.*altered source versions"),
    ("WTFPL", r"do what the fuck you want to public license"),
    ("ISC", r"permission to use, copy, modify, and/?(or)? distribute this software for any purpose"),
    ("MIT", r"^.{0,80}\bmit license\b"),
)
_GRANT = re.compile(
    r"permission is hereby granted, free of charge, to any person|"
    r"redistribution and use in source and binary forms, with",
    re.I,
)
_NAMED = re.compile(r"\b(MIT|Apache|BSD|A?L?GPL|Creative Commons|CC[- ]BY|MPL|CC0)\b")


def check_licence(repository: Repository) -> dict[str, Fact]:
    """has_licence (a file in the root, or its whole words in the README) and licence (its SPDX name, None where it is
    not a known one)."""
    files = repository.snapshot.named(_FILE, under="") or _reuse_files(repository) or _in_readme(repository)
    if not files:
        return {"has_licence": Fact(False, note=_elsewhere(repository)), "licence": Fact(None)}
    names = sorted({name for path in files if (name := spdx_of(repository.snapshot.text(path)))})
    places = repository.files(files)
    note = "" if names else "The words are none of the common licences."
    return {"has_licence": Fact(True, places, note), "licence": Fact(" AND ".join(names) or None, places, note)}


def spdx_of(text: str) -> str | None:
    """The SPDX name of the licence with these words, or None."""
    words = " ".join(text.split()).lower().replace("licence", "license")
    if declared := re.search(r"spdx-license-identifier: ?([\w.+-]+)", words):
        return next((name for name, _ in _WORDS if name.lower() == declared[1]), None)
    return next((name for name, pattern in _WORDS if re.search(pattern, words)), None)


def _reuse_files(repository: Repository) -> tuple[str, ...]:
    """`LICENSES/`, the folder of the REUSE convention, stands for a file in the root."""
    return repository.snapshot.named(r".*\.txt", under="LICENSES")


def _in_readme(repository: Repository) -> tuple[str, ...]:
    """The README, where it holds a licence's grant itself."""
    path = repository.readme.path
    return (path,) if path and _GRANT.search(" ".join(repository.snapshot.text(path).split())) else ()


def _elsewhere(repository: Repository) -> str:
    """What there is instead of a licence file, so that nobody takes it for one."""
    nested = [path for path in repository.snapshot.named(_FILE) if "/" in path]
    for block in repository.readme.blocks:
        if re.search(r"licen[sc]e", block.text, re.I) and (named := _NAMED.search(block.text)):
            return f"README line {block.line} speaks of {named[1]}, but there is no licence file."
    return f"Only nested ones, which cover a part: {', '.join(nested[:3])}." if nested else ""
