"""What the node side and the Python peers hand each other: a task as JSON, matrices and weights as raw files.

Not a format for users. Everything is little-endian; shapes travel beside the bytes, so that a peer spends no time on
parsing and no run can differ from another in what it was given. The node half is exchange.mjs.
"""

import hashlib
import json
import sys

import numpy as np

MAGIC = 0x31525343  # "CSR1"
DECODER_SALT = 0x9E3779B9


def read_task():
    """The task: the one JSON argument of the program."""
    return json.loads(sys.argv[1])


def write_result(result):
    """The result: the last line of stdout, one JSON object."""
    print(json.dumps(result), flush=True)


def say(text):
    print(text, file=sys.stderr, flush=True)


class Csr:
    """Binary sparse rows: row r holds the columns[row_start[r]:row_start[r + 1]]."""

    def __init__(self, path):
        raw = np.fromfile(path, dtype="<u4")
        magic, self.rows, self.cols, entries = (int(v) for v in raw[:4])
        if magic != MAGIC or len(raw) != 4 + self.rows + 1 + entries:
            raise SystemExit(f"{path}: not a matrix written by exchange.mjs")
        self.row_start = raw[4 : 5 + self.rows].astype(np.int64)
        self.columns = raw[5 + self.rows :].astype(np.int64)

    def entries_of(self, rows):
        """Of some rows: the row within the minibatch and the column of each entry, in order."""
        starts = self.row_start[rows]
        lengths = self.row_start[rows + 1] - starts
        before = np.cumsum(lengths) - lengths
        within = np.arange(int(lengths.sum())) - np.repeat(before, lengths)
        return np.repeat(np.arange(len(rows)), lengths), self.columns[np.repeat(starts, lengths) + within]

    def means(self):
        """Share of the rows that hold each column."""
        return np.bincount(self.columns, minlength=self.cols) / self.rows


def hashed_uniform(count, salt, bound):
    """Numbers in [-bound, bound), the same in node and Python: the finaliser of MurmurHash3 over index + salt.

    Initial weights come from here, so that every contender begins at the same place and the first costs can be
    compared digit by digit.
    """
    x = np.arange(count, dtype=np.uint32) + np.uint32(salt)
    x ^= x >> np.uint32(16)
    x *= np.uint32(0x85EBCA6B)
    x ^= x >> np.uint32(13)
    x *= np.uint32(0xC2B2AE35)
    x ^= x >> np.uint32(16)
    return ((x.astype(np.float64) / 2**31 - 1) * bound).astype(np.float32)


def checksum(*arrays):
    """First 12 hexadecimal digits of the SHA-256 of the bytes."""
    digest = hashlib.sha256()
    for array in arrays:
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()[:12]


def read_reviews(path):
    """Texts and ratings of a JSON-lines file."""
    texts, ratings = [], []
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            review = json.loads(line)
            texts.append(review["text"])
            ratings.append(review.get("rating"))
    return texts, ratings
