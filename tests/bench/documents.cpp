#include "tests/bench/documents.hpp"

#include <chrono>
#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "tests/support/json_shapes.hpp"

namespace wardend::bench {
namespace {

double quickest_of_five(const std::string& text) {
  double quickest = 0;
  for (int run = 0; run < 5; ++run) {
    const auto began = std::chrono::steady_clock::now();
    static_cast<void>(parse_json(text, {.bytes = text.size()}));
    const double took = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - began).count();
    quickest = run == 0 ? took : std::min(quickest, took);
  }
  return quickest;
}

}  // namespace

ParseCost cost_of_parsing(std::size_t bytes) {
  ParseCost longest;
  for (const auto& shape : test::json_shapes(bytes))
    if (const double took = quickest_of_five(shape.text); took > longest.milliseconds) longest = {shape.name, took};
  return longest;
}

}  // namespace wardend::bench
