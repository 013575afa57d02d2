#include "tests/unit/lint/mirror.hpp"

#include <algorithm>
#include <array>

namespace wardend::lint {
namespace {

constexpr std::array<std::string_view, 8> product = {"base/",    "trail/", "protocol/", "config/",
                                                     "systemd/", "ipc/",   "daemon/",   "wardctl/"};

bool is_unit(std::string_view path) {
  return path.ends_with(".cpp") &&
         std::ranges::any_of(product, [&](std::string_view folder) { return path.starts_with(folder); });
}

}  // namespace

std::string test_of(std::string_view unit) {
  std::string_view name = unit.substr(0, unit.rfind('.'));
  const auto file = name.rfind('/');
  const auto folder = name.rfind('/', file - 1);
  if (!name.starts_with("protocol/") && folder != std::string_view::npos) name.remove_prefix(folder + 1);
  return "tests/unit/" + std::string(name) + "_test.cpp";
}

std::set<std::string> excused_in(std::string_view readme) {
  std::set<std::string> excused;
  const auto heading = readme.find("## Units without a test file");
  if (heading == std::string_view::npos) return excused;
  std::string_view rest = readme.substr(heading);
  for (auto row = rest.find("\n| `"); row != std::string_view::npos; row = rest.find("\n| `")) {
    rest.remove_prefix(row + 3);
    std::string_view cell = rest.substr(0, rest.find(" | "));
    for (auto tick = cell.find('`'); tick != std::string_view::npos; tick = cell.find('`')) {
      cell.remove_prefix(tick + 1);
      const auto end = cell.find('`');
      if (end == std::string_view::npos) break;
      excused.emplace(cell.substr(0, end));
      cell.remove_prefix(end + 1);
    }
  }
  return excused;
}

std::vector<std::string> mirror_faults(const std::vector<std::string>& paths, const std::set<std::string>& excused) {
  const std::set<std::string, std::less<>> there(paths.begin(), paths.end());
  std::vector<std::string> faults;
  for (const std::string& path : paths) {
    if (!is_unit(path) || there.contains(test_of(path)) || excused.contains(path)) continue;
    faults.push_back(path + ": has no " + test_of(path) + ", and tests/README.md does not say why");
  }
  for (const std::string& path : excused) {
    if (there.contains(path) && !there.contains(test_of(path))) continue;
    faults.push_back("tests/README.md: " + path + " needs no excuse: it has a test file, or is not there");
  }
  return faults;
}

}  // namespace wardend::lint
