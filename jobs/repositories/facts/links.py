"""Links to trained weights and to data: each link judged by its own words first, then by those around it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from dashboard.judging.evidence import Place
from jobs.repositories.facts.commands import readme_commands
from jobs.repositories.facts.fact import Fact, Repository
from jobs.repositories.readme import Link

_DEPOSITS = (
    "5281|6084|5061|7910|17632|17605|57967|17026|13026"  # Zenodo, figshare, Dryad, Dataverse, Mendeley, OSF, ...
)
_WEIGHTS = (
    r"pre-?\s?trained|checkpoints?|\bckpts?\b|\bweights\b|trained[\w -]{0,20} models?|model[ _-]zoo|\w+[_-]model\b|"
    r"\bmodel (files?|params?|list)\b|fine-?tuned models?|\b(word|sentence) (vectors|embeddings)\b"
)
_DATA = (
    r"\bdata\s?-?sets?\b|\bdata\b|\bcorpus\b|\bcorpora\b|\bannotations?\b|\bfeatures\b|\bimages\b|\bvideos\b|"
    r"\brecordings\b|\bbenchmark\b|\bsplits\b|\b(data|train\w*|test|validation|official) split\b"
)
_MODELS = re.compile(rf"{_WEIGHTS}|\bmodels?\b", re.I)
_WEIGHT_ADDRESS = re.compile(
    r"\.(pth|pt|ckpt|onnx|safetensors|caffemodel|tflite)([?#]|$)|"
    r"huggingface\.co/(?!datasets/|spaces/|docs/|blog/|papers/|collections/|learn/|transformers/)[\w.-]+/[\w.-]+(/resolve/.*)?/?$",
    re.IGNORECASE,
)
_DATA_ADDRESS = re.compile(
    r"huggingface\.co/datasets/|kaggle\.com/(datasets|c|competitions)/|physionet\.org|openneuro|grand-challenge\.org|"
    r"\.(csv|tsv|jsonl|parquet|nii|nii\.gz)([?#]|$)",
    re.IGNORECASE,
)
_STORE = re.compile(
    rf"doi\.org/10\.({_DEPOSITS})/|drive\.google|docs\.google|dropbox|1drv|onedrive|sharepoint|pan\.baidu|zenodo|figshare|osf\.io|amazonaws|mega\.nz|"
    r"storage\.googleapis|releases/(download|tag)|box\.com|dataverse|aliyuncs|/share/|fbaipublicfiles|/s/\w{8,}|"
    r"\.(h5|hdf5|pkl|bin|npz|tar|tar\.gz|tgz|zip|7z)([?#]|$)",
    re.IGNORECASE,
)
_NEVER = re.compile(
    rf"shields\.io|badge|arxiv\.org|doi\.org/(?!10\.({_DEPOSITS})/)|openreview|aclanthology|travis-ci|readthedocs|colab\.research|youtube|youtu\.be|"
    r"twitter\.com|linkedin|scholar\.google|pypi\.org|anaconda\.(com|org)|python\.org|pytorch\.org/?$|tensorflow\.org/?$|"
    r"/issues|/pull/|/wiki\b|/blob/.*\.(png|jpe?g|gif|svg|py|md|ipynb|html?|rst|R|jl)$|\.(png|jpe?g|gif|svg|pdf)([?#]|$)|creativecommons|"
    r"opensource\.org|/blog/|/journal/|medium\.com|star-history|wikipedia\.org",
    re.IGNORECASE,
)
_WEIGHT_PATH = r".*\.(pth|pt|ckpt|h5|hdf5|onnx|safetensors|caffemodel|tflite|pb)(\..*)?|pytorch_model\.bin"
_LEADS_SOMEWHERE = re.compile(r"https?://[^/]+/[^/?#]|https?://[\w-]+\.github\.io/?$")
_URL = re.compile(r"https?://[^\s\"'<>)\]]+")
_SENTENCE_END = re.compile(r"[.!?]\s+(?=[A-Z\[(])")
_HANDED_OUT = re.compile(
    r"\bdownload|\bobtain|\bavailable\b|\bprovided?\b|\breleased?\b|\bfetch|\bhere\b|\bfound\b", re.I
)
_WRITINGS = (
    r"slides?|video|poster|talk|paper|pdf|supplement\w*|supplementary materials?|appendix|presentation|recording|"
    r"blog(?: ?post)?|project page|web ?site|homepage|colab|notebook|docs|documentation|tutorial|arxiv|preprint|post|"
    r"article|thesis|report|reviews?|rebuttal|thread"
)
_ONLY_WRITINGS = re.compile(rf"\W*(?:[\w-]+ ){{0,2}}(?:{_WRITINGS})\W*", re.I)
_IN_WRITINGS = re.compile(rf"\b(?:{_WRITINGS})[\s:,(\"'“‘]*$", re.I)
_NAMES_DATA = re.compile(r"\bdata ?-?sets?\b|\bcorpus\b|\bcorpora\b|\bbenchmark\b|\bchallenge\b", re.I)
_LOADED = re.compile(r"from_pretrained\(\s*[\"']([\w.-]+/[\w.-]+)[\"']")
_REACH = 160
_MOST_ADDRESSES = 20


@dataclass(frozen=True)
class Located:
    """An address and the line it stands in."""

    url: str
    place: Place


def check_links(repository: Repository) -> dict[str, Fact]:
    """has_weights_link, weights (links and files kept in the tree), has_data_link, data."""
    judged = [(kind_of(link), link) for link in repository.readme.links]
    downloads = _downloads(repository)
    weights = _located(repository, judged, "weights") + downloads["weights"] + _own_models(repository)
    data = _located(repository, judged, "data") + downloads["data"]
    kept = list(repository.snapshot.named(_WEIGHT_PATH))
    note = f"{len(kept)} files of weights are in the repository itself." if kept else ""
    places = tuple(one.place for one in weights)
    return {
        "has_weights_link": Fact(bool(weights), places, note),
        "weights": Fact(_addresses(weights) + kept[:8], places + repository.files(kept), note),
        "has_data_link": Fact(bool(data), tuple(one.place for one in data)),
        "data": Fact(_addresses(data), tuple(one.place for one in data)),
    }


def kind_of(link: Link) -> str:
    """`weights`, `data` or `other`. What stands nearer decides: the link's words, those around it, its headings."""
    if _NEVER.search(link.url) or "citation" in _heading(link) or _is_writing(link):
        return "other"
    if not _LEADS_SOMEWHERE.match(link.url):
        return "data" if _NAMES_DATA.search(link.words) and link.url.startswith("http") else "other"
    if _DATA_ADDRESS.search(link.url):
        return "data"
    own = _kind_in(link.words)
    if own != "other":
        return own
    return "weights" if _WEIGHT_ADDRESS.search(link.url) else _kind_around(link)


