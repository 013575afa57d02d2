// A folder with configuration files that goes away with the test, and the findings of loading it as text without the
// folder's name.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "config/loader.hpp"

namespace wardend::config {

class Site {
 public:
  Site() {
    std::string name = std::filesystem::temp_directory_path() / "wardend-config-XXXXXX";
    if (::mkdtemp(name.data()) == nullptr) std::abort();
    folder_ = name;
  }
  ~Site() { std::filesystem::remove_all(folder_); }
  Site(const Site&) = delete;
  Site& operator=(const Site&) = delete;

  void write(const std::string& name, std::string_view text) const {
    std::filesystem::create_directories((folder_ / name).parent_path());
    std::ofstream(folder_ / name, std::ios::binary) << text;
  }
  [[nodiscard]] Loaded load() const { return config::load(main(), Files::looked_at); }
  [[nodiscard]] std::filesystem::path main() const { return folder_ / "wardend.toml"; }
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }

  // "FILE:LINE:COLUMN: text" with the file's name below the folder, in the order reported; "note: " before the text of
  // hints and notes.
  [[nodiscard]] std::vector<std::string> errors() const { return texts(Finding::Severity::error); }
  [[nodiscard]] std::vector<std::string> hints() const { return texts(Finding::Severity::hint); }
  [[nodiscard]] std::vector<std::string> notes() const { return texts(Finding::Severity::note); }

 private:
  [[nodiscard]] std::string without_error(const std::string& finding) const {
    constexpr std::string_view word = ": error: ";
    std::string text = finding.substr(folder_.string().size() + 1);
    const auto at = text.find(word);
    return at == std::string::npos ? text : text.replace(at, word.size(), ": ");
  }
  [[nodiscard]] std::vector<std::string> texts(Finding::Severity severity) const {
    std::vector<std::string> list;
    for (const Finding& finding : load().findings)
      if (finding.severity == severity) list.push_back(without_error(finding.to_string()));
    return list;
  }
  std::filesystem::path folder_;
};

// The least that is worth running: one server, one app. Roles are root's alone, so that no group is looked up.
inline constexpr std::string_view least_roles = "[roles]\nehr = []\noperator = []\nobserver = []\n";
inline constexpr std::string_view least_server =
    "[[server]]\nname = \"main\"\nfhir_base_url = \"https://ehr.example.org/fhir\"\n";
inline constexpr std::string_view least_app =
    "[[app]]\nid = \"chart\"\nservers = [\"main\"]\nclient_id = \"chart-1\"\n[[app.peer]]\nlabel = \"chart\"\n";

inline std::string least(std::string_view more = "") {
  return std::string(least_roles) + std::string(least_server) + std::string(least_app) + std::string(more);
}

}  // namespace wardend::config
