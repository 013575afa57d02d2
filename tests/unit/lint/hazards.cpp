#include "tests/unit/lint/hazards.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <regex>
#include <set>
#include <sstream>

namespace wardend::lint {
namespace {

constexpr std::array parts = {
    "Causes", "Effect",        "Hazard", "Harm",   "Existing controls", "By training", "By business process", "Before",
    "After",  "Residual risk", "Owner",  "Status", "The site must"};
constexpr std::array statuses = {"open", "transferred", "closed"};

struct Entry {
  std::string id;
  std::string name;
  std::map<std::string, std::string> rows;
  std::vector<std::string> controls;  // by design, a line each
};

// "| Causes | text |" -> {Causes, text}; two empty texts for any other line.
std::pair<std::string, std::string> row_of(const std::string& line) {
  static const std::regex row(R"(^\| ([^|]+) \| (.+) \|$)");
  std::smatch match;
  if (!std::regex_match(line, match, row)) return {};
  return {match[1].str(), match[2].str()};
}

struct Log {
  std::vector<Entry> entries;
  std::vector<std::string> glance;  // the table's rows
  std::set<std::string> labels;     // [label]: target
};

Log read(const std::string& text) {
  static const std::regex heading(R"(^### (H\d\d) (.+)$)");
  static const std::regex label(R"(^\[(\w+)\]: .*$)");
  Log log;
  std::istringstream lines(text);
  bool within = false;
  for (std::string line; std::getline(lines, line);) {
    std::smatch match;
    if (line.starts_with("#")) within = false;
    if (std::regex_match(line, match, heading)) {
      log.entries.push_back({match[1].str(), match[2].str(), {}, {}});
      within = true;
    }
    if (std::regex_match(line, match, label)) log.labels.insert(match[1].str());
    if (line.starts_with("| [H")) log.glance.push_back(line);
    if (!within) continue;
    if (line.starts_with("- ")) log.entries.back().controls.push_back(line);
    if (const auto [name, value] = row_of(line); !name.empty()) log.entries.back().rows[name] = value;
  }
  return log;
}

// The rating that a row "Major, Low: 3" has; 0 where it does not follow from the matrix.
int rated(const std::string& row) {
  static const std::regex risk(R"(^(\w+), ([\w ]+): (\d)$)");
  std::smatch match;
  if (!std::regex_match(row, match, risk)) return 0;
  const int rating = rating_of(match[1].str(), match[2].str());
  return std::to_string(rating) == match[3].str() ? rating : 0;
}

bool shown(const std::string& control, const std::set<std::string>& labels) {
  static const std::regex link(R"(\[(\w+)\])");
  static const std::regex test(R"(`[A-Z]\w*\.[A-Z]\w*\*?`)");
  std::smatch match;
  return std::regex_search(control, match, link) && labels.contains(match[1].str()) && std::regex_search(control, test);
}

std::vector<std::string> faults_of(const Entry& entry, const Log& log) {
  std::vector<std::string> faults;
  for (const char* part : parts)
    if (!entry.rows.contains(part)) faults.push_back(entry.id + " has no \"" + part + "\"");
  if (!faults.empty()) return faults;
  const int before = rated(entry.rows.at("Before"));
  const int after = rated(entry.rows.at("After"));
  if (before == 0 || after == 0) faults.push_back(entry.id + " has a rating that the matrix does not give");
  if (after > before) faults.push_back(entry.id + " has a greater risk after its controls");
  if (std::ranges::find(statuses, entry.rows.at("Status")) == statuses.end())
    faults.push_back(entry.id + " has a status that is none");
  if (entry.controls.empty()) faults.push_back(entry.id + " has no control by design");
  for (const std::string& control : entry.controls)
    if (!shown(control, log.labels)) faults.push_back(entry.id + ": no link, or no test, behind " + control);
  const std::string rest = " | " + entry.name + " | " + entry.rows.at("Before") + " | " + entry.rows.at("After") +
                           " | " + entry.rows.at("Status") + " |";
  const auto its_row = [&](const std::string& row) {
    return row.starts_with("| [" + entry.id + "](#") && row.ends_with(rest);
  };
  if (std::ranges::count_if(log.glance, its_row) != 1)
    faults.push_back(entry.id + " is not in the table at the top as it is here");
  return faults;
}

}  // namespace

int rating_of(const std::string& severity, const std::string& likelihood) {
  constexpr std::array severities = {"Minor", "Significant", "Considerable", "Major", "Catastrophic"};
  static const std::map<std::string, std::array<int, 5>> matrix = {{"Very high", {3, 4, 4, 5, 5}},
                                                                   {"High", {2, 3, 3, 4, 5}},
                                                                   {"Medium", {2, 2, 3, 3, 4}},
                                                                   {"Low", {1, 2, 2, 3, 4}},
                                                                   {"Very low", {1, 1, 2, 2, 3}}};
  const auto column = std::ranges::find(severities, severity);
  const auto row = matrix.find(likelihood);
  if (column == severities.end() || row == matrix.end()) return 0;
  return row->second.at(static_cast<std::size_t>(column - severities.begin()));
}

std::vector<std::string> hazard_faults(const SourceFile& page) {
  const Log log = read(page.text);
  std::vector<std::string> faults;
  for (std::size_t at = 0; at < log.entries.size(); ++at) {
    const Entry& entry = log.entries[at];
    const std::string number = std::to_string(at + 1);
    if (entry.id != "H" + std::string(number.size() == 1 ? "0" : "") + number)
      faults.push_back(entry.id + " is the entry number " + number);
    for (std::string& fault : faults_of(entry, log)) faults.push_back(std::move(fault));
  }
  if (log.glance.size() != log.entries.size()) faults.emplace_back("the table at the top has other entries");
  for (std::string& fault : faults) fault.insert(0, page.path + ": ");
  return faults;
}

}  // namespace wardend::lint