def _is_writing(link: Link) -> bool:
    """[Slides](...), or a title: 'see our post ["Larger data sets"](...)'."""
    is_title = link.words.startswith(('"', "“", "‘", "'"))
    return bool(_ONLY_WRITINGS.fullmatch(link.words)) or (is_title and bool(_IN_WRITINGS.search(link.before)))


def _kind_around(link: Link) -> str:
    """Nearby words count only where something is handed out: a store, a file, a word such as "download"."""
    before, after = _SENTENCE_END.split(link.before)[-1][-_REACH:], _SENTENCE_END.split(link.after)[0][:_REACH]
    if re.match(rf"[\s\"'*_]{{0,3}}(?:{_DATA})", after, re.I) or re.search(rf"(?:{_DATA})\W{{0,6}}$", before, re.I):
        return "data"
    clues: tuple[str, ...] = ()
    if _STORE.search(link.url):
        clues = (_nearest(before), _kind_in(_spelt_out(link.url)), _kind_in(after), _kind_of_headings(link))
    elif _HANDED_OUT.search(f"{before} {link.words}"):
        clues = (_nearest(before), _kind_in(after))
    return next((kind for kind in clues if kind != "other"), "other")


def _kind_in(words: str) -> str:
    """Weights before data: "model trained on the X data set" is a model."""
    if re.search(_WEIGHTS, words, re.I):
        return "weights"
    return "data" if re.search(_DATA, words, re.I) else "other"


def _kind_of_headings(link: Link) -> str:
    """The innermost heading that speaks of either; there, "Models" is enough."""
    for heading in reversed(link.headings):
        if _MODELS.search(heading):
            return "weights"
        if re.search(_DATA, heading, re.I):
            return "data"
    return "other"


def _spelt_out(url: str) -> str:
    """The words of an address, its host aside."""
    return re.sub(r"[/_.-]+", " ", url.partition("://")[2].partition("/")[2])


def _nearest(before: str) -> str:
    """Which of the two was spoken of last."""
    weights = [found.end() for found in re.finditer(_WEIGHTS, before, re.I)]
    data = [found.end() for found in re.finditer(_DATA, before, re.I)]
    if not weights and not data:
        return "other"
    return "weights" if max(weights, default=0) >= max(data, default=0) else "data"


def _heading(link: Link) -> str:
    return link.headings[-1].lower() if link.headings else ""


def _located(repository: Repository, judged: list[tuple[str, Link]], kind: str) -> list[Located]:
    return [Located(link.url, repository.readme_place(link.line)) for found, link in judged if found == kind]


def _own_models(repository: Repository) -> list[Located]:
    """Models the README's code loads from Hugging Face, where they bear the repository's or its owner's name."""
    own = {part.lower() for part in repository.snapshot.url.rstrip("/").split("/")[-2:] if part}
    return [
        Located(f"https://huggingface.co/{name}", repository.readme_place(number))
        for number, line in enumerate(repository.snapshot.lines(repository.readme.path), 1)
        for name in _LOADED.findall(line)
        if any(part in name.lower() for part in own)
    ]


def _downloads(repository: Repository) -> dict[str, list[Located]]:
    """Addresses in download scripts and in the README's download commands, by the words of their line."""
    found: dict[str, list[Located]] = {"weights": [], "data": [], "other": []}
    snapshot = repository.snapshot
    for path in snapshot.named(r".*(download|fetch|get_|prepare).*\.(sh|py)"):
        for number, line in enumerate(snapshot.lines(path), 1):
            for url in _URL.findall(line):
                found[_kind_of_download(url, f"{path} {line}")].append(Located(url, snapshot.place(path, number)))
    for command in readme_commands(repository):
        if re.search(r"\b(wget|curl|gdown|huggingface-cli download)\b", command.text):
            for url in _URL.findall(command.text):
                words = f"{_last(command.headings)} {command.text}"
                found[_kind_of_download(url, words)].append(Located(url, repository.readme_place(command.line)))
    return found


def _kind_of_download(url: str, words: str) -> str:
    if _NEVER.search(url):
        return "other"
    return "data" if _DATA_ADDRESS.search(url) else _kind_in(words.replace("_", " "))


def _last(headings: tuple[str, ...]) -> str:
    return headings[-1] if headings else ""


def _addresses(located: list[Located]) -> list[str]:
    return list(dict.fromkeys(one.url for one in located))[:_MOST_ADDRESSES]
