// What apps write every day, sent to a FHIR repository that others wrote.
#include <fstream>

#include "tests/integration/real_writes.hpp"

namespace wardend::test {
namespace {

using OrdinaryWrites = RealWrites;

// In the profiles of the US, the UK and New Zealand.
TEST_F(OrdinaryWrites, AreWrittenForTheirPatient) {
  start();
  std::ifstream file(WARDEND_SOURCE_DIR "/tests/support/ordinary_writes.json");
  const json rows = json::parse(file);
  for (const Chart& chart : {first_chart(), second_chart()}) {
    const std::string session = launched(chart);
    for (const json& row : rows) {
      const json& resource = row.at("resource");
      const bool bundle = resource.at("resourceType") == "Bundle";
      const json question = bundle ? bundled(resource.at("entry")) : created(resource);
      const auto before = repository.records();
      EXPECT_EQ(write(filled({.name = "", .question = question}, session, repository.fhir_base(), chart, chart)),
                "written")
          << row.at("name") << told << answer.body;
      const std::size_t records = bundle ? resource.at("entry").size() : 1;
      EXPECT_EQ(changed(before, repository.records()).size(), records) << row.at("name");
    }
  }
}

}  // namespace
}  // namespace wardend::test
