// Input: a FHIR server's base and what was asked, each on a line; the rest is the server's JSON.
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/json_text.hpp"
#include "daemon/gateway/link_scanner.hpp"
#include "daemon/gateway/links.hpp"
#include "tests/fuzz/targets.hpp"

namespace wardend::fuzz {
namespace {

constexpr std::string_view at_gateway = "http://wardend/fhir/s1";

class Handles final : public gateway::Pages {
 public:
  std::string keep(std::string_view url) override {
    require(!has_control(url) && url.size() <= 8192, "an address that is kept can be asked for");
    return "h" + std::to_string(++count);
  }
  int count = 0;
};

void blank(nlohmann::json& object, const char* member) {
  if (!object.is_object()) return;
  const auto found = object.find(member);
  if (found != object.end() && found->is_string()) *found = "";
}

void blank_each(nlohmann::json& object, const char* list, const char* member) {
  if (!object.is_object()) return;
  const auto found = object.find(list);
  if (found == object.end() || !found->is_array()) return;
  for (auto& one : *found) blank(one, member);
}

// The Bundle without its addresses.
nlohmann::json without_addresses(nlohmann::json bundle) {
  if (!bundle.is_object() || bundle.value("resourceType", nlohmann::json()) != "Bundle") return bundle;
  blank_each(bundle, "link", "url");
  const auto entries = bundle.find("entry");
  if (entries == bundle.end() || !entries->is_array()) return bundle;
  for (auto& entry : *entries) {
    blank(entry, "fullUrl");
    blank_each(entry, "link", "url");
    if (entry.is_object() && entry.contains("response")) blank(entry["response"], "location");
  }
  return bundle;
}

void check_spans(std::string_view text, const std::vector<gateway::LinkSpan>& links) {
  std::size_t at = 0;
  for (const gateway::LinkSpan& link : links) {
    require(link.begin > at && link.begin + link.size < text.size(), "addresses stand one behind the other");
    require(text[link.begin - 1] == '"' && text[link.begin + link.size] == '"', "an address stands in quote marks");
    at = link.begin + link.size;
  }
}

// What an app gets of a list has no address that it could ask the server itself.
void check_addresses(std::string_view text, const fhir::FhirRequest& asked, const fhir::BaseUrl& base) {
  using enum fhir::Interaction;
  if (asked.interaction != search && asked.interaction != history && asked.interaction != operation) return;
  for (const gateway::LinkSpan& link : *gateway::scan_links(text))
    require(!gateway::turned(unescaped(text.substr(link.begin, link.size)), base, at_gateway),
            "no address of the server is left");
}

}  // namespace

void fuzz_gateway_links(Bytes input) {
  Lines lines(input);
  const auto base = fhir::BaseUrl::parse(lines.next());
  const std::string_view line = lines.next();
  const std::string before(lines.rest());
  const auto asked = fhir::classify({.method = "GET",
                                     .path = line.substr(0, line.find('?')),
                                     .query = line.substr(std::min(line.find('?'), line.size() - 1) + 1)});
  const auto links = gateway::scan_links(before);
  const auto json = nlohmann::json::parse(before, nullptr, false);
  if (!links) {
    require(!has_control(links.error()) && links.error().size() < 256, "a fault can be shown");
    require(links.error().starts_with("more than ") ||
                !parse_json(before, {.bytes = before.size(), .values = any_number_of_values}),
            "what is JSON is read");
    return;
  }
  check_spans(before, *links);
  if (!base || !asked) return;
  Handles handles;
  const auto after =
      gateway::rewrite_links(before, {.server = *base, .gateway = at_gateway, .asked = *asked, .pages = handles});
  require(after.has_value(), "what can be read can be rewritten");
  check_addresses(*after, *asked, *base);
  if (json.is_discarded()) return;  // a number that no double holds
  const auto rewritten = nlohmann::json::parse(*after, nullptr, false);
  require(!rewritten.is_discarded(), "what is rewritten is JSON");
  require(without_addresses(json) == without_addresses(rewritten), "addresses alone are rewritten");
}

}  // namespace wardend::fuzz
