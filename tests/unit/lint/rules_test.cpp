// The rules, held against texts that break them: a rule that finds nothing here would find nothing in the repository.
#include "tests/unit/lint/rules.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace wardend::lint {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

TEST(Includes, AreFoundHoweverTheyAreSpaced) {
  const auto found =
      includes_of("#include \"a/b.hpp\"\n\n  #  include <c>\n//#include \"d\"\n#include MACRO\n#include \"e");
  ASSERT_THAT(found, SizeIs(2));
  EXPECT_EQ(found[0].name, "a/b.hpp");
  EXPECT_TRUE(found[0].quoted);
  EXPECT_EQ(found[0].line, 1U);
  EXPECT_EQ(found[1].name, "c");
  EXPECT_FALSE(found[1].quoted);
  EXPECT_EQ(found[1].line, 3U);
}

std::string lines(std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += "x\n";
  return text;
}

TEST(LengthRule, EndsAFileAtThreeHundredLines) {
  for (const char* path : {"base/a.cpp", "base/a.hpp", "ipc/a.py", "tests/unit/a_test.cpp"}) {
    EXPECT_THAT(length_faults({path, lines(300)}), IsEmpty());
    EXPECT_THAT(length_faults({path, lines(301)}),
                ElementsAre(std::string(path) + ":301: more than 300 lines: split it"));
    EXPECT_THAT(length_faults({path, lines(300) + "x"}), SizeIs(1));
  }
  EXPECT_THAT(length_faults({"docs/a.md", lines(500)}), IsEmpty());
}

TEST(JsonRule, KeepsTheWholeLibraryOutOfHeaders) {
  const std::string text = "#include <nlohmann/json.hpp>\n";
  EXPECT_THAT(json_header_faults({"base/a.hpp", text}), ElementsAre(HasSubstr("base/a.hpp:1: ")));
  EXPECT_THAT(json_header_faults({"wardctl/context.hpp", text}), SizeIs(1));
  EXPECT_THAT(json_header_faults({"base/a.cpp", text}), IsEmpty());
  EXPECT_THAT(json_header_faults({"tests/support/a.hpp", text}), IsEmpty());
  EXPECT_THAT(json_header_faults({"base/a.hpp", "#include <nlohmann/json_fwd.hpp>\n"}), IsEmpty());
}

TEST(LibraryRule, LetsTwoFilesSeeALibraryAndNoHeader) {
  for (const char* header : {"curl/curl.h", "systemd/sd-bus.h", "toml++/toml.h", "spdlog/spdlog.h", "cjose/cjose.h",
                             "boost/beast/websocket/stream.hpp"}) {
    const std::string text = std::string("#include <") + header + ">\n";
    const int allowed = text.contains("curl") ? 5 : 2;  // libcurl has two programs
    std::vector<SourceFile> files = {{"tests/unit/x.cpp", text}, {"base/0.cpp", ""}};
    for (int i = 1; i <= allowed; ++i) files.push_back({"base/" + std::to_string(i) + ".cpp", text + text});
    EXPECT_THAT(library_faults(files), IsEmpty()) << header;
    files.push_back({"base/9.cpp", text});
    EXPECT_THAT(library_faults(files), ElementsAre(HasSubstr(": base/1.cpp base/2.cpp")));
    EXPECT_THAT(library_faults({{"base/1.hpp", text}}), ElementsAre(HasSubstr("base/1.hpp:1: "))) << header;
  }
  EXPECT_THAT(library_faults({{"systemd/notify.cpp", "#include <systemd/sd-daemon.h>\n"}}), IsEmpty());
}

TEST(ReadmeRule, AsksForOneInEveryFolderThatIsBuilt) {
  const std::vector<std::string> paths = {"CMakeLists.txt",
                                          "base/CMakeLists.txt",
                                          "base/json.cpp",
                                          "protocol/CMakeLists.txt",
                                          "protocol/smart/url.cpp",
                                          "protocol/README.md",
                                          "docs/guide.md",
                                          "tests/CMakeLists.txt",
                                          "tests/support/fakes.hpp",
                                          "tests/unit/CMakeLists.txt",
                                          "tests/unit/base/CMakeLists.txt",
                                          "tests/unit/base/x.cpp",
                                          "script/count.py"};
  EXPECT_THAT(documented_folders(paths), ElementsAre("", "base", "protocol", "tests", "tests/unit"));
  EXPECT_THAT(missing_readmes(paths),
              ElementsAre("README.md", "base/README.md", "tests/README.md", "tests/unit/README.md"));
}

}  // namespace
}  // namespace wardend::lint
