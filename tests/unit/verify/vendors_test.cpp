// Ten apps against the documents of real servers, where the folder that holds them is there: beside the checkout, or
// where WARDEND_CAPABILITY_DOCUMENTS says. vendor_verdicts.txt holds what each pair comes to.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <set>
#include <sstream>

#include "daemon/verify/saved_documents.hpp"
#include "tests/unit/verify/comparison.hpp"

namespace wardend::verify::test {
namespace {

using config::ClientAuth;

std::filesystem::path documents() {
  if (const char* named = std::getenv("WARDEND_CAPABILITY_DOCUMENTS")) return named;
  return std::filesystem::path(WARDEND_SOURCE_DIR) / ".." / "shared" / "capability-documents";
}

struct AppRow {
  const char* name;
  ClientAuth auth;
  std::vector<std::string> scopes;
  std::vector<config::Requires> requirements;
  std::function<void(config::App&)> set = [](config::App&) {};
};

const AppRow apps[] = {
    {"vitals",
     ClientAuth::none,
     {"patient/Observation.rs"},
     {{"Observation", {"read", "search-type"}, {"patient", "category", "date"}}}},
    {"meds",
     ClientAuth::client_secret_basic,
     {"patient/MedicationRequest.read", "patient/Medication.read"},
     {{"MedicationRequest", {"read", "search-type"}, {"patient", "status"}}, {"Medication", {"read"}, {}}}},
    {"notes",
     ClientAuth::private_key_jwt,
     {"patient/DocumentReference.crs"},
     {{"DocumentReference", {"read", "search-type", "create"}, {"patient", "category"}}}},
    {"writer", ClientAuth::private_key_jwt, {"patient/Observation.cruds"}, {{"Observation", {"create", "update"}, {}}}},
    {"lists",
     ClientAuth::client_secret_post,
     {"user/Patient.rs", "user/Appointment.rs"},
     {{"Patient", {"search-type"}, {"family", "birthdate"}},
      {"Appointment", {"search-type"}, {"date", "practitioner"}}},
     [](config::App& app) { app.patient_context = config::PatientContext::none; }},
    {"labs",
     ClientAuth::none,
     {"patient/Observation.rs?category=http://terminology.hl7.org/CodeSystem/observation-category|laboratory",
      "patient/DiagnosticReport.rs"},
     {{"Observation", {"search-type"}, {"patient", "category"}}, {"DiagnosticReport", {"search-type"}, {"patient"}}}},
    {"portal",
     ClientAuth::none,
     {"patient/*.read", "launch/patient"},
     {{"Patient", {"read"}, {}}},
     [](config::App& app) { app.launch_ehr = false; }},
    {"everything", ClientAuth::private_key_jwt, {"patient/*.rs"}, {{"Patient", {"read", "$everything"}, {}}}},
    {"dstu2",
     ClientAuth::none,
     {"patient/MedicationOrder.read"},
     {{"MedicationOrder", {"search-type"}, {"patient"}}},
     [](config::App& app) { app.fhir_versions = {fhir::Release::dstu2}; }},
    {"kiosk",
     ClientAuth::none,
     {"patient/Patient.r"},
     {{"Patient", {"read"}, {}}},
     [](config::App& app) {
       app.identity = config::Identity::none;
       app.fhir_versions.clear();
     }},
};

Comparison comparison_of(const AppRow& row) {
  Comparison comparison;
  comparison.app.scopes.clear();
  for (const char* scope : {"openid", "fhirUser", "offline_access"}) comparison.ask_for(scope);
  for (const std::string& scope : row.scopes) comparison.ask_for(scope);
  comparison.app.requirements = row.requirements;
  comparison.registered_as(row.auth);
  row.set(comparison.app);
  return comparison;
}

// Every host that the two documents name: whether a site allows them is its own decision.
void allow_hosts(config::Server& server, const std::filesystem::path& folder) {
  std::ifstream file(folder / "smart-configuration.json");
  const auto smart = nlohmann::json::parse(file, nullptr, false);
  for (const auto& [name, value] : smart.items())
    if (value.is_string())
      if (const auto url = http::Url::parse(value.get<std::string>()))
        server.allowed_token_hosts.push_back(url->host());
}

// "SERVER APP: ready" or "not ready", the number of each verdict, and what blocks.
std::string line_of(const std::string& server, const AppRow& row, const Report& report) {
  std::map<std::string, int> verdicts;
  std::set<std::string> blocking;
  for (const Finding& finding : report.findings) {
    if (finding.verdict) ++verdicts[words_of(finding.verdict)];
    if (finding.severity == Severity::blocking) blocking.insert(finding.subject);
  }
  std::string line = server + " " + row.name + ": " + (report.ready() ? "ready" : "not ready");
  for (const char* verdict : {"met", "not_declared", "contradicted", "unknown"})
    line += std::string(", ") + std::to_string(verdicts[verdict]) + " " + verdict;
  for (const std::string& subject : blocking) line += "; " + subject;
  return line;
}

std::vector<std::string> lines() {
  std::set<std::filesystem::path> folders;
  for (const auto& entry : std::filesystem::directory_iterator(documents()))
    if (entry.is_directory()) folders.insert(entry.path());
  std::vector<std::string> lines;
  for (const auto& folder : folders)
    for (const AppRow& row : apps) {
      Comparison comparison = comparison_of(row);
      allow_hosts(comparison.server, folder);
      const auto evidence = read_saved_documents(folder, comparison.server);
      if (!evidence) continue;
      lines.push_back(
          line_of(folder.filename().string(), row, compare({comparison.app, comparison.server}, *evidence)));
    }
  return lines;
}

TEST(Vendors, ComeToTheVerdictsOfTheTable) {
  if (!std::filesystem::is_directory(documents()))
    GTEST_SKIP() << "no documents of vendors at " << documents() << ": set WARDEND_CAPABILITY_DOCUMENTS";
  const std::vector<std::string> found = lines();
  EXPECT_GE(found.size(), 500U);
  if (const char* file = std::getenv("WARDEND_WRITE_VERDICTS")) {
    std::ofstream out(file);
    for (const std::string& line : found) out << line << '\n';
  }
  std::ifstream table(std::string(WARDEND_SOURCE_DIR) + "/tests/unit/verify/vendor_verdicts.txt");
  std::vector<std::string> expected;
  for (std::string line; std::getline(table, line);) expected.push_back(line);
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t at = 0; at < found.size(); ++at) EXPECT_EQ(found[at], expected[at]);
}

}  // namespace
}  // namespace wardend::verify::test
