#include "tests/unit/lint/shape.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <regex>

namespace wardend::lint {
namespace {

constexpr std::size_t longest_test_name = 60;

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    lines.emplace_back(line);
  }
  return lines;
}

bool in_tests(std::string_view path) { return path.starts_with("tests/"); }

std::string folder_of(std::string_view path) { return std::string(path.substr(0, path.rfind('/'))); }

std::string fault(std::string_view path, std::size_t line, const std::string& what) {
  return std::string(path) + ":" + std::to_string(line) + ": " + what;
}

// A definition at the margin: its first line, its head up to the opening brace, and the line of the closing one.
struct Block {
  std::size_t first = 0;  // counted from 0
  std::size_t last = 0;
  std::string head;
};

bool opens_nothing(std::string_view line) {
  constexpr std::array skipped = {"namespace", "#", "//", "}", "using ", "extern ", "static_assert"};
  if (line.empty() || line.front() == ' ') return true;
  return std::ranges::any_of(skipped, [&](const char* word) { return line.starts_with(word); });
}

// All definitions with a body of several lines that begin at the margin.
std::vector<Block> blocks_of(const std::vector<std::string>& lines) {
  std::vector<Block> blocks;
  for (std::size_t at = 0; at < lines.size(); ++at) {
    if (opens_nothing(lines[at])) continue;
    Block block{.first = at, .last = at, .head = {}};
    while (at < lines.size() && !lines[at].ends_with(';') && !lines[at].ends_with('{') && !lines[at].ends_with('}')) {
      block.head += lines[at] + " ";
      ++at;
    }
    if (at >= lines.size() || !lines[at].ends_with('{')) continue;
    block.head += lines[at];
    if (block.head.starts_with("template <")) block.head.erase(0, block.head.find("> ") + 2);
    while (at < lines.size() && !lines[at].starts_with('}')) ++at;
    block.last = at;
    blocks.push_back(std::move(block));
  }
  return blocks;
}

// A table: what is given a value before any parameters.
bool is_data(std::string_view head) { return head.substr(0, head.find('(')).contains(" = "); }

bool is_type(std::string_view head) {
  return head.starts_with("class ") || head.starts_with("struct ") || head.starts_with("enum ") ||
         head.starts_with("union ") || is_data(head);
}

std::optional<std::string> class_in(std::string_view head) {
  static const std::regex name(R"(^(?:class|struct) (\w+))");
  std::cmatch match;
  if (!std::regex_search(head.data(), head.data() + head.size(), match, name)) return std::nullopt;
  return match[1].str();
}

// The class whose member a definition is: the name before the last `::` in front of the parameters.
std::optional<std::string> owner_in(const std::string& head) {
  static const std::regex member(R"((\w+)(?:<[^>]*>)?::~?(?:\w+|operator[^(]{1,3})\()");
  std::smatch match;
  if (!std::regex_search(head, match, member)) return std::nullopt;
  return match[1].str();
}

std::size_t references_in(const std::vector<std::string>& lines, const Block& block) {
  static const std::regex reference(R"(^\s+(?:const )?[\w:]+(?:<[^;]*>)?& \w+;)");
  static const std::regex nested(R"(^  struct (\w+) \{$)");
  std::size_t count = 0;
  bool counts = true;
  for (std::size_t at = block.first; at <= block.last && at < lines.size(); ++at) {
    std::smatch match;
    if (!lines[at].contains('&') && !lines[at].contains('{')) {
      if (lines[at] == "  };") counts = true;
      continue;
    }
    if (std::regex_search(lines[at], match, nested)) counts = match[1] == "Parts";
    if (counts && std::regex_search(lines[at], reference)) ++count;
  }
  return count;
}

}  // namespace

std::vector<std::string> function_faults(const SourceFile& file) {
  std::vector<std::string> faults;
  if (in_tests(file.path) || file.path.ends_with(".py")) return faults;
  for (const Block& block : blocks_of(lines_of(file.text))) {
    const std::size_t length = block.last - block.first + 1;
    if (is_type(block.head) || length <= longest_function) continue;
    faults.push_back(fault(file.path, block.first + 1,
                           "a function of " + std::to_string(length) + " lines: more than 50, split it"));
  }
  return faults;
}

