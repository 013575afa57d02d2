#include "tests/bench/rewritten.hpp"

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <string>

#include "daemon/gateway/links.hpp"

namespace wardend::bench {
namespace {

class NoPages final : public gateway::Pages {
 public:
  std::string keep(std::string_view /*url*/) override { return "h"; }
};

nlohmann::json observation(int number, const std::string& words) {
  const std::string id = "o" + std::to_string(number);
  return {
      {"fullUrl", "https://ehr.example.org/fhir/r4/Observation/" + id},
      {"search", {{"mode", "match"}}},
      {"resource",
       {{"resourceType", "Observation"},
        {"id", id},
        {"meta", {{"versionId", "1"}, {"lastUpdated", "2026-11-29T08:00:00.000+00:00"}}},
        {"text", {{"status", "generated"}, {"div", "<div xmlns=\"http://www.w3.org/1999/xhtml\">" + words + "</div>"}}},
        {"status", "final"},
        {"code",
         {{"coding",
           nlohmann::json::array({{{"system", "http://loinc.org"}, {"code", "8867-4"}, {"display", words}}})}}},
        {"subject", {{"reference", "Patient/p1"}}},
        {"effectiveDateTime", "2026-11-29T08:00:00+00:00"},
        {"valueQuantity",
         {{"value", 71.5}, {"unit", "/min"}, {"system", "http://unitsofmeasure.org"}, {"code", "/min"}}}}}};
}

std::string searchset(const std::string& words, int indent) {
  nlohmann::json bundle = {{"resourceType", "Bundle"}, {"type", "searchset"}, {"entry", nlohmann::json::array()}};
  bundle["link"] =
      nlohmann::json::array({{{"relation", "next"}, {"url", "https://ehr.example.org/fhir/r4?_getpages=1"}}});
  for (int i = 0; i < 6000; ++i) bundle["entry"].push_back(observation(i, words));
  return bundle.dump(indent);
}

double rate_of(const std::string& text) {
  const auto server = fhir::BaseUrl::parse("https://ehr.example.org/fhir/r4");
  const auto asked = fhir::classify({.method = "GET", .path = "/Observation", .query = "patient=p1"});
  NoPages pages;
  double best = 0;
  for (int round = 0; round < 5; ++round) {
    std::string reply = text;
    const auto began = std::chrono::steady_clock::now();
    const auto rewritten = gateway::rewrite_links(
        std::move(reply), {.server = *server, .gateway = "http://wardend/fhir/s1", .asked = *asked, .pages = pages});
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    if (rewritten && *rewritten != text) best = std::max(best, static_cast<double>(text.size()) / took.count() / 1e6);
  }
  return best;
}

}  // namespace

RewritingRate rate_of_rewriting() {
  const std::string plain = "Heart rate, taken at rest and written down by hand";
  const std::string worldly =
      "Herzfrequenz, \xc3\xbc"
      "ber \xc3\x84rzte; \xd0\xbf\xd1\x83\xd0\xbb\xd1\x8c\xd1\x81 \xe8\x84\x88\xe6\x8b\x8d";
  return {.compact = rate_of(searchset(plain, -1)),
          .indented = rate_of(searchset(plain, 2)),
          .worldly = rate_of(searchset(worldly, -1))};
}

}  // namespace wardend::bench
