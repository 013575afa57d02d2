#include "daemon/switches/switch_file.hpp"

#include <utility>

#include "base/kept_file.hpp"
#include "daemon/switches/switch_text.hpp"

namespace wardend::switches {

Found read_switch_file(const std::filesystem::path& file) {
  const KeptText kept = read_kept_file(file, longest_text);
  if (!kept.text) return {.trouble = kept.trouble};
  auto switches = read_switches(*kept.text);
  if (!switches) return {.trouble = "it is damaged"};
  return {.switches = std::move(*switches)};
}

}  // namespace wardend::switches
