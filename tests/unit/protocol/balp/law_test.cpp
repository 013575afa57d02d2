// docs/audit.md says where each thing that the law asks for stands: each row is held against entries and their events.
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>

#include "protocol/balp/audit_event.hpp"
#include "protocol/balp/values.hpp"

namespace wardend::balp {
namespace {

using nlohmann::json;

struct Row {
  std::string what;
  std::vector<std::string> members, elements, laws;
};

std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> cells;
  for (std::size_t at = 1; at < line.size();) {
    const auto end = line.find('|', at);
    if (end == std::string::npos) break;
    cells.push_back(line.substr(at, end - at));
    at = end + 1;
  }
  return cells;
}

std::vector<std::string> names_in(const std::string& cell) {
  static const std::regex name("`([^`]+)`");
  std::vector<std::string> names;
  for (std::sregex_iterator one(cell.begin(), cell.end(), name), end; one != end; ++one) names.push_back((*one)[1]);
  return names;
}

// The rows of the tables in a chapter of docs/audit.md.
std::vector<std::vector<std::string>> rows_in(const std::string& chapter) {
  std::ifstream in(WARDEND_SOURCE_DIR "/docs/audit.md");
  std::vector<std::vector<std::string>> rows;
  bool here = false;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("## ")) here = line == "## " + chapter;
    if (here && line.starts_with("| ") && !line.starts_with("| ---")) rows.push_back(cells_of(line));
  }
  return rows;
}

std::vector<Row> table() {
  std::vector<Row> rows;
  for (const auto& cells : rows_in("What the law asks")) {
    if (cells.size() != 9) return {};
    if (cells[0] != " what ")
      rows.push_back({cells[0], names_in(cells[1]), names_in(cells[2]), {cells.begin() + 3, cells.end()}});
  }
  return rows;
}

// Each member's value is found nowhere else.
json entry(const std::string& kind, const json& changes) {
  json made = {{"sequence", 70001},
               {"at", "2026-11-29T08:00:00.007Z"},
               {"kind", kind},
               {"boot", "the-boot"},
               {"host", "the-host"},
               {"organization", "The Organization"},
               {"purpose_of_use", "TREAT"},
               {"outcome", "granted"},
               {"app", "the-app"},
               {"server", "the-server"},
               {"session", "the-session"},
               {"login_session", "the-login"},
               {"epoch", 70002},
               {"uid", 70003},
               {"pid", 70004},
               {"unit", "the.unit"},
               {"subject", "https://ehr.example.org/fhir/Practitioner/the-user"},
               {"patient", "the-patient"},
               {"fhir_base_url", "https://ehr.example.org/fhir"},
               {"reason", "the-reason"},
               {"request_id", "the-request"},
               {"done_at", "2026-11-29T07:59:00.000Z"},
               {"count", 70005},
               {"hash", std::string(64, 'a')}};
  made.merge_patch(changes);
  return made;
}
const std::vector<json> entries = {
    entry("access", {{"action", "read"}, {"interaction", "read"}, {"resource", "Observation/the-record"}}),
    entry("access",
          {{"action", "search"}, {"interaction", "search"}, {"resource", "Observation"}, {"query", "code=the-code"}}),
    entry("token", {{"action", "issue"}, {"outcome", "denied"}, {"result", "NotAuthorized"}}),
    entry("clear", {{"action", "login_session"}})};

// What is a code or encoded in the event, and no text of the entry.
const std::multimap<std::string, std::string> codes = {
    {"kind/access", "rest"},
    {"outcome/granted", "\"0\""},
    {"outcome/denied", "\"4\""},
    {"interaction/read", "\"read\""},
    {"interaction/read", "\"R\""},
    {"interaction/search", "search-type"},
    {"query/code=the-code", base64("GET https://ehr.example.org/fhir/Observation?code=the-code")}};

// All that stands at a path like "agent.who", in whatever list.
void collect(const json& value, const std::string& path, std::string& into) {
  if (value.is_array()) {
    for (const json& one : value) collect(one, path, into);
  } else if (path.empty()) {
    into += value.dump();
  } else {
    const auto dot = path.find('.');
    const auto found = value.find(path.substr(0, dot));
    if (found != value.end()) collect(*found, dot == std::string::npos ? "" : path.substr(dot + 1), into);
  }
}

// Whether an event tells, in one of these elements, what the entry says.
bool tells(const json& one, const std::string& member, const std::vector<std::string>& elements) {
  if (!one.contains(member)) return false;
  const std::string value = one[member].is_string() ? one[member].get<std::string>() : one[member].dump();
  const auto [code, last] = codes.equal_range(member + "/" + value);
  std::string text;
  const json event = audit_event(one);
  for (const std::string& element : elements) collect(event, element, text);
  if (code == last) return text.contains(value);
  return std::ranges::any_of(code, last, [&](const auto& word) { return text.contains(word.second); });
}

TEST(WhatTheLawAsks, StandsInEntryAndEventAsTheTableSays) {
  const auto rows = table();
  ASSERT_EQ(rows.size(), 14U) << "docs/audit.md has no such table, or another one";
  for (const Row& row : rows) {
    EXPECT_FALSE(row.members.empty() || row.elements.empty()) << row.what;
    for (const std::string& member : row.members)
      EXPECT_TRUE(std::ranges::any_of(entries, [&](const json& one) { return tells(one, member, row.elements); }))
          << row.what << ": no event tells `" << member << "` there";
    for (const std::string& element : row.elements)
      EXPECT_TRUE(std::ranges::any_of(entries,
                                      [&](const json& one) {
                                        return std::ranges::any_of(row.members, [&](const auto& member) {
                                          return tells(one, member, {element});
                                        });
                                      }))
          << row.what << ": `" << element << "` tells none of it";
  }
}

TEST(WhatTheLawAsks, IsMembersThatAnEntryHas) {
  std::set<std::string> known;
  for (const auto& cells : rows_in("An entry"))
    for (const std::string& name : names_in(cells[0] + cells[1])) known.insert(name);
  for (const Row& row : table())
    for (const std::string& member : row.members) EXPECT_TRUE(known.contains(member)) << member;
}

TEST(WhatTheLawAsks, EveryRuleHasItsRows) {
  std::vector<int> asked(6);
  for (const Row& row : table())
    for (std::size_t i = 0; i < row.laws.size(); ++i)
      asked[i] += row.laws[i].find_first_not_of(' ') != std::string::npos;
  for (const int count : asked) EXPECT_GE(count, 5) << "EHDS asks for five things";
}

}  // namespace
}  // namespace wardend::balp
