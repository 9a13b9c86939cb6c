"""Links to trained weights and to data: each link judged by its own words first, then by those around it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from jobs.evidence import Place
from jobs.repositories.facts.commands import readme_commands
from jobs.repositories.facts.fact import Fact, Repository
from jobs.repositories.readme import Link

_WEIGHTS = (
    r"pre-?\s?trained|checkpoints?|\bckpts?\b|\bweights\b|trained[\w -]{0,20} models?|model[ _-]zoo|\bmodel (files?|params?)\b|"
    r"\w+[_-]model\b|fine-?tuned models?"
)
_DATA = (
    r"\bdata\s?-?sets?\b|\bdata\b|\bcorpus\b|\bcorpora\b|\bannotations?\b|\bfeatures\b|\bimages\b|\bvideos\b|\brecordings\b|"
    r"\bbenchmark\b|\bembeddings\b|\bsplits?\b"
)
_WEIGHT_FILE = re.compile(
    r"\.(pth|pt|ckpt|h5|hdf5|onnx|safetensors|pkl|bin|caffemodel|tflite|pb|msgpack|npz|tar\.gz|zip)([?#]|$)", re.I
)
_DATA_ADDRESS = re.compile(
    r"huggingface\.co/datasets/|kaggle\.com/(datasets|c|competitions)/|physionet\.org|openneuro|grand-challenge\.org|"
    r"\.(csv|tsv|jsonl|parquet|nii|nii\.gz|hdf5)([?#]|$)",
    re.IGNORECASE,
)
_STORE = re.compile(
    r"drive\.google|docs\.google|dropbox|1drv|onedrive|sharepoint|pan\.baidu|zenodo|figshare|osf\.io|huggingface\.co|amazonaws|"
    r"storage\.googleapis|releases/download|box\.com|mega\.nz|dataverse|aliyuncs|\.edu/|/share/|dl\.fbaipublicfiles",
    re.IGNORECASE,
)
_NEVER = re.compile(
    r"shields\.io|badge|arxiv\.org|doi\.org|openreview|aclanthology|travis-ci|readthedocs|colab\.research|youtube|youtu\.be|"
    r"twitter\.com|linkedin|scholar\.google|pypi\.org|anaconda\.(com|org)|python\.org|pytorch\.org/?$|tensorflow\.org/?$|"
    r"/issues|/pull/|/wiki\b|/blob/.*\.(png|jpe?g|gif|svg|py|md)$|\.(png|jpe?g|gif|svg|pdf)([?#]|$)|creativecommons|opensource\.org",
    re.IGNORECASE,
)
_WEIGHT_PATH = r".*\.(pth|pt|ckpt|h5|hdf5|onnx|safetensors|caffemodel|tflite|pb)(\..*)?|.*\.ckpt.*|saved_model\.pb|pytorch_model\.bin"
_URL = re.compile(r"https?://[^\s\"'<>)\]]+")
_REACH = 160


@dataclass(frozen=True)
class Located:
    """An address and the line it stands in."""

    url: str
    place: Place


def check_links(repository: Repository) -> dict[str, Fact]:
    """has_weights_link, weights (links and files kept in the tree), has_data_link, data."""
    judged = [(kind_of(link), link) for link in repository.readme.links]
    downloads = _downloads(repository)
    weights = _located(repository, judged, "weights") + downloads["weights"]
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
    """`weights`, `data` or `other`. What stands nearer decides: the link's words, those just around it, the heading."""
    if not link.url.startswith(("http://", "https://")) or _NEVER.search(link.url) or "citation" in _heading(link):
        return "other"
    if _DATA_ADDRESS.search(link.url):
        return "data"
    own = _kind_in(link.words)
    if own != "other":
        return own
    if re.match(rf"\W{{0,4}}(?:{_DATA})", link.after, re.I):
        return "data"
    fetched = bool(_STORE.search(link.url) or _WEIGHT_FILE.search(link.url)) or _asks_to_download(link)
    near = _nearest(link.before[-_REACH:])
    if near != "other":
        return near if fetched or near == "data" and _introduces(link) else "other"
    if not fetched:
        return "other"
    following = _kind_in(link.after[:_REACH])
    return following if following != "other" else _kind_in(_heading(link)) if _STORE.search(link.url) else "other"


def _kind_in(words: str) -> str:
    """Weights before data: "model trained on the X data set" is a model."""
    if re.search(_WEIGHTS, words, re.I):
        return "weights"
    return "data" if re.search(_DATA, words, re.I) else "other"


def _nearest(before: str) -> str:
    """Which of the two was spoken of last."""
    weights = [found.end() for found in re.finditer(_WEIGHTS, before, re.I)]
    data = [found.end() for found in re.finditer(_DATA, before, re.I)]
    if not weights and not data:
        return "other"
    return "weights" if max(weights, default=0) >= max(data, default=0) else "data"


def _asks_to_download(link: Link) -> bool:
    return (
        re.search(r"download|obtain|available|get (it|them)|fetch|here", f"{link.before[-_REACH:]} {link.words}", re.I)
        is not None
    )


def _introduces(link: Link) -> bool:
    """The data named just before: "the dataset [X](...)"."""
    return re.search(rf"(?:{_DATA})\W{{0,6}}$", link.before, re.I) is not None


def _heading(link: Link) -> str:
    return link.headings[-1].lower() if link.headings else ""


def _located(repository: Repository, judged: list[tuple[str, Link]], kind: str) -> list[Located]:
    return [Located(link.url, repository.readme_place(link.line)) for found, link in judged if found == kind]


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
    return list(dict.fromkeys(one.url for one in located))
