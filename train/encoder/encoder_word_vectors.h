// An initialisation of the embeddings: word vectors from co-occurrence counts, so that pre-training starts with
// similar words close together.
#pragma once

#include <torch/types.h>

#include <cstdint>
#include <span>

#include "story2midi/emotion/lexicon.h"
#include "story2midi/tokenizers/bpe.h"

namespace s2m::train {

// Positive pointwise mutual information within five tokens, weighted by 1 / distance, factorised by a
// randomised eigendecomposition (Levy and Goldberg 2014; Halko, Martinsson, Tropp 2011). Returns (vocabulary,
// width), each row of length 1; takes 4 * vocabulary^2 bytes meanwhile. Ids below `first` are neighbours of
// nothing.
torch::Tensor word_vectors(std::span<const std::uint16_t> ids, std::int64_t vocabulary, std::int64_t width,
                           std::int64_t first = 4);

// In place: two coordinates of the tokens that are words of the list become the word's valence and its
// strength, and those of all other tokens zero; rows keep length 1. So what the list knows stands where every
// layer can read it.
void mark_valence(torch::Tensor& vectors, const BytePairEncoder& vocabulary, const Lexicon& lexicon);

// Log of each token's share, with one count added to each.
torch::Tensor log_frequencies(std::span<const std::uint16_t> ids, std::int64_t vocabulary);

}  // namespace s2m::train
