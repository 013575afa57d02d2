// A folder with configuration files that goes away with the test, and the findings of loading it as text without the
// folder's name.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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
  // hints and notes. The least app is not ready to go live: the notes about that are in unready() alone.
  [[nodiscard]] std::vector<std::string> errors() const { return texts(Finding::Severity::error); }
  [[nodiscard]] std::vector<std::string> hints() const { return texts(Finding::Severity::hint); }
  [[nodiscard]] std::vector<std::string> notes() const { return notes_about(GoLive::left_out); }
  [[nodiscard]] std::vector<std::string> unready() const { return notes_about(GoLive::alone); }

 private:
  enum class GoLive { left_out, alone };
  [[nodiscard]] std::vector<std::string> notes_about(GoLive which) const {
    std::vector<std::string> list = texts(Finding::Severity::note);
    std::erase_if(list, [&](const std::string& text) {
      return text.contains(" is not ready to go live: ") != (which == GoLive::alone);
    });
    return list;
  }
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

inline std::string scope(const std::string& name, const std::string& day = "2026-05-04") {
  return "[[app.scope]]\nscope = \"" + name + "\"\naction = \"a\"\napproved_by = \"b\"\napproved_on = " + day + "\n";
}
// The scopes of an app that nothing is to be said about.
inline const std::string enough = scope("openid") + scope("fhirUser") + scope("offline_access");

// The least, with `enough` and another line in [[app]] or [[server]].
inline std::string with_app_key(const std::string& line) {
  std::string text = least(enough);
  return text.replace(text.find("client_id"), 0, line + "\n");
}
inline std::string with_server_key(const std::string& line) {
  std::string text = least(enough);
  return text.replace(text.find("[[app]]"), 0, line + "\n");
}

// An app of these keys and parts.
inline std::string app(const std::string& keys, const std::string& parts = "[[app.peer]]\nlabel = \"x\"\n") {
  return std::string(least_server) + "[[app]]\nid = \"x\"\n" + keys + (keys.ends_with('\n') ? "" : "\n") + parts;
}
inline const std::string client = "servers = [\"main\"]\nclient_id = \"c\"\n";

// A main file, and the words of its finding. Those of an error may begin with LINE:COLUMN.
struct Said {
  std::string text;
  const char* finding;
};

// The file has this one error, and is refused.
inline void expect_error(const std::string& text, std::string_view finding) {
  const Site site;
  site.write("wardend.toml", text);
  const auto errors = site.errors();
  ASSERT_EQ(errors.size(), 1U) << text << testing::PrintToString(errors);
  const bool placed = finding.front() >= '0' && finding.front() <= '9';
  if (placed)
    EXPECT_TRUE(errors[0].starts_with("wardend.toml:" + std::string(finding))) << text << errors[0];
  else
    EXPECT_TRUE(errors[0].contains(finding)) << text << errors[0];
  EXPECT_EQ(site.load().config, nullptr) << text;
}

// The file has a note or a hint of these words, and stands.
inline void expect_note(const std::string& text, std::string_view words) {
  const Site site;
  site.write("wardend.toml", text);
  EXPECT_THAT(site.notes(), testing::Contains(testing::HasSubstr(words))) << text;
  EXPECT_EQ(site.errors(), std::vector<std::string>()) << text;
}

// What a number or a duration may be, and what it may not be.
struct Bounds {
  const char* section;
  const char* key;
  std::vector<const char*> accepted;
  std::vector<const char*> refused;
};
inline void expect_bounds(const Bounds& bounds) {
  const std::string key = bounds.key;
  const auto with = [&](const char* value) {
    return least(std::string(bounds.section) + "\n" + key + " = " + value + "\n");
  };
  for (const char* value : bounds.accepted) {
    const Site site;
    site.write("wardend.toml", with(value));
    EXPECT_EQ(site.errors(), std::vector<std::string>()) << key << " = " << value;
  }
  for (const char* value : bounds.refused) expect_error(with(value), key + " must be ");
}

// The configuration of a file that has no error.
inline ConfigPtr loaded(std::string_view text) {
  const Site site;
  site.write("wardend.toml", text);
  EXPECT_EQ(site.errors(), std::vector<std::string>());
  return site.load().config;
}

}  // namespace wardend::config
