#include "tests/integration/repository.hpp"

#include <algorithm>
#include <fstream>

namespace wardend::test {
namespace {

using nlohmann::json;

constexpr const char* administrator = "administrators-token";

// The peer's seed; what its patients are known by is official, as it is at an EHR.
std::filesystem::path seed(const Site& site) {
  std::ifstream in(std::string(WARDEND_REPOSITORY_DIR) + "/seed/seed.json");
  json bundle = json::parse(in, nullptr, false);
  for (json& entry : bundle["entry"])
    if (entry["resource"]["resourceType"] == "Patient")
      for (json& identifier : entry["resource"]["identifier"]) identifier["use"] = "official";
  const std::filesystem::path file = site.folder() / "seed.json";
  std::ofstream(file) << bundle;
  return file;
}

}  // namespace

Repository::Repository(const Site& site, const Authority& authority)
    : address_("http://127.0.0.1:" + std::to_string(free_port())), base_(address_ + "/fhir") {
  server_ = std::make_unique<Child>(
      Command{{WARDEND_NODE, std::string(WARDEND_REPOSITORY_DIR) + "/server.mjs"},
              {"PORT=" + address_.substr(address_.rfind(':') + 1), "DATA=none", "SEED=" + seed(site).string(),
               std::string("TOKEN=") + administrator, "INTROSPECT=" + authority.introspection,
               "SMART_CONFIG=" + authority.smart_configuration}},
      site.folder() / "repository.log");
  EXPECT_TRUE(server_->wait_for("ready ")) << server_->output();
}

void Repository::set(const std::string& what, const json& value) const {
  const Page page = request(address_ + "/admin/" + what, value.dump());
  EXPECT_TRUE(page.status == 200 || page.status == 201) << what << " " << page.body;
}

Page Repository::send(const Sent& sent, const std::string& token) const {
  std::vector<std::string> headers = {"Authorization: Bearer " + token};
  headers.insert(headers.end(), sent.headers.begin(), sent.headers.end());
  return request(base_ + (sent.path.empty() ? "" : "/" + sent.path), sent.body.is_null() ? "" : sent.body.dump(),
                 headers, sent.method);
}

void Repository::lay_down(const json& resource) const {
  const std::string record = resource.value("resourceType", "") + "/" + resource.value("id", "");
  const Page page = send({.method = "PUT", .path = record, .body = resource}, administrator);
  EXPECT_TRUE(page.status == 200 || page.status == 201) << page.status << " " << page.body;
}

void Repository::remove(const std::string& record) const {
  EXPECT_EQ(send({.method = "DELETE", .path = record}, administrator).status, 204) << record;
}

json Repository::read(const std::string& record) const {
  const Page page = send({.method = "GET", .path = record}, administrator);
  return page.status == 200 ? json::parse(page.body, nullptr, false) : json();
}

std::map<std::string, json> Repository::records() const {
  std::map<std::string, json> all;
  const json dump = json::parse(request(address_ + "/admin/dump").body, nullptr, false);
  EXPECT_TRUE(dump.is_object());
  for (const json& entry : dump.value("entry", json::array())) {
    const json& resource = entry.at("resource");
    all[resource.value("resourceType", "") + "/" + resource.value("id", "")] = resource;
  }
  return all;
}

std::size_t Repository::received(const std::vector<std::string>& methods) const {
  std::size_t count = 0;
  for (const json& line : json::parse(request(address_ + "/admin/log").body, nullptr, false))
    if (std::ranges::find(methods, line.value("method", "")) != methods.end()) ++count;
  return count;
}

std::vector<std::string> changed(const std::map<std::string, json>& before, const std::map<std::string, json>& after) {
  std::vector<std::string> records;
  for (const auto& [record, resource] : before)
    if (const auto now = after.find(record); now == after.end() || now->second != resource) records.push_back(record);
  for (const auto& [record, resource] : after)
    if (!before.contains(record)) records.push_back(record);
  return records;
}

}  // namespace wardend::test
