#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/table_reader.hpp"
#include "tests/unit/config/site.hpp"

namespace wardend::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using namespace std::chrono_literals;

struct Bounds {
  const char* section;
  const char* key;
  std::vector<const char*> accepted;
  std::vector<const char*> refused;
};

class BoundsOf : public testing::TestWithParam<Bounds> {};

TEST_P(BoundsOf, ANumberOrDurationAreKept) {
  const auto& [section, key, accepted, refused] = GetParam();
  const Site site;
  const auto write = [&](const char* value) {
    site.write("wardend.toml", least(std::string(section) + "\n" + key + " = " + value + "\n"));
  };
  for (const char* value : accepted) {
    write(value);
    EXPECT_THAT(site.errors(), IsEmpty()) << key << " = " << value;
  }
  for (const char* value : refused) {
    write(value);
    EXPECT_THAT(site.errors(), ElementsAre(HasSubstr(std::string(key) + " must be "))) << key << " = " << value;
  }
}

constexpr const char* server = "[[server]]\nname = \"b\"\nfhir_base_url = \"https://b.example.org\"";
constexpr const char* health = "[[server]]\nname = \"b\"\nfhir_base_url = \"https://b.example.org\"\n[server.health]";
constexpr const char* fhircast =
    "[[server]]\nname = \"b\"\nfhir_base_url = \"https://b.example.org\"\n[server.fhircast]";

INSTANTIATE_TEST_SUITE_P(
    Numbers, BoundsOf,
    testing::ValuesIn<Bounds>({
        {"[broker]", "loopback_port", {"0", "65535", "0x2214"}, {"-1", "65536", "1.0", "\"1\"", "true"}},
        {"[broker]", "max_connections_per_user", {"1", "4096"}, {"0", "4097", "-1"}},
        {"[broker]", "max_connections", {"64", "65536"}, {"0", "65537", "9223372036854775807"}},
        {health, "fail_after", {"1", "100"}, {"0", "101", "\"2\""}},
        {health, "recover_after", {"1", "100"}, {"0", "101"}},
    }));

INSTANTIATE_TEST_SUITE_P(
    Durations, BoundsOf,
    testing::ValuesIn<Bounds>({
        {"[broker]", "lock_grace", {"\"0s\"", "\"500ms\"", "\"60s\"", "\"1m\""}, {"\"61s\"", "\"-1s\"", "2", "\"2\""}},
        {server, "staleness", {"\"1s\"", "\"24h\""}, {"\"999ms\"", "\"25h\"", "\"\""}},
        {health, "interval", {"\"100ms\"", "\"1h\""}, {"\"99ms\"", "\"61m\""}},
        {health, "timeout", {"\"100ms\"", "\"8s\""}, {"\"0s\"", "\"9s\""}},
        {fhircast, "loss_grace", {"\"1s\"", "\"1h\""}, {"\"0s\"", "\"2h\""}},
        {"[app.session]", "refresh_lead", {"\"auto\"", "\"30s\"", "\"1h\""}, {"\"61m\"", "\"soon\"", "\"\"", "30"}},
        {"[app.session]", "idle_timeout", {"\"1s\"", "\"24h\""}, {"\"0s\"", "\"25h\""}},
        {"[app.session]", "max_lifetime", {"\"1s\"", "\"24h\""}, {"\"0s\"", "\"25h\""}},
        {"[app.session]", "park_ttl", {"\"1s\"", "\"24h\""}, {"\"0s\"", "\"25h\"", "\"1d\""}},
    }));

struct Written {
  const char* text;
  std::optional<Milliseconds> meant;
};

class DurationText : public testing::TestWithParam<Written> {};

TEST_P(DurationText, NeedsAWholeNumberAndAUnit) {
  EXPECT_EQ(parse_duration(GetParam().text), GetParam().meant) << GetParam().text;
}

INSTANTIATE_TEST_SUITE_P(Table, DurationText,
                         testing::ValuesIn<Written>({
                             {"500ms", 500ms},
                             {"30s", 30s},
                             {"15m", 15min},
                             {"13h", 13h},
                             {"0s", 0s},
                             {"1000000000h", 1000000000h},
                             {"1000000001h", std::nullopt},
                             {"99999999999999999999s", std::nullopt},
                             {"", std::nullopt},
                             {"s", std::nullopt},
                             {"30", std::nullopt},
                             {"30 s", std::nullopt},
                             {" 30s", std::nullopt},
                             {"+30s", std::nullopt},
                             {"-30s", std::nullopt},
                             {"1.5s", std::nullopt},
                             {"30S", std::nullopt},
                             {"30sec", std::nullopt},
                             {"1d", std::nullopt},
                             {"1h30m", std::nullopt},
                         }));

}  // namespace
}  // namespace wardend::config
