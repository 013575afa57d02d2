// The corpora as regression tests: every stored input, and inputs too large to store, once through their targets. What
// fails a target ends the program; the last input that was named is the one.
#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "base/log.hpp"
#include "tests/fuzz/targets.hpp"

namespace wardend::fuzz {
namespace {

constexpr std::size_t most_files = 60;
constexpr std::size_t largest_file_bytes = 4096;

struct Target {
  const char* name;
  void (*run)(Bytes);
  const char* preface;  // what brings a JSON text, or any other, to its place in the input
};
constexpr Target targets[] = {
    {"audit_events", fuzz_audit_events, R"({"kind":"access","query":)"},
    {"capability_documents", fuzz_capability_documents, "0\n{}\n"},
    {"discovery", fuzz_discovery, "200\napplication/json\n"},
    {"fhir_references", fuzz_fhir_references, R"({"resourceType":"Observation","subject":)"},
    {"fhir_request", fuzz_fhir_request, "GET\n/"},
    {"fhircast_message", fuzz_fhircast_message, R"({"id":"1","event":{"hub.event":"Patient-open","context":)"},
    {"gateway_head", fuzz_gateway_head, "GET /fhir/s1/Patient/p1 HTTP/1.1\r\nHost: wardend\r\nA: "},
    {"gateway_links", fuzz_gateway_links,
     "https://ehr.example.org/fhir/r4\n/Observation\n{\"resourceType\":\"Bundle\",\"link\":"},
    {"host_header", fuzz_host_header, "GET /callback?code="},
    {"id_token", fuzz_id_token, "a.b.c\nPatient/1\n{}\n"},
    {"json_patch", fuzz_json_patch, "{}\n"},
    {"redirect", fuzz_redirect, ""},
    {"scopes", fuzz_scopes, "patient/*.rs\n"},
    {"time_a_byte", fuzz_time_a_byte, "0\n[\n]\n"},
    {"token_json", fuzz_token_json, "200\napplication/json\n5\n\n"},
    {"token_mutation", fuzz_token_mutation, ""},
    {"toml", fuzz_toml, "roles = "},
    {"varlink_frame", fuzz_varlink_frame, ""},
};

void run(const Target& target, const std::string& name, std::string_view text) {
  std::fprintf(stderr, "%s: %s\n", target.name, name.c_str());
  target.run({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

std::vector<std::filesystem::path> files_of(const Target& target) {
  std::set<std::filesystem::path> files;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::filesystem::path(WARDEND_FUZZ_CORPUS) / target.name))
    files.insert(entry.path());
  return {files.begin(), files.end()};
}

std::string text_of(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream(file, std::ios::binary).rdbuf();
  return text.str();
}

std::string repeated(std::string_view text, std::size_t times) {
  std::string all;
  for (std::size_t i = 0; i < times; ++i) all += text;
  return all;
}

class Corpus : public ::testing::TestWithParam<Target> {
 protected:
  void SetUp() override {
    log::set_sink([](log::Level, std::string_view) {});
  }
};

TEST_P(Corpus, HoldsItsProperties) {
  const auto files = files_of(GetParam());
  EXPECT_FALSE(files.empty());
  for (const auto& file : files) run(GetParam(), file.filename().string(), text_of(file));
}

TEST_P(Corpus, StaysSmall) {
  const auto files = files_of(GetParam());
  EXPECT_LE(files.size(), most_files);
  for (const auto& file : files) EXPECT_LE(std::filesystem::file_size(file), largest_file_bytes) << file;
}

TEST_P(Corpus, BearsDepthAndSize) {
  constexpr std::size_t deep = 120'000;
  const std::string preface = GetParam().preface;
  run(GetParam(), "nothing", "");
  run(GetParam(), "deep lists", preface + repeated("[", deep) + repeated("]", deep));
  run(GetParam(), "deep objects", preface + repeated(R"({"a":)", deep) + "1" + repeated("}", deep));
  run(GetParam(), "deep, never closed", preface + repeated("[{\"a\":", deep));
  run(GetParam(), "deep inside a member", preface + R"({"fhirContext":)" + repeated("[", deep));
  run(GetParam(), "dots", preface + repeated("a.", deep));
  run(GetParam(), "slashes", preface + "https://ehr.example.org" + repeated("/", deep));
  run(GetParam(), "bytes of no text", preface + repeated("\xff\xfe\x80", deep));
  run(GetParam(), "one long word", preface + "\"" + repeated("x", 256UL * 1024) + "\"");
  run(GetParam(), "many pairs", preface + repeated("a=b&", 100'000));
}

INSTANTIATE_TEST_SUITE_P(Fuzz, Corpus, ::testing::ValuesIn(targets),
                         [](const auto& info) { return std::string(info.param.name); });

// A frame of exactly `bytes`, without its NUL.
std::string frame_of(std::size_t bytes) {
  std::string frame = R"({"method":"org.wardend.Broker.ParkWork","parameters":{"session":"s","label":"l","data":")";
  frame += repeated("x", bytes - frame.size() - 3) + R"("}})";
  return frame;
}

TEST(VarlinkFrame, BearsFramesAtTheLimitAndOverIt) {
  constexpr std::size_t limit = 256UL * 1024;
  const Target& target = targets[std::size(targets) - 1];
  const std::string deep = R"({"method":"org.wardend.Broker.ParkWork","parameters":)" + repeated(R"({"a":)", 50'000);
  for (const char how : {'\0', '\x7f', '\x80', '\xff'}) {
    for (const std::size_t bytes : {limit - 1, limit, limit + 1, 2 * limit})
      run(target, "a frame of " + std::to_string(bytes), how + frame_of(bytes) + '\0');
    run(target, "two frames at the limit", how + frame_of(limit) + '\0' + frame_of(limit) + '\0');
    run(target, "deep parameters", how + deep + '\0');
    run(target, "empty frames", how + std::string(70'000, '\0'));
    const std::string call = R"({"method":"org.varlink.service.GetInfo"})" + std::string(1, '\0');
    run(target, "many calls", how + repeated(call, 2000));
  }
}

}  // namespace
}  // namespace wardend::fuzz
