// The rules, held against this repository.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>

#include "tests/unit/lint/hazards.hpp"
#include "tests/unit/lint/links.hpp"
#include "tests/unit/lint/mirror.hpp"
#include "tests/unit/lint/own_names.hpp"
#include "tests/unit/lint/rooms.hpp"
#include "tests/unit/lint/rules.hpp"
#include "tests/unit/lint/shape.hpp"

namespace wardend::lint {
namespace {

using testing::IsEmpty;

bool is_foreign(const std::filesystem::path& folder) {
  const std::string name = folder.filename().string();
  return name == "build" || name == "node_modules" || name.starts_with('.') ||
         std::filesystem::exists(folder / "CMakeCache.txt");
}

// All files of the repository but those that others wrote or a build made.
std::vector<std::string> walk() {
  const std::filesystem::path root = WARDEND_SOURCE_DIR;
  std::vector<std::string> paths;
  for (auto at = std::filesystem::recursive_directory_iterator(root);
       at != std::filesystem::recursive_directory_iterator(); ++at) {
    if (at->is_directory() && is_foreign(at->path())) at.disable_recursion_pending();
    if (at->is_regular_file()) paths.push_back(at->path().lexically_relative(root).generic_string());
  }
  return paths;
}

const std::vector<std::string>& paths() {
  static const std::vector<std::string> list = walk();
  return list;
}

const std::vector<SourceFile>& sources() {
  static const std::vector<SourceFile> list = [] {
    std::vector<SourceFile> files;
    for (const std::string& path : paths()) {
      if (!path.ends_with(".cpp") && !path.ends_with(".hpp") && !path.ends_with(".py")) continue;
      if (path.starts_with("examples/")) continue;  // an app is not a part of the tree
      std::ostringstream text;
      text << std::ifstream(std::filesystem::path(WARDEND_SOURCE_DIR) / path).rdbuf();
      files.push_back({path, text.str()});
    }
    return files;
  }();
  return list;
}

std::vector<std::string> all_faults(std::vector<std::string> (*rule)(const SourceFile&)) {
  std::vector<std::string> faults;
  for (const SourceFile& file : sources())
    for (std::string& fault : rule(file)) faults.push_back(std::move(fault));
  return faults;
}

const Rooms& rooms() {
  static const Rooms all = [] {
    Rooms found;
    for (const std::string& path : paths()) {
      if (!path.ends_with("/README.md")) continue;
      std::ostringstream text;
      text << std::ifstream(std::filesystem::path(WARDEND_SOURCE_DIR) / path).rdbuf();
      if (auto list = listed_in(text.str())) found.emplace(path.substr(0, path.rfind('/')), std::move(*list));
    }
    return found;
  }();
  return all;
}

TEST(SourceTree, IsFound) {
  EXPECT_GT(sources().size(), 100U);
  for (const char* room : {"base", "config", "ipc", "daemon/session", "daemon"})
    EXPECT_TRUE(rooms().contains(room)) << room;
}

TEST(SourceTree, AFolderIncludesWhatItsReadmeLists) {
  std::vector<std::string> faults;
  for (const SourceFile& file : sources())
    for (std::string& fault : room_faults(rooms(), file)) faults.push_back(std::move(fault));
  EXPECT_THAT(faults, IsEmpty());
}

TEST(SourceTree, IncludesPointOneWay) { EXPECT_THAT(circle_faults(rooms()), IsEmpty()); }

TEST(SourceTree, NoReadmeListsWhatIsNotIncluded) { EXPECT_THAT(list_faults(rooms(), sources()), IsEmpty()); }

TEST(SourceTree, FilesThatAreCompiledAsOneHaveNamesOfTheirOwn) {
  std::vector<std::string> faults;
  int targets = 0;
  for (const std::string& path : paths()) {
    if (!path.ends_with("/CMakeLists.txt")) continue;
    std::ostringstream cmake;
    cmake << std::ifstream(std::filesystem::path(WARDEND_SOURCE_DIR) / path).rdbuf();
    for (const auto& names : compiled_as_one(path.substr(0, path.rfind('/')), cmake.str())) {
      std::vector<SourceFile> files;
      for (const SourceFile& source : sources())
        if (names.contains(source.path)) files.push_back(source);
      for (std::string& fault : own_name_faults(files)) faults.push_back(std::move(fault));
      ++targets;
    }
  }
  EXPECT_GT(targets, 60);
  EXPECT_THAT(faults, IsEmpty());
}

TEST(SourceTree, FilesFitInOneReading) { EXPECT_THAT(all_faults(length_faults), IsEmpty()); }

// Functions and classes that are larger, or know more others, than the rule allows, and why each is still one.
struct Argued {
  std::string_view fault;  // how it begins
  std::string_view reason;
};
constexpr std::array argued = {
    Argued{"daemon/core/core.cpp:", "its constructor hands each member what it needs, and does nothing else"},
    Argued{"daemon/core: class Seams ", "what the core stands on: a list"},
    Argued{"daemon/refresh: class Room ", "builds the room of refreshes, as Core builds all rooms"},
    Argued{"daemon/ops: class Observed ", "what the metrics show: a list that one function reads"},
    Argued{"daemon/fhircast: class Conversation ", "one subscription from its request to its end"},
    Argued{"daemon/launch: class Launcher ", "the steps of a launch in their order; each is a part of its own"},
    Argued{"daemon/launch: class Loopback ", "one page after the other, each a few lines"},
    Argued{"daemon/launch: class SessionFounding ", "the one turn in which a launch becomes a session"},
    Argued{"daemon/lifecycle: class Restorer ", "whatever holds something that comes back"},
    Argued{"daemon/lifecycle: class SleepSequence ", "whoever is told of a sleep, in order"},
    Argued{"daemon/refresh: class Refresher ", "one attempt, from the decision to the conclusion"},
    Argued{"daemon/refresh: class Schedule ", "when each session's next attempt is due, and who is told"},
};

// Faults that nobody argued for, and arguments that no fault needs any more, or more than one.
std::vector<std::string> not_argued(std::vector<std::string> faults) {
  for (const Argued& exception : argued) {
    const auto of_it = [&](const std::string& fault) { return fault.starts_with(exception.fault); };
    if (const auto excused = std::erase_if(faults, of_it); excused != 1)
      faults.emplace_back(std::string(exception.fault) + " is argued once, for " + std::to_string(excused) + " faults");
  }
  return faults;
}

TEST(SourceTree, FunctionsAndClassesAreSmall) {
  std::vector<std::string> faults = all_faults(function_faults);
  for (std::string& fault : class_faults(sources())) faults.push_back(std::move(fault));
  EXPECT_THAT(not_argued(std::move(faults)), IsEmpty());
}

TEST(SourceTree, DeclarationsHaveASentence) { EXPECT_THAT(all_faults(sentence_faults), IsEmpty()); }

TEST(SourceTree, TestNamesAreShort) { EXPECT_THAT(all_faults(test_name_faults), IsEmpty()); }

TEST(SourceTree, HeadersDoNotCarryJson) { EXPECT_THAT(all_faults(json_header_faults), IsEmpty()); }

TEST(SourceTree, LibrariesAreSeenByOneOrTwoFiles) { EXPECT_THAT(library_faults(sources()), IsEmpty()); }

TEST(SourceTree, EveryUnitHasATestFileOfItsName) {
  std::ostringstream readme;
  readme << std::ifstream(WARDEND_SOURCE_DIR "/tests/README.md").rdbuf();
  EXPECT_THAT(mirror_faults(paths(), excused_in(readme.str())), IsEmpty());
}

std::string text_of(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(std::filesystem::path(WARDEND_SOURCE_DIR) / path).rdbuf();
  return text.str();
}

const std::vector<SourceFile>& pages() {
  static const std::vector<SourceFile> list = [] {
    std::vector<SourceFile> files;
    for (const std::string& path : paths())
      if (path.ends_with(".md")) files.push_back({path, text_of(path)});
    return files;
  }();
  return list;
}

TEST(SourceTree, LinksOfEveryPageHold) {
  std::vector<std::string> faults;
  for (const SourceFile& page : pages())
    for (std::string& fault : link_faults(page, pages(), paths())) faults.push_back(std::move(fault));
  EXPECT_THAT(faults, IsEmpty());
}

// The changelog tells of what was: it may name what is gone.
TEST(SourceTree, WhatThePagesNameIsThere) {
  const Named named = {.paths = paths(),
                       .tests = tests_in(sources()),
                       .metrics = text_of("docs/metrics.md") + text_of("monitoring/wardend.rules.yml")};
  ASSERT_GT(named.tests.size(), 2000U);
  std::vector<std::string> faults;
  for (const SourceFile& page : pages())
    if (page.path != "CHANGELOG.md")
      for (std::string& fault : name_faults(page, named)) faults.push_back(std::move(fault));
  EXPECT_THAT(faults, IsEmpty());
}

TEST(SourceTree, TheHazardLogIsWhole) {
  const SourceFile log{"docs/hazard-log.md", text_of("docs/hazard-log.md")};
  EXPECT_TRUE(log.text.contains("### H30 ")) << "or it is not read";
  EXPECT_THAT(hazard_faults(log), IsEmpty());
}

// What clinicians have on paper is what they read on the screen, letter by letter; "..." stands for what differs.
TEST(SourceTree, TheCliniciansPageQuotesWhatPagesSay) {
  std::string said;
  for (const SourceFile& file : sources())
    if (file.path.starts_with("daemon/launch/")) said += file.text;
  std::istringstream page(text_of("docs/for-clinicians.md"));
  int rows = 0;
  for (std::string line; std::getline(page, line);) {
    if (!line.starts_with("| ") || line.starts_with("| you read") || line.starts_with("| ---")) continue;
    std::string quoted = '"' + line.substr(2, line.find(" | ") - 2) + '"';
    if (quoted.starts_with("\"... ")) quoted.erase(1, 3);
    if (quoted.ends_with(" ...\"")) quoted.erase(quoted.size() - 4);
    EXPECT_TRUE(said.contains(quoted)) << "no page says: " << quoted;
    ++rows;
  }
  EXPECT_EQ(rows, 7);
  EXPECT_TRUE(said.contains("<p>The EHR did not allow the app to:</p>"));
}

// The help desk finds each sentence that a failed launch can end with, and none that no page says.
TEST(SourceTree, TheTroubleshootingPageHasEverySentence) {
  const std::string page = text_of("docs/troubleshooting.md");
  const std::string words = text_of("daemon/launch/clinician_words.cpp");
  static const std::regex sentence(R"re([{=]\s*"([^"]+\.)",)re");
  int sentences = 0;
  for (std::sregex_iterator at(words.begin(), words.end(), sentence), end; at != end; ++at, ++sentences)
    EXPECT_TRUE(page.contains("\n| \"" + (*at)[1].str() + "\" |")) << (*at)[1];
  EXPECT_GT(sentences, 40);
  static const std::regex row(R"re(\n\| ("[^"]+\.") \|)re");
  for (std::sregex_iterator at(page.begin(), page.end(), row), end; at != end; ++at)
    EXPECT_TRUE(words.contains((*at)[1].str())) << "no page says " << (*at)[1];
}

// `key = value` on a page is a key of wardend.toml.
TEST(SourceTree, KeysThatPagesSetAreThere) {
  const std::string keys = text_of("config/wardend.toml");
  static const std::regex set(R"(`([a-z0-9_]+) = )");
  int found = 0;
  for (const SourceFile& page : pages()) {
    if (!page.path.starts_with("docs/") && page.path != "README.md") continue;
    for (std::sregex_iterator at(page.text.begin(), page.text.end(), set), end; at != end; ++at, ++found)
      EXPECT_TRUE(std::regex_search(keys, std::regex("(\\n| )" + (*at)[1].str() + " *= ")))
          << page.path << ": " << (*at)[1];
  }
  EXPECT_GT(found, 20);
}

// All users of a machine can read command lines.
TEST(SourceTree, NoPagePutsATokenOnACommandLine) {
  for (const SourceFile& page : pages()) EXPECT_FALSE(page.text.contains("$(wardctl token")) << page.path;
  EXPECT_TRUE(text_of("README.md").contains("wardctl token --header | curl -H @-"));
}

// An app's next call starts a service whose sockets are left.
TEST(SourceTree, TheReadmeStopsTheSocketsToo) {
  EXPECT_TRUE(text_of("README.md").contains("systemctl stop wardend 'wardend*.socket'"));
}

TEST(SourceTree, EveryFolderWithSourcesHasAReadme) {
  EXPECT_THAT(missing_readmes(paths()), IsEmpty()) << "say what each folder is for, and what it decided";
}

}  // namespace
}  // namespace wardend::lint
