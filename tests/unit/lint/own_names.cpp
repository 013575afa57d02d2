#include "tests/unit/lint/own_names.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <map>
#include <sstream>

namespace wardend::lint {
namespace {

struct OwnName {
  std::string scope;  // the namespace around
  std::string name;
  std::string meaning;  // of a function its parameters' types, of a short name what it stands for
  enum class Kind : std::uint8_t { thing, function, short_name } kind = Kind::thing;
};

bool in_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

std::string word_before(std::string_view text) {
  while (text.ends_with(' ')) text.remove_suffix(1);
  std::size_t start = text.size();
  while (start > 0 && in_word(text[start - 1])) --start;
  const bool qualified = start > 0 && text[start - 1] == ':';
  return qualified ? std::string() : std::string(text.substr(start));
}

// "(const json& object, std::string_view name" without the names: two functions with other names of parameters are one.
std::string types_in(std::string_view parameters) {
  std::string types;
  while (!parameters.empty()) {
    const auto end = std::min(parameters.find(','), parameters.size());
    std::string_view one = parameters.substr(0, end);
    one.remove_prefix(std::min(one.find_first_not_of(" ("), one.size()));
    const std::string name = word_before(one);
    if (name.size() < one.size()) one.remove_suffix(name.size());
    while (one.ends_with(' ')) one.remove_suffix(1);
    types += std::string(one) + ", ";
    parameters.remove_prefix(std::min(end + 1, parameters.size()));
  }
  return types;
}

// `using test::Office;` is as `using Office = test::Office;`. Of `using namespace std;` nothing is named.
OwnName brought_in(std::string_view what) {
  if (what.starts_with("::")) what.remove_prefix(2);
  const auto at = what.rfind("::");
  if (what.starts_with("namespace ") || at == std::string_view::npos) return {};
  return {{},
          std::string(what.substr(at + 2, what.find(';') - at - 2)),
          " = " + std::string(what),
          OwnName::Kind::short_name};
}

// What a line that begins a declaration names; an empty name: nothing.
OwnName named_in(std::string_view line) {
  for (const std::string_view alias : {"using ", "namespace "})
    if (const auto equals = line.find(" = "); line.starts_with(alias) && equals != std::string_view::npos)
      return {{},
              std::string(line.substr(alias.size(), equals - alias.size())),
              std::string(line.substr(equals)),
              OwnName::Kind::short_name};
  if (line.starts_with("using ")) return brought_in(line.substr(6));
  for (const std::string_view type : {"struct ", "class ", "enum class ", "enum "})
    if (line.starts_with(type)) {
      const std::string_view rest = line.substr(type.size());
      return {.scope = {}, .name = std::string(rest.substr(0, rest.find_first_of(" ;:{"))), .meaning = {}};
    }
  const auto at = line.find_first_of("(={;[");
  if (line.starts_with("template") || at == std::string_view::npos) return {};
  OwnName found{.scope = {}, .name = word_before(line.substr(0, at)), .meaning = {}};
  const bool typeless = line.starts_with(found.name);  // a macro's use, or a line of a quoted text
  if (typeless || found.name == "operator") return {};
  if (line[at] == '(') {
    found.kind = OwnName::Kind::function;
    found.meaning = types_in(line.substr(at, line.find(')', at) - at));
  }
  return found;
}

std::vector<OwnName> own_names_of(const std::string& text) {
  std::vector<OwnName> names;
  std::istringstream lines(text);
  std::string scope;
  bool inside = false;
  for (std::string line; std::getline(lines, line);) {
    if (line == "namespace {" || line == "}  // namespace") {
      inside = line.front() == 'n';
    } else if (line.starts_with("namespace ") && line.ends_with(" {")) {
      scope = line;
    } else if (inside && !line.empty() && in_word(line.front())) {
      OwnName found = named_in(line);
      found.scope = scope;
      if (!found.name.empty()) names.push_back(std::move(found));
    }
  }
  return names;
}

// Whether a call could mean either: of the same types, or one of json and one of a text, which turns into either by
// itself.
bool are_alike(const std::string& types, const std::string& others) {
  constexpr std::string_view json = "json&, ";
  const auto text_beside = [&](const std::string& one, const std::string& other) {
    return one.ends_with(json) && std::ranges::count(one, ',') == 1 && other == "std::string_view, ";
  };
  return types == others || text_beside(types, others) || text_beside(others, types);
}

// `using Json = nlohmann::json;` twice is one name; functions of other parameters are two.
bool clash(const OwnName& one, const OwnName& other) {
  if (one.kind != other.kind || one.kind == OwnName::Kind::thing) return true;
  return one.kind == OwnName::Kind::function ? are_alike(one.meaning, other.meaning) : one.meaning != other.meaning;
}

std::string line_of(const OwnName& short_name) { return "namespace " + short_name.name + short_name.meaning; }

// A short name of a library's namespace, which may be one of ours beside, as http is.
bool hides_ours(const SourceFile& file, const OwnName& name) {
  const bool foreign = name.meaning.starts_with(" = boost::") || name.meaning.starts_with(" = std::");
  return foreign && file.text.contains(line_of(name));
}

// Whether `text` says "name::".
bool uses_namespace(const std::string& text, const std::string& name) {
  const std::string used = name + "::";
  for (auto at = text.find(used); at != std::string::npos; at = text.find(used, at + 1))
    if (at > 0 && !in_word(text[at - 1]) && text[at - 1] != ':') return true;
  return false;
}

}  // namespace

std::vector<std::set<std::string>> compiled_as_one(std::string_view folder, std::string_view cmake) {
  constexpr std::array keywords = {"SOURCES", "APART", "LINK", "PRIVATE_LINK", "IN_ROOMS", "IN_WORLD"};
  std::vector<std::set<std::string>> targets;
  for (const std::string_view call : {"wardend_library(", "wardend_test(", "wardend_test_program("})
    for (auto at = cmake.find(call); at != std::string_view::npos; at = cmake.find(call, at + 1)) {
      std::istringstream words(std::string(cmake.substr(at + call.size(), cmake.find(')', at) - at - call.size())));
      std::set<std::string>& files = targets.emplace_back();
      std::string keyword;
      for (std::string word; words >> word;) {
        if (std::ranges::find(keywords, word) != keywords.end()) keyword = word;
        const std::string path = std::string(folder) + "/" + word;
        if (keyword == "SOURCES" && word.ends_with(".cpp")) files.insert(path);
        if (keyword == "APART") files.erase(path);
      }
    }
  return targets;
}

std::vector<std::string> own_name_faults(const std::vector<SourceFile>& files) {
  std::vector<std::string> faults;
  std::map<std::string, std::vector<std::pair<const SourceFile*, OwnName>>> seen;
  for (const SourceFile& file : files)
    for (OwnName& name : own_names_of(file.text)) {
      const auto& before = seen[name.scope + name.name];
      for (const auto& [other, its] : before)
        if (other != &file && clash(its, name))
          faults.push_back(file.path + ": " + name.name + " is a name of " + other->path +
                           " too: rename it, or keep a file APART in CMakeLists.txt");
      for (const SourceFile& other : files)
        if (hides_ours(file, name) && uses_namespace(other.text, name.name) && !other.text.contains(line_of(name)))
          faults.push_back(file.path + ": " + name.name + ":: means something else in " + other.path +
                           ": keep a file APART in CMakeLists.txt");
      seen[name.scope + name.name].emplace_back(&file, std::move(name));
    }
  return faults;
}

}  // namespace wardend::lint
