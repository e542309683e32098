#include "story2midi/compose/event_language.h"

#include <algorithm>

#include "story2midi/events/event.h"

namespace s2m {

DecoderConfig with_event_language(DecoderConfig sizes) {
  const auto fields = [](std::span<const FieldSpec> specs) {
    DecoderConfig::Fields list;
    for (const FieldSpec& field : specs) list.emplace_back(field.name, field.size);
    return list;
  };
  sizes.fields.clear(), sizes.kinds.clear();
  for (int kind = 0; kind < kKindCount; ++kind) {
    int list = 0;
    if (const auto specs = fields_of(static_cast<std::uint8_t>(kind)); !specs.empty()) {
      const auto found = std::ranges::find(sizes.fields, fields(specs));
      list = 1 + static_cast<int>(found - sizes.fields.begin());
      if (found == sizes.fields.end()) sizes.fields.push_back(fields(specs));
    }
    sizes.kinds.emplace_back(kKindNames[static_cast<std::size_t>(kind)], list);
  }
  sizes.start_kind = kStartEvent;
  sizes.unknown_list = sizes.list_of(kBarEvent) + 1;
  return sizes;
}

}  // namespace s2m
