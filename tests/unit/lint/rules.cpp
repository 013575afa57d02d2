#include "tests/unit/lint/rules.hpp"

#include <algorithm>
#include <array>
#include <map>

namespace wardend::lint {
namespace {

constexpr std::size_t longest_file = 300;

// Headers that templates oblige to see JSON as a whole.
const std::set<std::string, std::less<>> json_headers = {
    "cmake/precompiled.hpp",    // no file includes it; tidy builds without it
    "ipc/answer.hpp",           // included by generated sources only
    "ipc/error_fields.hpp",     // included by generated sources only
    "ipc/fields.hpp",           // included by generated sources only
    "base/record_members.hpp",  // included by the vault's two codecs only
    "wardctl/ask.hpp",          // commands print the reply as it came
};

struct Library {
  std::string_view name;
  std::string_view prefix;
  std::size_t most = 2;  // files that see it
};
// libcurl has three files of the daemon and two of wardctl, a program of its own.
constexpr std::array libraries = {
    Library{"libcurl", "curl/", 5}, Library{"sd-bus", "systemd/sd-bus.h"},
    Library{"toml++", "toml++/"},   Library{"spdlog", "spdlog/"},
    Library{"cjose", "cjose/"},     Library{"Beast's WebSocket", "boost/beast/websocket"}};

bool below(std::string_view path, std::string_view folder) {
  return path.size() > folder.size() && path.starts_with(folder) && path[folder.size()] == '/';
}

bool in_tests(std::string_view path) { return below(path, "tests"); }

std::string folder_of(std::string_view path) {
  const auto slash = path.rfind('/');
  return std::string(slash == std::string_view::npos ? std::string_view() : path.substr(0, slash));
}

bool is_source(std::string_view path) {
  return path.ends_with(".cpp") || path.ends_with(".hpp") || path.ends_with(".py");
}

std::string fault(const SourceFile& file, std::size_t line, const std::string& what) {
  return file.path + ":" + std::to_string(line) + ": " + what;
}

std::string_view trimmed(std::string_view text) {
  const auto start = text.find_first_not_of(" \t");
  return start == std::string_view::npos ? std::string_view() : text.substr(start);
}

std::optional<Include> include_in(std::string_view line, std::size_t number) {
  line = trimmed(line);
  if (!line.starts_with('#')) return std::nullopt;
  line = trimmed(line.substr(1));
  if (!line.starts_with("include")) return std::nullopt;
  line = trimmed(line.substr(7));
  if (line.empty() || (line.front() != '"' && line.front() != '<')) return std::nullopt;
  const bool quoted = line.front() == '"';
  const auto end = line.find(quoted ? '"' : '>', 1);
  if (end == std::string_view::npos) return std::nullopt;
  return Include{number, std::string(line.substr(1, end - 1)), quoted};
}

}  // namespace

std::vector<Include> includes_of(std::string_view text) {
  std::vector<Include> found;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    if (auto include = include_in(line, number)) found.push_back(std::move(*include));
  }
  return found;
}

std::vector<std::string> length_faults(const SourceFile& file) {
  const auto breaks = static_cast<std::size_t>(std::ranges::count(file.text, '\n'));
  const std::size_t lines = breaks + (file.text.empty() || file.text.ends_with('\n') ? 0 : 1);
  if (!is_source(file.path) || lines <= longest_file) return {};
  return {fault(file, lines, "more than 300 lines: split it")};
}

std::vector<std::string> json_header_faults(const SourceFile& file) {
  std::vector<std::string> faults;
  if (!file.path.ends_with(".hpp") || in_tests(file.path) || json_headers.contains(file.path)) return faults;
  for (const Include& include : includes_of(file.text))
    if (include.name == "nlohmann/json.hpp")
      faults.push_back(fault(file, include.line, "a header includes nlohmann/json_fwd.hpp instead"));
  return faults;
}

std::vector<std::string> library_faults(const std::vector<SourceFile>& files) {
  std::vector<std::string> faults;
  for (const Library& library : libraries) {
    std::set<std::string> users;
    for (const SourceFile& file : files) {
      if (in_tests(file.path)) continue;
      for (const Include& include : includes_of(file.text)) {
        if (!include.name.starts_with(library.prefix)) continue;
        if (file.path.ends_with(".hpp"))
          faults.push_back(fault(file, include.line, "a header shows " + std::string(library.name) + " to others"));
        else
          users.insert(file.path);
      }
    }
    if (users.size() <= library.most) continue;
    std::string names;
    for (const std::string& user : users) names += " " + user;
    faults.push_back(std::string(library.name) + " is seen by more than " + std::to_string(library.most) +
                     " files:" + names);
  }
  return faults;
}

std::set<std::string> documented_folders(const std::vector<std::string>& paths) {
  const std::set<std::string, std::less<>> all(paths.begin(), paths.end());
  std::set<std::string> folders;
  for (const std::string& path : paths) {
    if (!is_source(path)) continue;
    std::string folder = folder_of(path);
    if (below(folder, "tests/unit")) folder = "tests/unit";
    while (!folder.empty() && !all.contains(folder + "/CMakeLists.txt")) folder = folder_of(folder);
    folders.insert(folder);
  }
  return folders;
}

std::set<std::string> missing_readmes(const std::vector<std::string>& paths) {
  const std::set<std::string, std::less<>> all(paths.begin(), paths.end());
  std::set<std::string> missing;
  for (const std::string& folder : documented_folders(paths)) {
    const std::string readme = (folder.empty() ? "" : folder + "/") + "README.md";
    if (!all.contains(readme)) missing.insert(readme);
  }
  return missing;
}

}  // namespace wardend::lint
