// How long a function is, how large a class is, and which declarations have no sentence. Read from the text alone,
// which works because clang-format decides the layout: a definition begins at the margin and ends with a brace there.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "tests/unit/lint/rules.hpp"

namespace wardend::lint {

constexpr std::size_t longest_function = 50;
constexpr std::size_t longest_class = 300;
constexpr std::size_t most_collaborators = 6;

// Function definitions at the margin of a namespace that are longer than 50 lines, signature included. Tests may be
// longer.
[[nodiscard]] std::vector<std::string> function_faults(const SourceFile& file);

// A class in all files that define it: the lines of its definition and of its members' definitions. `folder` is where
// the class is declared.
struct ClassSize {
  std::string folder;
  std::string name;
  std::size_t lines = 0;
  std::size_t collaborators = 0;  // references that it holds, in members or in a nested struct Parts
};
[[nodiscard]] std::vector<ClassSize> class_sizes(const std::vector<SourceFile>& files);

// Classes outside tests over 300 lines or over 6 collaborators.
[[nodiscard]] std::vector<std::string> class_faults(const std::vector<SourceFile>& files);

// Functions declared in a header outside tests that no comment precedes: neither their own nor one that stands above a
// block of declarations without a blank line between. Constructors, operators, overrides and one-line accessors need
// none.
[[nodiscard]] std::vector<std::string> sentence_faults(const SourceFile& file);

// Names in TEST, TEST_F and TEST_P over 60 characters.
[[nodiscard]] std::vector<std::string> test_name_faults(const SourceFile& file);

}  // namespace wardend::lint
