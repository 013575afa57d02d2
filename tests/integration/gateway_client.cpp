#include "tests/integration/gateway_client.hpp"

#include <algorithm>
#include <cctype>
#include <sstream>

namespace wardend::test {
namespace {

std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

void read_head(const std::string& head, Passed& passed) {
  std::istringstream lines(head);
  std::string line;
  while (std::getline(lines, line)) {
    if (line.ends_with('\r')) line.pop_back();
    if (line.starts_with("HTTP/")) passed.status = std::stoi(line.substr(line.find(' ') + 1));
    if (const auto colon = line.find(": "); colon != std::string::npos)
      passed.headers[lower(line.substr(0, colon))] = line.substr(colon + 2);
  }
}

// One request with curl, and `more` of its arguments.
Passed answer_to(const std::string& address, const Sent& sent, const std::vector<std::string>& more,
                 std::optional<uid_t> uid) {
  Command command{.arguments = {"curl", "-sS", "-i", "--max-time", "60", "--path-as-is", "-g", "-H", "Expect:"},
                  .uid = uid};
  auto& arguments = command.arguments;
  arguments.insert(arguments.end(), more.begin(), more.end());
  if (sent.method == "HEAD")
    arguments.emplace_back("-I");
  else
    arguments.insert(arguments.end(), {"-X", sent.method});
  for (const std::string& header : sent.headers) arguments.insert(arguments.end(), {"-H", header});
  if (!sent.body.is_null()) {
    const bool patch = sent.method == "PATCH";
    const auto says_type = [](const std::string& header) { return header.starts_with("Content-Type:"); };
    if (std::ranges::none_of(sent.headers, says_type))
      arguments.insert(arguments.end(), {"-H", patch ? "Content-Type: application/json-patch+json"
                                                     : "Content-Type: application/fhir+json"});
    arguments.insert(arguments.end(),
                     {"--data-binary", sent.body.is_string() ? sent.body.get<std::string>() : sent.body.dump()});
  }
  arguments.push_back(address);
  return passed_of(run(command, 90s).out);
}

}  // namespace

Passed passed_of(const std::string& answer) {
  Passed passed;
  std::size_t at = 0;
  do {
    const auto end = answer.find("\r\n\r\n", at);
    if (end == std::string::npos) return passed;
    passed.headers.clear();
    read_head(answer.substr(at, end - at), passed);
    at = end + 4;
  } while (passed.status == 100);
  passed.body = answer.substr(at);
  return passed;
}

std::string Passed::error() const {
  const auto outcome = json();
  if (!outcome.is_object() || outcome.value("resourceType", "") != "OperationOutcome") return {};
  for (const auto& issue : outcome.value("issue", nlohmann::json::array()))
    for (const auto& coding : issue.value("/details/coding"_json_pointer, nlohmann::json::array()))
      if (coding.value("system", "").starts_with("urn:wardend")) return coding.value("code", "");
  return {};
}

Passed through_gateway(const Site& site, const std::string& session, const Sent& sent, std::optional<uid_t> uid) {
  const bool joined = sent.path.empty() || sent.path.starts_with('/') || sent.path.starts_with('?');
  return through_gateway_at(site, "http://wardend/fhir/" + session + (joined ? "" : "/") + sent.path, sent, uid);
}

Passed through_gateway_at(const Site& site, const std::string& address, const Sent& sent, std::optional<uid_t> uid) {
  return answer_to(address, sent, {"--unix-socket", site.folder() / "fhir.sock"}, uid);
}

Passed with_token(const std::string& address, const Sent& sent, const std::string& token) {
  return answer_to(address, sent, {"-H", "Authorization: Bearer " + token}, {});
}

}  // namespace wardend::test
