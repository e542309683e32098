#!/usr/bin/env python3
"""Tiny networks with random weights, and what they must compute: the fixtures of tests/nn.

An implementation of its own, in plain Python and double precision, written from the papers and not from src/nn: whole
matrices, explicit masks, no cache. Needs nothing but Python 3. To make the fixtures anew:

    tools/golden_networks.py tests/fixtures/nn

Beside the right results it writes those of well-known mistakes; a test that cannot tell them apart tests nothing.
"""
import json
import math
import random
import struct
import sys
from pathlib import Path

from golden_arithmetic import (
    Weights, attention, columns, gelu, layer_norm, plus, product, save_tensors, softmax, write_json)

# ---- The encoder: RoBERTa (Liu et al. 2019) with emotion heads.

ENCODER = {
    "vocabulary": 40, "width": 12, "layers": 2, "heads": 3, "ffn": 20, "positions": 14, "token_types": 2,
    "padding_id": 1, "norm_epsilon": 0.05, "projection": 6, "labels": 5,
}  # fmt: skip


def encoder_weights(c, seed, spread=0.5):
    w = Weights(seed, spread)
    w.tensor("embeddings.word_embeddings.weight", [c["vocabulary"], c["width"]])
    w.tensor("embeddings.position_embeddings.weight", [c["positions"], c["width"]])
    if c["token_types"] > 0:
        w.tensor("embeddings.token_type_embeddings.weight", [c["token_types"], c["width"]])
    w.norm("embeddings.LayerNorm", c["width"])
    if c.get("relative_buckets", 0) > 0:
        w.tensor("encoder.relative_attention_bias.weight", [c["relative_buckets"], c["heads"]], spread=1.0)
    for i in range(c["layers"]):
        at = f"encoder.layer.{i}."
        for part in ("query", "key", "value"):
            w.linear(at + "attention.self." + part, c["width"], c["width"])
        w.linear(at + "attention.output.dense", c["width"], c["width"])
        w.norm(at + "attention.output.LayerNorm", c["width"])
        w.linear(at + "intermediate.dense", c["ffn"], c["width"])
        w.linear(at + "output.dense", c["width"], c["ffn"])
        w.norm(at + "output.LayerNorm", c["width"])
    if c["projection"] == 0:
        return w
    w.linear("emotion.projection", c["projection"], c["width"])
    w.linear("emotion.valence_arousal", 2, c["width"])
    w.linear("emotion.labels", c["labels"], c["width"])
    return w


def relative_bias(c, w, mistake=None):
    """bias(head, i, j) of query i and key j (Song et al. 2020; Raffel et al. 2020, section 2.1)."""
    if c.get("relative_buckets", 0) == 0 or mistake == "no_relative_bias":
        return lambda head, i, j: 0.0
    half = c["relative_buckets"] // 2
    exact = half // 2

    def bucket(offset):
        distance = abs(offset)
        if distance >= exact:
            growth = math.log(distance / exact) / math.log(c["relative_distance"] / exact)
            distance = min(half - 1, exact + int(growth * (half - exact) + 1e-9))
        return distance + (half if offset > 0 else 0)

    sign = -1 if mistake == "relative_bias_mirrored" else 1
    return lambda head, i, j: w["encoder.relative_attention_bias.weight"][bucket(sign * (j - i))][head]


