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

TEST(Layers, AreToldByTheLongestFolderThatHasARule) {
  EXPECT_EQ(layer_of("protocol/smart/url.cpp"), "protocol");
  EXPECT_EQ(layer_of("daemon/session/store.hpp"), "daemon/session");
  EXPECT_EQ(layer_of("daemon/daemon.cpp"), "daemon");
  EXPECT_EQ(layer_of("ipc/wardctl/main.cpp"), "ipc/wardctl");
  EXPECT_EQ(layer_of("ipc/interface/broker.hpp"), "ipc/interface");
  EXPECT_EQ(layer_of("tests/sandbox/main.cpp"), "tests/sandbox");
  EXPECT_EQ(layer_of("tests/unit/base/clock_test.cpp"), std::nullopt);
  EXPECT_EQ(layer_of("basement/x.hpp"), std::nullopt);
}

struct Edge {
  const char* path;
  const char* include;
  bool allowed;
};

class LayerRule : public testing::TestWithParam<Edge> {};

TEST_P(LayerRule, LetsAFolderSeeItselfAndThoseBelow) {
  const auto& [path, include, allowed] = GetParam();
  const SourceFile file{path, std::string("#pragma once\n#include \"") + include + "\"\n"};
  const auto faults = layer_faults(file);
  if (allowed)
    EXPECT_THAT(faults, IsEmpty());
  else
    EXPECT_THAT(faults, ElementsAre(HasSubstr(std::string(path) + ":2: "))) << path << " includes " << include;
}

INSTANTIATE_TEST_SUITE_P(Layers, LayerRule,
                         testing::ValuesIn<Edge>({
                             {"base/json.cpp", "base/json.hpp", true},
                             {"base/json.cpp", "protocol/smart/url.hpp", false},
                             {"protocol/smart/url.cpp", "base/encoding.hpp", true},
                             {"protocol/smart/url.cpp", "config/model.hpp", false},
                             {"config/loader.cpp", "systemd/notify.hpp", false},
                             {"systemd/logind.hpp", "config/live.hpp", true},
                             {"systemd/logind.hpp", "ipc/server.hpp", false},
                             {"ipc/server.cpp", "ipc/interface/broker.hpp", true},
                             {"ipc/server.cpp", "daemon/session/store.hpp", false},
                             {"daemon/http/curl_client.cpp", "daemon/session/store.hpp", false},
                             {"daemon/session/store.cpp", "daemon/http/listener.hpp", true},
                             {"daemon/session/store.cpp", "daemon/launch/launcher.hpp", false},
                             {"daemon/launch/launcher.cpp", "daemon/session/store.hpp", true},
                             {"daemon/launch/launcher.cpp", "daemon/health/prober.hpp", false},
                             {"daemon/ops/metrics.cpp", "daemon/health/prober.hpp", true},
                             {"daemon/audit/file.cpp", "daemon/ops/metrics.hpp", false},
                             {"daemon/service/wire.cpp", "daemon/ops/metrics.hpp", true},
                             {"daemon/service/wire.cpp", "daemon/daemon.hpp", false},
                             {"daemon/daemon.cpp", "daemon/service/wire.hpp", true},
                         }));

INSTANTIATE_TEST_SUITE_P(BesideTheLayers, LayerRule,
                         testing::ValuesIn<Edge>({
                             {"ipc/client/client.cpp", "base/result.hpp", true},
                             {"ipc/client/client.cpp", "ipc/interface/broker.hpp", true},
                             {"ipc/client/client.cpp", "ipc/checked.hpp", true},
                             {"ipc/client/client.cpp", "ipc/server.hpp", false},
                             {"ipc/client/client.cpp", "config/model.hpp", false},
                             {"ipc/wardctl/check.cpp", "config/loader.hpp", true},
                             {"ipc/wardctl/check.cpp", "ipc/client/client.hpp", true},
                             {"ipc/wardctl/check.cpp", "protocol/smart/url.hpp", false},
                             {"ipc/wardctl/check.cpp", "daemon/daemon.hpp", false},
                             {"ipc/server.cpp", "ipc/client/client.hpp", false},
                             {"daemon/daemon.cpp", "ipc/client/client.hpp", false},
                             {"daemon/daemon.cpp", "ipc/wardctl/context.hpp", false},
                             {"daemon/daemon.cpp", "tests/support/fakes.hpp", false},
                             {"daemon/daemon.cpp", "tests/sandbox/server.hpp", false},
                             {"tests/sandbox/ehr.cpp", "base/json.hpp", true},
                             {"tests/sandbox/ehr.cpp", "protocol/smart/scope.hpp", false},
                             {"tests/unit/base/clock_test.cpp", "daemon/daemon.hpp", true},
                             {"config/loader.cpp", "elsewhere/x.hpp", false},
                             {"config/loader.cpp", "loader.hpp", false},
                             {"tests/unit/base/clock_test.cpp", "fakes.hpp", false},
                         }));

TEST(LayerRule, RefusesSourcesInAFolderThatHasNone) {
  EXPECT_THAT(layer_faults({"plugins/x.cpp", ""}), SizeIs(1));
  EXPECT_THAT(layer_faults({"main.cpp", ""}), SizeIs(1));
  EXPECT_THAT(layer_faults({"cmake/asio_impl.cpp", "#include <boost/asio/impl/src.hpp>\n"}), IsEmpty());
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
  EXPECT_THAT(json_header_faults({"ipc/wardctl/context.hpp", text}), SizeIs(1));
  EXPECT_THAT(json_header_faults({"base/a.cpp", text}), IsEmpty());
  EXPECT_THAT(json_header_faults({"tests/support/a.hpp", text}), IsEmpty());
  EXPECT_THAT(json_header_faults({"base/a.hpp", "#include <nlohmann/json_fwd.hpp>\n"}), IsEmpty());
}

TEST(LibraryRule, LetsTwoFilesSeeALibraryAndNoHeader) {
  for (const char* header : {"curl/curl.h", "systemd/sd-bus.h", "toml++/toml.h", "spdlog/spdlog.h", "cjose/cjose.h",
                             "boost/beast/websocket/stream.hpp"}) {
    const std::string text = std::string("#include <") + header + ">\n";
    const SourceFile one{"base/1.cpp", text};
    const SourceFile two{"base/2.cpp", text + text};
    const SourceFile three{"base/3.cpp", text};
    EXPECT_THAT(library_faults({one, two, {"tests/unit/x.cpp", text}, {"base/4.cpp", ""}}), IsEmpty()) << header;
    EXPECT_THAT(library_faults({one, two, three}), ElementsAre(HasSubstr(": base/1.cpp base/2.cpp base/3.cpp")));
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
