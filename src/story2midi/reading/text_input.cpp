#include "story2midi/reading/text_input.h"

#include "story2midi/base/error.h"
#include "story2midi/nn/config.h"

namespace s2m {

std::vector<float> TextInput::features(std::string_view text) const {
  if (!lexicon) return {};
  const auto features = lexicon->features(text);
  return {features.begin(), features.end()};
}

TextInput text_input_of(const ModelFile& file) {
  const auto name = file.path().string();
  const auto config = encoder_config_from_json(file.metadata("config"));
  TextInput input{tokenizer_of(file.metadata(), name)};
  if (input.vocabulary.size() > config.vocabulary)
    throw Error(name, "vocabulary is larger than the encoder's", std::to_string(config.vocabulary),
                std::to_string(input.vocabulary.size()));
  if (config.features == 0) return input;
  if (config.features != static_cast<int>(kLexiconFeatures))
    throw Error(name, "another number of features", std::to_string(kLexiconFeatures),
                std::to_string(config.features));
  input.lexicon = std::make_shared<Lexicon>(file.metadata("lexicon"), name + ": lexicon");
  return input;
}

}  // namespace s2m