def run_encoder(c, w, ids, mistake=None):
    real = [i != c["padding_id"] for i in ids]
    attended = [True] * len(ids) if mistake == "padding_attended" else real
    pooled_rows = [True] * len(ids) if mistake == "padding_pooled" else real

    def dense(name, x):
        return product(x, w[name + ".weight"], w[name + ".bias"])

    def norm(name, x):
        return layer_norm(x, w[name + ".weight"], w[name + ".bias"], c["norm_epsilon"], mistake)

    first = 0 if mistake == "positions_from_zero" else c.get("first_position", c["padding_id"] + 1)
    x = []
    for i, token in enumerate(ids):
        row = w["embeddings.word_embeddings.weight"][token]
        position = w["embeddings.position_embeddings.weight"][first + i]
        kind = [0.0] * c["width"]
        if c["token_types"] > 0 and mistake != "no_token_type":
            kind = w["embeddings.token_type_embeddings.weight"][0]
        x.append([a + b + d for a, b, d in zip(row, position, kind)])
    x = norm("embeddings.LayerNorm", x)
    bias = relative_bias(c, w, mistake)
    result = {"ids": ids, "embedded": [r for r, keep in zip(x, real) if keep], "layers": []}
    for i in range(c["layers"]):
        at = f"encoder.layer.{i}."
        pre = mistake == "pre_norm"
        y = norm(at + "attention.output.LayerNorm", x) if pre else x
        names = ("key", "query", "value") if mistake == "query_key_swapped" else ("query", "key", "value")
        q, k, v = (dense(at + "attention.self." + part, y) for part in names)
        seen = attention(q, k, v, c["heads"], lambda _, j: attended[j], bias)
        x = plus(x, dense(at + "attention.output.dense", seen))
        if not pre:
            x = norm(at + "attention.output.LayerNorm", x)
        y = norm(at + "output.LayerNorm", x) if pre else x
        x = plus(x, dense(at + "output.dense", gelu(dense(at + "intermediate.dense", y), mistake)))
        if not pre:
            x = norm(at + "output.LayerNorm", x)
        result["layers"].append([r for r, keep in zip(x, real) if keep])
    kept = [r for r, keep in zip(x, pooled_rows) if keep]
    pooled = [sum(column) / len(kept) for column in zip(*kept)]
    result["pooled"] = pooled
    if c["projection"] == 0:
        return result
    result["valence_arousal"] = [math.tanh(v) for v in dense("emotion.valence_arousal", [pooled])[0]]
    result["labels"] = [1 / (1 + math.exp(-v)) for v in dense("emotion.labels", [pooled])[0]]
    projection = dense("emotion.projection", [pooled])[0]
    length = math.sqrt(sum(v * v for v in projection))
    result["projection"] = [v / length for v in projection]
    return result


ENCODER_MISTAKES = ["positions_from_zero", "tanh_gelu", "pre_norm", "epsilon_outside_root", "padding_attended",
                    "padding_pooled", "no_token_type", "query_key_swapped"]  # fmt: skip


def golden_encoder(folder):
    w = encoder_weights(ENCODER, 7)
    w.save(folder / "encoder.safetensors", {"kind": "encoder", "config": json.dumps(ENCODER)})
    padded = [0, 17, 5, 33, 9, 2, 1, 1]
    result = {
        "passages": [run_encoder(ENCODER, w, ids) for ids in (padded, [0, 39, 2], list(range(2, 14)))],
        "mistakes": {m: run_encoder(ENCODER, w, padded, m)["pooled"] for m in ENCODER_MISTAKES},
    }
    write_json(folder / "encoder.json", result)


# ---- RoBERTa's files as Hugging Face lays them out, for the import.

ROBERTA = {
    "architectures": ["RobertaForMaskedLM"], "bos_token_id": 0, "eos_token_id": 2, "hidden_act": "gelu",
    "hidden_dropout_prob": 0.1, "hidden_size": 24, "initializer_range": 0.02, "intermediate_size": 40,
    "layer_norm_eps": 1e-05, "max_position_embeddings": 34, "model_type": "roberta", "num_attention_heads": 3,
    "num_hidden_layers": 2, "pad_token_id": 1, "type_vocab_size": 1, "vocab_size": 266,
}  # fmt: skip
MERGES = ["h e", "l l", "he ll", "\u0120 w", "\u0120w o"]


def byte_alphabet():
    """GPT-2's printable character of each byte: printable ones stand for themselves, the rest move up from 256."""
    kept = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in kept]
    return [chr(byte) if byte in kept else chr(256 + others.index(byte)) for byte in range(256)]


