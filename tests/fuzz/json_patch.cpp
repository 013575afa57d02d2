// Input: a resource on a line, then a JSON Patch.
#include <nlohmann/json.hpp>
#include <string>

#include "base/json.hpp"
#include "protocol/fhir/json_patch.hpp"
#include "tests/fuzz/targets.hpp"

namespace wardend::fuzz {

void fuzz_json_patch(Bytes input) {
  Lines lines(input);
  const auto document = parse_json(lines.next(), {.bytes = 64UL * 1024});
  const auto patch = parse_json(lines.rest(), {.bytes = 64UL * 1024});
  if (!document || !patch) return;
  const nlohmann::json before = *document;
  const auto result = fhir::patched(*document, *patch);
  require(*document == before, "the document stays as it was");
  require(!result || fhir::read_patch(*patch).has_value(), "what is applied can be read");
  if (!result) {
    require(!result.error().reason.empty() && !has_control(result.error().reason), "a fault can be shown");
    return;
  }
  const auto again = parse_json(dump_json(*result), {.bytes = 16UL * 1024 * 1024, .values = 200'000});
  require(again.has_value(), "the result is JSON, no deeper than any other");
}

}  // namespace wardend::fuzz
