#include "tests/unit/lint/links.hpp"

#include <algorithm>
#include <filesystem>
#include <functional>
#include <map>
#include <regex>
#include <sstream>

namespace wardend::lint {
namespace {

// Calls `use` for each line of `markdown` that stands in no fence.
void for_each_line(std::string_view markdown, const std::function<void(std::size_t, const std::string&)>& use) {
  std::istringstream lines{std::string(markdown)};
  bool fenced = false;
  std::size_t number = 1;
  for (std::string line; std::getline(lines, line); ++number) {
    if (line.starts_with("```")) fenced = !fenced;
    if (!fenced && !line.starts_with("```")) use(number, line);
  }
}

std::string fault(const SourceFile& page, std::size_t line, const std::string& what) {
  return page.path + ":" + std::to_string(line) + ": " + what;
}

std::string anchor_of(std::string_view heading) {
  std::string anchor;
  for (const char c : heading) {
    if (c >= 'A' && c <= 'Z') anchor.push_back(static_cast<char>(c - 'A' + 'a'));
    const bool kept = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || (c & 0x80) != 0;
    if (kept) anchor.push_back(c);
    if (c == ' ') anchor.push_back('-');
  }
  return anchor;
}

bool is_there(const std::vector<std::string>& paths, std::string path) {
  while (path.ends_with('/')) path.pop_back();
  if (path.empty() || path == ".") return true;
  return std::ranges::any_of(paths, [&](const std::string& file) {
    return file == path || (file.starts_with(path) && file[path.size()] == '/');
  });
}

// "docs/a.md", "../b.md" -> "b.md"
std::string resolved(const std::string& page, const std::string& target) {
  return (std::filesystem::path(page).parent_path() / target).lexically_normal().generic_string();
}

// The targets of the links in a line: [text](target), and [label]: target at its beginning.
std::vector<std::string> targets_in(const std::string& line) {
  static const std::regex code("`[^`]*`");
  static const std::regex link(R"(\]\(([^)\s]+)\)|^\[[^\]]+\]: (\S+))");
  const std::string prose = std::regex_replace(line, code, "");
  std::vector<std::string> targets;
  for (std::sregex_iterator at(prose.begin(), prose.end(), link), end; at != end; ++at)
    targets.push_back((*at)[1].matched ? (*at)[1].str() : (*at)[2].str());
  return targets;
}

std::vector<std::string> code_in(const std::string& line) {
  static const std::regex code("`([^`]+)`");
  std::vector<std::string> spans;
  for (std::sregex_iterator at(line.begin(), line.end(), code), end; at != end; ++at) spans.push_back((*at)[1].str());
  return spans;
}

bool is_a_test(const std::set<std::string>& tests, const std::string& name) {
  if (!name.ends_with('*')) return tests.contains(name);
  const std::string beginning = name.substr(0, name.size() - 1);
  return std::ranges::any_of(tests, [&](const std::string& test) { return test.starts_with(beginning); });
}

// What is wrong with a name in code; empty: nothing.
std::string wrong_with(const std::string& span, const Named& named) {
  static const std::regex test(R"([A-Z]\w*[a-z]\w*\.[A-Z]\w*\*?|[A-Z]\w*[a-z]\w*\.\*)");
  static const std::regex path(R"([a-z][\w-]*(/[\w.-]+)+/?|[a-z][\w-]*/)");
  static const std::regex metric(R"((wardend_[a-z0-9_]+)(\{.*\})?|(Wardend[A-Z]\w+))");
  std::smatch match;
  if (std::regex_match(span, test)) return is_a_test(named.tests, span) ? "" : "there is no test " + span;
  if (std::regex_match(span, match, metric)) {
    const std::string name = match[1].matched ? match[1].str() : match[3].str();
    return named.metrics.contains(name) ? "" : "docs/metrics.md has no " + name;
  }
  if (!std::regex_match(span, path)) return {};
  const bool ours = is_there(named.paths, span.substr(0, span.find('/')));
  if (!ours || is_there(named.paths, span)) return {};
  // A unit: base/door
  const bool unit = is_there(named.paths, span + ".hpp") || is_there(named.paths, span + ".cpp");
  return unit ? "" : "there is no " + span;
}

}  // namespace

std::set<std::string> anchors_of(std::string_view markdown) {
  std::set<std::string> anchors;
  std::map<std::string, int> seen;
  for_each_line(markdown, [&](std::size_t, const std::string& line) {
    const auto level = line.find_first_not_of('#');
    if (level == 0 || level > 6 || level == std::string::npos || line[level] != ' ') return;
    const std::string anchor = anchor_of(std::string_view(line).substr(level + 1));
    const int before = seen[anchor]++;
    anchors.insert(before == 0 ? anchor : anchor + "-" + std::to_string(before));
  });
  return anchors;
}

std::set<std::string> tests_in(const std::vector<SourceFile>& sources) {
  static const std::regex test(R"(TEST(?:_F|_P)?\(\s*(\w+),\s*(\w+)\))");
  std::set<std::string> tests;
  for (const SourceFile& file : sources) {
    if (!file.path.starts_with("tests/") || !file.path.ends_with("_test.cpp")) continue;
    // One macro at a time: regular expressions are slow, and deep, over a whole file.
    for (auto at = file.text.find("TEST"); at != std::string::npos; at = file.text.find("TEST", at + 1)) {
      const std::string head = file.text.substr(at, 200);
      std::smatch match;
      if ((at == 0 || file.text[at - 1] == '\n') &&
          std::regex_search(head, match, test, std::regex_constants::match_continuous))
        tests.insert(match[1].str() + "." + match[2].str());
    }
  }
  return tests;
}

std::vector<std::string> link_faults(const SourceFile& page, const std::vector<SourceFile>& pages,
                                     const std::vector<std::string>& paths) {
  std::vector<std::string> faults;
  for_each_line(page.text, [&](std::size_t number, const std::string& line) {
    for (const std::string& target : targets_in(line)) {
      if (target.contains("://") || target.starts_with("mailto:")) continue;
      const auto hash = target.find('#');
      const std::string path = hash == 0 ? page.path : resolved(page.path, target.substr(0, hash));
      if (!is_there(paths, path)) faults.push_back(fault(page, number, "links to " + target + ", which is not there"));
      if (hash == std::string::npos) continue;
      const auto found = std::ranges::find(pages, path, &SourceFile::path);
      if (found == pages.end() || !anchors_of(found->text).contains(target.substr(hash + 1)))
        faults.push_back(fault(page, number, "links to " + target + ": there is no such heading"));
    }
  });
  return faults;
}

std::vector<std::string> name_faults(const SourceFile& page, const Named& named) {
  std::vector<std::string> faults;
  for_each_line(page.text, [&](std::size_t number, const std::string& line) {
    for (const std::string& span : code_in(line)) {
      const std::string wrong = wrong_with(span, named);
      if (!wrong.empty()) faults.push_back(fault(page, number, wrong));
    }
  });
  return faults;
}

}  // namespace wardend::lint
