"""The arithmetic of golden_networks.py in plain Python and double precision, its random weights, and how it writes."""
import json
import math
import random
import struct

# ---- Matrices are lists of rows.


def product(a, b_transposed, bias=None):
    rows = [[sum(x * w for x, w in zip(row, weights)) for weights in b_transposed] for row in a]
    return [[y + b for y, b in zip(row, bias)] for row in rows] if bias else rows


def plus(a, b):
    return [[x + y for x, y in zip(r, s)] for r, s in zip(a, b)]


def columns(a, begin, end):
    return [row[begin:end] for row in a]


def softmax(row):
    top = max(row)
    powers = [math.exp(x - top) for x in row]
    return [x / sum(powers) for x in powers]


def gelu(a, mistake):
    def exact(x):
        return x * 0.5 * (1 + math.erf(x / math.sqrt(2)))

    def by_tanh(x):
        return 0.5 * x * (1 + math.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))

    return [[(by_tanh if mistake == "tanh_gelu" else exact)(x) for x in row] for row in a]


def layer_norm(a, weight, bias, epsilon, mistake):
    out = []
    for row in a:
        mean = sum(row) / len(row)
        variance = sum((x - mean) ** 2 for x in row) / len(row)
        outside = mistake == "epsilon_outside_root"
        deviation = math.sqrt(variance) + epsilon if outside else math.sqrt(variance + epsilon)
        out.append([(x - mean) / deviation * w + b for x, w, b in zip(row, weight, bias)])
    return out


def attention(q, k, v, heads, visible, bias=lambda head, i, j: 0.0):
    """visible(i, j): may row i look at row j? bias(head, i, j) is added to their score."""
    width = len(q[0]) // heads
    out = [[] for _ in q]
    for head in range(heads):
        at = (head * width, (head + 1) * width)
        scores = product(columns(q, *at), columns(k, *at))
        values = columns(v, *at)
        for i, row in enumerate(scores):
            masked = [s / math.sqrt(width) + bias(head, i, j) if visible(i, j) else -math.inf for j, s in enumerate(row)]
            weights = softmax(masked)
            out[i] += [sum(w * value[c] for w, value in zip(weights, values)) for c in range(width)]
    return out


# ---- Weights: random, rounded to float as the file holds them.


class Weights(dict):
    def __init__(self, seed, spread=0.5):
        super().__init__()
        self.random, self.spread = random.Random(seed), spread

    def tensor(self, name, shape, middle=0.0, spread=None):
        spread = self.spread if spread is None else spread

        def fill(sizes):
            if not sizes:
                return struct.unpack("<f", struct.pack("<f", self.random.gauss(middle, spread)))[0]
            return [fill(sizes[1:]) for _ in range(sizes[0])]

        self[name] = fill(shape)

    def linear(self, name, out, inputs):
        self.tensor(name + ".weight", [out, inputs])
        self.tensor(name + ".bias", [out], spread=0.2)

    def norm(self, name, width):
        self.tensor(name + ".weight", [width], middle=1.0, spread=0.3)
        self.tensor(name + ".bias", [width], spread=0.2)

    def save(self, path, metadata):
        save_tensors(path, metadata, {name: ("F32", values) for name, values in self.items()})


CODES = {"F32": "f", "F16": "e", "I64": "q"}


def save_tensors(path, metadata, tensors):
    """A safetensors file of {name: (dtype, values)}."""
    header, data = {"__metadata__": metadata}, b""
    for name, (dtype, values) in tensors.items():
        matrix = isinstance(values[0], list)
        flat = [x for row in values for x in row] if matrix else values
        begin = len(data)
        data += struct.pack(f"<{len(flat)}{CODES[dtype]}", *flat)
        shape = [len(values), len(values[0])] if matrix else [len(values)]
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [begin, len(data)]}
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


def write_json(path, value):
    def rounded(v):
        if isinstance(v, float):
            return float(f"{v:.8g}")
        if isinstance(v, dict):
            return {k: rounded(x) for k, x in v.items()}
        return [rounded(x) for x in v] if isinstance(v, list) else v

    path.write_text(json.dumps(rounded(value)) + "\n")