std::vector<ClassSize> class_sizes(const std::vector<SourceFile>& files) {
  std::map<std::pair<std::string, std::string>, ClassSize> sizes;
  for (const SourceFile& file : files) {
    if (in_tests(file.path) || !file.path.ends_with(".hpp")) continue;
    const auto lines = lines_of(file.text);
    for (const Block& block : blocks_of(lines)) {
      const auto name = class_in(block.head);
      if (!name) continue;
      ClassSize& size = sizes[{folder_of(file.path), *name}];
      size.folder = folder_of(file.path);
      size.name = *name;
      size.lines += block.last - block.first + 1;
      size.collaborators += references_in(lines, block);
    }
  }
  for (const SourceFile& file : files) {
    if (in_tests(file.path)) continue;
    for (const Block& block : blocks_of(lines_of(file.text))) {
      if (is_type(block.head)) continue;
      const auto owner = owner_in(block.head);
      const auto found = owner ? sizes.find({folder_of(file.path), *owner}) : sizes.end();
      if (found != sizes.end()) found->second.lines += block.last - block.first + 1;
    }
  }
  std::vector<ClassSize> all;
  for (auto& [key, size] : sizes) all.push_back(std::move(size));
  return all;
}

std::vector<std::string> class_faults(const std::vector<SourceFile>& files) {
  std::vector<std::string> faults;
  for (const ClassSize& size : class_sizes(files)) {
    const std::string name = size.folder + ": class " + size.name;
    if (size.lines > longest_class)
      faults.push_back(name + " has " + std::to_string(size.lines) + " lines: more than 300, make it two");
    if (size.collaborators > most_collaborators)
      faults.push_back(name + " knows " + std::to_string(size.collaborators) + " others: more than 6, make it two");
  }
  return faults;
}

std::vector<std::string> sentence_faults(const SourceFile& file) {
  static const std::regex declaration(R"(^(?:  )?(?:\[\[nodiscard\]\] )?(?:static |virtual |inline |constexpr )*)"
                                      R"((?:[\w:][\w:<>,\*& ]*[ \*&])(\w+)\([^;{]*)");
  std::vector<std::string> faults;
  if (in_tests(file.path) || !file.path.ends_with(".hpp")) return faults;
  const auto lines = lines_of(file.text);
  bool commented = false;
  bool is_private = false;
  for (std::size_t at = 0; at < lines.size(); ++at) {
    std::string line = lines[at];
    for (std::size_t more = at + 1; line.ends_with(',') && more < lines.size(); ++more) line += lines[more];
    const auto start = line.find_first_not_of(' ');
    if (line.starts_with(" private:") || line.starts_with(" protected:")) is_private = true;
    if (line.starts_with(" public:") || line.starts_with("class ") || line.starts_with("struct ")) is_private = false;
    if (line.starts_with("}")) is_private = false;
    if (start == std::string::npos)
      commented = false;
    else if (line.substr(start).starts_with("//"))
      commented = true;
    std::smatch match;
    // A quick look first: regular expressions are slow here.
    const bool exempt = !line.contains('(') || line.contains("operator") || line.contains("override") ||
                        line.contains("= default") || line.contains("= delete") || line.contains("{ ") ||
                        line.contains("//") || line.contains("return ") || line.contains("using ") ||
                        line.ends_with("{") || line.contains("() const") || line.contains(" name_of(");
    if (is_private || commented || exempt || !std::regex_search(line, match, declaration)) continue;
    const std::string name = match[1].str();
    const bool constructor = name.front() >= 'A' && name.front() <= 'Z';
    const bool member = name.back() == '_';  // of a list of initializers
    if (!constructor && !member)
      faults.push_back(fault(file.path, at + 1, name + " has no sentence: say what it does"));
  }
  return faults;
}

std::vector<std::string> test_name_faults(const SourceFile& file) {
  static const std::regex test(R"(^(?:TYPED_)?TEST(?:_F|_P)?\(\w+,\s*(\w+)\))");
  std::vector<std::string> faults;
  const auto lines = lines_of(file.text);
  for (std::size_t at = 0; at < lines.size(); ++at) {
    if (!lines[at].contains("TEST")) continue;
    std::smatch match;
    std::string head = lines[at];
    if (!head.contains(')') && at + 1 < lines.size()) head += lines[at + 1];
    if (!std::regex_search(head, match, test) || match[1].length() <= static_cast<long>(longest_test_name)) continue;
    faults.push_back(
        fault(file.path, at + 1, "the name has " + std::to_string(match[1].length()) + " characters: 60 at most"));
  }
  return faults;
}

}  // namespace wardend::lint
