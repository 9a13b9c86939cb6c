"""A sentence is evidence when it says the thing about this paper, and not when it only uses the word."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from reportlab.pdfgen.canvas import Canvas

from jobs.papers.document import Document
from jobs.papers.evidence_rules import FLAGS, Evidence, gather
from tests.papers.printing import LEFT, lines

Read = Callable[..., Document]

SHOWS = [
    ("code_statement", "Our code is available at https://github.com/a/b."),
    ("code_statement", "We release our code and models to the community."),
    ("code_statement", "The source code will be made publicly available."),
    ("code_statement", "Code: https://github.com/a/b"),
    ("code_statement", "We introduce Magic, an open-source Python toolkit for documents."),
    ("data_statement", "The dataset is publicly available on our website."),
    ("model_statement", "We release the pre-trained models as well."),
    ("dataset", "We evaluate our method on three datasets."),
    ("seed", "All results are averaged over 5 random seeds."),
    ("seed", "We set the random seed to 42."),
    ("seed", "Each run uses seed 1234 for its data order."),
    ("seed", "Usamos uma semente aleatória fixa em todos os testes."),
    ("seed", "The split was made with random_state=7."),
    ("hyperparameters", "The learning rate is set to 1e-4."),
    ("hyperparameters", "We train for 30 epochs with Adam."),
    ("hyperparameters", "We use a batch size of 32."),
    ("hyperparameters", "Dropout of 0.1 is used in every layer."),
    ("compute", "All models were trained on 8 NVIDIA V100 GPUs."),
    ("compute", "Training takes 12 hours on a single GPU."),
    ("compute", "We used an Intel Xeon processor."),
    ("compute", "We pretrain on a single TPU v3-8 for one week."),
    ("error_bars", "Our model reaches 91.2 ± 0.3 on the test set."),
    ("error_bars", "We report the mean and standard deviation over five runs."),
    ("error_bars", "Error bars show 95% confidence intervals."),
    ("limitations", "A limitation of our approach is its cost."),
    ("ethics", "The study was approved by the institutional review board."),
    ("ethics", "Informed consent was obtained from all subjects."),
    ("licence", "The data are licensed under CC BY 4.0."),
    ("splits", "We use 80% of the images for training."),
    ("splits", "All scores come from ten-fold cross-validation."),
    ("metrics", "We report accuracy and F1 for every class."),
    ("preprocessing", "All images were resized to 64 pixels."),
    ("annotation", "Two annotators labelled each sentence."),
    ("runs", "Results are the mean of three runs."),
    ("significance", "The difference is significant (p < 0.05)."),
    ("software", "It is implemented in PyTorch 1.7."),
    ("code_statement", "Code disponible sur https://github.com/a/b"),
    ("code_statement", "Le code source est librement disponible en ligne."),
    ("code_statement", "Der Quellcode ist online verfügbar."),
    ("code_statement", "El código fuente está disponible en la web."),
    ("code_statement", "Il codice sorgente è disponibile in rete."),
    ("code_statement", "Toolkit code: https://github.com/a/b."),
    ("code_statement", "Artifacts: https://github.com/a/b"),
    ("code_statement", "Data are shared upon request; our code is at https://github.com/a/b."),
    ("code_statement", "We provide the full training code in the supplement."),
    ("data_statement", "Die Daten sind frei verfügbar."),
    ("data_statement", "Les données sont disponibles en ligne."),
    ("dataset", "Le corpus compte 49 textes que nous avons réunis."),
    ("dataset", "Wir verwenden drei Datensätze aus der Medizin."),
    ("seed", "We ran a 5-seed evaluation of every model."),
    ("seed", "Bootstrap samples use seed 42 throughout."),
    ("seed", "All generators are seeded per run."),
    ("seed", "We repeat it with seeds {0, 1, 2}."),
    ("hyperparameters", "Temperature was set to 0.0 for all runs."),
    ("hyperparameters", "We use SGD with momentum 0.9 and weight decay."),
    ("hyperparameters", "The learning rate has a linear warmup over 1,000 steps."),
    ("hyperparameters", "Le taux d'apprentissage est de 0,001."),
    ("hyperparameters", "Die Lernrate beträgt 0,001 in allen Versuchen."),
    ("hyperparameters", "The genetic algorithm has a population size of 100."),
    ("compute", "It took an hour on a MacBook Pro with 2 GB of RAM."),
    ("compute", "The experiments ran on a 2.4 GHz Pentium machine."),
    ("compute", "Tests ran on one laptop with Apple Silicon."),
    ("compute", "Le calcul a été fait sur un GPU T4 de 16 Go de VRAM."),
    ("error_bars", "Participants saved 25.8 papers on average (SD=12.2)."),
    ("error_bars", "Die Standardabweichung liegt bei 0.3 Punkten."),
    ("error_bars", "L'écart-type des scores est de 0,20."),
    ("limitations", "Les limites de notre étude sont connues."),
    ("limitations", "Eine der Einschränkungen unserer Arbeit ist die Zeit."),
    ("ethics", "Die Ethikkommission der Universität hat zugestimmt."),
    ("ethics", "Le comité d'éthique a approuvé cette recherche."),
    ("ethics", "The authors foresee no ethical concerns with this research."),
    ("ethics", "The study was approved by our internal review board."),
]

DOES_NOT_SHOW = [
    ("code_statement", "The code of each disease is given by ICD codes."),
    ("code_statement", "No code is available for this method."),
    ("code_statement", "Their code is available at https://github.com/a/b."),
    ("code_statement", "We adapted the module from open-source code."),
    ("seed", "We start from a list of seed words."),
    ("seed", "The seed set of papers was chosen by hand."),
    ("seed", "Wheat seeds were planted in spring."),
    ("hyperparameters", "The learning rate matters for convergence."),
    ("hyperparameters", "Batch normalisation helps in all cases."),
    ("compute", "The method is fast enough for practical use."),
    ("compute", "We collected 20 GB of logs over 7 days of normal usage."),
    ("compute", "Participants were paid for two hours of work."),
    ("compute", "The study took around 1 hour and every reader was paid."),
    ("compute", "It takes an expert four hours to annotate them."),
    ("compute", "Terms such as T4 fill the page."),
    ("hyperparameters", "The input sequence length does not grow when p1 is repeated."),
    ("hyperparameters", "The temperature response of the circuit is shown at 40 degrees."),
    ("error_bars", "The output current is (V) 2 ± 2(V) s for all of them."),
    ("dataset", "We glue the parts together in our experiments."),
    ("error_bars", "We add noise of strength {±0, ±20, ±40} to the images."),
    ("error_bars", "Weights start from a Gaussian with standard deviation 0.02."),
    ("error_bars", "Inputs are normalised by their mean and standard deviation."),
    ("error_bars", "Patients were aged 61 ± 12 years."),
    ("limitations", "The limitations of existing methods are well known."),
    ("ethics", "The approach has ethical implications for elections."),
    ("dataset", "In future work we plan to collect a larger dataset."),
    ("code_statement", "The code will be made available upon acceptance."),
    ("code_statement", "Our code will be released after publication of this paper."),
    ("code_statement", "Code is available from the authors on reasonable request."),
    ("code_statement", "We do not release our code for legal reasons."),
    ("code_statement", "We are unable to share the implementation."),
    ("code_statement", "Implementation details are provided in the appendix."),
    ("code_statement", "We provide examples of recommended code optimizations."),
    ("code_statement", "We provide details of our implementation below."),
    ("code_statement", "Several implementations are available for this task."),
    ("code_statement", "We release a code generation model."),
    ("data_statement", "The data are not publicly available."),
    ("dataset", "We implement and benchmark our new primitive."),
    ("hyperparameters", "It runs each program once for warmup, then loads program 10 times."),
    ("hyperparameters", "The angular momentum of state 3 is conserved."),
    ("hyperparameters", "A temperature of 300 K was kept in the chamber."),
    ("hyperparameters", "Gaps came from sensor dropout of 25 percent."),
    ("hyperparameters", "The sequence length of 20 km limits the survey."),
    ("ethics", "Such systems raise ethical concerns among their users."),
    ("ethics", "Many ethical issues were found in the literature."),
    ("compute", "The radio band at 1.4 GHz is free of lines."),
    ("compute", "Criterion EC2 excludes studies before 2020."),
    ("error_bars", "Workshop on Sem Eval 2015, pages 91 to 95."),
    ("error_bars", "The mean age was 28.3 years, SD: 4.1 for all."),
]


def kinds(evidence: Evidence) -> set[str]:
    return {finding.kind for finding in evidence.findings}


@pytest.mark.parametrize(("kind", "sentence"), SHOWS)
def test_it_takes_a_sentence_that_says_so(read_lines: Read, kind: str, sentence: str) -> None:
    document = read_lines("# 3 Experiments", "We begin with a word on the setting.", sentence)
    found = [finding for finding in gather(document, "").findings if finding.kind == kind]
    assert sentence in [" ".join(finding.quote.text.split()) for finding in found]
    assert all(document.verify(finding.quote) and finding.quote.boxes for finding in found)


@pytest.mark.parametrize(("kind", "sentence"), DOES_NOT_SHOW)
def test_it_leaves_a_sentence_that_only_uses_the_word(read_lines: Read, kind: str, sentence: str) -> None:
    document = read_lines("# 3 Experiments", "We begin with a word on the setting.", sentence)
    assert kind not in kinds(gather(document, ""))


@pytest.mark.parametrize(
    "title",
    [
        "Limitations",
        "5 Limitations and future work",
        "6.2 Limitations of our study",
        "5.2. Limitações do estudo",
        "Threats to Validity",
    ],
)
def test_it_knows_a_section_on_limitations(read_lines: Read, title: str) -> None:
    evidence = gather(read_lines("# 1 Introduction", "Some words.", f"# {title}", "It does not do everything."), "")
    assert evidence.flags["has_limitations_section"]


def test_it_takes_no_sentence_for_a_section(read_lines: Read) -> None:
    evidence = gather(read_lines("# 5 Discussion", "A limitation of our method is its cost."), "")
    assert not evidence.flags["has_limitations_section"]
    assert "limitations" in kinds(evidence)


@pytest.mark.parametrize("title", ["Ethics Statement", "Ethical Considerations", "Broader Impact"])
def test_it_knows_an_ethics_statement(read_lines: Read, title: str) -> None:
    assert gather(read_lines("# 1 Introduction", "Some words.", f"# {title}", "No harm."), "").flags[
        "has_ethics_statement"
    ]


def test_it_takes_nothing_from_references_or_related_work(read_lines: Read) -> None:
    document = read_lines(
        "# 2 Related work",
        "They trained on 8 NVIDIA V100 GPUs with a learning rate of 0.1 and three random seeds.",
        "# References",
        "[1] Code is available at https://github.com/a/b. We evaluate 3 datasets with random seed 1.",
    )
    assert not any(gather(document, "").flags.values())


def test_it_answers_every_flag(read_lines: Read) -> None:
    assert tuple(gather(read_lines("Nothing much."), "").flags) == FLAGS


def test_it_reads_the_background_of_an_appendix_as_the_papers_own_work(read_lines: Read) -> None:
    words = "We ran all of it on eight NVIDIA V100 GPUs."
    assert gather(read_lines("# A Background similarity statistics", words), "").flags["reports_compute"]
    assert not gather(read_lines("# 2 Background", words), "").flags["reports_compute"]


def test_it_knows_a_title_with_small_capitals(read: Read) -> None:
    def draw(canvas: Canvas) -> None:
        lines(["Some words of the paper in the usual size of type." for _ in range(9)])(canvas)
        canvas.setFont("Times-Bold", 10)
        canvas.drawString(LEFT, 600, "5.7 Limitations of T")
        width = canvas.stringWidth("5.7 Limitations of T", "Times-Bold", 10)
        canvas.setFont("Times-Bold", 7.8)
        canvas.drawString(LEFT + width, 600, "ABLEFORMERANDMORE")
        lines(["It takes more time than others."], top=580)(canvas)

    assert gather(read(draw), "").flags["has_limitations_section"]
