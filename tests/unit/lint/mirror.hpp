// Whether each unit of the product has a test file of its own name, in the mirror of its folder. Functions over paths
// and a text: they read no files.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace wardend::lint {

// Where the test of a unit stands: daemon/session/store.cpp has tests/unit/session/store_test.cpp. A program a folder;
// the folders of protocol/ share one, and keep their names below it.
[[nodiscard]] std::string test_of(std::string_view unit);

// The units that tests/README.md excuses: the paths in the first column of its table "Units without a test file".
[[nodiscard]] std::set<std::string> excused_in(std::string_view readme);

// Units of the product among `paths` that have neither a test nor an excuse, and excuses that nobody needs.
[[nodiscard]] std::vector<std::string> mirror_faults(const std::vector<std::string>& paths,
                                                     const std::set<std::string>& excused);

}  // namespace wardend::lint
