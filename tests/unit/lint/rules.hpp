// The rules of this repository that a machine can check, as functions over paths and texts: how long a file is,
// where a README belongs, and which files may see a library. They read no files.
#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace wardend::lint {

// A file of the repository: its path from the root, with "/", and its text.
struct SourceFile {
  std::string path;
  std::string text;
};

struct Include {
  std::size_t line;
  std::string name;
  bool quoted;  // "name", not <name>
};

// In order. Lines inside block comments and raw strings count too: none of ours begins with #include there.
[[nodiscard]] std::vector<Include> includes_of(std::string_view text);

// Every judgement is a list of "PATH:LINE: what, and what to do"; empty is good.
[[nodiscard]] std::vector<std::string> length_faults(const SourceFile& file);
[[nodiscard]] std::vector<std::string> json_header_faults(const SourceFile& file);
// At most two .cpp files outside tests see a library, and no header does.
[[nodiscard]] std::vector<std::string> library_faults(const std::vector<SourceFile>& files);

// The folders whose README.md must be there: each folder with sources and a CMakeLists.txt of its own; a folder without
// one belongs to the next above that has one, and the folders of tests/unit to tests/unit. `paths` are all files.
[[nodiscard]] std::set<std::string> documented_folders(const std::vector<std::string>& paths);
[[nodiscard]] std::set<std::string> missing_readmes(const std::vector<std::string>& paths);

}  // namespace wardend::lint