def save_vocabulary(folder):
    tokens = ["<s>", "<pad>", "</s>", "<unk>", *byte_alphabet(), *(m.replace(" ", "") for m in MERGES), "<mask>"]
    assert len(tokens) == ROBERTA["vocab_size"]
    text = json.dumps({token: i for i, token in enumerate(tokens)}, ensure_ascii=False)
    (folder / "vocab.json").write_text(text, encoding="utf-8")
    (folder / "merges.txt").write_text("\n".join(["#version: 0.2", *MERGES]) + "\n", encoding="utf-8")


def roberta_heads(c, seed):
    """What such files carry beside the encoder."""
    w = Weights(seed)
    w.linear("roberta.pooler.dense", c["width"], c["width"])
    w.linear("lm_head.dense", c["width"], c["width"])
    w.norm("lm_head.layer_norm", c["width"])
    w.tensor("lm_head.bias", [c["vocabulary"]])
    return w


def halves(values):
    if isinstance(values, list):
        return [halves(v) for v in values]
    return struct.unpack("<e", struct.pack("<e", values))[0]


def save_roberta(folder, c, w, tensors):
    folder.mkdir(exist_ok=True)
    (folder / "config.json").write_text(json.dumps(ROBERTA, indent=2) + "\n")
    save_vocabulary(folder)
    save_tensors(folder / "model.safetensors", {"format": "pt"}, tensors)
    passages = ([0, 76, 71, 80, 80, 83, 2], [0, *range(100, 130), 2])
    write_json(folder / "activations.json", {"passages": [run_encoder(c, w, list(ids)) for ids in passages]})


def golden_roberta(folder):
    """Once as the masked language model is published, once without prefix in half precision."""
    c = {
        "vocabulary": ROBERTA["vocab_size"], "width": ROBERTA["hidden_size"], "layers": ROBERTA["num_hidden_layers"],
        "heads": ROBERTA["num_attention_heads"], "ffn": ROBERTA["intermediate_size"],
        "positions": ROBERTA["max_position_embeddings"], "token_types": ROBERTA["type_vocab_size"],
        "padding_id": ROBERTA["pad_token_id"], "norm_epsilon": ROBERTA["layer_norm_eps"], "projection": 0,
    }  # fmt: skip
    w = encoder_weights(c, 17, spread=0.3)  # attention as soft as in a trained network
    position_ids = {"embeddings.position_ids": ("I64", [list(range(c["positions"]))])}
    tensors = {"roberta." + name: ("F32", values) for name, values in w.items()}
    tensors |= {name: ("F32", values) for name, values in roberta_heads(c, 19).items()}
    tensors |= {"roberta." + name: tensor for name, tensor in position_ids.items()}
    save_roberta(folder / "roberta", c, w, tensors)
    w.update({name: halves(values) for name, values in w.items()})
    bare = {name: ("F16", values) for name, values in w.items()} | position_ids
    bare |= {"pooler.dense.bias": ("F16", [0.0] * c["width"]), "classifier.bias": ("F32", [0.5, 0.25])}
    save_roberta(folder / "roberta_half", c, w, bare)


# ---- The other families in the same layout.

