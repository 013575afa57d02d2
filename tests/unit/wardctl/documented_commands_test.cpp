// Every command line of wardctl that README.md and docs/ show is one that its help shows.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/unit/wardctl/wardctl_run.hpp"

namespace wardend::wardctl::test {
namespace {

// The words behind "wardctl " up to what ends a command in a shell, in a table or in a sentence.
std::vector<std::string> words_of_command(const std::string& rest) {
  std::istringstream text(rest.substr(0, std::min(rest.find_first_of("`|;&)\\#>"), rest.size())));
  std::vector<std::string> words;
  for (std::string word; text >> word;) words.push_back(word);
  return words;
}

// The commands in a page's `code`, fences and indented lines.
std::vector<std::vector<std::string>> commands_in(std::istream& page) {
  std::vector<std::vector<std::string>> commands;
  bool fenced = false;
  for (std::string line; std::getline(page, line);) {
    if (line.starts_with("```")) fenced = !fenced;
    const bool block = fenced || line.starts_with("    ");
    for (auto at = line.find("wardctl "); at != std::string::npos; at = line.find("wardctl ", at + 1)) {
      const bool in_code = std::ranges::count(line.substr(0, at), '`') % 2 == 1;
      if (block || in_code) commands.push_back(words_of_command(line.substr(at + 8)));
    }
  }
  return commands;
}

class DocumentedCommands : public WardctlRun {
 protected:
  std::string help(std::vector<std::string> words) {
    words.emplace_back("--help");
    return run(words) == ExitCode::done ? out.str() : std::string();
  }
  // What is wrong with a command line; empty: nothing.
  std::string wrong_with(const std::vector<std::string>& words) {
    const std::string general = help({});
    const auto is_name = [](const std::string& word) { return word.front() >= 'a' && word.front() <= 'z'; };
    const auto command = std::ranges::find_if(words, is_name);
    std::string own;
    if (command != words.end()) {
      if (!general.contains("\n  " + *command + " ")) return "no help shows the command " + *command;
      own = help({*command});
      const bool has_more = own.contains("Subcommands:") && command + 1 != words.end();
      if (has_more && own.contains("\n  " + *(command + 1) + " "))
        own += help({*command, *(command + 1)});
      else if (has_more)
        return *command + " has no " + *(command + 1);
    }
    for (const std::string& word : words)
      if (word.starts_with("--") && !own.contains(word + " ") && !general.contains(word + " "))
        return "no help shows " + word;
    return {};
  }
};

TEST_F(DocumentedCommands, AreFoundInCodeAndBlocks) {
  std::istringstream page(
      "`wardctl a --b` or wardctl c\n    sudo wardctl d | jq\n```\nwardctl e\n```\n| `wardctl f \\| x` |\n");
  EXPECT_EQ(commands_in(page), (std::vector<std::vector<std::string>>{{"a", "--b"}, {"d"}, {"e"}, {"f"}}));
}

TEST_F(DocumentedCommands, ThatAreNotThereAreFound) {
  EXPECT_EQ(wrong_with({"status"}), "");
  EXPECT_EQ(wrong_with({"--version"}), "");
  EXPECT_EQ(wrong_with({"COMMAND", "--help"}), "");
  EXPECT_EQ(wrong_with({"clear", "--app", "vitals", "--reason", "TEXT", "--json"}), "");
  EXPECT_EQ(wrong_with({"stats"}), "no help shows the command stats");
  EXPECT_EQ(wrong_with({"clear", "--why", "x"}), "no help shows --why");
}

TEST_F(DocumentedCommands, OfReadmeAndDocsAreInTheHelp) {
  const std::filesystem::path root = WARDEND_SOURCE_DIR;
  std::vector<std::filesystem::path> pages = {root / "README.md", root / "DESIGN.md"};
  for (const auto& entry : std::filesystem::directory_iterator(root / "docs")) pages.push_back(entry.path());
  std::size_t count = 0;
  for (const auto& path : pages) {
    std::ifstream page(path);
    for (const auto& words : commands_in(page)) {
      EXPECT_EQ(wrong_with(words), "") << path << ": wardctl " << (words.empty() ? "" : words.front());
      ++count;
    }
  }
  EXPECT_GT(count, 50U) << "or they are not found";
}

}  // namespace
}  // namespace wardend::wardctl::test
