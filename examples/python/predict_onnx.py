"""Rates texts with an ONNX export of a starling model. Needs onnxruntime and numpy.

    python3 predict_onnx.py FOLDER "The soup was cold." ...    rates these texts
    python3 predict_onnx.py FOLDER --check                     compares with golden.json; exit code 1 if it differs
"""

import json
import os
import sys

import numpy as np
import onnxruntime

from starling_text import TextReader

# Reviews per run: memory grows with reviews x terms of the longest review x units.
BATCH = 64


class Model:
    """An export in memory: texts to ratings."""

    def __init__(self, folder):
        self.text = TextReader(folder)
        self.session = onnxruntime.InferenceSession(
            os.path.join(folder, "ids.onnx"), providers=["CPUExecutionProvider"]
        )
        with open(os.path.join(folder, "export.json"), encoding="utf-8") as file:
            wide = json.load(file).get("wide")
        # Beside the network there may stand a linear model, with a share of the rating.
        self.wide = Model(os.path.join(folder, wide["folder"])) if wide else None
        self.share = wide["share"] if wide else 0

    def predict_many(self, texts):
        """Per text: (rating, probability of each level or None)"""
        if not self.wide:
            yield from self.predict_network(texts)
            return
        share = self.share
        for (rating, levels), (other, others) in zip(self.predict_network(texts), self.wide.predict_many(texts)):
            yield rating + share * (other - rating), levels and [a + share * (b - a) for a, b in zip(levels, others)]

    def predict_network(self, texts):
        for at in range(0, len(texts), BATCH):
            rows = [self.text.terms(text) for text in texts[at : at + BATCH]]
            lengths = [len(ids) for ids, _ in rows]
            rating, *distribution = self.session.run(
                None,
                {
                    "ids": np.array([i for ids, _ in rows for i in ids], np.int64),
                    "values": np.array([value for _, values in rows for value in values], np.float32),
                    "offsets": np.cumsum([0, *lengths[:-1]], dtype=np.int64),
                },
            )
            for i in range(len(rows)):
                yield float(rating[i]), distribution[0][i].tolist() if distribution else None


def main(arguments):
    if len(arguments) < 2:
        raise SystemExit(__doc__)
    folder, *texts = arguments
    model = Model(folder)
    if texts == ["--check"]:
        return check(folder, model)
    for rating, _ in model.predict_many(texts):
        print(f"{rating:.2f}")
    return 0


def check(folder, model):
    """Compares with golden.json; the exit code."""
    with open(os.path.join(folder, "golden.json"), encoding="utf-8") as file:
        golden = json.load(file)
    cases = golden["cases"]
    predictions = model.predict_many([case["text"] for case in cases])
    differences = []
    for case, (rating, distribution) in zip(cases, predictions):
        same = model.text.terms(case["text"])[0] == case["ids"]
        pairs = [(rating, case["rating"]), *zip(distribution or [], case["distribution"] or [])]
        differences.append(max(abs(a - b) for a, b in pairs) if same else float("inf"))
        if differences[-1] > golden["tolerance"]:
            print(f"differs: {case['text']!r}: {rating}, expected {case['rating']}", file=sys.stderr)
    agree = sum(difference <= golden["tolerance"] for difference in differences)
    print(f"{agree} of {len(cases)} golden cases agree; largest difference {max(differences):.1e}")
    return 0 if agree == len(cases) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
