"""A denoising autoencoder as a PyTorch user writes it: the peer of starling's first layer.

Rectifier encoder, sigmoid reconstruction of every term with cross-entropy, masking noise, Adam. Not tuned to be slow:
the noise is drawn over the words that are there and not over the zeros, denormals are flushed, the loss is the built-in
one, gradients are set to none. Three encoders:

dense       a product with the dense minibatch, which is what tutorials do
bag         EmbeddingBag: the sum of the rows of the words that are there; its gradient is dense
bag-sparse  the same with a sparse gradient and SparseAdam

Task: matrix, units, encoder, batchSize, epochs, minibatches (per epoch; 0 for all), masking, learningRate, warmUp
(minibatches), seed, threads, untimed (first minibatches that are not timed), encoders (path without the epoch's number,
or null). Result: the cost of the first reviews at the initial weights, and per epoch cost, seconds, reviews/s.
"""

import time

import numpy as np
import torch
import torch.nn.functional as F

from exchange import DECODER_SALT, Csr, checksum, hashed_uniform, read_task, say, write_result

CHECKED_REVIEWS = 32


class Autoencoder:
    """Weights as starling lays them out: encoder inputs x units, decoder inputs x units."""

    def __init__(self, csr, units, kind):
        inputs = csr.cols
        self.csr, self.kind = csr, kind
        bound = (6 / (inputs + units)) ** 0.5
        means = np.clip(csr.means(), 1e-6, 1 - 1e-6)
        self.w = torch.from_numpy(hashed_uniform(inputs * units, 0, bound)).reshape(inputs, units)
        self.v = torch.from_numpy(hashed_uniform(inputs * units, DECODER_SALT, bound)).reshape(inputs, units)
        self.b = torch.zeros(units)
        # The decoder begins at the terms' means, as starling's does.
        self.c = torch.from_numpy(np.log(means / (1 - means)).astype(np.float32))
        for weights in (self.w, self.v, self.b, self.c):
            weights.requires_grad_()

    def optimizers(self, learning_rate):
        if self.kind == "bag-sparse":
            rest = torch.optim.Adam([self.v, self.b, self.c], lr=learning_rate)
            return [torch.optim.SparseAdam([self.w], lr=learning_rate), rest]
        return [torch.optim.Adam([self.w, self.v, self.b, self.c], lr=learning_rate)]

    def cost(self, rows, keep_probability):
        """Sum over the reviews of the cross-entropy of their reconstruction from a corrupted copy."""
        at, columns = self.csr.entries_of(rows)
        at, columns = torch.from_numpy(at), torch.from_numpy(columns)
        size = len(rows)
        target = torch.zeros(size, self.csr.cols)
        target[at, columns] = 1
        if keep_probability < 1:
            keep = torch.rand(len(at)) < keep_probability
            at, columns = at[keep], columns[keep]
        if self.kind == "dense":
            noisy = torch.zeros(size, self.csr.cols)
            noisy[at, columns] = 1
            z = torch.addmm(self.b, noisy, self.w)
        else:
            lengths = torch.bincount(at, minlength=size)
            begins = torch.cumsum(lengths, 0) - lengths
            z = self.b + F.embedding_bag(
                columns, self.w, begins, mode="sum", sparse=self.kind == "bag-sparse"
            )
        logits = F.linear(F.relu(z), self.v, self.c)
        return F.binary_cross_entropy_with_logits(logits, target, reduction="sum")


def main():
    task = read_task()
    torch.set_num_threads(task["threads"])
    torch.set_flush_denormal(True)
    torch.manual_seed(task["seed"])
    shuffler = np.random.default_rng(task["seed"])
    csr = Csr(task["matrix"])
    model = Autoencoder(csr, task["units"], task["encoder"])
    with torch.no_grad():
        first_cost = model.cost(np.arange(CHECKED_REVIEWS), 1).item() / CHECKED_REVIEWS
    optimizers = model.optimizers(task["learningRate"])
    size, step, history = task["batchSize"], 0, []
    for epoch in range(1, task["epochs"] + 1):
        order = shuffler.permutation(csr.rows)
        if task["minibatches"]:
            order = order[: size * task["minibatches"]]
        total, timed = 0.0, 0
        began, cpu_began = time.perf_counter(), time.process_time()
        for at in range(0, len(order), size):
            if epoch == 1 and at == size * task["untimed"]:
                began, cpu_began, timed = time.perf_counter(), time.process_time(), 0
            rows = order[at : at + size]
            step += 1
            for optimizer in optimizers:
                optimizer.zero_grad(set_to_none=True)
                for group in optimizer.param_groups:
                    group["lr"] = task["learningRate"] * min(1, step / max(1, task["warmUp"]))
            cost = model.cost(rows, 1 - task["masking"])
            (cost / len(rows)).backward()
            for optimizer in optimizers:
                optimizer.step()
            total += cost.item()
            timed += len(rows)
        seconds = time.perf_counter() - began
        cpu = time.process_time() - cpu_began
        history.append(
            {"epoch": epoch, "cost": total / len(order), "seconds": seconds, "cpuSeconds": cpu, "reviews": timed}
        )
        say(f"  epoch {epoch}: cost {total / len(order):.2f}, {timed / seconds:.0f} reviews/s")
        if task["encoders"]:
            with open(f"{task['encoders']}{epoch}.f32", "wb") as file:
                file.write(model.w.detach().numpy().tobytes())
                file.write(model.b.detach().numpy().tobytes())
    timed, seconds = (sum(epoch[key] for epoch in history) for key in ("reviews", "seconds"))
    write_result(
        {
            "firstCost": first_cost,
            "cost": history[-1]["cost"],
            "reviewsPerSecond": timed / seconds,
            "seconds": seconds,
            "cpuSecondsPerThousand": 1000 * sum(epoch["cpuSeconds"] for epoch in history) / timed,
            "history": history,
            "checksum": checksum(model.w.detach().numpy(), model.b.detach().numpy()),
            "version": f"torch {torch.__version__}, {torch.get_num_threads()} threads, "
            f"{torch.backends.cpu.get_cpu_capability() if hasattr(torch.backends, 'cpu') else 'CPU'}",
        }
    )


main()