FAMILIES = {
    "bert": {
        "config": {"model_type": "bert", "hidden_act": "gelu", "hidden_size": 16, "intermediate_size": 24,
                   "layer_norm_eps": 1e-12, "max_position_embeddings": 20, "num_attention_heads": 2,
                   "num_hidden_layers": 2, "pad_token_id": 0, "position_embedding_type": "absolute",
                   "type_vocab_size": 2, "vocab_size": 30},
        "network": {"token_types": 2, "padding_id": 0, "first_position": 0, "norm_epsilon": 1e-12},
        "special": ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"], "prefix": "bert.", "renames": [],
    },
    "mpnet": {
        "config": {"model_type": "mpnet", "hidden_act": "gelu", "hidden_size": 16, "intermediate_size": 24,
                   "layer_norm_eps": 1e-05, "max_position_embeddings": 34, "num_attention_heads": 2,
                   "num_hidden_layers": 2, "pad_token_id": 1, "relative_attention_num_buckets": 12,
                   "vocab_size": 30},
        "network": {"token_types": 0, "padding_id": 1, "first_position": 2, "norm_epsilon": 1e-05,
                    "relative_buckets": 12, "relative_distance": 128},
        "special": ["<s>", "<pad>", "</s>", "[UNK]", "<mask>"], "prefix": "",
        "renames": [("attention.self.query.", "attention.attn.q."), ("attention.self.key.", "attention.attn.k."),
                    ("attention.self.value.", "attention.attn.v."), ("attention.output.dense.", "attention.attn.o."),
                    ("attention.output.LayerNorm.", "attention.LayerNorm.")],
    },
    "distilbert": {
        "config": {"model_type": "distilbert", "activation": "gelu", "dim": 16, "hidden_dim": 24, "n_heads": 2,
                   "n_layers": 2, "max_position_embeddings": 20, "pad_token_id": 0, "vocab_size": 30},
        "network": {"token_types": 0, "padding_id": 0, "first_position": 0, "norm_epsilon": 1e-12},
        "special": ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"], "prefix": "distilbert.",
        "renames": [("encoder.layer.", "transformer.layer."), ("attention.self.query.", "attention.q_lin."),
                    ("attention.self.key.", "attention.k_lin."), ("attention.self.value.", "attention.v_lin."),
                    ("attention.output.dense.", "attention.out_lin."),
                    ("attention.output.LayerNorm.", "sa_layer_norm."), ("intermediate.dense.", "ffn.lin1."),
                    ("output.dense.", "ffn.lin2."), ("output.LayerNorm.", "output_layer_norm.")],
    },
}  # fmt: skip
PIECES = ["the", "sea", "was", "calm", "storm", "##s", "##y", "un", "##calm", "a", "b", "c", "##a", "##b", "##c",
          ".", ",", "!", "?", "'", "i", "it", "no", "not", "night"]  # fmt: skip


