"""Fine-tuning in PyTorch by starling's recipe, on PyTorch's own pre-trained encoder or on a random one.

One hidden layer of rectifiers, softmax over the stars with the expected star as the rating, Adam, dropout of hidden
outputs and of words, early stopping on a validation part with the best weights restored.

Task: matrix and ratings of the rated reviews and of the test reviews, encoder (file of torch_autoencoder.py, or null),
units, batchSize, epochs, patience, validation (share), dropout, wordDropout, learningRate, seed, threads.
"""

import time

import numpy as np
import torch
import torch.nn.functional as F

from exchange import Csr, checksum, read_task, say, write_result


class Network:
    def __init__(self, inputs, units, levels, encoder):
        bound = (6 / (inputs + units)) ** 0.5
        self.w = (torch.rand(inputs, units) * 2 - 1) * bound
        self.b = torch.zeros(units)
        if encoder:
            raw = torch.from_numpy(np.fromfile(encoder, dtype="<f4"))
            self.w, self.b = raw[: inputs * units].reshape(inputs, units).clone(), raw[inputs * units :].clone()
        self.u = (torch.rand(units, levels) * 2 - 1) * 0.1 * (6 / (units + levels)) ** 0.5
        self.a = torch.zeros(levels)
        self.weights = [self.w, self.b, self.u, self.a]
        for weights in self.weights:
            weights.requires_grad_()

    def logits(self, csr, rows, dropout=0.0, word_dropout=0.0):
        at, columns = (torch.from_numpy(part) for part in csr.entries_of(rows))
        if word_dropout > 0:
            keep = torch.rand(len(at)) >= word_dropout
            at, columns = at[keep], columns[keep]
        lengths = torch.bincount(at, minlength=len(rows))
        h = F.relu(self.b + F.embedding_bag(columns, self.w, torch.cumsum(lengths, 0) - lengths, mode="sum"))
        return torch.addmm(self.a, F.dropout(h, dropout, training=dropout > 0), self.u)

    def ratings(self, csr, rows, stars):
        with torch.no_grad():
            parts = [F.softmax(self.logits(csr, part), 1) @ stars for part in np.array_split(rows, len(rows) // 256 + 1)]
        return torch.cat(parts).numpy()


def rmse(predicted, actual):
    return float(np.sqrt(np.mean((predicted - actual) ** 2)))


def main():
    task = read_task()
    torch.set_num_threads(task["threads"])
    torch.set_flush_denormal(True)
    torch.manual_seed(task["seed"])
    random = np.random.default_rng(task["seed"])
    began = time.perf_counter()
    csr, ratings = Csr(task["matrix"]), np.fromfile(task["ratings"], dtype="<f4")
    levels = np.unique(ratings)
    stars = torch.from_numpy(levels)
    targets = torch.from_numpy(np.searchsorted(levels, ratings))
    order = random.permutation(csr.rows)
    held = int(csr.rows * task["validation"])
    validation, train = order[:held], order[held:]
    network = Network(csr.cols, task["units"], len(levels), task["encoder"])
    optimizer = torch.optim.Adam(network.weights, lr=task["learningRate"])
    best = (np.inf, 0, None)
    for epoch in range(1, task["epochs"] + 1):
        train = random.permutation(train)
        for at in range(0, len(train), task["batchSize"]):
            rows = train[at : at + task["batchSize"]]
            optimizer.zero_grad(set_to_none=True)
            logits = network.logits(csr, rows, task["dropout"], task["wordDropout"])
            F.cross_entropy(logits, targets[rows]).backward()
            optimizer.step()
        error = rmse(network.ratings(csr, validation, stars), ratings[validation])
        say(f"  epoch {epoch}: validation RMSE {error:.4f}")
        if error < best[0]:
            best = (error, epoch, [weights.detach().clone() for weights in network.weights])
        elif epoch - best[1] >= task["patience"]:
            break
    with torch.no_grad():
        for weights, kept in zip(network.weights, best[2]):
            weights.copy_(kept)
    fit_seconds = time.perf_counter() - began
    test, actual = Csr(task["testMatrix"]), np.fromfile(task["testRatings"], dtype="<f4")
    began = time.perf_counter()
    predicted = network.ratings(test, np.arange(test.rows), stars)
    write_result(
        {
            "rmse": rmse(predicted, actual),
            "fitSeconds": fit_seconds,
            "bestEpoch": best[1],
            "validationRmse": best[0],
            "vectorPredictionsPerSecond": test.rows / (time.perf_counter() - began),
            "checksum": checksum(predicted.astype(np.float32)),
            "version": f"torch {torch.__version__}",
        }
    )


main()
