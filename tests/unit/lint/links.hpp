// Whether what the documents name is there: files, headings, tests, metrics and alerts. Functions over paths and
// texts: they read no files. Whether a page on the web is there is nobody's question here.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "tests/unit/lint/rules.hpp"

namespace wardend::lint {

// The anchors that GitHub gives to the headings of a page.
[[nodiscard]] std::set<std::string> anchors_of(std::string_view markdown);

// Every test of the sources, as SUITE.TEST, without the name of a table or a row.
[[nodiscard]] std::set<std::string> tests_in(const std::vector<SourceFile>& sources);

// Links of `page` to a file, a folder or a heading that is not there. `paths` are all files of the repository, `pages`
// all Markdown files.
[[nodiscard]] std::vector<std::string> link_faults(const SourceFile& page, const std::vector<SourceFile>& pages,
                                                   const std::vector<std::string>& paths);

// What a page may name in `code`, beside links.
struct Named {
  std::vector<std::string> paths;
  std::set<std::string> tests;
  std::string metrics;  // the texts of docs/metrics.md and of the alerting rules
};
// Tests (`Suite.Name`, `Suite.Name*`), files and folders (`daemon/launch/`, from the root), metrics (`wardend_...`) and
// alerts (`Wardend...`) of `page` that are not there.
[[nodiscard]] std::vector<std::string> name_faults(const SourceFile& page, const Named& named);

}  // namespace wardend::lint