def golden_family(folder, name, family):
    config = family["config"]
    c = family["network"] | {
        "vocabulary": 30, "width": 16, "layers": 2, "heads": 2, "ffn": 24, "projection": 0,
        "positions": config["max_position_embeddings"],
    }  # fmt: skip
    w = encoder_weights(c, 23, spread=0.3)
    tensors = {}
    for ours, values in w.items():
        for part, theirs in family["renames"]:
            if part != "encoder.layer." and part in ours:
                ours = ours.replace(part, theirs)
                break
        if name == "distilbert":
            ours = ours.replace("encoder.layer.", "transformer.layer.")
        tensors[family["prefix"] + ours] = ("F32", values)
    tensors["pooler.dense.bias"] = ("F32", [0.0] * c["width"])
    target = folder / name
    target.mkdir(exist_ok=True)
    (target / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    (target / "vocab.txt").write_text("\n".join(family["special"] + PIECES) + "\n")
    unknown = "[UNK]"
    first, last, padding = (family["special"][i] for i in ((0, 2, 1) if name == "mpnet" else (2, 3, 0)))
    settings = {"do_lower_case": True, "cls_token": first, "sep_token": last, "pad_token": padding,
                "unk_token": unknown, "mask_token": family["special"][4]}  # fmt: skip
    (target / "tokenizer_config.json").write_text(json.dumps(settings) + "\n")
    save_tensors(target / "model.safetensors", {"format": "pt"}, tensors)
    ends = (0, 2) if name == "mpnet" else (2, 3)
    longest = c["positions"] - c["first_position"]
    passages = [[ends[0], 5, 6, 7, 8, ends[1]], [ends[0], *(5 + i % 25 for i in range(longest - 2)), ends[1]]]
    mistakes = ["no_relative_bias", "relative_bias_mirrored"] if name == "mpnet" else []
    if c["token_types"]:
        mistakes.append("no_token_type")
    write_json(target / "activations.json", {
        "passages": [run_encoder(c, w, ids) for ids in passages],
        "mistakes": {m: run_encoder(c, w, passages[1], m)["pooled"] for m in mistakes},
    })


# ---- The decoder: a causal Transformer over compound events.

DECODER = {
    "width": 16, "layers": 4, "heads": 2, "ffn": 24, "cross_every": 2, "memory_width": 12, "window": 6,
    "rope_base": 100.0, "norm_epsilon": 0.05,
    "kinds": [["bar", 2], ["tune", 1], ["bass", 1], ["end", 0], ["start", 0]],
    "fields": [[["position", 8], ["pitch", 12], ["duration", 5]], [["metre", 3], ["mode", 3], ["valence", 4]]],
    "start_kind": 4, "unknown_list": 2,
}  # fmt: skip
BAR, TUNE, BASS, END = 0, 1, 2, 3


def decoder_weights(c, seed):
    w = Weights(seed)
    fields = [["kind", len(c["kinds"])]] + [field for fields in c["fields"] for field in fields]
    for name, size in fields:
        w.tensor(f"embed.{name}.weight", [size, c["width"]])
    w.tensor("memory.null", [1, c["memory_width"]])
    for i in range(c["layers"]):
        at = f"layers.{i}."
        w.norm(at + "attention_norm", c["width"])
        w.tensor(at + "attention.qkv.weight", [3 * c["width"], c["width"]])
        w.tensor(at + "attention.out.weight", [c["width"], c["width"]])
        if i % c["cross_every"] == c["cross_every"] - 1:
            w.norm(at + "cross_norm", c["width"])
            w.tensor(at + "cross.query.weight", [c["width"], c["width"]])
            w.tensor(at + "cross.memory.weight", [2 * c["width"], c["memory_width"]])
            w.tensor(at + "cross.out.weight", [c["width"], c["width"]])
        w.norm(at + "ffn_norm", c["width"])
        w.tensor(at + "ffn.up.weight", [c["ffn"], c["width"]])
        w.tensor(at + "ffn.down.weight", [c["width"], c["ffn"]])
    w.norm("final_norm", c["width"])
    w.norm("chain_norm", c["width"])
    for name, size in fields:
        w.linear("head." + name, size, c["width"])
    return w


def fields_of(c, kind):
    number = c["kinds"][kind][1]
    return [name for name, _ in c["fields"][number - 1]] if number else []


def rope(x, heads, base, mistake):
    width = len(x[0]) // heads
    out = []
    for position, row in enumerate(x):
        turned = list(row)
        for head in range(heads):
            for i in range(width // 2):
                a, b = head * width + i, head * width + i + width // 2
                if mistake == "rope_neighbours":
                    a, b = head * width + 2 * i, head * width + 2 * i + 1
                angle = position * base ** (-2 * i / width)
                turned[a] = row[a] * math.cos(angle) - row[b] * math.sin(angle)
                turned[b] = row[a] * math.sin(angle) + row[b] * math.cos(angle)
        out.append(turned)
    return out


def run_decoder(c, w, events, memory, mistake=None):
    """events: lists [kind, values...], the start event not among them."""
    width, heads = c["width"], c["heads"]

    def norm(name, x):
        return layer_norm(x, w[name + ".weight"], w[name + ".bias"], c["norm_epsilon"], mistake)

    reach = {"window_ignored": math.inf, "window_one_more": c["window"] + 1}.get(mistake, c["window"])
    inputs = [[c["start_kind"]]] + events
    x = []
    for kind, *values in inputs:
        row = list(w["embed.kind.weight"][kind])
        for name, value in zip(fields_of(c, kind), values):
            row = [a + b for a, b in zip(row, w[f"embed.{name}.weight"][value])]
        x.append(row)
    if memory is None:
        memory = [[0.0] * c["memory_width"]] if mistake == "null_memory_is_zero" else w["memory.null"]
    result = {"embedded": x, "layers": []}
    for i in range(c["layers"]):
        at = f"layers.{i}."
        parts = product(norm(at + "attention_norm", x), w[at + "attention.qkv.weight"])
        order = (1, 2, 0) if mistake == "qkv_order" else (0, 1, 2)
        q, k, v = (columns(parts, p * width, (p + 1) * width) for p in order)
        q, k = (rope(part, heads, c["rope_base"], mistake) for part in (q, k))
        seen = attention(q, k, v, heads, lambda t, s: t - reach < s <= t)
        x = plus(x, product(seen, w[at + "attention.out.weight"]))
        if i % c["cross_every"] == c["cross_every"] - 1:
            q = product(norm(at + "cross_norm", x), w[at + "cross.query.weight"])
            both = product(memory, w[at + "cross.memory.weight"])
            k, v = columns(both, 0, width), columns(both, width, 2 * width)
            x = plus(x, product(attention(q, k, v, heads, lambda t, s: True), w[at + "cross.out.weight"]))
        inner = gelu(product(norm(at + "ffn_norm", x), w[at + "ffn.up.weight"]), mistake)
        x = plus(x, product(inner, w[at + "ffn.down.weight"]))
        result["layers"].append(x)
    x = norm("final_norm", x)
    result["hidden"] = x
    result["chains"] = [chain(c, w, h, event, mistake, norm) for h, event in zip(x, events)]
    result["surprisals"] = [surprisal(c, logits, event) for logits, event in zip(result["chains"], events)]
    return result


def chain(c, w, h, event, mistake, norm):
    z, all_logits = list(h), []
    for name, value in zip(["kind"] + fields_of(c, event[0]), event):
        y = z if mistake == "chain_not_normed" else norm("chain_norm", [z])[0]
        all_logits.append(product([y], w[f"head.{name}.weight"], w[f"head.{name}.bias"])[0])
        if mistake != "chain_forgets":
            z = [a + b for a, b in zip(z, w[f"embed.{name}.weight"][value])]
    return all_logits


def surprisal(c, all_logits, event):
    nats = 0.0
    for i, (logits, value) in enumerate(zip(all_logits, event)):
        if i > 0 and c["kinds"][event[0]][1] == c["unknown_list"] and value == 0:
            continue
        nats -= math.log(softmax(logits)[value])
    return nats


DECODER_MISTAKES = ["tanh_gelu", "epsilon_outside_root", "rope_neighbours", "window_ignored", "window_one_more",
                    "qkv_order", "null_memory_is_zero", "chain_not_normed", "chain_forgets"]  # fmt: skip


def golden_decoder(folder):
    w = decoder_weights(DECODER, 11)
    w.save(folder / "decoder.safetensors", {"kind": "decoder", "config": json.dumps(DECODER)})
    events = [[BAR, 1, 2, 3], [TUNE, 0, 5, 2], [TUNE, 1, 3, 4], [BASS, 0, 7, 1], [BAR, 1, 0, 0], [TUNE, 3, 11, 0],
              [BASS, 2, 0, 3], [BASS, 7, 6, 4], [BAR, 2, 1, 1], [TUNE, 1, 9, 2], [END]]  # fmt: skip
    rng = random.Random(13)
    memory = [[round(rng.gauss(0, 1), 3) for _ in range(DECODER["memory_width"])] for _ in range(3)]
    null = {m: run_decoder(DECODER, w, events, None, m) for m in DECODER_MISTAKES}
    result = {
        "events": events,
        "memory": memory,
        "with_memory": run_decoder(DECODER, w, events, memory),
        "without": run_decoder(DECODER, w, events, None),
        "mistakes": {m: {"hidden": r["hidden"][-1], "surprisals": r["surprisals"]} for m, r in null.items()},
    }
    write_json(folder / "decoder.json", result)


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    golden_encoder(target)
    golden_roberta(target)
    for name, family in FAMILIES.items():
        golden_family(target, name, family)
    golden_decoder(target)
