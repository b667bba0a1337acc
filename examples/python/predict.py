"""Rates texts with an export of a starling model (safetensors, csv or tfjs). Needs numpy.

    python3 predict.py FOLDER "The soup was cold." ...     rates these texts
    python3 predict.py FOLDER < texts.txt                  rates each line
    python3 predict.py FOLDER --json < texts.jsonl         rates a JSON string per line; writes a JSON object per line
    python3 predict.py FOLDER --check                      compares with golden.json; exit code 1 if it differs
"""

import json
import os
import struct
import sys

import numpy as np

from starling_text import TextReader


def read_safetensors(path):
    """Name to array, of a file that holds float32 only."""
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        numbers = file.read()
    return {
        name: np.frombuffer(numbers[slice(*entry["data_offsets"])], "<f4").reshape(entry["shape"])
        for name, entry in header.items()
        if name != "__metadata__"
    }


def layers_of(folder, target, count):
    """(weights, bias) of each layer, the head last; weights are inputs x units."""
    if target == "safetensors":
        tensors = read_safetensors(os.path.join(folder, "model.safetensors"))
        names = [f"hidden.{i}" for i in range(count)] + ["head"]
        return [(tensors[f"{name}.weight"], tensors[f"{name}.bias"]) for name in names]
    if target == "csv":
        layers = []
        for name in [f"hidden_{i}" for i in range(count)] + ["head"]:
            with open(os.path.join(folder, f"{name}.csv"), encoding="utf-8") as file:
                next(file)
                rows = [line.rstrip("\n").split(",")[1:] for line in file]
            table = np.array(rows, np.float32)
            layers.append((table[1:], table[0]))
        return layers
    if target == "tfjs":
        with open(os.path.join(folder, "model.json"), encoding="utf-8") as file:
            (group,) = json.load(file)["weightsManifest"]
        numbers = b"".join(open(os.path.join(folder, path), "rb").read() for path in group["paths"])
        tensors, at = {}, 0
        for weight in group["weights"]:
            size = int(np.prod(weight["shape"], dtype=np.int64)) * 4
            kind = {"float32": "<f4", "int32": "<i4"}[weight["dtype"]]
            tensors[weight["name"]] = np.frombuffer(numbers[at : at + size], kind).reshape(weight["shape"])
            at += size
        return [(tensors[f"weights_{i}"], tensors[f"bias_{i}"]) for i in range(count + 1)]
    raise SystemExit(f"{folder} is an export to {target}: see its README.md")


def activation_of(network):
    """The function of the hidden units."""
    name, alpha = network["activation"], network["alpha"]
    if name == "rectifier":
        return lambda z: np.maximum(z, 0)
    if name == "softplus":
        return lambda z: np.logaddexp(0, alpha * z) / alpha
    if name == "tanh":
        return np.tanh
    if name == "sigmoid":
        return lambda z: 1 / (1 + np.exp(-z))
    if name == "leaky":
        return lambda z: np.where(z > 0, z, 0.01 * z)
    if name == "lif":
        return lambda z: np.where(z > 1, 1 / (1 + np.log1p(1 / np.maximum(z - 1, 1e-12))), 0)
    raise SystemExit(f"unknown activation {name}")


class Model:
    """An export in memory: texts to ratings."""

    def __init__(self, folder):
        with open(os.path.join(folder, "export.json"), encoding="utf-8") as file:
            export = json.load(file)
        self.text = TextReader(folder)
        self.network, self.head = export["network"], export["head"]
        self.layers = layers_of(folder, export["target"], len(self.network["hidden"]))
        self.activation = activation_of(self.network)
        # Beside the network there may stand a linear model, with a share of the rating.
        wide = export.get("wide")
        self.wide = Model(os.path.join(folder, wide["folder"])) if wide else None
        self.share = wide["share"] if wide else 0

    def predict(self, text):
        """(rating, probability of each level or None)"""
        rating, distribution = self.predict_network(text)
        if self.wide:
            other, others = self.wide.predict(text)
            rating += self.share * (other - rating)
            if distribution:
                distribution = [a + self.share * (b - a) for a, b in zip(distribution, others)]
        return rating, distribution

    def predict_network(self, text):
        ids, values = self.text.terms(text)
        weights, bias = self.layers[0]
        # Only the rows of the terms that occur: a few of many. In float64, as a reference should be.
        z = np.asarray(values) @ weights[ids].astype(np.float64) + bias
        for (weights, bias), negated in zip(self.layers[1:], self.network["firstNegated"]):
            h = self.activation(z)
            h[negated:] *= -1
            z = h @ weights.astype(np.float64) + bias
        levels = np.asarray(self.head["levels"], np.float64)
        if self.head["kind"] == "linear":
            rating = self.head["mean"] + self.head["std"] * z[0]
            return float(np.clip(rating, levels[0], levels[-1])), None
        p = np.exp(z - z.max())
        p /= p.sum()
        return float(p @ levels), p.tolist()


def check(folder, text, predict):
    """Compares with golden.json; the exit code."""
    with open(os.path.join(folder, "golden.json"), encoding="utf-8") as file:
        golden = json.load(file)
    worst, wrong = 0.0, 0
    for case in golden["cases"]:
        ids, values = text.terms(case["text"])
        rating, distribution = predict(case["text"])
        same = text.tokens(case["text"]) == case["tokens"] and ids == case["ids"]
        pairs = [(rating, case["rating"]), *zip(values, case["values"])]
        pairs += zip(distribution or [], case["distribution"] or [])
        difference = max(abs(got - expected) for got, expected in pairs)
        worst = max(worst, difference)
        if not same or difference > golden["tolerance"]:
            wrong += 1
            print(f"differs: {case['text']!r}", file=sys.stderr)
            print(f"  words {text.tokens(case['text'])}, expected {case['tokens']}", file=sys.stderr)
            print(f"  rating {rating}, expected {case['rating']}", file=sys.stderr)
    print(f"{len(golden['cases']) - wrong} of {len(golden['cases'])} golden cases agree; largest difference {worst:.1e}")
    return 1 if wrong else 0


def main(arguments, open_model=Model):
    if not arguments:
        raise SystemExit(__doc__)
    folder, *rest = arguments
    model = open_model(folder)
    if rest == ["--check"]:
        return check(folder, model.text, model.predict)
    as_json = rest == ["--json"]
    for line in sys.stdin if as_json or not rest else rest:
        text = json.loads(line) if as_json else line
        rating, distribution = model.predict(text)
        print(json.dumps({"rating": rating, "distribution": distribution}) if as_json else f"{rating:.2f}")
    return 0


if __name__ == "__main__":
    sys.stdin.reconfigure(encoding="utf-8")
    sys.exit(main(sys.argv[1:]))
