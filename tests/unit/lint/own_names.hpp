// Names in anonymous namespaces, which meet where many files are compiled as one (presets `demo`, `asan`, `tsan`).
// Functions over texts: they read no files.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "tests/unit/lint/rules.hpp"

namespace wardend::lint {

// The files of each library and each program of tests of a CMakeLists.txt in `folder`, without those that it keeps
// APART.
[[nodiscard]] std::vector<std::set<std::string>> compiled_as_one(std::string_view folder, std::string_view cmake);

// Names that two of the files have each for itself, and short names of a namespace that mean another one in a file
// beside. As far as lines tell: the compiler has the last word.
[[nodiscard]] std::vector<std::string> own_name_faults(const std::vector<SourceFile>& files);

}  // namespace wardend::lint
